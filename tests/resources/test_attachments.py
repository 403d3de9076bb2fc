"""Documents and notes on records of many types (neighbours.md §16)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.resources.attachments import ATTACHABLES
from mockserver.resources.registry import families, registry
from mockserver.seeding.batch import completed
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import NOBODY, digest, events

TYPE = "attachments"
PATH = f"/api/{TYPE}"
#: Those of the declared types that something can be attached to; of a family, its kinds.
DECLARED = sorted(registry().keys() & set(ATTACHABLES) - families().keys())


def record(sandbox: Sandbox, type_: str) -> Document:
    """Return a record of any type, as far as attachments look at it."""
    made = completed(sandbox, type_, sandbox.draft(type_))
    sandbox.partition.put(type_, made)
    return {"type": type_, "id": made["id"]}


def note(api: Api, object_: Document, name: str = "note") -> Document:
    """Attach a note to a record."""
    return api.create(TYPE, name=name, links={"attachable": to(object_)})


def test_what_a_dashboard_stores(api: Api, sandbox: Sandbox) -> None:
    """A note on a customer: who wrote it, what, and in which app."""
    customer = api.create("customers", email="john@example.com")
    said = {"name": "Jane Doe", "description": "Call back", "url": "https://example.com/a.pdf"}
    links = {"attachable": to(customer)}
    made = api.create(TYPE, links=links, **said, reference_origin="app-id")
    changed = api.update(made, description="Called", url=None)["attributes"]

    assert list(made["attributes"].items())[:3] == list(said.items())
    assert made["attributes"]["reference_origin"] == "app-id"
    assert list(made["relationships"]) == ["attachable", "event_stores"]
    assert (changed["description"], changed["url"]) == ("Called", None)
    # There are no topics of attachments (customers.md §16).
    assert events(sandbox, made) == []


@pytest.mark.parametrize("type_", DECLARED)
def test_every_declared_type(api: Api, sandbox: Sandbox, type_: str) -> None:
    """Both ways, by every URL; the attachment goes with what it is attached to."""
    object_, other = record(sandbox, type_), record(sandbox, type_)
    made, kept = note(api, object_), note(api, other)
    path = path_of(object_)
    own = api.get(path_of(made), {"include": "attachable"}).json
    whole = api.get(path, {"include": TYPE}).json

    assert own["data"]["relationships"]["attachable"]["data"] == to(object_)
    assert [to(each) for each in own["included"]] == [to(object_)]
    assert api.get(f"{path_of(made)}/attachable").json["data"]["id"] == object_["id"]
    assert api.get(f"{path_of(made)}/relationships/attachable").json["data"] == to(object_)
    assert [to(each) for each in whole["included"]] == [to(made)]
    assert ids(api.get(f"{path}/{TYPE}")) == [made["id"]]
    assert api.get(f"{path}/relationships/{TYPE}").json["data"] == [to(made)]

    sandbox.remove(type_, object_["id"])

    assert ids(api.get(PATH)) == [kept["id"]]


@pytest.mark.parametrize("type_", DECLARED)
def test_from_one_record_to_another(api: Api, sandbox: Sandbox, type_: str) -> None:
    """The linkage changes, by either URL, its type with it."""
    customer, object_ = api.create("customers", email="a@b.c"), record(sandbox, type_)
    made = note(api, customer)
    api.update(made, links={"attachable": to(object_)})
    by_update = api.get(f"{path_of(made)}/relationships/attachable").json["data"]
    answer = api.patch(f"{path_of(made)}/relationships/attachable", {"data": to(customer)})

    assert by_update == to(object_)
    assert got(answer) == (204, "")
    assert ids(api.get(f"{path_of(customer)}/{TYPE}")) == [made["id"]]
    assert ids(api.get(f"{path_of(object_)}/{TYPE}")) == []


def test_the_same_id_of_another_type(api: Api, sandbox: Sandbox) -> None:
    """It is somebody else (conventions.md §3)."""
    customer = api.create("customers", email="a@b.c")
    twin = {**completed(sandbox, "markets", sandbox.draft("markets")), "id": customer["id"]}
    sandbox.partition.put("markets", twin)
    made, other = note(api, customer), note(api, {"type": "markets", "id": twin["id"]})
    api.delete(path_of(customer))

    assert api.get(path_of(made)).status_code == 404
    assert api.get(path_of(other)).status_code == 200


BLANK_NAME = violation("attributes/name", "can't be blank", "blank")
NOT_ATTACHABLE = "addresses is not a valid type for this operation."
#: The attributes, what it is attached to, and what is wrong.
REFUSED: dict[str, tuple[Document, Any, Any]] = {
    "no-name": ({}, "customer", refused_with([BLANK_NAME])),
    "blank-name": ({"name": " "}, "customer", refused_with([BLANK_NAME])),
    "to-nothing": (
        {"name": "n"},
        None,
        refused_with([violation("relationships/attachable", "can't be blank", "blank")]),
    ),
    "to-nobody": (
        {"name": "n"},
        {"type": "customers", "id": NOBODY},
        refused("RECORD_NOT_FOUND"),
    ),
    "to-what-is-not-there": (
        {"name": "n"},
        {"type": "parcels", "id": NOBODY},
        refused("RECORD_NOT_FOUND"),
    ),
    "to-what-takes-none": (
        {"name": "n"},
        {"type": "addresses", "id": NOBODY},
        refused("TYPE_MISMATCH", NOT_ATTACHABLE),
    ),
}


@pytest.mark.parametrize(("attributes", "target", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    api: Api, sandbox: Sandbox, attributes: Document, target: Any, expected: Any
) -> None:
    """On create; a linkage that is there is not taken away either."""
    customer = api.create("customers", email="a@b.c")
    made = note(api, customer)
    link = to(customer) if target == "customer" else target
    before = digest(sandbox)
    created = api.post(PATH, document(TYPE, links={"attachable": link}, **attributes))
    cleared = api.patch(f"{path_of(made)}/relationships/attachable", {"data": None})

    assert got(created) == expected
    assert got(cleared) == refused_with(
        [violation("relationships/attachable", "can't be blank", "blank")]
    )
    assert digest(sandbox) == before


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_not_for_sales_channels(token_bearers: TokenBearers, api: Api, kind: str) -> None:
    """They are not in their tables (authentication.md §13)."""
    customer = api.create("customers", email="me@example.com", password=PASSWORD)
    made = note(api, customer)
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer("me@example.com")
    body = document(TYPE, name="n", links={"attachable": to(customer)})

    for answer in (
        channel.get(PATH),
        channel.get(path_of(made)),
        channel.post(PATH, body),
        channel.delete(path_of(made)),
    ):
        assert got(answer) == refused("UNAUTHORIZED")
