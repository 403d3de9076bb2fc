"""Customers: what the tables promise, and the rest of customers.md §1, §3, §4, §5, §6, §8, §9."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.ignoring import is_ignored
from tests.refusals import Refused, got, refused, refused_with, violation
from tests.scene import BY_HAND, alter, events, market, order, return_of, stored

JOHN = "john@example.com"
CUSTOMERS = "/api/customers"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a guest."""
    return api.create("customers", email=JOHN)


def sent(**attributes: Any) -> Document:
    """Return a customer's document; the email is given unless it is what is tested."""
    return document("customers", **{"email": "new@example.com", **attributes})


def not_allowed(name: str) -> Refused:
    """Return the refusal of a member that may not be sent."""
    return refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


# --- the table of attributes (customers.md §3) ----------------------------------------------------

MISSING = object()


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        flags: of ``CURfs``.
        value: one that may be sent; for what is not creatable, any of its kind.
        null: what null becomes: ``kept``, ``refused``, ``generated``, ``ignored``.
        new: what a new customer has; ``MISSING`` where it differs from customer to customer.
    """

    flags: str
    value: Any
    null: str = ""
    new: Any = MISSING


ATTRIBUTES = {
    "email": Row("CURfs", "jane@example.com", "refused"),
    "password": Row("CU", "secret", "ignored"),
    "status": Row("Rfs", "prospect", new="prospect"),
    "has_password": Row("R", True, new=False),
    "total_orders_count": Row("Rfs", 0, new=0),
    "shopper_reference": Row("CUR", "abc", "generated"),
    "profile_id": Row("CUR", "abc", "generated"),
    "tax_exemption_code": Row("CUR", "TX-1", "kept", new=None),
    "id": Row("Rfs", "AAAAAAAAAA"),
    "_add_tags": Row("U", "vip", "ignored"),
    "_remove_tags": Row("U", "vip", "ignored"),
    "created_at": Row("Rfs", "2026-01-01T00:00:00.000Z"),
    "updated_at": Row("Rfs", "2026-01-01T00:00:00.000Z"),
    "reference": Row("CURfs", "CRM-1", "kept", new=None),
    "reference_origin": Row("CURfs", "crm", "kept", new=None),
    "jwt_custom_claim": Row("R", {}, new=None),
    "metadata": Row("CURf", {"vip": True}, "kept", new={}),
    "_request_anonymization": Row("U", False, "ignored"),
    "_cancel_anonymization": Row("U", False, "ignored"),
    "anonymization_info": Row("R", {}, new={}),
    "anonymization_status": Row("Rfs", "requested", new=None),
}
#: Nobody asks for the change, and nothing is returned that is null (customers.md §3, column
#: "null?").
NEVER_NULL = [
    name
    for name, row in ATTRIBUTES.items()
    if "R" in row.flags and row.new is not None and row.null != "kept"
]
NULLS = [
    (name, flag)
    for name, row in ATTRIBUTES.items()
    if row.null
    for flag in "CU"
    if flag in row.flags
]


def flagged(flag: str) -> list[str]:
    """Return the attributes with the flag."""
    return [name for name, row in ATTRIBUTES.items() if flag in row.flags]


def test_the_table_is_complete() -> None:
    """Nothing is declared that the table does not have, and nothing is missing."""
    assert list(registry()["customers"].attributes) == list(ATTRIBUTES)
    assert list(registry()["customers"].relationships) == list(RELATIONSHIPS)


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_what_may_be_sent_on_create(api: Api, name: str) -> None:
    """Flag C, and no other attribute."""
    row = ATTRIBUTES[name]
    answer = api.post(CUSTOMERS, sent(**{name: row.value}))

    if "C" not in row.flags:
        assert got(answer) == not_allowed(name)
    else:
        shown = answer.json["data"]["attributes"]
        assert (shown[name] == row.value) if "R" in row.flags else name not in shown


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_what_may_be_sent_on_update(api: Api, customer: Document, name: str) -> None:
    """Flag U, and no other attribute."""
    row = ATTRIBUTES[name]
    answer = api.patch(
        path_of(customer), document("customers", customer["id"], **{name: row.value})
    )

    if "U" not in row.flags:
        assert got(answer) == not_allowed(name)
    else:
        shown = answer.json["data"]["attributes"]
        assert (shown[name] == row.value) if "R" in row.flags else name not in shown


def test_what_is_returned(customer: Document) -> None:
    """Flag R, in this order; the id stands beside the attributes."""
    returned = [name for name in flagged("R") if name != "id"]
    fresh = {name: row.new for name, row in ATTRIBUTES.items() if row.new is not MISSING}

    assert returned == list(customer["attributes"])
    assert fresh == {name: customer["attributes"][name] for name in fresh}
    assert [
        name for name in NEVER_NULL if {**customer, **customer["attributes"]}[name] is None
    ] == []


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_what_is_filtered_by(api: Api, customer: Document, name: str) -> None:
    """Flag f, in ``q``."""
    row = ATTRIBUTES[name]
    value, predicate = {**customer, **customer["attributes"]}.get(name), "eq"
    if isinstance(row.value, dict):
        value, predicate = json.dumps(value), "jcont"
    elif value is None:
        value, predicate = "true", "null"
    answer = api.get(CUSTOMERS, {f"filter[q][{name}_{predicate}]": str(value)})

    if "f" in row.flags:
        assert ids(answer) == [customer["id"]]
    elif name != "password":
        assert is_ignored(api, "customers", f"{name}_{predicate}", str(value))


@pytest.mark.parametrize("name", ATTRIBUTES)
@pytest.mark.parametrize("sign", ["", "-"], ids=["up", "down"])
def test_what_is_sorted_by(api: Api, customer: Document, name: str, sign: str) -> None:
    """Flag s, in both directions."""
    answer = api.get(CUSTOMERS, {"sort": f"{sign}{name}"})

    if "s" in ATTRIBUTES[name].flags:
        assert ids(answer) == [customer["id"]]
    else:
        detail = f"{name} is not a valid sort criteria for customers"
        assert got(answer) == refused("INVALID_SORT_CRITERIA", detail)


@pytest.mark.parametrize(("name", "flag"), NULLS)
def test_null(api: Api, name: str, flag: str) -> None:
    """Null is stored, refused, replaced or counts as not sent: as the row says."""
    row = ATTRIBUTES[name]
    before = None if flag == "C" else api.create("customers", email="new@example.com")
    given = {"email": "new@example.com", name: None}
    if before is None:
        answer = api.post(CUSTOMERS, document("customers", **given))
    else:
        answer = api.patch(path_of(before), document("customers", before["id"], **given))

    if row.null == "refused":
        assert got(answer) == refused_with(
            [violation(f"attributes/{name}", "can't be blank", "blank")]
        )
        return
    shown = answer.json["data"]["attributes"]
    if row.null == "kept":
        assert shown[name] is None
    elif row.null == "generated":
        assert len(shown[name]) == 36
        assert before is None or shown[name] != before["attributes"][name]
    else:
        assert answer.status_code in (200, 201)
        assert before is None or shown == before["attributes"]


# --- the table of relationships (customers.md §4) -------------------------------------------------

#: Name: (type, to many, flags of ``CUfs`` and ``i`` for includable).
RELATIONSHIPS = {
    "customer_group": ("customer_groups", False, "CUfsi"),
    "customer_addresses": ("customer_addresses", True, "fi"),
    "customer_payment_sources": ("customer_payment_sources", True, "fi"),
    "customer_subscriptions": ("customer_subscriptions", True, "fi"),
    "orders": ("orders", True, "i"),
    "order_subscriptions": ("order_subscriptions", True, "fi"),
    "returns": ("returns", True, "fi"),
    "sku_lists": ("sku_lists", True, "fi"),
    "attachments": ("attachments", True, "fi"),
    "events": ("events", True, "fi"),
    "tags": ("tags", True, "CUfi"),
    "jwt_customer": ("customers", False, "i"),
    "jwt_markets": ("markets", True, "i"),
    "jwt_stock_locations": ("stock_locations", True, "i"),
    "event_stores": ("event_stores", True, ""),
}


def empty(name: str) -> Document:
    """Return a relationship that leads nowhere."""
    return {name: [] if RELATIONSHIPS[name][1] else None}


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_which_relationships_may_be_sent(api: Api, customer: Document, name: str) -> None:
    """Flags C and U, and no others."""
    flags = RELATIONSHIPS[name][2]
    on_create = api.post(CUSTOMERS, document("customers", links=empty(name), email="a@b.c"))
    on_update = api.patch(
        path_of(customer), document("customers", customer["id"], links=empty(name))
    )

    assert got(on_create) == not_allowed(name) if "C" not in flags else on_create.status_code == 201
    assert got(on_update) == not_allowed(name) if "U" not in flags else on_update.status_code == 200


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_which_relationships_are_filtered_by(api: Api, customer: Document, name: str) -> None:
    """Flag f: by the public ids at the other end, in ``q`` and, for most, beside it."""
    inside = api.get(CUSTOMERS, {f"filter[q][{name}_id_in]": customer["id"]})
    beside = api.get(CUSTOMERS, {f"filter[{name}_id]": customer["id"]})

    if "f" in RELATIONSHIPS[name][2]:
        assert ids(inside) == ids(beside) == []
    else:
        assert is_ignored(api, "customers", f"{name}_id_in", customer["id"])
        assert got(beside) == refused("FILTER_NOT_ALLOWED", f"{name}_id is not allowed.")


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_which_relationships_are_sorted_by(api: Api, customer: Document, name: str) -> None:
    """Flag s: by the sortable attributes at the other end."""
    answer = api.get(CUSTOMERS, {"sort": f"{name}.created_at"})

    if "s" in RELATIONSHIPS[name][2]:
        assert ids(answer) == [customer["id"]]
    else:
        detail = f"{name}.created_at is not a valid sort criteria for customers"
        assert got(answer) == refused("INVALID_SORT_CRITERIA", detail)


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_which_relationships_are_included(api: Api, customer: Document, name: str) -> None:
    """All but the change history; without any, linkage is there all the same."""
    _, many, flags = RELATIONSHIPS[name]
    answer = api.get(f"{path_of(customer)}?include={name}&fields[events]=name")

    if "i" not in flags:
        detail = f"{name} is not a valid includable relationship of customers"
        assert got(answer) == refused("INVALID_INCLUDE", detail)
    elif name != "events":
        assert answer.json["data"]["relationships"][name]["data"] == ([] if many else None)


@pytest.mark.parametrize("name", RELATIONSHIPS)
def test_every_relationship_has_two_endpoints(api: Api, customer: Document, name: str) -> None:
    """A list or a single document, and the linkage (customers.md §1)."""
    _, many, _ = RELATIONSHIPS[name]
    found = api.get(f"{path_of(customer)}/{name}").json
    linkage = api.get(f"{path_of(customer)}/relationships/{name}").json
    members = ["data", "meta", "links"] if many else ["data"]

    assert members == list(found)
    assert isinstance(found["data"], list) if many else found == {"data": None}
    assert list(linkage) == ["data", "links"]
    assert isinstance(linkage["data"], list) if many else linkage["data"] is None


def test_targets(api: Api, customer: Document) -> None:
    """Each relationship leads to records of its type, of this customer and of nobody else."""
    other = api.create("customers", email="other@example.com")
    mine, theirs = (_belongings(api, each) for each in (customer, other))

    for name, object_ in mine.items():
        assert RELATIONSHIPS[name][0] == object_["type"]
        assert ids(api.get(f"{path_of(customer)}/{name}")) == [object_["id"]]
        assert ids(api.get(f"{path_of(other)}/{name}")) == [theirs[name]["id"]]


def _belongings(api: Api, customer: Document) -> dict[str, Document]:
    """Create one record for each to-many stored at its other end."""
    link, email = {"customer": to(customer)}, customer["attributes"]["email"]
    address = api.create(
        "addresses", business=True, company="A", line_1="1", city="B", country_code="HK", phone="1"
    )
    bought = order(api, link)
    return {
        "customer_addresses": api.create(
            "customer_addresses", links={**link, "address": to(address)}
        ),
        "customer_payment_sources": api.create("customer_payment_sources", links=link),
        "customer_subscriptions": api.create(
            "customer_subscriptions", customer_email=email, reference="news"
        ),
        "orders": bought,
        "order_subscriptions": api.create(
            "order_subscriptions",
            frequency="monthly",
            links={"source_order": to(bought)},
            **BY_HAND,
        ),
        "returns": return_of(api, bought),
        "sku_lists": api.create("sku_lists", name="Wishes", links=link),
        "attachments": api.create("attachments", name="note", links={"attachable": to(customer)}),
    }


# --- the endpoints (customers.md §1) --------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 200),
        ("POST", "", 201),
        ("GET", "/{id}", 200),
        ("PATCH", "/{id}", 200),
        ("PUT", "/{id}", 200),
        ("DELETE", "/{id}", 204),
    ],
)
def test_actions(api: Api, customer: Document, method: str, path: str, status: int) -> None:
    """List, retrieve, create, update, delete."""
    body = None
    if method == "POST":
        body = document("customers", email="new@example.com")
    elif method in ("PATCH", "PUT"):
        body = document("customers", customer["id"])
    answer = api.request(method, CUSTOMERS + path.format(id=customer["id"]), body)

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["name", "code", "created_at", "id", "reference"])
def test_sort_by_the_group(api: Api, clock: Clock, name: str) -> None:
    """Every sortable attribute of the group; who has none comes last."""
    groups = []
    for n in "ab":
        groups.append(api.create("customer_groups", name=n, code=n, reference=n))
        clock.advance(timedelta(hours=1))
    customers = [
        api.create("customers", email=f"{n}@example.com", links={"customer_group": linkage})
        for n, linkage in enumerate((None, to(groups[1]), to(groups[0])))
    ]
    found = ids(api.get(CUSTOMERS, {"sort": f"customer_group.{name}"}))

    assert found == [customers[2]["id"], customers[1]["id"], customers[0]["id"]]


BESIDE_Q = {
    "id": "{id}",
    "ids": "{id}",
    "email": JOHN,
    "status": "prospect",
    "total_orders_count": "0",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "created_at_from": "2026-01-01T00:00:00Z",
    "created_at_to": "2026-01-01T00:00:00Z",
    "updated_at_from": "2026-01-01T00:00:00Z",
    "updated_at_to": "2026-01-01T00:00:00Z",
    "reference": "CRM-1",
    "reference_origin": "crm",
    "metadata": '{"vip":true}',
    "anonymization_status": "requested",
    "customer_group_id": "{group}",
    "tags_id": "{tag}",
}


@pytest.mark.parametrize("name", BESIDE_Q)
def test_filters_beside_q(api: Api, sandbox: Sandbox, clock: Clock, name: str) -> None:
    """Exact values, lists of ids and ranges."""
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    clock.freeze(datetime(2025, 1, 1, tzinfo=UTC))
    api.create("customers", email="early@example.com")
    clock.advance(timedelta(days=365))
    customer = api.create(
        "customers",
        email=JOHN,
        reference="CRM-1",
        reference_origin="crm",
        metadata={"vip": True, "n": 1},
        links={"customer_group": to(group), "tags": [to(tag)]},
    )
    alter(sandbox, customer, anonymization_status="requested")
    own_ids = {"{id}": customer["id"], "{group}": group["id"], "{tag}": tag["id"]}
    value = own_ids.get(BESIDE_Q[name], BESIDE_Q[name])
    found = ids(api.get(CUSTOMERS, {f"filter[{name}]": value}))
    everybody = name in ("status", "total_orders_count", "created_at_to", "updated_at_to")

    assert customer["id"] in found
    assert len(found) == (2 if everybody else 1)


def test_every_filter_of_the_metadata_is_there() -> None:
    """The names beside ``q`` are those of customers.md §1, in that order."""
    related = (
        "customer_group customer_addresses customer_payment_sources customer_subscriptions "
        "order_subscriptions returns sku_lists attachments events tags"
    )
    expected = [
        *("email", "status", "total_orders_count", "id", "created_at", "updated_at"),
        *("reference", "reference_origin", "metadata", "anonymization_status", "q"),
        *(f"{name}_id" for name in related.split()),
        *("ids", "created_at_from", "created_at_to", "updated_at_from", "updated_at_to"),
    ]

    assert sorted(expected) == sorted(registry()["customers"].filters)


FIRST_PARTY = {
    "status_in": "prospect,acquired",
    "password_present": "true",
    "customer_group_id_in": "{group}",
    "tags_id_in": "{tag}",
    "email_or_reference_start": "CRM",
    "email_eq": JOHN,
    "anonymization_status_eq": "requested",
    "created_at_gteq": "2026-01-01",
    "created_at_lteq": "2026-01-01",
    "updated_at_gteq": "2026-01-01",
    "updated_at_lteq": "2026-01-01",
}


@pytest.mark.parametrize("key", FIRST_PARTY)
def test_filters_of_the_vendors_own_apps(
    api: Api, sandbox: Sandbox, clock: Clock, key: str
) -> None:
    """They find who they are meant to find, and nobody else (customers.md §1)."""
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    customer = api.create(
        "customers",
        email=JOHN,
        password=PASSWORD,
        reference="CRM-1",
        links={"customer_group": to(group), "tags": [to(tag)]},
    )
    alter(sandbox, customer, anonymization_status="requested")
    clock.freeze(datetime(2026 if "lteq" in key else 2025, 6, 1, tzinfo=UTC))
    other = api.create("customers", email="other@example.com")
    alter(sandbox, other, status="repeat")
    value = FIRST_PARTY[key].format(group=group["id"], tag=tag["id"])

    assert ids(api.get(CUSTOMERS, {f"filter[q][{key}]": value})) == [customer["id"]]


# --- create (customers.md §5) ---------------------------------------------------------------------


def test_side_effects_of_a_create(api: Api, sandbox: Sandbox) -> None:
    """Prospect, no orders, references of its own, two events in this order."""
    one, other = (
        api.create("customers", email=f"{n}@example.com", password=PASSWORD) for n in "ab"
    )
    generated = [
        each["attributes"][name]
        for each in (one, other)
        for name in ("shopper_reference", "profile_id")
    ]

    assert len(set(generated)) == 4
    assert events(sandbox, one) == ["customers.create", "customers.create_password"]


def test_a_create_with_tags_and_metadata_is_only_a_create(api: Api, sandbox: Sandbox) -> None:
    """Nothing was changed, so neither ``tagged`` nor ``metadata_update`` fires."""
    tag = api.create("tags", name="vip")
    customer = api.create("customers", email=JOHN, metadata={"a": 1}, links={"tags": [to(tag)]})

    assert events(sandbox, customer) == ["customers.create"]


CREATORS = {
    "integration": ("integration", 200),
    "webapp": ("webapp", 200),
    "guest": ("guest", 401),
}


@pytest.mark.parametrize(("kind", "later"), CREATORS.values(), ids=CREATORS)
def test_who_may_create(token_bearers: TokenBearers, kind: str, later: int) -> None:
    """Everybody; a guest sees the record in the answer and never again."""
    api: Api = getattr(token_bearers, kind)()
    answer = api.post(CUSTOMERS, sent(password=PASSWORD, reference="r", metadata={"a": 1}))
    shown = answer.json["data"]["attributes"]

    assert answer.status_code == 201
    assert (shown["email"], shown["has_password"]) == ("new@example.com", True)
    assert (shown["reference"], shown["metadata"]) == ("r", {"a": 1})
    assert api.get(path_of(answer.json["data"])).status_code == later


def test_a_logged_customer_creates_somebody_else(token_bearers: TokenBearers, api: Api) -> None:
    """It sees the record in the answer and never again."""
    api.create("customers", email=JOHN, password=PASSWORD)
    john = token_bearers.customer(JOHN)
    answer = john.post(CUSTOMERS, sent())

    assert answer.status_code == 201
    assert got(john.get(path_of(answer.json["data"]))) == refused("UNAUTHORIZED")


def test_sign_up_then_login(token_bearers: TokenBearers) -> None:
    """What the hosted apps do: POST on a guest token, then the password grant."""
    created = token_bearers.guest().post(CUSTOMERS, sent(password="secret")).json["data"]
    john = token_bearers.customer("new@example.com", "secret")

    assert ids(john.get(CUSTOMERS)) == [created["id"]]


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_a_sales_channel_assigns_no_group_and_no_tags(
    token_bearers: TokenBearers, api: Api, kind: str
) -> None:
    """Who could choose a group could enter private markets."""
    api.create("customers", email=JOHN, password=PASSWORD)
    channel = token_bearers.customer(JOHN) if kind == "customer" else token_bearers.guest()
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    for links in ({"customer_group": to(group)}, {"tags": [to(tag)]}):
        answer = channel.post(CUSTOMERS, document("customers", links=links, email="a@b.c"))

        assert got(answer) == not_allowed(next(iter(links)))


def test_an_unknown_group(api: Api) -> None:
    """404, as for every linkage that leads nowhere."""
    links = {"customer_group": {"type": "customer_groups", "id": "AAAAAAAAAA"}}

    assert got(api.post(CUSTOMERS, document("customers", links=links, email=JOHN))) == refused(
        "RECORD_NOT_FOUND"
    )


# --- references (customers.md §3) -----------------------------------------------------------------

TOO_SHORT = ("is too short (minimum is 3 characters)", "too_short", 3)
TOO_LONG = ("is too long (maximum is 128 characters)", "too_long", 128)


@pytest.mark.parametrize("name", ["shopper_reference", "profile_id"])
@pytest.mark.parametrize(
    ("value", "broken"), [("ab", TOO_SHORT), ("a" * 129, TOO_LONG)], ids=["short", "long"]
)
def test_a_reference_of_a_wrong_length(
    api: Api, customer: Document, name: str, value: str, broken: tuple[str, str, int]
) -> None:
    """3 to 128 characters, on create and on update."""
    title, rule, count = broken
    expected = refused_with([violation(f"attributes/{name}", title, rule, count=count)])
    changed = document("customers", customer["id"], **{name: value})

    assert got(api.post(CUSTOMERS, sent(**{name: value}))) == expected
    assert got(api.patch(path_of(customer), changed)) == expected


@pytest.mark.parametrize("name", ["shopper_reference", "profile_id"])
@pytest.mark.parametrize("value", ["abc", "a" * 128])
def test_a_reference_of_ones_own(api: Api, name: str, value: str) -> None:
    """It is kept as sent, and need not be unique."""
    found = [
        api.create("customers", email=f"{n}@example.com", **{name: value})["attributes"][name]
        for n in "ab"
    ]

    assert [value, value] == found


@pytest.mark.parametrize("name", ["shopper_reference", "profile_id"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_blank_reference_is_generated_anew(
    api: Api, customer: Document, name: str, value: str | None
) -> None:
    """Null and blanks make another one, and only of this reference."""
    before = customer["attributes"]
    after = api.update(customer, **{name: value})["attributes"]
    changed = {n for n, v in before.items() if after[n] != v} - {"updated_at"}

    assert changed == {name}
    assert len(after[name]) == 36


# --- update (customers.md §6) ---------------------------------------------------------------------


def test_another_email(token_bearers: TokenBearers, api: Api) -> None:
    """The customer keeps id, orders and login; the orders show the new address."""
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    bought = order(api, customer_email=JOHN)
    token = token_bearers.customer(JOHN)
    updated = api.update(customer, email="Johnny@Example.com")
    shown = api.get(path_of(bought)).json["data"]["attributes"]["customer_email"]

    assert updated["id"] == customer["id"]
    assert ids(api.get(f"{path_of(customer)}/orders")) == [bought["id"]]
    assert shown == "johnny@example.com"
    assert ids(token.get(CUSTOMERS)) == [customer["id"]]
    assert token_bearers.login("johnny@example.com")[0] == 200
    assert token_bearers.login(JOHN)[0] == 400


EMAILS = {
    "null": (None, violation("attributes/email", "can't be blank", "blank")),
    "empty": ("", violation("attributes/email", "can't be blank", "blank")),
    "blanks": ("  ", violation("attributes/email", "can't be blank", "blank")),
    "invalid": ("foo", violation("attributes/email", "is invalid", "invalid", value="foo")),
    "taken": (
        " OTHER@example.com ",
        violation("attributes/email", "has already been taken", "taken", value="other@example.com"),
    ),
}


@pytest.mark.parametrize(("email", "error"), EMAILS.values(), ids=EMAILS)
def test_an_email_that_will_not_do(
    api: Api, customer: Document, email: str | None, error: Document
) -> None:
    """The rules of a create apply to an update."""
    api.create("customers", email="other@example.com")
    answer = api.patch(path_of(customer), document("customers", customer["id"], email=email))

    assert got(answer) == refused_with([error])


@pytest.mark.parametrize(
    "email", ["a@b", "o'hara+tag@b.c", "jörg@exämple.de", "a..b@c", f"{'a' * 253}@b"]
)
def test_emails_that_will_do(api: Api, email: str) -> None:
    """Something without spaces or @, one @, something; up to 255 characters (customers.md §8)."""
    assert api.create("customers", email=email)["attributes"]["email"] == email


def test_an_email_is_normal(api: Api) -> None:
    """Trimmed, in lower case, and found that way (customers.md §8)."""
    customer = api.create("customers", email="\t John.SMITH@Example.COM \n")

    assert customer["attributes"]["email"] == "john.smith@example.com"
    assert ids(api.get(CUSTOMERS, {"filter[q][email_eq]": "john.smith@example.com"})) == [
        customer["id"]
    ]
    assert ids(api.get(CUSTOMERS, {"filter[q][email_eq]": "John.SMITH@Example.COM"})) == []


def test_an_email_is_unique_in_its_mode(token_bearers: TokenBearers) -> None:
    """The other mode may have it too (customers.md §8)."""
    created = [
        token_bearers.integration(mode).create("customers", email=JOHN) for mode in ("test", "live")
    ]

    assert [one["meta"]["mode"] for one in created] == ["test", "live"]
    assert token_bearers.integration("live").post(CUSTOMERS, sent(email=JOHN)).status_code == 422


def test_an_email_that_is_free_again(api: Api, customer: Document) -> None:
    """Who has given it up, or is gone, does not hold it."""
    api.update(customer, email="elsewhere@example.com")
    second = api.create("customers", email=JOHN)
    api.delete(path_of(second))

    assert api.create("customers", email=JOHN)["id"] not in (customer["id"], second["id"])


MINE = {
    "email": "me@example.com",
    "reference": "r",
    "reference_origin": "o",
    "metadata": {"a": 1},
    "shopper_reference": "abc",
    "profile_id": "abc",
    "tax_exemption_code": "T",
}
NOT_MINE = {
    "password": refused("UNAUTHORIZED"),
    "_add_tags": not_allowed("_add_tags"),
    "_remove_tags": not_allowed("_remove_tags"),
    "_request_anonymization": not_allowed("_request_anonymization"),
    "_cancel_anonymization": not_allowed("_cancel_anonymization"),
}


@pytest.fixture
def john(token_bearers: TokenBearers, api: Api) -> tuple[Api, Document]:
    """Return a logged customer and its own record."""
    record = api.create("customers", email=JOHN, password=PASSWORD)
    return token_bearers.customer(JOHN), record


@pytest.mark.parametrize("name", MINE)
def test_what_a_logged_customer_changes(john: tuple[Api, Document], name: str) -> None:
    """All that is about itself and not a right."""
    own, record = john

    assert own.update(record, **{name: MINE[name]})["attributes"][name] == MINE[name]


@pytest.mark.parametrize("name", NOT_MINE)
def test_what_a_logged_customer_does_not_change(
    john: tuple[Api, Document], sandbox: Sandbox, name: str
) -> None:
    """Neither the password nor what is closed to sales channels."""
    own, record = john
    before = stored(sandbox, record)
    value = True if name.endswith("anonymization") else "another-secret"
    answer = own.patch(path_of(record), document("customers", record["id"], **{name: value}))

    assert got(answer) == NOT_MINE[name]
    assert stored(sandbox, record) == before


@pytest.mark.parametrize("name", ["customer_group", "tags"])
def test_what_a_logged_customer_does_not_link(john: tuple[Api, Document], name: str) -> None:
    """Not even clearing is allowed, in either of the two ways."""
    own, record = john
    (linkage,) = empty(name).values()
    answer = own.patch(path_of(record), document("customers", record["id"], links=empty(name)))
    beside = own.patch(f"{path_of(record)}/relationships/{name}", {"data": linkage})

    assert got(answer) == not_allowed(name)
    assert got(beside) == not_allowed(name)


@pytest.mark.parametrize("status", ["requested", "started", "completed", "failed", "cancelled"])
def test_anonymization_locks_nothing(
    api: Api, sandbox: Sandbox, customer: Document, status: str
) -> None:
    """Updates stay allowed in every state."""
    alter(
        sandbox,
        customer,
        anonymization_status=status,
        anonymization_info={"status": status, "requested_at": "2026-01-01 00:00:00 UTC"},
    )
    updated = api.update(customer, reference="r", email="new@example.com")["attributes"]

    assert (updated["reference"], updated["anonymization_status"]) == ("r", status)


def test_another_metadata_fires_an_event(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """Once for each change, not for the same value again."""
    for metadata in ({"a": 1}, {"a": 1}, {"b": 2}, None):
        api.update(customer, metadata=metadata)

    assert events(sandbox, customer) == ["customers.create", *["customers.metadata_update"] * 3]


def test_an_update_of_other_things_fires_none(
    api: Api, sandbox: Sandbox, customer: Document
) -> None:
    """There is no event for a changed email or group."""
    group = api.create("customer_groups", name="Gold")
    api.update(
        customer, email="new@example.com", reference="r", links={"customer_group": to(group)}
    )

    assert events(sandbox, customer) == ["customers.create"]


@pytest.mark.parametrize("links", [{"customer_group": None}, {"tags": []}], ids=["one", "many"])
def test_clearing_what_is_not_linked_is_no_change(
    api: Api, clock: Clock, sandbox: Sandbox, links: Document
) -> None:
    """A new record knows that nothing is linked; ``updated_at`` stays."""
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    customer = api.create("customers", email=JOHN)
    clock.advance(timedelta(hours=1))
    before = stored(sandbox, customer)

    assert api.update(customer, links=links)["attributes"] == customer["attributes"]
    assert stored(sandbox, customer) == before


# --- status and total_orders_count (customers.md §9) ----------------------------------------------


@pytest.mark.parametrize("name", ["status", "total_orders_count", "has_password"])
def test_what_the_server_manages(api: Api, customer: Document, name: str) -> None:
    """Nobody can write it, not even with its own value."""
    value = customer["attributes"][name]

    assert got(api.post(CUSTOMERS, sent(**{name: value}))) == not_allowed(name)
    assert got(
        api.patch(path_of(customer), document("customers", customer["id"], **{name: value}))
    ) == not_allowed(name)


def test_drafts_do_not_count(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """Only an order that is placed makes somebody more than a prospect."""
    for status in ("draft", "pending"):
        alter(sandbox, order(api, {"customer": to(customer)}), status=status)
    shown = api.get(path_of(customer)).json["data"]["attributes"]

    assert (shown["status"], shown["total_orders_count"]) == ("prospect", 0)


def test_one_group_for_each_customer(api: Api, customer: Document) -> None:
    """A to-one relationship: the group's members are the other end of it (customers.md §15)."""
    gold, silver = (api.create("customer_groups", name=name) for name in ("Gold", "Silver"))
    for group in (gold, silver):
        api.update(customer, links={"customer_group": to(group)})

    assert ids(api.get(f"{path_of(gold)}/customers")) == []
    assert ids(api.get(f"{path_of(silver)}/customers")) == [customer["id"]]


