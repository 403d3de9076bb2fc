"""Promotions that an order has of another one, until somebody edits it (commerce.md §18)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, path_of, to
from tests.commerce.story_shop import StoryShop


@pytest.fixture
def shop(api: Api) -> StoryShop:
    """Return a shop without promotions by now."""
    return StoryShop(api)


@pytest.fixture
def frozen(api: Api, sandbox: Sandbox, shop: StoryShop) -> Document:
    """Return an order with ten percent off, of a promotion that is gone."""
    promotion = shop.promote("percentage_discount_promotions", percentage=10)
    shop.stocked(A=10_000)
    order = shop.cart(A=1)
    sandbox.rewrite("orders", order["id"], {"has_frozen_promotions": True})
    assert api.delete(path_of(promotion)).status_code == 204
    return order


def test_they_stay(api: Api, shop: StoryShop, frozen: Document) -> None:
    """Whatever is reckoned: the line, its id and what others bear of it."""
    (before,) = shop.lines(frozen)
    shop.method("FREE", 0)
    shop.ship_by(frozen, "FREE")
    api.update(frozen, reference="r")
    (after,) = shop.lines(frozen)

    assert shop.cents(frozen, "discount", "total") == (-1000, 9000)
    assert after["discount_breakdown"] == before["discount_breakdown"] != {}
    assert after["tax_amount_cents"] == 1623


def add(api: Api, order: Document) -> None:
    """Put something into the cart."""
    links = {"order": to(order)}
    api.create("line_items", links=links, unit_amount_cents=100, quantity=1)


EDITS: dict[str, Any] = {
    "a line": add,
    "a customer": lambda api, order: api.update(order, customer_email="jane@example.com"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_until_it_is_edited(api: Api, shop: StoryShop, frozen: Document, edit: Any) -> None:
    """Then promotions apply that do by now."""
    edit(api, frozen)

    assert shop.cents(frozen, "discount") == (0,)
    assert shop.lines(frozen, "percentage_discount_promotions") == []
