"""Gift cards that pay for orders, all of them or a part (commerce.md §29.4, §29.5)."""

from __future__ import annotations

import pytest

from tests.client import Api
from tests.commerce.story_shop import StoryShop
from tests.scene import gift_card

NAMES = ("gift_card", "total_tax", "due")


@pytest.mark.parametrize(("price", "balance"), [(9900, 10_000), (4321, 5000)])
def test_a_card_that_pays_all(api: Api, price: int, balance: int) -> None:
    """Nothing is left to tax or to pay; cancelled, the card has it back (commerce.md §29.4)."""
    shop = StoryShop(api)
    shop.method("FREE", 0)
    shop.stocked(A=price)
    orders = [shop.cart(A=1), shop.cart(A=1)]
    card = gift_card(api, balance)
    for order in orders:
        shop.ship_by(order, "FREE")
        api.update(order, gift_card_code=card["attributes"]["code"])
    paid, given_back = orders
    unpaid = shop.shown(paid)
    (line,) = shop.lines(paid)
    amounts = shop.cents(paid, "gift_card", "total", "total_taxable", "due")
    api.update(given_back, _place=True)
    api.update(given_back, _cancel=True)
    back = shop.shown(card)
    api.update(paid, _place=True)
    placed = shop.shown(paid)
    api.update(paid, _approve=True)

    assert unpaid["payment_status"] == "unpaid"
    assert (line["discount_cents"], line["tax_amount_cents"]) == (-price, 0)
    assert amounts == (-price, price, price, 0)
    assert (placed["status"], placed["payment_status"]) == ("placed", "free")
    assert shop.related(paid, "transactions") == []
    left = balance - price
    assert (shop.shown(card)["balance_cents"], shop.shown(card)["status"]) == (left, "active")
    assert shop.shown(paid)["fulfillment_status"] == "in_progress"
    assert back["balance_cents"] == balance
    uses = back["usage_log"][given_back["id"]]
    assert [(use["action"], use["amount_cents"]) for use in uses] == [
        ("use", -price),
        ("refund", price),
    ]


@pytest.mark.parametrize(
    ("price", "balance", "distributed", "amounts"),
    [
        (10_000, 15_000, False, (-12_200, 2200, 0)),
        (10_000, 11_000, False, (-10_000, 2200, 2200)),
        (10_000, 4000, False, (-4000, 2200, 8200)),
        (10_000, 4000, True, (-4000, 1320, 7320)),
        # Other numbers: 7777 x .22 = 1710.94; 6777 x .22 = 1490.94. Enough is 9488.
        (7777, 9488, False, (-9488, 1711, 0)),
        (7777, 9487, False, (-7777, 1711, 1711)),
        (7777, 1000, False, (-1000, 1711, 8488)),
        (7777, 1000, True, (-1000, 1491, 8268)),
    ],
)
def test_taxes_on_top(
    api: Api,
    price: int,
    balance: int,
    distributed: bool,  # noqa: FBT001 - a column of the table
    amounts: tuple[int, ...],
) -> None:
    """A card that is not distributed pays them if it has enough for all (commerce.md §29.5)."""
    shop = StoryShop(api, included=False)
    shop.method("FREE", 0)
    shop.stocked(A=price)
    order = shop.cart(A=1)
    shop.ship_by(order, "FREE")
    card = gift_card(api, balance, distribute_discount=distributed)
    api.update(order, gift_card_code=card["attributes"]["code"])

    assert shop.cents(order, *NAMES) == amounts
