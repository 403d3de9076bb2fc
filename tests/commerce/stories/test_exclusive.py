"""Exclusive, priority, order amount; fixed price with free gift (commerce.md §29.7)."""

from __future__ import annotations

from tests.client import Api
from tests.commerce.promotion_shop import (
    FIXED_AMOUNT,
    FIXED_PRICE,
    FREE_GIFT,
    PERCENTAGE,
    PromotionShop,
)


def test_an_exclusive_promotion_is_alone_once_its_rule_matches(api: Api) -> None:
    shop = PromotionShop(api)
    p1 = shop.promote(PERCENTAGE, name="P1", percentage=20, exclusive=True, priority=1)
    shop.ask("order_amount", p1, order_amount_cents=10000, use_subtotal=True)
    shop.promote(PERCENTAGE, name="P2", percentage=10, priority=1)
    shop.promote(FIXED_AMOUNT, name="P3", fixed_amount_cents=500, priority=2, currency_code="EUR")
    order = shop.cart(A=(5000, 1), B=(3000, 1))

    assert shop.discounts(order) == {"P2": -800, "P3": -500}
    first, second = shop.goods(order)
    assert sorted(s["cents"] for s in first["discount_breakdown"].values()) == [-500, -313]
    assert sorted(s["cents"] for s in second["discount_breakdown"].values()) == [-300, -187]
    assert shop.taxes(order) == [755, 453]
    assert shop.now(order, "discount_amount", "total_tax_amount", "total_amount") == (
        -1300,
        1208,
        6700,
    )

    shop.put(order, "C", 4000)
    assert shop.discounts(order) == {"P1": -2400}
    assert [line["discount_cents"] for line in shop.goods(order)] == [-1000, -600, -800]
    assert shop.taxes(order) == [721, 433, 577]
    assert shop.now(order, "total_tax_amount", "total_amount") == (1731, 9600)


def test_a_fixed_price_and_a_free_gift(api: Api) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(2500, 3), B=(1800, 2), C=(1200, 1))
    price = shop.promote(
        FIXED_PRICE,
        name="Price",
        sku_list=shop.listed("A"),
        fixed_amount_cents=2000,
        currency_code="EUR",
    )
    shop.promote(FREE_GIFT, name="Gift", sku_list=shop.listed("C"), max_quantity=1)
    shop.refresh(order)

    assert shop.discounts(order) == {"Gift": -1200, "Price": -1500}
    assert shop.taxes(order) == [1082, 649, 0]
    assert shop.now(order, "total_tax_amount", "total_amount") == (1731, 9600)

    # On the gift the price does not act, though it may ask for less.
    shop.promote(
        FIXED_PRICE,
        name="Low",
        sku_list=shop.listed("C"),
        fixed_amount_cents=100,
        currency_code="EUR",
        priority=1,
    )
    shop.refresh(order)
    assert shop.discounts(order) == {"Gift": -1200, "Price": -1500}
    assert price["attributes"]["weight"] // 10**10 == 7


def test_what_is_in_both_lists(api: Api) -> None:
    """Only the gift acts on it (c)."""
    shop = PromotionShop(api)
    order = shop.cart(A=(2500, 3), B=(1800, 2), C=(1200, 1))
    terms = {"fixed_amount_cents": 1000, "currency_code": "EUR"}
    shop.promote(FIXED_PRICE, name="Price", sku_list=shop.listed("A", "C"), **terms)
    shop.promote(FREE_GIFT, name="Gift", sku_list=shop.listed("C"), max_quantity=1)
    shop.refresh(order)

    # 3 x 1500 off A; C could cost 1000, were it no gift.
    assert shop.discounts(order) == {"Gift": -1200, "Price": -4500}
    assert [line["discount_cents"] for line in shop.goods(order)] == [-4500, 0, -1200]


def test_a_fixed_price_and_gifts_of_other_numbers(api: Api) -> None:
    """A 3333 x 2 at 2500 are 1666 less; of three C at 777 two are free: 1554."""
    shop = PromotionShop(api)
    order = shop.cart(A=(3333, 2), B=(999, 4), C=(777, 3))
    terms = {"fixed_amount_cents": 2500, "currency_code": "EUR"}
    shop.promote(FIXED_PRICE, name="Price", sku_list=shop.listed("A"), **terms)
    shop.promote(FREE_GIFT, name="Gift", sku_list=shop.listed(("C", 2)), max_quantity=3)
    shop.refresh(order)

    assert shop.discounts(order) == {"Gift": -1554, "Price": -1666}
    # 5000 x .22 / 1.22 = 901.64; 3996 -> 720.59; 777 -> 140.11.
    assert shop.taxes(order) == [902, 721, 140]
    # 6666 + 3996 + 2331 = 12993; less 3220.
    assert shop.now(order, "total_tax_amount", "total_amount") == (1763, 9773)


def test_other_numbers(api: Api) -> None:
    """Fifteen percent of 7777 is 1166.55; then 333 off the order, by 4444 and 3333."""
    shop = PromotionShop(api, included=False, rate=0.1)
    big = shop.promote(PERCENTAGE, name="Big", percentage=30, exclusive=True)
    shop.ask("order_amount", big, order_amount_cents=7778, use_subtotal=True)
    shop.promote(PERCENTAGE, name="Part", percentage=15)
    shop.promote(FIXED_AMOUNT, name="Sum", fixed_amount_cents=333, currency_code="EUR")
    order = shop.cart(A=(4444, 1), B=(3333, 1))

    # Part: 4444/7777 of 1167 is 666.86; Sum: of 333, 190.29.
    assert shop.discounts(order) == {"Part": -1167, "Sum": -333}
    goods = shop.goods(order)
    assert [line["discount_cents"] for line in goods] == [-667 - 190, -500 - 143]
    # (4444 - 857) x .1 = 358.7; (3333 - 643) x .1 = 269.
    assert shop.taxes(order) == [359, 269]
    assert shop.now(order, "total_amount", "total_amount_with_taxes") == (6277, 6905)

    shop.put(order, "C", 1)
    # 7778 matches: 30 % of it is 2333.4.
    assert shop.discounts(order) == {"Big": -2333}
