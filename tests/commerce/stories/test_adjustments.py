"""Adjustments of an order whose prices do not contain taxes (commerce.md §29.9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop

NAMES = ("total_tax", "total", "due", "adjustment", "adjustment_taxable", "total_taxable")


def adjusted(
    api: Api,
    cents: int,
    prices: tuple[int, int] = (6000, 4000),
    rate: float = 0.1,
    *,
    taxed: bool = False,
    **attributes: Any,
) -> tuple[StoryShop, Document]:
    """Return the shop of the story, and its order with an amount by hand."""
    shop = StoryShop(api, included=False, rate=rate, freight_taxable=True, adjustment_taxable=taxed)
    shop.method("FIVE", 500)
    shop.stocked(**dict(zip("AB", prices, strict=True)))
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


#: With 3333 and 1111, shipping 500 and 22 %. Distributed are 777 over 4944: 523.81 -> 524,
#: 174.60 -> 175, the rest 78; of 2809, 936 and 422 taxes are 617.98, 205.92 and 92.84. Undiscounted
#: they are 733.26, 244.42 and 110; of 1234 they are 271.48.
OTHERS: dict[str, tuple[int, dict[str, Any], tuple[int, ...]]] = {
    "distributed": (-777, {}, (917, 4167, 5084, -777, -777, 4167)),
    "not distributed": (-777, {"distribute_discount": False}, (1087, 4167, 5254, -777, -777, 4167)),
    "a taxed fee": (1234, {"taxed": True}, (1358, 6178, 7536, 1234, 1234, 6178)),
    "an untaxed fee": (1234, {}, (1087, 6178, 7265, 1234, 1234, 6178)),
}


@pytest.mark.parametrize(("cents", "sent", "amounts"), OTHERS.values(), ids=OTHERS)
def test_other_numbers(
    api: Api, cents: int, sent: dict[str, Any], amounts: tuple[int, ...]
) -> None:
    shop, order = adjusted(api, cents, (3333, 1111), 0.22, **sent)

    assert shop.cents(order, *NAMES) == amounts
