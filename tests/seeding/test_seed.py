"""What is seeded is what the engine itself would have made, and the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mockserver.access import MODES
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.organization import Organization
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import family_of
from mockserver.schema.request_documents import Values
from mockserver.schema.vocabulary import Resource
from mockserver.seeding.batch import BASE, Blank
from mockserver.seeding.named_customers import NAMED_CUSTOMERS
from mockserver.seeding.seed import populate
from mockserver.storage.base import SERIAL, Record
from tests.seeding.worlds import digest, seeded


def declared(sandbox: Sandbox) -> Iterator[tuple[type[Resource], Record]]:
    """Yield every record that a declaration speaks of."""
    for type_ in sandbox.partition.types():
        if resource := sandbox.registry.get(type_):
            yield from ((resource, record) for record in sandbox.partition.select(type_)[0])


def linked(resource: type[Resource], record: Record) -> Iterator[tuple[str, str]]:
    """Yield (type, id) of all that a record refers to."""
    for name, relationship in {**resource.relationships, **resource.hidden}.items():
        if not relationship.stored or not record[name]:
            continue
        polymorphic = relationship.polymorphic
        type_ = record[relationship.type_field] if polymorphic else relationship.types[0]
        ids = record[name] if relationship.many else [record[name]]
        yield from ((type_, id_) for id_ in ids)


def customers(sandbox: Sandbox) -> list[Record]:
    """Return the customers, oldest first."""
    return sandbox.partition.select("customers")[0]


#: What the engine makes of an order, or reckons with each write, is held against it step by step.
MADE_WITH_ORDERS = frozenset(
    {
        *("orders", "line_items", "shipments", "stock_line_items", "stock_reservations"),
        *("reserved_stocks", "authorizations", "captures", "voids", "return_line_items"),
        *PAYMENT_SOURCES,
        # What a bundle is made of stays as it is.
        "sku_list_items",
        # They begin active, and are on hold.
        "order_subscriptions",
    }
)


def apart(sandbox: Sandbox) -> Iterator[tuple[type[Resource], Record]]:
    """Yield the records that stand for themselves."""
    for resource, record in declared(sandbox):
        if resource.type_ not in MADE_WITH_ORDERS:
            yield resource, record


def test_every_record_passes_the_rules(sandbox: Sandbox) -> None:
    """Creating the record through the engine would neither be refused nor change it."""
    for resource, record in apart(sandbox):
        change = ChangeSet(sandbox, resource, sandbox.system, deepcopy(record))
        change.apply(Values())

        assert record == change.record, resource.type_


def test_every_record_can_be_updated(sandbox: Sandbox) -> None:
    """Sending what is there is accepted and changes nothing, not even ``updated_at``."""
    for resource, record in apart(sandbox):
        if "update" in resource.actions:
            values = {
                n: record[n] for n, a in resource.attributes.items() if a.flags.updatable & a.stored
            }
            values.pop("password", None)

            assert record == sandbox.change(resource.type_, record["id"], values)


def test_every_record_is_complete(sandbox: Sandbox) -> None:
    """Every stored attribute and linkage is there, and the values are of their kinds."""
    for resource, record in declared(sandbox):
        assert BASE | Blank.of(resource).fields.keys() <= record.keys(), resource.type_
        for name, attribute in resource.attributes.items():
            if attribute.stored:
                assert record[name] == attribute.cast(record[name]), (resource.type_, name)


def test_every_linkage_leads_somewhere(sandbox: Sandbox) -> None:
    """What a record refers to exists, in the same mode."""
    for resource, record in declared(sandbox):
        assert [t for t in linked(resource, record) if sandbox.get(*t) is None] == []


def test_ids_stand_for_numbers(sandbox: Sandbox) -> None:
    """Ids are those the engine gives, but for what has the same id in both modes."""
    for resource, record in declared(sandbox):
        if resource.type_ != "organizations":
            assert record["id"] == sandbox.identifiers.encode(
                family_of(resource.type_), record[SERIAL]
            )


def test_nothing_happens_before_its_time(sandbox: Sandbox) -> None:
    """Moments come after the record's creation, and none of them is in the future."""
    for resource, record in declared(sandbox):
        for name, attribute in resource.attributes.items():
            if attribute.kind == "datetime" and record[name]:
                at = (resource.type_, name)
                assert "2024-01-01T09:00:00.000Z" <= record["created_at"] <= record[name], at
                assert record[name] < "2026-01-01" or name == "expires_at", at


def test_later_ids_are_newer(sandbox: Sandbox) -> None:
    """The order of ids, which is the default one, is that of time."""
    for type_ in ("customers", "orders"):
        moments = [record["created_at"] for record in sandbox.partition.select(type_)[0]]

        assert sorted(moments) == moments


def test_the_day_makes_no_difference(acme: Organization) -> None:
    """Another run on another day gives the same records."""
    assert digest(acme) == digest(seeded(50, year=2031))


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_the_process_makes_no_difference(acme: Organization, hash_seed: str) -> None:
    """Python's hash seed changes nothing."""
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-m", "tests.seeding.worlds"],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert digest(acme) == found.stdout


