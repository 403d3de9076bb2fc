"""An order with a coupon and a gift card that pays a part of it (commerce.md §29.1, §29.2)."""

from __future__ import annotations

import pytest

from tests.client import Api, Document
from tests.commerce.story_shop import StoryShop
from tests.scene import gift_card

COUPON = "SUMMER-2026"
#: What the order comes to with both, whether prices contain taxes or not.
AMOUNTS = (
    *("subtotal", "shipping", "payment_method", "discount", "gift_card", "adjustment"),
    *("subtotal_tax", "shipping_tax", "payment_method_tax", "adjustment_tax", "total_tax"),
    *("subtotal_taxable", "shipping_taxable", "payment_method_taxable", "total_taxable"),
    *("total", "due"),
)
INCLUDED = (
    *(15_700, 700, 500, -1570, -5000, 0),
    *(1646, 0, 0, 0, 1646),
    *(14_054, 700, 500, 15_254),
    *(15_330, 10_330),
)
EXCLUDED = (
    *(15_700, 700, 500, -1570, -5000, 0),
    *(2009, 0, 0, 0, 2009),
    *(15_700, 700, 500, 16_900),
    *(15_330, 12_339),
)


def filled(api: Api, *, included: bool = True) -> tuple[StoryShop, Document]:
    """Return the shop, and its order with lines, address and methods: steps 1 and 2."""
    shop = StoryShop(api, included=included)
    shop.promote("percentage_discount_promotions", COUPON, name="10%", percentage=10)
    shop.stocked(A=2900, B=9900)
    order = shop.cart(A=2, B=1)
    shop.pay_by(order, 500)
    return shop, order


def test_before_the_codes(api: Api) -> None:
    """Shipment and payment method have lines of their own (step 2)."""
    shop, order = filled(api)
    number = order["attributes"]["number"]
    (shipment,) = shop.lines(order, "shipments")
    (method,) = shop.lines(order, "payment_methods")

    assert shipment["name"] == f"Shipment #{number}/S/001"
    assert (shipment["total_amount_cents"], method["total_amount_cents"]) == (700, 500)
    assert [line["tax_amount_cents"] for line in shop.lines(order)] == [1046, 1785]
    assert shop.cents(order, "total", "total_tax", "due") == (16_900, 2831, 16_900)


@pytest.mark.parametrize(
    ("included", "amounts", "taxes"),
    [(True, INCLUDED, [608, 1038]), (False, EXCLUDED, [742, 1267])],
)
def test_with_both_codes(
    api: Api,
    included: bool,  # noqa: FBT001 - a column of the table
    amounts: tuple[int, ...],
    taxes: list[int],
) -> None:
    """Both are spread over the goods, by what these cost; taxes are of what is left (step 3)."""
    shop, order = filled(api, included=included)
    card = gift_card(api, 5000)
    api.update(order, coupon_code=COUPON, gift_card_code=card["attributes"]["code"])
    lines = shop.lines(order)
    shares = [sorted(share["cents"] for share in x["discount_breakdown"].values()) for x in lines]
    (promotion,) = shop.lines(order, "percentage_discount_promotions")

    assert shop.cents(order, *AMOUNTS) == amounts
    assert shares == [[-1847, -580], [-3153, -990]]
    assert [line["discount_cents"] for line in lines] == [-2427, -4143]
    assert [line["tax_amount_cents"] for line in lines] == taxes
    assert (promotion["total_amount_cents"], promotion["coupon_code"]) == (-1570, COUPON)


def test_until_all_is_given_back(api: Api) -> None:
    """Placed, captured, refunded in two parts (steps 4 to 7)."""
    shop, order = filled(api)
    card = gift_card(api, 5000)
    api.update(order, coupon_code=COUPON, gift_card_code=card["attributes"]["code"])
    api.update(order, _place=True)
    placed, used = shop.shown(order), shop.shown(card)
    (coupon,) = api.get("/api/coupons").json["data"]
    (promotion,) = api.get("/api/percentage_discount_promotions").json["data"]
    (authorization,) = shop.related(order, "authorizations")

    assert (placed["status"], placed["payment_status"]) == ("placed", "authorized")
    assert placed["place_total_amount_cents"] == 10_330
    assert placed["formatted_total_amount_with_taxes"] == "€103,30"
    assert authorization["attributes"]["amount_cents"] == 10_330
    assert (used["balance_cents"], used["status"]) == (0, "active")
    assert [use["amount_cents"] for use in used["usage_log"][order["id"]]] == [-5000]
    assert [change["balance_change_cents"] for change in used["balance_log"]] == [-5000]
    assert coupon["attributes"]["usage_count"] == 1
    assert promotion["attributes"]["total_usage_count"] == 1

    api.update(order, _approve=True)
    api.update(order, _capture=True)
    (capture,) = shop.related(order, "captures")
    assert shop.shown(order)["payment_status"] == "paid"
    api.update(capture, _refund=True, _refund_amount_cents=3000)
    assert shop.shown(order)["payment_status"] == "partially_refunded"
    assert shop.refuse(capture, _refund=True, _refund_amount_cents=7331) == [
        ("must be less than or equal to 7330", "/data/attributes/_refund_amount_cents")
    ]
    api.update(order, _refund=True)
    assert shop.shown(order)["payment_status"] == "refunded"
    assert shop.shown(order)["status"] == "cancelled"


def test_on_and_off(api: Api) -> None:
    """A fixed amount by coupon, taxes on top; without the code all is as before.

    commerce.md §29.3.
    """
    shop = StoryShop(api, included=False)
    shop.promote(
        "fixed_amount_promotions", "MINUS-100", fixed_amount_cents=10_000, currency_code="EUR"
    )
    shop.stocked(A=11_880)
    order = shop.cart(A=1)
    names = ("discount", "total_tax", "total", "due")
    before = shop.cents(order, *names)
    api.update(order, coupon_code="MINUS-100")
    during = shop.cents(order, *names)
    after = api.update(order, coupon_code="")["attributes"]

    assert before == shop.cents(order, *names) == (0, 2614, 12_580, 15_194)
    assert during == (-10_000, 414, 2580, 2994)
    assert after["coupon_code"] == ""
