"""Lines without an item, a bought gift card, and which step sees what (commerce.md §29.13)."""

from __future__ import annotations

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop

NAMES = ("subtotal", "discount", "shipping", "total_tax", "total", "subtotal_taxable")


def wrapped(api: Api) -> tuple[StoryShop, Document]:
    """Return the shop, and an order of two pieces, each of them wrapped."""
    shop = StoryShop(api)
    shop.promote("percentage_discount_promotions", percentage=10)
    api.update(shop.methods["STD"], free_over_amount_cents=8200, use_subtotal=False)
    shop.stocked(A=4000)
    order = shop.cart(A=2)
    api.create(
        "line_items",
        links={"order": to(order)},
        name="Wrapping",
        unit_amount_cents=500,
        quantity=2,
    )
    return shop, order


def test_with_a_gift_card(api: Api) -> None:
    """No promotion discounts it, but it counts towards what makes shipping free."""
    shop, order = wrapped(api)
    card = api.create("gift_cards", balance_cents=3000, currency_code="EUR")
    api.create("line_items", links={"order": to(order), "item": to(card)}, quantity=1)
    (goods,) = shop.lines(order)
    found = api.get("/api/line_items", {"filter[q][name_eq]": "Wrapping"}).json["data"]
    (wrapping,) = [line["attributes"] for line in found]
    (bought,) = shop.lines(order, "gift_cards")

    assert shop.cents(order, *NAMES) == (12_000, -900, 0, 1460, 11_100, 10_540)
    assert shop.shown(order)["skus_count"] == 2
    assert [line["discount_cents"] for line in (goods, wrapping, bought)] == [-800, -100, 0]
    assert [line["tax_amount_cents"] for line in (goods, wrapping, bought)] == [1298, 162, 0]


def test_without_it(api: Api) -> None:
    """Shipping costs something after the discount; a promotion on shipping comes later still."""
    shop, order = wrapped(api)
    before = shop.cents(order, *NAMES)
    shop.promote("free_shipping_promotions", name="Free shipping")
    api.update(order, _refresh=True)

    assert (before[:3], before[4]) == ((9000, -900, 700), 8800)
    assert shop.cents(order, "discount", "shipping", "total") == (-1600, 700, 8100)
