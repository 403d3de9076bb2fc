"""Adjustments of an order whose prices do not contain taxes (commerce.md §29.9)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop

NAMES = ("total_tax", "total", "due", "adjustment", "adjustment_taxable", "total_taxable")


def adjusted(
    api: Api, cents: int, *, taxed: bool = False, **attributes: Any
) -> tuple[StoryShop, Document]:
    """Return the shop of the story, and its order with an amount by hand."""
    shop = StoryShop(api, included=False, rate=0.1, freight_taxable=True, adjustment_taxable=taxed)
    shop.method("FIVE", 500)
    shop.stocked(A=6000, B=4000)
    order = shop.cart(A=1, B=1)
    shop.ship_by(order, "FIVE")
    sent = {"name": "By hand", "currency_code": "EUR", "amount_cents": cents, **attributes}
    made = api.create("adjustments", **sent)
    api.create("line_items", links={"order": to(order), "item": to(made)}, quantity=1)
    return shop, order


def test_distributed(api: Api) -> None:
    """Goods and shipment bear it, the last one the rest (a)."""
    shop, order = adjusted(api, -1000)
    lines = [*shop.lines(order), *shop.lines(order, "shipments")]

    assert [line["discount_cents"] for line in lines] == [-571, -381, -48]
    assert [line["tax_amount_cents"] for line in lines] == [543, 362, 45]
    assert shop.cents(order, *NAMES) == (950, 9500, 10_450, -1000, -1000, 9500)


def test_not_distributed(api: Api) -> None:
    """Taxes stay (b)."""
    shop, order = adjusted(api, -1000, distribute_discount=False)

    assert shop.cents(order, *NAMES[:3]) == (1050, 9500, 10_550)


def test_a_taxed_fee(api: Api) -> None:
    """It is taxed like goods where the rule says so (c)."""
    shop, order = adjusted(api, 1000, taxed=True)

    assert shop.cents(order, *NAMES[:5]) == (1150, 11_500, 12_650, 1000, 1000)
    assert shop.cents(order, "adjustment_tax") == (100,)
