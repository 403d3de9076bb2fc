"""Operations of a scenario: done by the engine, each at its moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING
from tests.client import Document

NOW = "2030-01-31T12:00:00.000Z"
MARKET = {"data": {"type": "markets", "meta": {"code": "europe"}}}


def operation(op: str, type_: str, lid: str | None = None, /, **members: Any) -> Document:
    """Return an operation on a record; ``at`` and ``ref`` are of it, the rest attributes."""
    own = {name: members.pop(name) for name in ("ref",) if name in members}
    if "at" in members:
        own["meta"] = {"at": members.pop("at")}
    links = members.pop("links", {})
    data = {"type": type_, "attributes": members, "relationships": links}
    return {"op": op, **own, "data": {**data, **({"lid": lid} if lid else {})}}


def play(plane: ControlPlane, directory: Path, *operations: Any) -> None:
    """Play a scenario of these operations in test mode of the first organization."""
    file = directory / "own.json"
    document = {"data": [], "operations": operations}
    file.write_text(json.dumps({"meta": {"shop": True}, "test": document}))
    plane.clocks.set({"frozen_at": NOW})
    plane.organizations.seed("acme", {"scenario": str(file)})


def sandbox(app: MockServerApp) -> Sandbox:
    """Return test mode of the first organization."""
    return next(iter(app.organizations)).sandbox("test")


def records(app: MockServerApp, type_: str) -> dict[str, Record]:
    """Return the records of a type that have a reference, by that."""
    return {r["reference"]: r for r in sandbox(app).find(type_, EVERYTHING) if r["reference"]}


def test_the_engine_does_them(fresh: MockServerApp, tmp_path: Path) -> None:
    """It reckons, makes what belongs to a record, and takes triggers; what follows is there."""
    shop = {"order": {"data": {"type": "orders", "lid": "cart"}}}
    found = {"type": "line_items", "meta": {"order": {"type": "orders", "lid": "cart"}}}
    play(
        fresh.plane,
        tmp_path,
        operation("add", "orders", "cart", reference="cart", links={"market": MARKET}),
        operation("add", "line_items", links=shop, sku_code="CAP-CORD", quantity=2),
        operation("update", "line_items", ref=found, quantity=3),
        operation("add", "tags", "gone", name="gone"),
        operation("remove", "tags", "gone"),
        operation("update", "orders", "cart", coupon_code="WELCOME10", _archive=True),
    )
    cart = records(fresh, "orders")["cart"]

    assert (cart["subtotal_amount_cents"], cart["discount_amount_cents"]) == (6600, -660)
    assert cart["archived_at"] == NOW
    assert "gone" not in {tag["name"] for tag in sandbox(fresh).find("tags", EVERYTHING)}


def test_each_has_its_moment(fresh: MockServerApp, tmp_path: Path) -> None:
    """Counted back from now, by the calendar; without one it is that of the one before.

    Moments that are attributes may be spans from there.
    """
    tag = "customers"
    play(
        fresh.plane,
        tmp_path,
        operation("add", tag, at="-P2M", email="a@x.example", reference="a"),
        operation("add", tag, email="b@x.example", reference="b"),
        operation("add", tag, at="-PT90S", email="c@x.example", reference="c"),
        operation("add", tag, at="PT0S", email="d@x.example", reference="d"),
        operation("add", "gift_cards", balance_cents=1, currency_code="EUR", expires_at="P1M"),
    )
    created = {name: each["created_at"] for name, each in records(fresh, tag).items()}
    (card,) = [c for c in sandbox(fresh).find("gift_cards", EVERYTHING) if c["balance_cents"] == 1]

    assert {name: created[name] for name in "abcd"} == {
        "a": "2029-11-30T12:00:00.000Z",
        "b": "2029-11-30T12:00:00.000Z",
        "c": "2030-01-31T11:58:30.000Z",
        "d": NOW,
    }
    assert card["expires_at"] == "2030-02-28T12:00:00.000Z"
    assert sandbox(fresh).clock.timestamp() == NOW


def test_what_is_due_in_between_is_done(fresh: MockServerApp, tmp_path: Path) -> None:
    """At its own moment, and before what comes after it; what is due later waits."""
    links = {
        "market": MARKET,
        "price_list": {"data": {"type": "price_lists", "meta": {"code": "eur"}}},
    }
    sale = {"name": "Sale", "starts_at": "P1D", "expires_at": "P20D"}
    play(
        fresh.plane,
        tmp_path,
        operation("add", "price_list_schedulers", at="-P10D", links=links, **sale),
        operation("add", "customers", at="-P5D", email="a@x.example"),
    )
    names = ("price_list_schedulers.activated", "customers.create")
    told = [e for e in sandbox(fresh).find("events", EVERYTHING) if e["created_at"] > "2030"]
    waiting = fresh.plane.jobs.list({"organization": "acme", "mode": "test"})

    assert [(e["name"], e["created_at"]) for e in told if e["name"] in names] == [
        (names[0], "2030-01-22T12:00:00.000Z"),
        (names[1], "2030-01-26T12:00:00.000Z"),
    ]
    assert [(job["job"], job["due_at"]) for job in waiting] == [
        ("expire", "2030-02-10T12:00:00.000Z")
    ]


def test_webhooks_hear_nothing_of_it(fresh: MockServerApp, tmp_path: Path) -> None:
    """It has been so before anybody listened."""
    hook = {"topic": "customers.create", "callback_url": "http://127.0.0.1:9/"}
    sandbox(fresh).add("webhooks", hook)
    play(fresh.plane, tmp_path, operation("add", "customers", email="a@x.example"))

    assert sandbox(fresh).find("deliveries", EVERYTHING) == []


def test_the_products_of_the_shop(fresh: MockServerApp, tmp_path: Path) -> None:
    """They are there where a file says so, once."""
    plane = fresh.plane
    file = tmp_path / "shop.json"
    file.write_text(json.dumps({"meta": {"shop": True}}))
    slug = plane.organizations.create({"customers": 0, "scenario": str(file)})["slug"]
    first = plane.organizations.snapshot(slug)["test"]["data"]
    plane.organizations.seed(slug, {"scenario": str(file)})

    assert len([o for o in first if o["type"] == "skus"]) == 30
    assert plane.organizations.snapshot(slug)["test"]["data"] == first


CART = operation("add", "orders", "cart", links={"market": MARKET})
WRONG: list[tuple[str, list[Any], str]] = [
    ("no operation", [7], "/0: Not an operation: data, meta, op, ref."),
    ("a member too many", [{**CART, "href": "/orders"}], "/0: Not an operation"),
    ("no such op", [operation("replace", "tags")], "/0/op: Not one of: add, update, remove."),
    ("no resource object", [{"op": "add", "data": []}], "/0/data: Not a resource object."),
    ("no such type", [operation("add", "gadgets")], "/0/data/type: Not a type of the API."),
    ("a type of the service", [operation("add", "jobs")], "/0/data/type: Not a type of the API."),
    ("nothing to change", [operation("update", "tags", "x")], "/0/ref: There is no such record"),
    ("no moment", [operation("add", "tags", at="tomorrow")], "/0/meta/at: Not a span before now"),
    ("the future", [operation("add", "tags", at="P1D")], "/0/meta/at: Not a span before now"),
    ("no meta", [{**CART, "meta": {"when": "-P1D"}}], '/0/meta: Not {"at": a span before now}.'),
    (
        "back in time",
        [operation("add", "tags", at="-P1D", name="a"), operation("add", "tags", at="-P2D")],
        "/1/meta/at: Before the operation before it.",
    ),
    ("a broken rule", [CART, operation("add", "tags")], "/1/data/attributes/name: name - "),
    ("a computed member", [operation("add", "tags", id="x")], "/0: id is not allowed."),
    ("the same lid", [CART, CART], "/1/data/lid: Another record of orders has it."),
    (
        "linkage to nobody",
        [operation("add", "orders", links={"market": {"data": {"type": "markets", "lid": "m"}}})],
        "/0/data/relationships/market/data: There is no such record of markets.",
    ),
]


@pytest.mark.parametrize(
    ("operations", "expected"),
    [(operations, expected) for _, operations, expected in WRONG],
    ids=[name for name, _, _ in WRONG],
)
def test_a_wrong_one(
    fresh: MockServerApp, tmp_path: Path, operations: list[Any], expected: str
) -> None:
    """The refusal names the file and the place; nothing is stored, and time is what it was."""
    before = sandbox(fresh).count("orders"), sandbox(fresh).count("tags")
    with pytest.raises(Refusal) as refused:
        play(fresh.plane, tmp_path, *operations)

    assert refused.value.status == 422
    path = tmp_path / "own.json"
    assert refused.value.errors[0]["detail"].startswith(f"{path} /test/operations{expected}")
    assert (sandbox(fresh).count("orders"), sandbox(fresh).count("tags")) == before
    assert sandbox(fresh).clock.timestamp() == NOW
