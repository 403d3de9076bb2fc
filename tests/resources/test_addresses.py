"""Addresses: what is required, how they are written on one line (neighbours.md §3)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import PLACE, address, digest, events, order, stored

COMPANY = {
    "business": True,
    "company": "Van Nelle",
    "line_1": "Van Nelleweg 1",
    "city": "Rotterdam",
    "zip_code": "3044 BC",
    "state_code": "ZH",
    "country_code": "NL",
    "phone": "+31(0)10 20 20 544",
}
#: No postcodes there (neighbours.md §43).
EXEMPT = {**PLACE, "country_code": "HK"}


def without(values: Document, *names: str) -> Document:
    """Return values but for some of them."""
    return {name: value for name, value in values.items() if name not in names}


#: What is sent, and the names that are blank then.
BLANK: dict[str, tuple[Document, list[str]]] = {
    "nothing": (
        {},
        ["first_name", "last_name", "line_1", "city", "zip_code", "country_code", "phone"],
    ),
    "nothing-of-a-business": (
        {"business": True},
        ["company", "line_1", "city", "zip_code", "country_code", "phone"],
    ),
    "no-names": (without(PLACE, "first_name", "last_name"), ["first_name", "last_name"]),
    "no-company": (without(COMPANY, "company"), ["company"]),
    "names-do-not-make-a-business": (
        {**without(COMPANY, "company"), "first_name": "A", "last_name": "B"},
        ["company"],
    ),
    "a-company-does-not-make-a-person": (
        {**COMPANY, "business": False},
        ["first_name", "last_name"],
    ),
    "no-postcode": (without(PLACE, "zip_code"), ["zip_code"]),
    "no-phone": (without(PLACE, "phone"), ["phone"]),
    "null-and-empty": ({**PLACE, "line_1": None, "city": ""}, ["line_1", "city"]),
    "blanks": ({**PLACE, "line_1": " \t"}, ["line_1"]),
    "no-country-nor-postcode": (
        without(PLACE, "zip_code", "country_code"),
        ["zip_code", "country_code"],
    ),
    "exempt-but-no-phone": (without(EXEMPT, "zip_code", "phone"), ["phone"]),
}


@pytest.mark.parametrize(("values", "names"), BLANK.values(), ids=BLANK)
def test_what_is_blank(api: Api, sandbox: Sandbox, values: Document, names: list[str]) -> None:
    """Every missing field is listed at once, in the order of the metadata."""
    before = digest(sandbox)
    answer = api.post("/api/addresses", document("addresses", **values))

    assert got(answer) == refused_with(
        [violation(f"attributes/{name}", "can't be blank", "blank") for name in names]
    )
    assert digest(sandbox) == before


ENOUGH = {
    "personal": PLACE,
    "business": COMPANY,
    "no-state": without(PLACE, "state_code"),
    "no-postcode": without(EXEMPT, "zip_code"),
    "postcode-all-the-same": EXEMPT,
    "business-with-names": {**COMPANY, "first_name": "A", "last_name": "B"},
    "person-with-company": {**PLACE, "company": "Acme"},
    "null-is-personal": {**PLACE, "business": None},
}


@pytest.mark.parametrize("values", ENOUGH.values(), ids=ENOUGH)
def test_what_is_enough(api: Api, values: Document) -> None:
    """It is stored as sent; what is not sent is null, and nobody is a business by default."""
    attributes = api.create("addresses", **values)["attributes"]
    expected = {"business": False, "line_2": None, "notes": None, "email": None, **values}

    assert {name: attributes[name] for name in expected} == expected
    assert (attributes["is_localized"], attributes["is_geocoded"]) == (False, False)
    assert [attributes[name] for name in ("provider_name", "map_url", "static_map_url")] == [
        None
    ] * 3


def test_every_exempt_country(api: Api) -> None:
    """Some have no postcodes; the next one in the alphabet may have them."""
    for code, status in (("AE", 201), ("IE", 201), ("ZW", 201), ("IT", 422), ("ZM", 422)):
        values = {**without(PLACE, "zip_code"), "country_code": code}

        assert api.post("/api/addresses", document("addresses", **values)).status_code == status


@pytest.mark.parametrize("code", ["XX", "it", "ITA", "I", "Italy", "UK", "I T"])
def test_a_country_that_is_none(api: Api, code: str) -> None:
    """Two letters of ISO 3166-1 (neighbours.md §43)."""
    answer = api.post("/api/addresses", document("addresses", **{**PLACE, "country_code": code}))

    assert got(answer) == refused_with(
        [
            violation(
                "attributes/country_code",
                "is not included in the list",
                "inclusion",
                value=code,
            )
        ]
    )


def test_the_phone_is_the_organizations_choice(api: Api, sandbox: Sandbox) -> None:
    """``addresses_phone_required``."""
    organization = sandbox.organization_record()
    sandbox.partition.put("organizations", {**organization, "addresses_phone_required": False})

    assert api.create("addresses", **without(PLACE, "phone"))["attributes"]["phone"] is None


NAMES: dict[str, tuple[Document, str, str]] = {
    "business": (
        COMPANY,
        "Van Nelle",
        "Van Nelleweg 1, 3044 BC Rotterdam ZH (NL) +31(0)10 20 20 544",
    ),
    "personal": (PLACE, "John Smith", "Via Roma 1, 59100 Prato PO (IT) +39 0574 000000"),
    "second-line": (
        {**PLACE, "line_2": "int. 3"},
        "John Smith",
        "Via Roma 1 int. 3, 59100 Prato PO (IT) +39 0574 000000",
    ),
    "without": (
        without(EXEMPT, "zip_code", "state_code"),
        "John Smith",
        "Via Roma 1, Prato (HK) +39 0574 000000",
    ),
}


@pytest.mark.parametrize(("values", "full_name", "full_address"), NAMES.values(), ids=NAMES)
def test_on_one_line(api: Api, values: Document, full_name: str, full_address: str) -> None:
    """As recorded: names, then the place, without gaps for what is missing."""
    attributes = api.create("addresses", **values)["attributes"]

    assert attributes["full_name"] == full_name
    assert attributes["full_address"] == full_address
    assert attributes["name"] == f"{full_name}, {full_address}"


def test_the_lines_follow(api: Api) -> None:
    """What is computed changes with what it is computed from."""
    place = address(api)
    changed = api.update(place, last_name="Doe", city="Pisa", line_2="B")["attributes"]

    assert changed["name"] == "John Doe, Via Roma 1 B, 59100 Pisa PO (IT) +39 0574 000000"


@pytest.mark.parametrize(
    ("values", "localized"),
    [
        ({"lat": 43.88, "lng": 11.09}, True),
        ({"lat": 0, "lng": 0}, True),
        ({"lat": 43.88}, False),
        ({"lng": "11.09"}, False),
        ({"lat": None, "lng": 1}, False),
    ],
)
def test_coordinates(api: Api, values: Document, *, localized: bool) -> None:
    """Both by hand make it localized; the sandbox never geocodes."""
    attributes = api.create("addresses", **PLACE, **values)["attributes"]

    assert attributes["is_localized"] is localized
    assert attributes["is_geocoded"] is False
    assert all(isinstance(attributes[name], float | None) for name in ("lat", "lng"))


@pytest.mark.parametrize(
    "name",
    [
        "full_name",
        "full_address",
        "name",
        "is_localized",
        "is_geocoded",
        "provider_name",
        "map_url",
        "static_map_url",
    ],
)
def test_what_cannot_be_sent(api: Api, name: str) -> None:
    """What is computed is not accepted."""
    answer = api.post("/api/addresses", document("addresses", **{**PLACE, name: "x"}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


CHANGES: dict[str, tuple[Document, list[str]]] = {
    "nothing-required": ({"line_2": None, "notes": "x", "lat": 1.5, "billing_info": "VAT"}, []),
    "a-required-one": ({"city": None}, ["city"]),
    "into-a-business": ({"business": True, "company": "Acme"}, []),
    "into-a-business-without-a-name": ({"business": True}, ["company"]),
    "abroad": ({"country_code": "HK", "zip_code": None}, []),
    "no-postcode": ({"zip_code": None}, ["zip_code"]),
}


@pytest.mark.parametrize(("values", "blank"), CHANGES.values(), ids=CHANGES)
def test_changes(api: Api, values: Document, blank: list[str]) -> None:
    """What is required depends on what the address becomes."""
    place = address(api)
    answer = api.patch(path_of(place), document("addresses", place["id"], **values))

    if blank:
        assert [e["detail"] for e in answer.json["errors"]] == [
            f"{name} - can't be blank" for name in blank
        ]
    else:
        attributes = answer.json["data"]["attributes"]
        assert {name: attributes[name] for name in values} == values


def test_events(api: Api, sandbox: Sandbox) -> None:
    """Addresses are told of only when their tags change (customers.md §16)."""
    api.create("tags", name="home")
    place = address(api)
    api.update(place, city="Pisa", metadata={"a": 1})
    api.update(place, _add_tags="home")
    api.delete(path_of(place))

    assert events(sandbox, place) == ["addresses.tagged"]


def test_who_may(token_bearers: TokenBearers, api: Api) -> None:
    """A guest handles single addresses, and lists none (authentication.md §13.1)."""
    guest = token_bearers.guest()
    place = guest.create("addresses", **PLACE)
    theirs = address(api)

    assert guest.get(path_of(theirs)).status_code == 200
    assert guest.update(place, city="Pisa")["attributes"]["city"] == "Pisa"
    assert got(guest.get("/api/addresses")) == refused("UNAUTHORIZED")
    assert guest.delete(path_of(place)).status_code == 204


#: What is tried, the kinds of values that have no reading as this one.
UNREADABLE: dict[str, tuple[str, Any]] = {
    "object-for-text": ("city", {"a": 1}),
    "list-for-text": ("line_1", []),
    "text-for-object": ("metadata", "x"),
    "nul": ("notes", "a\0b"),
}


@pytest.mark.parametrize(("name", "value"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_values(api: Api, name: str, value: Any) -> None:
    """They are invalid, once, and not blank as well."""
    answer = api.post("/api/addresses", document("addresses", **{**PLACE, name: value}))

    assert got(answer) == refused_with(
        [violation(f"attributes/{name}", "is invalid", "invalid", value=value)]
    )


# --- deleting (neighbours.md §43) -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["billing_address", "shipping_address"])
def test_an_address_that_an_order_uses(api: Api, sandbox: Sandbox, name: str) -> None:
    """It stays, and so does the entry of the address book; then both go with the order."""
    place, customer = address(api), api.create("customers", email="a@b.c")
    entry = api.create("customer_addresses", links={"customer": to(customer), "address": to(place)})
    bought = order(api, {name: to(place)})
    number, before = stored(sandbox, place)["serial"], digest(sandbox)
    answer = got(api.delete(path_of(place)))
    unchanged = digest(sandbox) == before
    api.delete(path_of(bought))

    assert answer == refused("LOCKED", f"Failed to destroy Address with id={number}")
    assert unchanged
    assert api.delete(path_of(place)).status_code == 204
    assert got(api.get(path_of(entry))) == refused("RECORD_NOT_FOUND")


def test_an_address_in_address_books(api: Api, sandbox: Sandbox) -> None:
    """Every entry goes with it; the customers, and their other addresses, stay."""
    place, other = address(api), address(api)
    customers = [api.create("customers", email=f"{n}@b.c") for n in range(2)]
    entries = [
        api.create("customer_addresses", links={"customer": to(customer), "address": to(each)})
        for customer in customers
        for each in (place, other)
    ]
    api.delete(path_of(place))

    assert ids(api.get("/api/customer_addresses")) == [entries[1]["id"], entries[3]["id"]]
    assert events(sandbox, entries[0])[-1] == "customer_addresses.destroy"
    assert ids(api.get("/api/customers")) == [customer["id"] for customer in customers]


def test_an_entry_leaves_its_address(api: Api) -> None:
    """The address book is one thing, the address another."""
    place, customer = address(api), api.create("customers", email="a@b.c")
    entry = api.create("customer_addresses", links={"customer": to(customer), "address": to(place)})

    assert api.delete(path_of(entry)).status_code == 204
    assert api.get(path_of(place)).status_code == 200
