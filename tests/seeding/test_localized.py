"""Random customers of a locale: whose names and places Faker draws, the same on every machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mockserver.engine.change_set import ChangeSet
from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.locales import locales
from mockserver.schema.personal import MASK
from mockserver.schema.request_documents import Values
from mockserver.seeding.localized import localized, transliterated
from mockserver.seeding.named_customers import NAMED_CUSTOMERS
from mockserver.seeding.seed import populate, seed_customers
from mockserver.storage.base import Record
from tests.seeding.test_seed import apart, customers
from tests.seeding.worlds import digest, seeded

#: How postcodes look there.
POSTCODES: Mapping[str, str] = {
    "it_IT": r"\d{5}",
    "de_AT": r"\d{4}",
    "fr_CH": r"\d{4}",
    "en_CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "en_US": r"\d{5}(-\d{4})?",
    "pl_PL": r"\d\d-\d{3}",
    "sv_SE": r"\d{5}",
    "pt_PT": r"\d{4}-\d{3}",
    "el_GR": r"(\w\w )?\d{3} ?\d\d",
    "ja_JP": r"\d{3}-\d{4}",
    "uk_UA": r"\d{5}",
    "zh_TW": r"\d{3}(\d\d)?",
}
LOCALES = pytest.mark.parametrize("locale", POSTCODES)
COUNT = 60
ADDRESS = re.compile(r"[a-z.]+\.\d+@example\.(com|net|org)")


def sandbox_of(*wanted: str, **told: Any) -> Sandbox:
    """Return a mode whose random customers come from these locales."""
    return seeded(COUNT, locales=wanted, **told).sandbox("test")


def drawn(sandbox: Sandbox) -> list[Record]:
    """Return the customers who are nobody in particular."""
    return customers(sandbox)[len(NAMED_CUSTOMERS) :]


def addresses_of(sandbox: Sandbox) -> list[Record]:
    """Return the addresses of those, unless forgotten: of their books, and of their orders."""
    known = {customer["id"] for customer in drawn(sandbox)}
    ids: list[str] = []
    for order in sandbox.partition.select("orders")[0]:
        ids += [order["billing_address"], order["shipping_address"]] * (order["customer"] in known)
    for entry in sandbox.partition.select("customer_addresses")[0]:
        ids += [entry["address"]] * (entry["customer"] in known)
    found = [sandbox.get("addresses", id_) or {} for id_ in ids if id_]
    return [address for address in found if address["line_1"] != MASK]


@LOCALES
def test_every_record_passes_the_rules(locale: str) -> None:
    """Creating the record through the engine would neither be refused nor change it."""
    for resource, record in apart(sandbox := sandbox_of(locale)):
        change = ChangeSet(sandbox, resource, sandbox.system, deepcopy(record))
        change.apply(Values())

        assert record == change.record, resource.type_


@LOCALES
def test_addresses_are_of_the_country(locale: str) -> None:
    """Country codes, postcodes and the language of orders fit; an address has no line breaks."""
    language, _, country = locale.partition("_")
    sandbox = sandbox_of(locale)
    found = addresses_of(sandbox)

    assert {country} == {address["country_code"] for address in found}
    assert [
        a["zip_code"] for a in found if not re.fullmatch(POSTCODES[locale], a["zip_code"])
    ] == []
    assert all(address["line_1"].isprintable() for address in found)
    known = {customer["id"] for customer in drawn(sandbox)}
    orders = sandbox.partition.select("orders")[0]
    assert {language} == {o["language_code"] for o in orders if o["customer"] in known}


@LOCALES
def test_emails_are_ascii(locale: str) -> None:
    """A name in another script is transliterated; the number tells apart who is called alike."""
    emails = [customer["email"] for customer in drawn(sandbox_of(locale))]
    usual = [email for email in emails if ADDRESS.fullmatch(email)]

    assert len(set(emails)) == len(emails)
    assert all(email.isascii() for email in emails)
    # The rest has been forgotten.
    assert len(usual) >= len(emails) - 2


def test_a_name_of_another_script_is_transliterated() -> None:
    """As far as ASCII can say it."""
    assert transliterated("Αργυρούλα") == "Arguroula"
    assert transliterated("José Núñez") == "Jose Nunez"


def test_the_named_customers_stay_who_they_are() -> None:
    """Tests rely on them, whoever comes besides."""
    expected, found = (
        customers(sandbox)[: len(NAMED_CUSTOMERS)]
        for sandbox in (sandbox_of(), sandbox_of("el_GR"))
    )

    assert [c["email"] for c in found] == [c["email"] for c in expected]


def test_customers_are_spread_over_the_locales() -> None:
    """Each has its share."""
    shares = Counter(a["country_code"] for a in addresses_of(sandbox_of("it_IT", "el_GR", "ja_JP")))

    assert shares.keys() == {"IT", "GR", "JP"}
    assert min(shares.values()) > 5


def test_more_of_them_come_from_where_the_first_came() -> None:
    """Unless they are asked to come from elsewhere."""
    organization = seeded(20, locales=("sv_SE",))
    sandbox = organization.sandbox("test")
    populate(sandbox, 20)
    assert {a["country_code"] for a in addresses_of(sandbox)} == {"SE"}
    seed_customers(organization, 20, ("pl_PL",))

    assert {a["country_code"] for a in addresses_of(sandbox)} == {"SE", "PL"}


def test_another_seed_draws_other_names() -> None:
    """The same one the same: nothing of an earlier draw is left."""
    one, other, again = (localized("it_IT", Entropy(seed)) for seed in (1, 2, 1))

    assert one == again
    assert one.last_names != other.last_names


def test_every_locale_can_be_drawn() -> None:
    """Of none of them anything is missing or blank."""
    for name in sorted(locales()):
        pool = localized(name, Entropy(name))
        texts = (*pool.first_names, *pool.last_names, *pool.companies, *pool.lines, *pool.phones)
        assert all(text.strip() for text in texts), name
        assert all(city and postcode for city, postcode, _ in pool.places), name
        assert all(map(transliterated, pool.last_names)), name


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_neither_process_nor_machine_make_a_difference(hash_seed: str) -> None:
    """Not Python's hash seed, and not what the system speaks."""
    script = f"""
from tests.seeding.worlds import digest, seeded
print(digest(seeded({COUNT}, locales={tuple(POSTCODES)})))
"""
    found = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "LANG": "C", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == digest(seeded(COUNT, locales=tuple(POSTCODES)))
