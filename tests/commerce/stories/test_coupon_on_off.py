"""Live numbers, tax excluded, coupon on and off (commerce.md §29.3)."""

from __future__ import annotations

from tests.client import Api
from tests.commerce.promotion_shop import FIXED_AMOUNT, FREE_SHIPPING, PERCENTAGE
from tests.commerce.story_shop import StoryShop

CODE = "SUMMER-2026"
NAMES = ("discount", "total_tax", "total", "due")


def test_the_story(api: Api) -> None:
    shop = StoryShop(api, included=False, terms={"currency": "USD"})
    shop.stocked(A=11880)
    order = shop.cart(A=1)
    shop.promote(FIXED_AMOUNT, CODE, fixed_amount_cents=10000)
    assert shop.cents(order, *NAMES) == (0, 2614, 12580, 15194)
    assert shop.shown(order)["formatted_total_amount_with_taxes"] == "$151.94"

    api.update(order, coupon_code=CODE)
    assert shop.cents(order, *NAMES) == (-10000, 414, 2580, 2994)
    assert shop.shown(order)["formatted_total_amount_with_taxes"] == "$29.94"
    assert shop.shown(order)["formatted_discount_amount"] == "-$100.00"
    assert shop.shown(order)["total_taxable_amount_cents"] == 12580

    api.update(order, coupon_code="")
    assert shop.cents(order, *NAMES) == (0, 2614, 12580, 15194)
    assert shop.shown(order)["coupon_code"] == ""


def test_other_numbers(api: Api) -> None:
    """15 % of 3333 x 2 is 999.9; 5666 x .22 is 1246.52, 6666 x .22 is 1466.52."""
    shop = StoryShop(api, included=False)
    shop.stocked(A=3333)
    order = shop.cart(A=2)
    shop.promote(PERCENTAGE, CODE, percentage=15)
    assert shop.cents(order, *NAMES) == (0, 1467, 7366, 8833)

    api.update(order, coupon_code=CODE)
    assert shop.cents(order, *NAMES) == (-1000, 1247, 6366, 7613)
    api.update(order, coupon_code=None)
    assert shop.cents(order, *NAMES) == (0, 1467, 7366, 8833)


def test_free_shipping(api: Api) -> None:
    """A line of its own; what shipping costs stays what it is (commerce.md §3.2)."""
    shop = StoryShop(api)
    shop.stocked(A=9900)
    order = shop.cart(A=1)
    shop.promote(FREE_SHIPPING, CODE)
    api.update(order, coupon_code=CODE)

    assert shop.cents(order, "shipping", "discount", "total") == (700, -700, 9900)
    (line,) = shop.lines(order, FREE_SHIPPING)
    assert (line["total_amount_cents"], line["coupon_code"]) == (-700, CODE)
    (shipment,) = shop.lines(order, "shipments")
    assert (shipment["total_amount_cents"], shipment["discount_cents"]) == (700, -700)


def test_an_exclusive_free_shipping_is_alone(api: Api) -> None:
    """Once there is something to ship that costs; before, others apply (commerce.md §5.3)."""
    shop = StoryShop(api)
    shop.stocked(A=9900)
    shop.promote(PERCENTAGE, percentage=10)
    shop.promote(FREE_SHIPPING, exclusive=True)
    order = shop.order(A=1)
    assert shop.cents(order, "discount", "total") == (-990, 8910)

    shop.ship_by(order, "STD")
    assert shop.cents(order, "shipping", "discount", "total") == (700, -700, 9900)


def test_free_over_is_what_others_leave_of_the_goods(api: Api) -> None:
    """Of 9900 ten percent less are 8910, which is not over 9000 (commerce.md §29.13)."""
    shop = StoryShop(api)
    shop.stocked(A=9900)
    api.update(shop.methods["STD"], free_over_amount_cents=9000)
    order = shop.cart(A=1)
    assert shop.cents(order, "shipping", "total") == (0, 9900)

    shop.promote(PERCENTAGE, percentage=10)
    shop.promote(FREE_SHIPPING, CODE)
    api.update(order, _refresh=True)
    assert shop.cents(order, "shipping", "discount", "total") == (700, -990, 9610)
    api.update(order, coupon_code=CODE)
    assert shop.cents(order, "shipping", "discount", "total") == (700, -1690, 8910)