def test_a_guest_who_registers(api: Api, sandbox: Sandbox, token_bearers: TokenBearers) -> None:
    """It keeps id and orders (customers.md §15)."""
    bought = order(token_bearers.integration(), customer_email=JOHN, guest=True)
    (guest,) = api.get(CUSTOMERS).json["data"]
    registered = api.update(guest, password=PASSWORD)
    token = token_bearers.customer(JOHN)

    assert (registered["id"], registered["attributes"]["has_password"]) == (guest["id"], True)
    assert ids(token.get("/api/orders")) == [bought["id"]]
    assert events(sandbox, guest) == ["customers.create", "customers.create_password"]


def test_a_private_market_is_for_members(api: Api, token_bearers: TokenBearers) -> None:
    """A customer of the market's group gets a token for it, others do not (customers.md §15)."""
    group = api.get(f"{path_of(market(api, 'vip'))}/customer_group").json["data"]
    links = {"customer_group": to(group)}
    api.create("customers", email="member@example.com", password=PASSWORD, links=links)
    api.create("customers", email=JOHN, password=PASSWORD)
    asked = {"password": PASSWORD, "scope": "market:code:vip"}
    answers = [
        token_bearers.answer("Sales channel", "password", username=email, **asked)[0]
        for email in ("member@example.com", JOHN)
    ]

    assert answers == [200, 400]
    assert (
        token_bearers.answer("Sales channel", "client_credentials", scope="market:code:vip")[0]
        == 400
    )
