"""Three for two (commerce.md §29.6)."""

from __future__ import annotations

import pytest

from tests.client import Api
from tests.commerce.promotion_shop import BUY_X_PAY_Y, PromotionShop

GOODS = {"A": (1500, 7), "B": (2000, 4), "C": (3000, 2)}
TOTALS = ("subtotal_amount", "discount_amount", "total_tax_amount", "total_amount")


@pytest.mark.parametrize("cheapest", [False, True])
def test_three_for_two(api: Api, cheapest: bool) -> None:  # noqa: FBT001 - a table of two
    shop = PromotionShop(api)
    order = shop.cart(**GOODS)
    listing = shop.listed("A", "B", "C")
    made = shop.promote(BUY_X_PAY_Y, sku_list=listing, x=3, y=2, cheapest_free=cheapest)
    shop.refresh(order)

    if cheapest:
        assert shop.now(order, *TOTALS) == (24500, -6000, 3336, 18500)
        assert shop.taxes(order) == [811, 1443, 1082]
    else:
        assert shop.now(order, *TOTALS) == (24500, -5000, 3516, 19500)
        assert shop.taxes(order) == [1352, 1082, 1082]
        assert shop.now(order, "subtotal_taxable_amount") == (20984,)
    lines = shop.lines(order)
    shares = [[each["weight"] for each in line["discount_breakdown"].values()] for line in lines]
    assert shares[:3] == ([[1.0], [], []] if cheapest else [[0.6], [0.4], []])
    discount = lines[3]
    assert (discount["item_type"], discount["quantity"], discount["name"]) == (BUY_X_PAY_Y, 1, "P")
    assert (discount["sku_code"], discount["discount_breakdown"]) == (None, {})
    before = shop.discounts(order)

    # What is not in the list changes nothing of it.
    shop.put(order, "D", 5000, 8)
    assert shop.now(order, "subtotal_amount") == (64500,)
    assert shop.discounts(order) == before == {made["attributes"]["name"]: discount_of(cheapest)}


def discount_of(cheapest: bool) -> int:  # noqa: FBT001 - of a table
    return -6000 if cheapest else -5000


def test_four_for_three(api: Api) -> None:
    """With other numbers: A 999 x 9, B 2501 x 4, free 2 x 999 and 1 x 2501."""
    shop = PromotionShop(api)
    order = shop.cart(A=(999, 9), B=(2501, 4))
    shop.promote(BUY_X_PAY_Y, sku_list=shop.listed("A", "B"), x=4, y=3)
    shop.refresh(order)

    # 8991 + 10004 = 18995; 1998 + 2501 = 4499.
    assert shop.now(order, "subtotal_amount", "discount_amount") == (18995, -4499)
    # 6993 x .22 / 1.22 = 1261.03; 7503 x .22 / 1.22 = 1353.00.
    assert shop.taxes(order) == [1261, 1353]
    assert shop.now(order, "total_amount", "subtotal_taxable_amount") == (14496, 16381)


def test_one_for_three(api: Api) -> None:
    """Of A 999 x 2 and B 2501 x 7 the six cheapest are free: all of A, and four of B.

    Nine pieces make three times three, of which two are free each time. 1998 + 10004 = 12002.
    """
    shop = PromotionShop(api)
    order = shop.cart(B=(2501, 7), A=(999, 2))
    listing = shop.listed("A", "B")
    shop.promote(BUY_X_PAY_Y, sku_list=listing, x=3, y=1, cheapest_free=True)
    shop.refresh(order)

    # 17507 + 1998 = 19505; of 7503 the tax is 7503 x .22 / 1.22 = 1353.
    assert shop.now(order, *TOTALS) == (19505, -12002, 1353, 7503)
    assert [line["discount_cents"] for line in shop.goods(order)] == [-10004, -1998]
    assert shop.taxes(order) == [1353, 0]
