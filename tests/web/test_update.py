"""Updating records (conventions.md §7)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from tests.backends import BACKENDS
from tests.client import Api, Document, document, path_of, to
from tests.refusals import Refused, got, refused, refused_with, violation

NOBODY = "AAAAAAAAAA"
#: Stands for the id of the customer that is updated.
OWN = "own id"


@pytest.fixture
def group(api: Api) -> Document:
    """Return a customer group."""
    return api.create("customer_groups", name="Gold")


@pytest.fixture
def tags(api: Api) -> list[Document]:
    """Return three tags."""
    return [api.create("tags", name=name) for name in ("vip", "new", "old")]


@pytest.fixture
def customer(api: Api, group: Document, tags: list[Document]) -> Document:
    """Return a customer with a value for everything."""
    return api.create(
        "customers",
        email="john@example.com",
        password="secret123",
        reference="r",
        reference_origin="o",
        tax_exemption_code="t",
        metadata={"foo": "bar", "n": {"a": 1}},
        links={"customer_group": to(group), "tags": [to(tag) for tag in tags[:2]]},
    )


def read(api: Api, object_: Document) -> Document:
    """Return a record as it is now, without what differs from answer to answer."""
    data: Document = api.get(f"{path_of(object_)}?include=customer_group,tags").json["data"]
    data["meta"].pop("trace_id")
    return data


def body(**members: Any) -> Document:
    """Return a customer's document with further members of ``data``."""
    return {"data": {"type": "customers", "id": OWN, **members}}


def linked(name: str, value: Any) -> Document:
    """Return a customer's document with one relationship."""
    return body(relationships={name: value})


def with_attributes(**attributes: Any) -> Document:
    """Return a customer's document with attributes."""
    return body(attributes=attributes)


def missing(name: str) -> Refused:
    """Return the refusal of a document without a member."""
    return refused("PARAM_MISSING", f"The required parameter, {name}, is missing.")


def not_allowed(name: str) -> Refused:
    """Return the refusal of a member that may not be sent."""
    return refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


