"""Pieces that are brought from one location to another by hand (catalogue.md §19)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, document, path_of, to
from tests.commerce.stock_shop import Shop
from tests.refusals import got, impossible, refused_with, violation
from tests.scene import events


@pytest.fixture
def shop(api: Api) -> Shop:
    """Return a shop with ten shirts in Rome, and none in Milan."""
    shop = Shop(api)
    shop.stock("rom", TSHIRT=10)
    return shop


def sent(shop: Shop, quantity: Any = 3, origin: str = "rom", destination: str = "mil") -> Document:
    """Return the document of a new transfer."""
    links = {
        "sku": to(shop.skus["TSHIRT"]),
        "origin_stock_location": to(shop.locations[origin]),
        "destination_stock_location": to(shop.locations[destination]),
    }
    return document("stock_transfers", links=links, quantity=quantity)


def transfer(shop: Shop, *triggers: str, quantity: int = 3) -> Document:
    """Return a transfer that has been given these commands."""
    made: Document = shop.api.post("/api/stock_transfers", sent(shop, quantity)).json["data"]
    for name in triggers:
        made = shop.api.update(made, **{name: True})
    return made


def test_from_draft_to_completed(shop: Shop, sandbox: Sandbox) -> None:
    """Nothing is reserved at first, then what is to be brought; at the end it is there."""
    made = transfer(shop)
    assert made["attributes"]["status"] == "draft"
    assert made["attributes"]["number"]
    assert shop.at("rom", "TSHIRT") == (10, 0)
    for name, status, reserved in (
        ("upcoming", "upcoming", 3),
        ("on_hold", "on_hold", 3),
        ("picking", "picking", 3),
        ("in_transit", "in_transit", 3),
    ):
        made = shop.api.update(made, **{f"_{name}": True})
        assert made["attributes"]["status"] == status
        assert shop.at("rom", "TSHIRT") == (10, reserved)
    made = shop.api.update(made, _complete=True)

    assert made["attributes"]["status"] == "completed"
    stamps = [made["attributes"][f"{name}_at"] for name in ("on_hold", "picking", "in_transit")]
    assert all(stamps)
    assert made["attributes"]["completed_at"]
    assert shop.at("rom", "TSHIRT") == (7, 0)
    assert shop.at("mil", "TSHIRT") == (3, 0)
    told = ["create", "upcoming", "on_hold", "picking", "in_transit", "complete"]
    assert events(sandbox, made) == [f"stock_transfers.{name}" for name in told]
    shop.api.update(made, _complete=True)
    assert shop.at("mil", "TSHIRT") == (3, 0)


WAY = ("_upcoming", "_picking", "_in_transit")


@pytest.mark.parametrize("steps", range(4))
def test_cancelled_on_the_way(shop: Shop, sandbox: Sandbox, steps: int) -> None:
    """Whatever it has reserved is free again."""
    made = shop.api.update(transfer(shop, *WAY[:steps]), _cancel=True)

    assert made["attributes"]["status"] == "cancelled"
    assert made["attributes"]["cancelled_at"]
    assert shop.at("rom", "TSHIRT") == (10, 0)
    assert events(sandbox, made)[-1] == "stock_transfers.cancel"
    assert shop.api.get("/api/stock_reservations").json["data"] == []


#: The states, with the commands that lead there.
STATES: dict[str, tuple[str, ...]] = {
    "draft": (),
    "upcoming": WAY[:1],
    "on_hold": ("_upcoming", "_on_hold"),
    "picking": WAY[:2],
    "in_transit": WAY,
    "completed": (*WAY, "_complete"),
    "cancelled": ("_cancel",),
}
#: What each command leads to, and where it is possible.
MOVES: dict[str, tuple[str, set[str]]] = {
    "_upcoming": ("upcoming", {"draft"}),
    "_picking": ("picking", {"upcoming", "on_hold"}),
    "_on_hold": ("on_hold", {"upcoming", "picking"}),
    "_in_transit": ("in_transit", {"picking"}),
    "_complete": ("completed", {"in_transit"}),
    "_cancel": ("cancelled", {"draft", "upcoming", "on_hold", "picking", "in_transit"}),
}


@pytest.mark.parametrize("state", STATES)
def test_every_move(shop: Shop, state: str) -> None:
    """It is made, is made already, or is impossible."""
    for name, (goal, sources) in MOVES.items():
        made = transfer(shop, *STATES[state], quantity=1)
        body = document("stock_transfers", made["id"], **{name: True})
        answer = shop.api.patch(path_of(made), body)
        if state == goal or state in sources:
            assert answer.status_code == 200
        else:
            assert got(answer) == refused_with([impossible(state, goal)])


@pytest.mark.parametrize("state", STATES)
def test_deletes(shop: Shop, sandbox: Sandbox, state: str) -> None:
    """What has not begun, or never will, can be deleted (catalogue.md §19)."""
    made = transfer(shop, *STATES[state])
    answer = shop.api.delete(path_of(made))

    assert answer.status_code == (204 if state in {"draft", "cancelled"} else 423)
    is_told = "stock_transfers.destroy" in events(sandbox, made)
    assert is_told == (answer.status_code == 204)


def test_no_more_than_the_origin_has(shop: Shop) -> None:
    """When it is reserved, and when it is changed then."""
    too_many = transfer(shop, quantity=11)
    upcoming = document("stock_transfers", too_many["id"], _upcoming=True)
    title, rule = "must be less than or equal to 10", "less_than_or_equal_to"
    expected = violation("attributes/quantity", title, rule, value=11, count=10)
    assert got(shop.api.patch(path_of(too_many), upcoming)) == refused_with([expected])
    made = transfer(shop, "_upcoming", quantity=4)
    other = transfer(shop, "_upcoming", quantity=5)

    def change(quantity: int, of: Document = made) -> Any:
        return shop.api.patch(path_of(of), document(of["type"], of["id"], quantity=quantity))

    assert change(6).json["errors"][0]["title"] == "must be less than or equal to 5"
    assert change(5).status_code == 200
    assert shop.at("rom", "TSHIRT") == (10, 10)
    assert change(2).status_code == 200
    assert shop.at("rom", "TSHIRT") == (10, 7)
    assert change(8, other).status_code == 200
    shop.api.update(made, _cancel=True)
    cancelled = change(1)
    assert cancelled.json["errors"][0]["title"] == "can't be changed"
    assert shop.at("rom", "TSHIRT") == (10, 8)


def test_what_is_refused(shop: Shop) -> None:
    """Nothing, or to where it is; a number that another one has."""
    post = shop.api.post
    here = violation("relationships/destination_stock_location", "is invalid", "invalid")
    assert got(post("/api/stock_transfers", sent(shop, 1, "rom", "rom"))) == refused_with([here])
    nothing = post("/api/stock_transfers", sent(shop, 0))
    assert nothing.json["errors"][0]["title"] == "must be greater than 0"
    one, other = transfer(shop), transfer(shop)
    body = document("stock_transfers", one["id"], number=other["attributes"]["number"])
    assert shop.api.patch(path_of(one), body).json["errors"][0]["meta"]["error"] == "taken"


def test_numbers_follow_each_other(shop: Shop) -> None:
    """As texts, as long as none is said."""
    numbers = [transfer(shop)["attributes"]["number"] for _ in range(3)]

    assert all(int(later) == int(earlier) + 1 for earlier, later in pairwise(numbers))
