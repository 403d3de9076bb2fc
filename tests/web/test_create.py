"""Creating records (conventions.md §6)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.backends import BACKENDS
from tests.client import Api, Document, document, path_of, to
from tests.refusals import Refused, got, refused, refused_with, violation

NOBODY = "AAAAAAAAAA"
EMAIL = {"email": "john@example.com"}
BLANK = violation("attributes/email", "can't be blank", "blank")


def body(**members: Any) -> Document:
    """Return a customer's document with further members of ``data``."""
    return {"data": {"type": "customers", "attributes": EMAIL, **members}}


def linked(name: str, value: Any) -> Document:
    """Return a customer's document with one relationship."""
    return body(relationships={name: value})


def missing(name: str) -> Refused:
    """Return the refusal of a document without a member."""
    return refused("PARAM_MISSING", f"The required parameter, {name}, is missing.")


def not_allowed(name: str) -> Refused:
    """Return the refusal of a member that may not be sent."""
    return refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def bad(reason: str) -> Refused:
    """Return the refusal of what cannot be read."""
    return refused("BAD_REQUEST", reason)


def wrong_type(name: str) -> Refused:
    """Return the refusal of a linkage to another type."""
    return refused("TYPE_MISMATCH", f"{name} is not a valid type for this operation.")


def wrong_id(value: str) -> Refused:
    """Return the refusal of a linkage whose id is none."""
    return refused("INVALID_FIELD_VALUE", f"{value} is not a valid value for id.")


