"""Lines without an item, a bought gift card, and which step sees what (commerce.md §29.13)."""

from __future__ import annotations

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop

NAMES = ("subtotal", "discount", "shipping", "total_tax", "total", "subtotal_taxable")


def wrapped(
    api: Api,
    goods: tuple[int, int] = (4000, 2),
    wrapping: tuple[int, int] = (500, 2),
    over: int = 8200,
) -> tuple[StoryShop, Document]:
    """Return the shop, and an order of pieces that are wrapped: prices and quantities."""
    shop = StoryShop(api)
    shop.promote("percentage_discount_promotions", percentage=10)
    api.update(shop.methods["STD"], free_over_amount_cents=over, use_subtotal=False)
    shop.stocked(A=goods[0])
    order = shop.cart(A=goods[1])
    cents, quantity = wrapping
    sent = {"name": "Wrapping", "unit_amount_cents": cents, "quantity": quantity}
    api.create("line_items", links={"order": to(order)}, **sent)
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


def test_other_numbers(api: Api) -> None:
    """A 2999 x 3 = 8997 and a wrapping of 333: 9330, of which ten percent are 933.

    A bears 8997/9330 of them, 899.7 -> -900, the wrapping -33. With a card of 5000 the base of what
    is free over 13396 is 14330 - 933 = 13397; without it 8397. Taxes: 8097 x .22 / 1.22 = 1460.11,
    300 -> 54.10.
    """
    shop, order = wrapped(api, (2999, 3), (333, 1), over=13_396)
    without = shop.cents(order, *NAMES)
    card = api.create("gift_cards", balance_cents=5000, currency_code="EUR")
    api.create("line_items", links={"order": to(order), "item": to(card)}, quantity=1)
    with_card = shop.cents(order, *NAMES)
    api.update(shop.methods["STD"], free_over_amount_cents=13_397)
    shop.promote("free_shipping_promotions", name="Free shipping")
    api.update(order, _refresh=True)

    assert without == (9330, -933, 700, 1514, 9097, 7816)
    assert with_card == (14_330, -933, 0, 1514, 13_397, 12_816)
    assert shop.cents(order, "discount", "shipping", "total") == (-1633, 700, 13_397)