@pytest.mark.parametrize("other", [{"seed": 2}, {"slug": "other"}], ids=["seed", "slug"])
def test_another_seed_is_another_world(acme: Organization, other: dict[str, Any]) -> None:
    """Another seed or slug gives other ids and, beyond the named customers, other people."""
    organization = seeded(50, **other)
    theirs, ours = (
        customers(o.sandbox("test"))[len(NAMED_CUSTOMERS) :] for o in (organization, acme)
    )

    assert organization.id != acme.id
    assert not {c["id"] for c in theirs} & {c["id"] for c in ours}
    assert not {c["email"] for c in theirs} & {c["email"] for c in ours}


def test_modes_share_only_the_named_customers(acme: Organization) -> None:
    """Both modes begin with the same people and go on with others; no id is the same."""
    test, live = (customers(acme.sandbox(mode)) for mode in MODES)
    names = [plan.email for plan in NAMED_CUSTOMERS if not plan.is_forgotten]

    assert names == [c["email"] for c in test if c["email"] in names]
    assert names == [c["email"] for c in live if c["email"] in names]
    assert not {c["email"] for c in test[len(NAMED_CUSTOMERS) :]} & {c["email"] for c in live}
    assert not {c["id"] for c in test} & {c["id"] for c in live}


def test_seeding_again_adds_more() -> None:
    """More customers come as often as they are asked for, in nobody's place."""
    sandbox = seeded(20).sandbox("test")
    for _ in range(3):
        populate(sandbox, 100)
    found = customers(sandbox)

    assert list(range(1, 321)) == [customer[SERIAL] for customer in found]
    assert len({customer["email"] for customer in found}) == 320
    assert len({customer["shopper_reference"] for customer in found}) == 320


@pytest.mark.parametrize("count", [0, 1, 3, 14, 15])
def test_as_many_as_are_wanted(count: int) -> None:
    """A small number gives the first of the named customers."""
    found = customers(seeded(count).sandbox("live"))

    assert count == len(found)
    assert [plan.email for plan in NAMED_CUSTOMERS[: min(count, 9)]] == [
        c["email"] for c in found[:9]
    ]


def test_an_email_that_is_taken_is_not_used_again() -> None:
    """Somebody who has the address that would be drawn keeps it."""
    twin, sandbox = seeded().sandbox("test"), seeded().sandbox("test")
    twin.add("customers", {"email": "anybody@example.com"})
    populate(twin, 1)
    email = customers(twin)[1]["email"]
    sandbox.add("customers", {"email": email})
    populate(sandbox, 1)

    assert [email, email.replace("@", ".1@")] == [c["email"] for c in customers(sandbox)]


def test_an_id_that_is_taken_is_passed_over() -> None:
    """A record that was brought in under an id of ours keeps it."""
    sandbox = seeded().sandbox("test")
    first = sandbox.add("customers", {"email": "first@example.com"})
    taken = sandbox.identifiers.encode("customers", 2)
    sandbox.partition.put("customers", {**first, "id": taken, "email": "second@example.com"})
    populate(sandbox, 1)

    assert [customer[SERIAL] for customer in customers(sandbox)] == [1, 1, 3]


def test_what_is_there_is_used() -> None:
    """Tags and groups of the names we use are not made a second time."""
    sandbox = seeded().sandbox("test")
    sandbox.add("tags", {"name": "vip"})
    sandbox.add("customer_groups", {"name": "Our own", "code": "loyal"})
    populate(sandbox, 20)
    groups = [group["name"] for group in sandbox.partition.select("customer_groups")[0]]

    assert groups == ["VIP", "Our own"]
    assert sum(tag["name"] == "vip" for tag in sandbox.partition.select("tags")[0]) == 1


def test_without_markets_there_are_no_orders() -> None:
    """What was deleted does not stop the seeding, and nobody has placed anything."""
    sandbox = seeded().sandbox("test")
    for market in sandbox.partition.select("markets")[0]:
        sandbox.partition.remove("markets", market["id"])
    populate(sandbox, 30)

    assert sandbox.partition.count("orders") == 0
    assert {"prospect"} == {customer["status"] for customer in customers(sandbox)}


def test_many_customers_are_as_good_as_few() -> None:
    """A large sandbox keeps the proportions and the rules."""
    sandbox = seeded().sandbox("test")
    populate(sandbox, 5000)
    counts = {type_: sandbox.partition.count(type_) for type_ in sandbox.partition.types()}

    assert counts["customers"] == 5000
    assert 0.5 < counts["orders"] / 5000 < 0.7
    assert 1.4 < counts["addresses"] / 5000 < 1.9
    for resource, record in list(apart(sandbox))[::97]:
        ChangeSet(sandbox, resource, sandbox.system, deepcopy(record)).apply(Values())
