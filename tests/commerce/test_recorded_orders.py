"""Orders that were recorded at the real service, made over HTTP (commerce.md §3.6)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop
from tests.scene import gift_card


@dataclass(frozen=True)
class Recorded:
    """A row of the table: what the order is made of, and what it comes to."""

    subtotal: int
    sums: tuple[int, ...]
    included: bool = True
    discount: int = 0
    fee: int = 0
    shipping: int = 0
    adjustment: int = 0
    card: int = 0
    is_taxed: bool = True


#: The sums are the tax of the subtotal, the total, what is taxable, the total with taxes.
NAMES = ("subtotal_tax", "total", "total_taxable", "due")
RECORDED = [
    Recorded(2900, (523, 2900, 2377, 2900)),
    Recorded(2900, (418, 2820, 2982, 2820), discount=580, fee=500),
    Recorded(2900, (523, 4100, 3577, 4100), shipping=1200),
    Recorded(24_500, (3534, 20_600, 21_966, 20_600), discount=4900, adjustment=1000),
    Recorded(2900, (0, 2900, 2900, 0), card=2900),
    Recorded(24_400, (0, 25_400, 25_400, 15_400), fee=1000, card=10_000, is_taxed=False),
    Recorded(11_880, (2614, 12_580, 12_580, 15_194), included=False, shipping=700),
    Recorded(11_880, (414, 2580, 12_580, 2994), included=False, discount=10_000, shipping=700),
]


def made(api: Api, row: Recorded) -> tuple[StoryShop, Document]:
    """Return the shop and the order of a row."""
    shop = StoryShop(api, included=row.included)
    if not row.is_taxed:
        api.update(shop.market, links={"tax_calculator": None})
    if row.discount:
        shop.promote(
            "fixed_amount_promotions", fixed_amount_cents=row.discount, currency_code="EUR"
        )
    shop.method("OWN", row.shipping)
    shop.stocked(A=row.subtotal)
    order = shop.cart(A=1)
    shop.ship_by(order, "OWN")
    if row.fee:
        shop.pay_by(order, row.fee)
    if row.adjustment:
        sent = {"name": "A", "currency_code": "EUR", "amount_cents": row.adjustment}
        links = {"order": to(order), "item": to(api.create("adjustments", **sent))}
        api.create("line_items", links=links, quantity=1)
    if row.card:
        code = gift_card(api, row.card)["attributes"]["code"]
        api.update(order, gift_card_code=code)
    return shop, order


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: str(row.sums))
def test_recorded_orders(api: Api, row: Recorded) -> None:
    """To the cent."""
    shop, order = made(api, row)

    assert shop.cents(order, *NAMES) == row.sums
    assert shop.cents(order, "subtotal", "discount", "gift_card") == (
        row.subtotal,
        -row.discount,
        -row.card,
    )