REFUSED: dict[str, tuple[Any, Refused]] = {
    "not-json": (b"{", refused("BAD_REQUEST", "unexpected token at '{'")),
    "list-body": ([], refused("BAD_REQUEST", "Request must be a hash")),
    "no-data": ({}, missing("data")),
    "null-data": ({"data": None}, missing("data")),
    "empty-data": ({"data": {}}, missing("data")),
    "list-data": ({"data": []}, refused("INVALID_DATA_FORMAT")),
    "no-id": ({"data": {"type": "customers"}}, refused("KEY_ORDER_MISMATCH")),
    "null-id": (body(id=None), refused("KEY_ORDER_MISMATCH")),
    "no-id-and-no-type": ({"data": {"attributes": {}}}, refused("KEY_ORDER_MISMATCH")),
    "number-id": (
        body(id=5),
        refused("KEY_NOT_INCLUDED_IN_URL", "The URL does not support the key 5"),
    ),
    "empty-id": (
        body(id=""),
        refused("KEY_NOT_INCLUDED_IN_URL", "The URL does not support the key "),
    ),
    "malformed-id": (
        body(id="not-an-id"),
        refused("KEY_NOT_INCLUDED_IN_URL", "The URL does not support the key not-an-id"),
    ),
    "no-type": ({"data": {"id": OWN}}, missing("type")),
    "null-type": (body(type=None), missing("type")),
    "other-type": (body(type="skus"), refused("INVALID_RESOURCE", "skus is not a valid resource.")),
    "links": (body(links={}), not_allowed("links")),
    "meta": (body(meta={}), not_allowed("meta")),
    "null-attributes": (body(attributes=None), refused("INVALID_DATA_FORMAT")),
    "list-relationships": (body(relationships=[]), refused("INVALID_DATA_FORMAT")),
    "unknown-attribute": (with_attributes(foo=1), not_allowed("foo")),
    "read-only-attribute": (with_attributes(status="prospect"), not_allowed("status")),
    "timestamp": (with_attributes(updated_at=None), not_allowed("updated_at")),
    "bare-null-relationship": (with_attributes(customer_group=None), not_allowed("customer_group")),
    "unknown-relationship": (linked("foo", {"data": None}), not_allowed("foo")),
    "read-only-relationship": (linked("orders", {"data": []}), not_allowed("orders")),
    "null-for-a-to-many": (linked("tags", {"data": None}), refused("INVALID_LINKS_OBJECT")),
    "other-type-linked": (
        linked("customer_group", {"data": {"type": "skus", "id": NOBODY}}),
        refused("TYPE_MISMATCH", "skus is not a valid type for this operation."),
    ),
    "unknown-id-linked": (
        linked("customer_group", {"data": {"type": "customer_groups", "id": NOBODY}}),
        refused("RECORD_NOT_FOUND"),
    ),
    "required-is-null": (
        with_attributes(email=None, reference="x"),
        refused_with([violation("attributes/email", "can't be blank", "blank")]),
    ),
    "required-is-empty": (
        with_attributes(email=" "),
        refused_with([violation("attributes/email", "can't be blank", "blank")]),
    ),
    "two-are-invalid": (
        with_attributes(shopper_reference="x", email="y"),
        refused_with(
            [
                violation("attributes/email", "is invalid", "invalid", value="y"),
                violation(
                    "attributes/shopper_reference",
                    "is too short (minimum is 3 characters)",
                    "too_short",
                    count=3,
                ),
            ]
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(api: Api, customer: Document, case: tuple[Any, Refused]) -> None:
    """Each wrong request has its error, and changes nothing."""
    sent, expected = case
    before = read(api, customer)
    answer = api.patch(path_of(customer), own(sent, customer))

    assert expected == got(answer)
    assert read(api, customer) == before


def own(sent: Any, customer: Document) -> Any:
    """Return a body with the customer's id where it stands for one."""
    if isinstance(sent, dict) and isinstance(sent.get("data"), dict):
        data = sent["data"]
        return {"data": {**data, "id": customer["id"]}} if data.get("id") == OWN else sent
    return sent


def test_the_id_of_another_record(api: Api, customer: Document, sandbox: Sandbox) -> None:
    """The error names the hidden integer of the body's id (conventions.md §7)."""
    other = api.create("customers", email="other@example.com")
    number = sandbox.number("customers", other["id"])
    answer = api.patch(path_of(customer), document("customers", other["id"], reference="x"))
    api.delete(path_of(other))
    after = api.patch(path_of(customer), document("customers", other["id"], reference="x"))
    expected = refused("KEY_NOT_INCLUDED_IN_URL", f"The URL does not support the key {number}")

    assert isinstance(number, int)
    assert expected == got(answer)
    assert expected == got(after)


def test_an_unknown_id(api: Api) -> None:
    """Nobody cannot be updated."""
    answer = api.patch(f"/api/customers/{NOBODY}", document("customers", NOBODY, reference="x"))

    assert got(answer) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_only_what_is_sent_changes(api: Api, customer: Document, method: str) -> None:
    """What is absent stays; PUT means the same (conventions.md §7)."""
    before = read(api, customer)
    answer = api.request(
        method, path_of(customer), document("customers", customer["id"], reference="changed")
    )
    changed = answer.json["data"]["attributes"]

    assert answer.status_code == 200
    assert changed["reference"] == "changed"
    assert {n for n, v in before["attributes"].items() if changed[n] != v} <= {
        "reference",
        "updated_at",
    }
    assert read(api, customer)["relationships"] == before["relationships"]


@pytest.mark.parametrize(
    ("name", "sent", "stored"),
    [
        ("reference", None, None),
        ("reference", "", ""),
        ("tax_exemption_code", None, None),
        ("metadata", None, None),
        ("metadata", {}, {}),
        ("metadata", {"bar": "foo"}, {"bar": "foo"}),
        ("metadata", {"n": {"b": 2}}, {"n": {"b": 2}}),
        ("email", "  JANE@example.com ", "jane@example.com"),
        ("email", "john@example.com", "john@example.com"),
    ],
)
def test_values(api: Api, customer: Document, name: str, sent: Any, stored: Any) -> None:
    """Null clears; metadata is replaced as a whole (conventions.md §7)."""
    updated = api.update(customer, **{name: sent})

    assert stored == updated["attributes"][name]
    assert stored == read(api, customer)["attributes"][name]


@pytest.mark.parametrize(
    "sent",
    [{}, {"attributes": {}}, {"relationships": {}}, {"attributes": {}, "relationships": {}}],
    ids=["bare", "attributes", "relationships", "both"],
)
def test_nothing_is_sent(api: Api, app: MockServerApp, customer: Document, sent: Document) -> None:
    """An update of nothing is fine and moves nothing (conventions.md §7)."""
    before = read(api, customer)
    next(iter(app.organizations)).clock.advance(timedelta(minutes=1))
    answer = api.patch(path_of(customer), own(body(**sent), customer))

    assert answer.status_code == 200
    assert read(api, customer) == before


def test_a_read_only_attribute_with_its_own_value(api: Api, customer: Document) -> None:
    """It is refused all the same: fetched objects cannot be sent back (conventions.md §7)."""
    attributes = read(api, customer)["attributes"]
    answer = api.patch(
        path_of(customer), document("customers", customer["id"], status=attributes["status"])
    )

    assert got(answer) == not_allowed("status")


def test_an_attribute_only_for_creation(api: Api) -> None:
    """What can be created need not be updatable."""
    subscription = api.create(
        "customer_subscriptions", customer_email="john@example.com", reference="news"
    )
    answer = api.patch(
        path_of(subscription),
        document("customer_subscriptions", subscription["id"], customer_email="a@b.c"),
    )

    assert got(answer) == not_allowed("customer_email")


def test_a_to_one_is_replaced_and_cleared(api: Api, customer: Document) -> None:
    """Another one, then none (conventions.md §7)."""
    other = api.create("customer_groups", name="Silver")
    replaced = api.update(customer, links={"customer_group": to(other)})
    found = read(api, replaced)["relationships"]["customer_group"]["data"]
    cleared = api.update(customer, links={"customer_group": None})

    assert to(other) == found
    assert read(api, cleared)["relationships"]["customer_group"]["data"] is None


def test_a_to_many_is_replaced_and_cleared(
    api: Api, customer: Document, tags: list[Document]
) -> None:
    """The list sent is the list there is (conventions.md §7)."""
    api.update(customer, links={"tags": [to(tags[2]), to(tags[0])]})
    replaced = read(api, customer)["relationships"]["tags"]["data"]
    api.update(customer, links={"tags": []})

    assert replaced == [to(tags[2]), to(tags[0])]
    assert read(api, customer)["relationships"]["tags"]["data"] == []


def test_members_beside_the_identity_are_ignored(
    api: Api, customer: Document, tags: list[Document]
) -> None:
    """As a dashboard edits tags: whole resources are linked as they were fetched."""
    group = api.create("customer_groups", name="Silver")
    links = {"customer_group": {**group, "name": "x"}, "tags": [{**to(tags[2]), "name": "vip"}]}
    api.update(customer, links=links)

    relationships = read(api, customer)["relationships"]
    assert relationships["customer_group"]["data"] == to(group)
    assert relationships["tags"]["data"] == [to(tags[2])]
    assert api.get(path_of(tags[2])).json["data"]["attributes"]["name"] == "old"


def test_triggers_alone(api: Api, customer: Document, tags: list[Document]) -> None:
    """They run, and the document as it is then is returned without them (conventions.md §7)."""
    answer = api.patch(
        f"{path_of(customer)}?include=tags",
        document("customers", customer["id"], _add_tags="old", _remove_tags="vip"),
    )

    assert answer.json["data"]["relationships"]["tags"]["data"] == [to(tags[1]), to(tags[2])]
    assert [n for n in answer.json["data"]["attributes"] if n.startswith("_")] == []


@pytest.mark.parametrize("value", [False, None, "false", "0", ""], ids=repr)
def test_a_trigger_that_is_not_true(api: Api, customer: Document, value: Any) -> None:
    """It is accepted and does nothing (conventions.md §3)."""
    before = read(api, customer)
    api.update(customer, _cancel_anonymization=value, _request_anonymization=value)

    assert read(api, customer) == before


@pytest.mark.parametrize("value", [True, "true", "1", "t", 1], ids=repr)
def test_a_trigger_that_is_true(api: Api, value: Any) -> None:
    """It fires, whatever it looks like (conventions.md §3)."""
    market = api.get("/api/markets").json["data"][0]
    disabled = api.update(market, _disable=value)

    assert disabled["attributes"]["disabled_at"] is not None


@pytest.mark.parametrize("value", [{}, [], [True]], ids=repr)
def test_a_trigger_that_is_no_boolean(api: Api, customer: Document, value: Any) -> None:
    """It is invalid."""
    answer = api.patch(
        path_of(customer),
        document("customers", customer["id"], _request_anonymization=value),
    )

    assert got(answer) == refused_with(
        [violation("attributes/_request_anonymization", "is invalid", "invalid", value=value)]
    )


def test_fields_and_include_apply(api: Api, customer: Document, group: Document) -> None:
    """An update honours both (conventions.md §11, §12)."""
    answer = api.patch(
        f"{path_of(customer)}?include=customer_group&fields[customers]=reference",
        document("customers", customer["id"], reference="x"),
    )

    assert answer.json["data"]["attributes"] == {"reference": "x"}
    assert "relationships" not in answer.json["data"]
    assert [to(object_) for object_ in answer.json["included"]] == [to(group)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 0}, {"a": False}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": "1"}),
        ({"a": None}, {}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
    ],
    ids=repr,
)
def test_json_values_that_look_alike(api: Api, before: Document, after: Document) -> None:
    """True is not 1: such a change is a change, stored and told of."""
    customer = api.create("customers", email="john@example.com", metadata=before)
    api.update(customer, metadata=after)
    found = api.get(path_of(customer))
    events = api.get(f"{path_of(customer)}/events").json["data"]
    metadata = json.dumps(after, separators=(",", ":"))

    assert f'"metadata":{metadata}' in found.text
    assert [event["attributes"]["name"] for event in events] == [
        "customers.create",
        "customers.metadata_update",
    ]


@pytest.mark.parametrize("storage", BACKENDS)
def test_a_refused_update_changes_nothing(api: Api, customer: Document, sandbox: Sandbox) -> None:
    """Neither the record nor what effects have touched (conventions.md §7)."""
    before = read(api, customer), sandbox.partition.select("events")[0]
    sent = document(
        "customers",
        customer["id"],
        links={"tags": [], "customer_group": None},
        reference="changed",
        _add_tags="old",
        email="not an email",
    )
    answer = api.patch(path_of(customer), sent)

    assert answer.status_code == 422
    assert before == (read(api, customer), sandbox.partition.select("events")[0])


@pytest.mark.parametrize("resent", [{}, {"email": "john"}], ids=["left alone", "sent again"])
def test_an_old_value_is_not_held_against_a_record(
    api: Api, sandbox: Sandbox, resent: dict[str, str]
) -> None:
    """Rules look at what is new: what is stored already may stay."""
    customer = api.create("customers", email="john@example.com")
    record = sandbox.get("customers", customer["id"]) or {}
    sandbox.partition.put("customers", {**record, "email": "john"})
    updated = api.update(customer, reference="r", **resent)
    refused = api.patch(path_of(customer), document("customers", customer["id"], email="jane"))

    assert updated["attributes"]["email"] == "john"
    assert refused.status_code == 422