GROUP = "customer_groups"
REFUSED: dict[str, tuple[Any, Refused]] = {
    # the body
    "not-json": (b"{oops", bad("unexpected token at '{oops'")),
    "long-not-json": (b"x" * 99, bad(f"unexpected token at '{'x' * 40}'")),
    "not-utf-8": (b'{"data":"\xff"}', bad('unexpected token at \'{"data":"\ufffd"}\'')),
    "lone-surrogate": (b'{"a":"\\ud800"}', bad('unexpected token at \'{"a":"\\ud800"}\'')),
    "not-a-number": (b'{"a":NaN}', bad("unexpected token at '{\"a\":NaN}'")),
    "byte-order-mark": (b"\xef\xbb\xbf{}", bad("unexpected token at '\ufeff{}'")),
    "blank-body": (b"  ", bad("unexpected token at '  '")),
    "list-body": ([], bad("Request must be a hash")),
    "text-body": ("data", bad("Request must be a hash")),
    "null-body": (b"null", bad("Request must be a hash")),
    "number-body": (5, bad("Request must be a hash")),
    "deep-body": (b'{"data":' + b"[" * 101 + b"]" * 101 + b"}", bad("nesting of 101 is too deep")),
    # data
    "empty-body": (b"", missing("data")),
    "no-data": ({}, missing("data")),
    "only-meta": ({"meta": {}}, missing("data")),
    "null-data": ({"data": None}, missing("data")),
    "empty-data": ({"data": {}}, missing("data")),
    "list-data": ({"data": [{"type": "customers"}]}, refused("INVALID_DATA_FORMAT")),
    "empty-list-data": ({"data": []}, refused("INVALID_DATA_FORMAT")),
    "text-data": ({"data": "customers"}, refused("INVALID_DATA_FORMAT")),
    "number-data": ({"data": 0}, refused("INVALID_DATA_FORMAT")),
    "false-data": ({"data": False}, refused("INVALID_DATA_FORMAT")),
    # type
    "no-type": ({"data": {"attributes": EMAIL}}, missing("type")),
    "null-type": (body(type=None), missing("type")),
    "empty-type": (body(type=""), missing("type")),
    "other-type": (body(type="skus"), refused("INVALID_RESOURCE", "skus is not a valid resource.")),
    "singular-type": (
        body(type="customer"),
        refused("INVALID_RESOURCE", "customer is not a valid resource."),
    ),
    "number-type": (body(type=5), refused("INVALID_RESOURCE", "5 is not a valid resource.")),
    "list-type": (
        body(type=["customers"]),
        refused("INVALID_RESOURCE", '["customers"] is not a valid resource.'),
    ),
    # members
    "id": (body(id=NOBODY), not_allowed("id")),
    "null-id": (body(id=None), not_allowed("id")),
    "links": (body(links={"self": "/"}), not_allowed("links")),
    "meta": (body(meta={}), not_allowed("meta")),
    "lid": (body(lid="1"), not_allowed("lid")),
    # attributes
    "unknown-attribute": (document("customers", **EMAIL, foo=1), not_allowed("foo")),
    "read-only-attribute": (document("customers", **EMAIL, status="x"), not_allowed("status")),
    "derived-attribute": (
        document("customers", **EMAIL, has_password=True),
        not_allowed("has_password"),
    ),
    "timestamp": (document("customers", **EMAIL, created_at=1), not_allowed("created_at")),
    "update-only-attribute": (
        document("customers", **EMAIL, _add_tags="a"),
        not_allowed("_add_tags"),
    ),
    "trigger": (
        document("customers", **EMAIL, _request_anonymization=False),
        not_allowed("_request_anonymization"),
    ),
    "relationship-as-attribute": (
        document("customers", **EMAIL, customer_group=None),
        not_allowed("customer_group"),
    ),
    "tags-as-attribute": (document("customers", **EMAIL, tags=[]), not_allowed("tags")),
    "hidden-number": (document("customers", **EMAIL, number=1), not_allowed("number")),
    "first-offender": (document("customers", status=1, foo=2, **EMAIL), not_allowed("status")),
    "list-attributes": (body(attributes=[]), refused("INVALID_DATA_FORMAT")),
    "text-attributes": (body(attributes="email"), refused("INVALID_DATA_FORMAT")),
    "null-attributes": (body(attributes=None), refused("INVALID_DATA_FORMAT")),
    # relationships
    "list-relationships": (body(relationships=[]), refused("INVALID_DATA_FORMAT")),
    "null-relationships": (body(relationships=None), refused("INVALID_DATA_FORMAT")),
    "unknown-relationship": (linked("foo", {"data": None}), not_allowed("foo")),
    "attribute-as-relationship": (linked("email", {"data": None}), not_allowed("email")),
    "read-only-relationship": (linked("orders", {"data": []}), not_allowed("orders")),
    "virtual-relationship": (linked("jwt_customer", {"data": None}), not_allowed("jwt_customer")),
    "event-stores": (linked("event_stores", {"data": []}), not_allowed("event_stores")),
    "bare-null": (linked("customer_group", None), refused("INVALID_LINKS_OBJECT")),
    "bare-list": (linked("tags", []), refused("INVALID_LINKS_OBJECT")),
    "no-linkage": (linked("customer_group", {}), refused("INVALID_LINKS_OBJECT")),
    "only-links": (linked("customer_group", {"links": {}}), refused("INVALID_LINKS_OBJECT")),
    "linkage-is-text": (
        linked("customer_group", {"data": NOBODY}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "linkage-is-empty": (linked("customer_group", {"data": {}}), refused("INVALID_LINKS_OBJECT")),
    "linkage-without-id": (
        linked("customer_group", {"data": {"type": GROUP}}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "linkage-without-type": (
        linked("customer_group", {"data": {"id": NOBODY}}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "more-without-id": (
        linked("customer_group", {"data": {"type": GROUP, "name": "Gold", "meta": {}}}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "more-without-type": (
        linked("tags", {"data": [{"id": NOBODY, "name": "vip"}]}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "list-for-a-to-one": (linked("customer_group", {"data": []}), refused("INVALID_LINKS_OBJECT")),
    "null-for-a-to-many": (linked("tags", {"data": None}), refused("INVALID_LINKS_OBJECT")),
    "one-for-a-to-many": (
        linked("tags", {"data": {"type": "tags", "id": NOBODY}}),
        refused("INVALID_LINKS_OBJECT"),
    ),
    "null-in-a-to-many": (linked("tags", {"data": [None]}), refused("INVALID_LINKS_OBJECT")),
    "other-type-linked": (
        linked("customer_group", {"data": {"type": "skus", "id": NOBODY}}),
        wrong_type("skus"),
    ),
    "other-type-among-many": (
        linked("tags", {"data": [{"type": GROUP, "id": NOBODY}]}),
        wrong_type(GROUP),
    ),
    "type-is-an-object": (
        linked("customer_group", {"data": {"type": {}, "id": NOBODY}}),
        wrong_type("{}"),
    ),
    "null-id-linked": (
        linked("customer_group", {"data": {"type": GROUP, "id": None}}),
        wrong_id("null"),
    ),
    "empty-id-linked": (
        linked("customer_group", {"data": {"type": GROUP, "id": ""}}),
        wrong_id(""),
    ),
    "number-id-linked": (
        linked("customer_group", {"data": {"type": GROUP, "id": 7}}),
        wrong_id("7"),
    ),
    "list-id-linked": (
        linked("tags", {"data": [{"type": "tags", "id": ["x", True]}]}),
        wrong_id('["x",true]'),
    ),
    "unknown-id-linked": (
        linked("customer_group", {"data": {"type": GROUP, "id": NOBODY}}),
        refused("RECORD_NOT_FOUND"),
    ),
    "malformed-id-linked": (
        linked("customer_group", {"data": {"type": GROUP, "id": "no id at all\u0000"}}),
        refused("RECORD_NOT_FOUND"),
    ),
    "unknown-id-among-many": (
        linked("tags", {"data": [{"type": "tags", "id": NOBODY}]}),
        refused("RECORD_NOT_FOUND"),
    ),
    # not allowed wins over not valid
    "not-allowed-and-invalid": (document("customers", email="", foo=1), not_allowed("foo")),
    "not-found-and-invalid": (
        {
            "data": {
                "type": "customers",
                "relationships": {"customer_group": {"data": {"type": GROUP, "id": NOBODY}}},
            }
        },
        refused("RECORD_NOT_FOUND"),
    ),
    # rules
    "no-attributes": ({"data": {"type": "customers"}}, refused_with([BLANK])),
    "no-members": (
        {"data": {"type": "customers", "attributes": {}, "relationships": {}}},
        refused_with([BLANK]),
    ),
}


@pytest.mark.parametrize(("sent", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(api: Api, sandbox: Sandbox, sent: Any, expected: Refused) -> None:
    """Each wrong request has its error, and creates nothing."""
    assert expected == got(api.post("/api/customers", sent))
    assert sandbox.partition.count("customers") == 0
    assert sandbox.partition.count("events") == 0


ACCEPTED: dict[str, Document] = {
    "with-empty-relationships": body(relationships={}),
    "with-null-to-one": linked("customer_group", {"data": None}),
    "with-no-members": linked("tags", {"data": []}),
    "with-links-beside-data": linked("tags", {"data": [], "links": {}, "meta": {}}),
    "with-more-at-the-top": {**body(), "meta": {}, "links": 5, "included": [], "jsonapi": None},
    "with-null-password": document("customers", **EMAIL, password=None),
}


@pytest.mark.parametrize("sent", ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_accepted(api: Api, sent: Document) -> None:
    """What clients send beside what counts does no harm."""
    answer = api.post("/api/customers", sent)

    assert answer.status_code == 201
    assert answer.json["data"]["attributes"]["email"] == "john@example.com"
    assert answer.json["data"]["attributes"]["has_password"] is False


def test_the_created_record_is_there(api: Api) -> None:
    """The answer is the document a read gives, relationships included."""
    group = api.create("customer_groups", name="Gold")
    tags = [api.create("tags", name=name) for name in ("b", "a")]
    links = {"customer_group": to(group), "tags": [to(tag) for tag in tags]}
    sent = document("customers", links=links, **EMAIL)
    created = api.post("/api/customers?include=customer_group,tags", sent).json
    found = api.get(f"{path_of(created['data'])}?include=customer_group,tags").json
    for object_ in (created["data"], found["data"], *created["included"], *found["included"]):
        object_["meta"].pop("trace_id")

    assert created == found
    assert created["data"]["relationships"]["customer_group"]["data"] == to(group)
    assert created["data"]["relationships"]["tags"]["data"] == [to(tag) for tag in tags]
    assert [to(object_) for object_ in created["included"]] == [to(group), *map(to, tags)]


def test_fields_and_include_apply(api: Api) -> None:
    """A create honours both (conventions.md §6)."""
    answer = api.post(
        "/api/customers?include=events&fields[customers]=email&fields[events]=name", body()
    )

    assert answer.json["data"]["attributes"] == EMAIL
    assert [o["attributes"] for o in answer.json["included"]] == [{"name": "customers.create"}]


def test_a_member_named_twice_is_linked_once(api: Api) -> None:
    """To-many linkage is a set with an order."""
    tag = to(api.create("tags", name="vip"))
    customer = api.create("customers", links={"tags": [tag, tag]}, **EMAIL)

    assert api.get(f"{path_of(customer)}/relationships/tags").json["data"] == [tag]


def test_members_beside_the_identity_are_ignored(api: Api) -> None:
    """Whole resources are linked as they were fetched, to one, to many and to one of many types."""
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    links = {"customer_group": {**group, "x": None}, "tags": [{**to(tag), "name": "other"}]}
    john = api.create("customers", email="john@example.com", links=links)
    links = {"attachable": {**to(john), "meta": {"a": 1}}}
    note = api.create("attachments", name="Note", url="https://example.com/a", links=links)

    linked = (f"{path_of(john)}/relationships/{name}" for name in ("customer_group", "tags"))
    assert [api.get(path).json["data"] for path in linked] == [to(group), [to(tag)]]
    assert api.get(f"{path_of(note)}/relationships/attachable").json["data"] == to(john)
    assert api.get(path_of(tag)).json["data"]["attributes"] == tag["attributes"]


def test_a_linkage_stays_in_its_mode(api: Api) -> None:
    """A record of the other mode does not exist (conventions.md §6)."""
    group = api.create("customer_groups", name="Gold")
    answer = api.request(
        "POST",
        "/api/customers",
        linked("customer_group", {"data": to(group)}),
        headers={"X-Mock-Mode": "live"},
    )

    assert got(answer) == refused("RECORD_NOT_FOUND")


def test_all_failing_attributes_are_listed(api: Api) -> None:
    """One error for each, in the order of the public metadata (conventions.md §6)."""
    answer = api.post(
        "/api/customers",
        document("customers", metadata=[], password="short", email="x", profile_id="p"),
    )

    assert got(answer) == refused_with(
        [
            violation("attributes/email", "is invalid", "invalid", value="x"),
            violation(
                "attributes/password",
                "is too short (minimum is 6 characters)",
                "too_short",
                count=6,
            ),
            violation(
                "attributes/profile_id",
                "is too short (minimum is 3 characters)",
                "too_short",
                count=3,
            ),
            violation("attributes/metadata", "is invalid", "invalid", value=[]),
        ]
    )


EMAILS: dict[str, tuple[Any, dict[str, Any]]] = {
    "null": (None, BLANK),
    "empty": ("", BLANK),
    "blanks": (" \t ", BLANK),
    "no-at": ("foo", violation("attributes/email", "is invalid", "invalid", value="foo")),
    "two-at": ("a@b@c", violation("attributes/email", "is invalid", "invalid", value="a@b@c")),
    "inner-space": ("a b@c", violation("attributes/email", "is invalid", "invalid", value="a b@c")),
    "object": ({"a": 1}, violation("attributes/email", "is invalid", "invalid", value={"a": 1})),
    "nul": ("a\0@b", violation("attributes/email", "is invalid", "invalid", value="a\0@b")),
    "too-long": (
        f"{'a' * 250}@b.com",
        violation(
            "attributes/email", "is too long (maximum is 255 characters)", "too_long", count=255
        ),
    ),
    "taken": (
        " John@EXAMPLE.com",
        violation("attributes/email", "has already been taken", "taken", value="john@example.com"),
    ),
}


@pytest.mark.parametrize(("sent", "expected"), EMAILS.values(), ids=EMAILS)
def test_emails(api: Api, sent: Any, expected: dict[str, Any]) -> None:
    """Each broken email has one error (customers.md §5)."""
    api.create("customers", **EMAIL)

    answer = api.post("/api/customers", document("customers", email=sent))

    assert got(answer) == refused_with([expected])


def test_a_required_relationship(api: Api) -> None:
    """It is reported as blank, at the relationship (conventions.md §16.2)."""
    answer = api.post("/api/customer_addresses", document("customer_addresses"))

    assert got(answer) == refused_with(
        [
            violation("relationships/customer", "can't be blank", "blank"),
            violation("relationships/address", "can't be blank", "blank"),
        ]
    )


def test_polymorphic_linkage(api: Api) -> None:
    """Each of the listed types will do, others will not (conventions.md §6)."""
    for object_ in (api.create("customers", **EMAIL), api.create("customer_groups", name="Gold")):
        created = api.create("attachments", name="note", links={"attachable": to(object_)})
        found = api.get(f"{path_of(created)}/relationships/attachable").json["data"]

        assert to(object_) == found
    tag = api.create("tags", name="vip")
    links = {"attachable": to(tag)}
    answer = api.post("/api/attachments", document("attachments", name="note", links=links))

    assert got(answer) == wrong_type("tags")


@pytest.mark.parametrize("storage", BACKENDS)
def test_a_refused_create_leaves_nothing(api: Api, sandbox: Sandbox) -> None:
    """What an effect has created meanwhile is undone with the rest (conventions.md §7)."""
    before = sandbox.partition.types()
    links = {"market": to(api.get("/api/markets").json["data"][0])}
    sent = document(
        "orders", links=links, customer_email="new@example.com", customer_password="short"
    )
    answer = api.post("/api/orders", sent)

    assert answer.status_code == 422
    assert sandbox.partition.count("customers") == 0
    assert before == sandbox.partition.types()
