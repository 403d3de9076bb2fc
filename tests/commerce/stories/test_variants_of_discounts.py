"""What stories leave out: discounts together, odd cents, other currencies (commerce.md §3 to §10).

Each by hand, by the rules that its docstring names.
"""

from __future__ import annotations

import pytest

from tests.client import Api, Document, path_of, to
from tests.commerce.promotion_shop import (
    ALWAYS,
    BUY_X_PAY_Y,
    FIXED_AMOUNT,
    FREE_SHIPPING,
    PERCENTAGE,
    PromotionShop,
)
from tests.commerce.story_shop import StoryShop
from tests.scene import address, gift_card

CODE = "SUMMER-2026"
NAMES = ("subtotal", "discount", "gift_card", "total_tax", "total", "due")


@pytest.mark.parametrize("card_first", [True, False])
def test_two_promotions_and_a_card(api: Api, *, card_first: bool) -> None:
    """Each is spread by what lines cost, whatever came first (commerce.md §3.4, §5.4).

    10 % of 6667 are 666.7; of 667 A has .499925, 333.45, of 500 249.96, of 2000 999.85. Left are
    1750 and 1750, which contain 315.57 each.
    """
    shop = StoryShop(api)
    shop.promote(PERCENTAGE, percentage=10)
    shop.promote(FIXED_AMOUNT, CODE, fixed_amount_cents=500, priority=1)
    shop.stocked(A=3333, B=1667)
    order = shop.cart(A=1, B=2)
    code = gift_card(api, 2000)["attributes"]["code"]
    steps = [{"gift_card_code": code}, {"coupon_code": CODE}]
    for step in steps if card_first else reversed(steps):
        api.update(order, **step)

    assert shop.cents(order, *NAMES) == (6667, -1167, -2000, 632, 6200, 4200)
    assert [line["discount_cents"] for line in shop.lines(order)] == [-1583, -1584]
    assert [line["tax_amount_cents"] for line in shop.lines(order)] == [316, 316]


def test_yen(api: Api) -> None:
    """Whole ones (commerce.md §2.2): 7 % of 999 are 69.93; of 929 the tax is 84.45."""
    shop = StoryShop(api, rate=0.1, terms={"currency": "JPY"})
    shop.promote(PERCENTAGE, percentage=7)
    shop.stocked(A=333)
    order = shop.cart(A=3)
    now = shop.shown(order)

    assert shop.cents(order, *NAMES) == (999, -70, 0, 84, 1629, 1629)
    assert (now["total_amount_float"], now["formatted_total_amount"]) == (1629.0, "¥1,629")
    assert now["formatted_discount_amount"] == "-¥70"


def test_dinars(api: Api) -> None:
    """They have a thousand (commerce.md §2.2): 3702 less 777 are 2925, 5 % on top 146.25."""
    shop = StoryShop(api, included=False, rate=0.05, terms={"currency": "KWD"})
    shop.promote(FIXED_AMOUNT, fixed_amount_cents=777)
    shop.stocked(A=1234)
    order = shop.cart(A=3)
    now = shop.shown(order)

    assert shop.cents(order, *NAMES) == (3702, -777, 0, 146, 3625, 3771)
    assert now["total_amount_with_taxes_float"] == 3.771
    assert now["formatted_total_amount_with_taxes"].endswith("3.771")


@pytest.mark.parametrize(
    ("cents", "amounts"),
    [
        # 10 % of 1005 are 100.5; (1005 - 101) x .22 = 198.88.
        (1005, (1005, -101, 0, 199, 1604, 1803)),
        # 10 % of 28 are 2.8; 25 x .22 = 5.5.
        (28, (28, -3, 0, 6, 725, 731)),
        # Half a cent off is one.
        (5, (5, -1, 0, 1, 704, 705)),
    ],
)
def test_halves(api: Api, *, cents: int, amounts: tuple[int, ...]) -> None:
    """They go away from zero (commerce.md §2.1)."""
    shop = StoryShop(api, included=False)
    shop.promote(PERCENTAGE, percentage=10)
    shop.stocked(A=cents)

    assert shop.cents(shop.cart(A=1), *NAMES) == amounts


def test_a_coupon_brings_an_order_below_what_is_free(api: Api) -> None:
    """Free over 5000 is what the discounts leave (catalogue.md §21): 5200, then 4680."""
    shop = StoryShop(api)
    shop.promote(PERCENTAGE, CODE, percentage=10)
    api.update(shop.methods["STD"], free_over_amount_cents=5000)
    shop.stocked(A=2600)
    order = shop.cart(A=2)
    found = [shop.cents(order, "shipping", "total")]
    for code in (CODE, ""):
        api.update(order, coupon_code=code)
        found.append(shop.cents(order, "shipping", "total"))

    assert found == [(0, 5200), (700, 5380), (0, 5200)]


def test_a_line_bears_no_more_than_it_costs(api: Api) -> None:
    """What it cannot bear the others do (commerce.md §3.4).

    Three for two makes B free, 700; 10 % of 2700 are 270, of which B should have 70.
    """
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 2), B=(700, 1))
    terms = {"x": 3, "y": 2, "cheapest_free": True}
    shop.promote(BUY_X_PAY_Y, name="Three", sku_list=shop.listed("A", "B"), **terms)
    shop.promote(PERCENTAGE, name="Ten", percentage=10)
    shop.refresh(order)

    assert shop.discounts(order) == {"Three": -700, "Ten": -270}
    assert [line["discount_cents"] for line in shop.goods(order)] == [-270, -700]
    # 1730 x .22 / 1.22 = 311.97.
    assert shop.taxes(order) == [312, 0]
    assert shop.now(order, "total_amount") == (1730,)


def test_the_heaviest_exclusive_promotion_is_alone(api: Api) -> None:
    """By priority, though another one takes off more (commerce.md §5.2, §5.3)."""
    shop = PromotionShop(api)
    shop.promote(PERCENTAGE, name="Half", percentage=50, exclusive=True, priority=2)
    first = shop.promote(
        FIXED_AMOUNT,
        name="First",
        fixed_amount_cents=100,
        exclusive=True,
        priority=1,
        currency_code="EUR",
    )
    shop.promote(PERCENTAGE, name="Ten", percentage=10, priority=1)
    order = shop.cart(A=(999, 1))
    found = [shop.discounts(order)]
    api.update(first, _disable=True)
    shop.refresh(order)
    found.append(shop.discounts(order))

    # Half of 999 is 499.5.
    assert found == [{"First": -100}, {"Half": -500}]


def test_an_exclusive_promotion_by_coupon(api: Api) -> None:
    """It drops the others as long as the code is there (commerce.md §5.3)."""
    shop = PromotionShop(api)
    shop.promote(PERCENTAGE, name="Ten", percentage=10)
    sale = shop.promote(PERCENTAGE, name="Thirty", percentage=30, exclusive=True)
    shop.coupon(sale, CODE)
    order = shop.cart(A=(1111, 1))
    found = [shop.discounts(order)]
    for code in (CODE, None):
        api.update(order, coupon_code=code)
        found.append(shop.discounts(order))

    # 10 % of 1111 are 111.1, 30 % 333.3.
    assert found == [{"Ten": -111}, {"Thirty": -333}, {"Ten": -111}]


@pytest.mark.parametrize(("at_least", "discount"), [(9000, -1500), (9001, -1000)])
def test_what_a_rule_of_amounts_sees(api: Api, at_least: int, discount: int) -> None:
    """The order less what was taken off before; at the amount it matches (commerce.md §5.3, §6)."""
    shop = PromotionShop(api)
    shop.promote(PERCENTAGE, name="Ten", percentage=10)
    off = shop.promote(FIXED_AMOUNT, name="Off", fixed_amount_cents=500, currency_code="EUR")
    shop.ask("order_amount", off, order_amount_cents=at_least)
    order = shop.cart(A=(10_000, 1))

    assert shop.now(order, "discount_amount") == (discount,)


def test_a_card_lowers_all_that_is_taxed(api: Api) -> None:
    """Shipment and payment method too, where they are (commerce.md §3.4, §10.3); taxes on top.

    Of 3000 over 10949 goods have 2739.70 -> 2740, the shipment 191.80 -> 192, the method the rest,
    68. 7259, 508 and 182 are taxed: 1596.98, 111.76 and 40.04.
    """
    shop = StoryShop(api, included=False, freight_taxable=True, payment_method_taxable=True)
    shop.stocked(A=9999)
    order = shop.cart(A=1)
    shop.pay_by(order, 250)
    api.update(order, gift_card_code=gift_card(api, 3000)["attributes"]["code"])

    assert shop.cents(order, *NAMES) == (9999, 0, -3000, 1749, 10_949, 9698)
    assert shop.cents(order, "subtotal_tax", "shipping_tax", "payment_method_tax") == (
        1597,
        112,
        40,
    )


def test_a_card_that_pays_shipping(api: Api) -> None:
    """It lowers taxes as far as something is taxable, and pays the rest (commerce.md §3.4)."""
    shop = StoryShop(api)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    card = gift_card(api, 20_000)
    api.update(order, gift_card_code=card["attributes"]["code"])
    amounts = shop.cents(order, *NAMES)
    (line,) = shop.lines(order)
    api.update(order, _place=True)

    assert amounts == (1000, 0, -1700, 0, 1700, 0)
    assert line["discount_cents"] == -1000
    assert shop.shown(order)["payment_status"] == "free"
    assert shop.shown(card)["balance_cents"] == 18_300


def test_an_adjustment_below_nothing(api: Api) -> None:
    """Its line stays, the order costs nothing, and nothing is taxed (commerce.md §3.3, §10.1)."""
    shop = StoryShop(api)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    sent = {"name": "By hand", "currency_code": "EUR", "amount_cents": -5000}
    made = api.create("adjustments", **sent)
    api.create("line_items", links={"order": to(order), "item": to(made)}, quantity=1)

    assert shop.cents(order, "adjustment", "total_tax", "total", "due") == (-5000, 0, 0, 0)


def test_another_country(api: Api) -> None:
    """The first rule that matches (commerce.md §10.2): 1200 hold 216.39 at 22 %, 200 at 20 %."""
    shop = StoryShop(api)
    shop.stocked(A=1200)
    links = {"manual_tax_calculator": to(shop.calculator)}
    french = api.create("tax_rules", links=links, name="TVA", tax_rate=0.2, country_code_regex="FR")
    order = shop.cart(A=1)
    at_home = shop.cents(order, "total_tax")
    (general,) = [r for r in shop.related(shop.calculator, "tax_rules") if r["id"] != french["id"]]
    api.update(general, not_country_code_regex="FR")
    abroad = address(api, country_code="FR", zip_code="75001", state_code="IDF")
    api.update(order, links={"shipping_address": to(abroad)})

    assert (at_home, shop.cents(order, "total_tax")) == ((216,), (200,))
    assert shop.shown(order)["tax_rate"] == 0.2


def test_free_shipping_from_two_places(api: Api) -> None:
    """Each shipment bears what it costs (commerce.md §5.4): 1200 and 700 of 14500 and 1900."""
    shop = StoryShop(api)
    shop.stock("mil", TSHIRT=2)
    shop.stock("rom", TSHIRT=10)
    order = shop.order(TSHIRT=5)
    shop.ship_by(order, "EXP", "STD")
    shop.promote(FREE_SHIPPING, CODE)
    api.update(order, coupon_code=CODE)
    lines = shop.lines(order, "shipments")

    assert shop.cents(order, "shipping", "discount", "total") == (1900, -1900, 14_500)
    assert [line["discount_cents"] for line in lines] == [-1200, -700]


def test_a_bundle_with_an_option(api: Api) -> None:
    """Discounted with its option, unless a list is of others (commerce.md §5.4).

    4900 x 2 and an option at 300 are 10100; 10 % off are 9090, which contain 1639.18.
    """
    shop = StoryShop(api)
    shop.stocked(A=1000, B=2000)
    kit = _bundle(shop, "A", "B")
    order = shop.order()
    links = {"order": to(order)}
    line = api.create("line_items", links=links, bundle_code="KIT", quantity=2)
    option = api.create("sku_options", name="Ribbon", currency_code="EUR", price_amount_cents=300)
    links = {"line_item": to(line), "sku_option": to(option)}
    api.create("line_item_options", links=links, quantity=1, options={"color": "red"})
    shop.promote(PERCENTAGE, percentage=10)
    listed = shop.promote(PERCENTAGE, name="Listed", percentage=50, _disable=False)
    other = api.create("sku_lists", name="Others")
    api.create("sku_list_items", links={"sku_list": to(other), "sku": to(shop.skus["A"])})
    api.update(listed, links={"sku_list": to(other)})
    api.update(order, _refresh=True)

    assert kit["attributes"]["price_amount_cents"] == 4900
    assert shop.cents(order, *NAMES) == (10_100, -1010, 0, 1639, 9090, 9090)
    assert shop.shown(order)["skus_count"] == 2


def _bundle(shop: StoryShop, *codes: str) -> Document:
    """Sell a piece of each as a bundle at 49.00."""
    listed = shop.api.create("sku_lists", name="Kit")
    for code in codes:
        links = {"sku_list": to(listed), "sku": to(shop.skus[code])}
        shop.api.create("sku_list_items", links=links, quantity=1)
    links = {"sku_list": to(listed), "market": to(shop.market)}
    prices = {"price_amount_cents": 4900, "compare_at_amount_cents": 5000}
    return shop.api.create("bundles", links=links, code="KIT", name="Kit", **prices)


def test_tiers_within_an_order(api: Api) -> None:
    """Twelve cost less than ten of the same by tiers, and less a discount of what they cost then.

    10 x 1000 = 10000 less 10 % are 9000; 12 x 800 = 9600 less 960 are 8640.
    """
    shop = StoryShop(api)
    shop.stocked(PEN=1000)
    (price,) = shop.related(shop.skus["PEN"], "prices")
    for up_to, cents in ((11, 1000), (None, 800)):
        sent = {"name": f"{up_to}", "up_to": up_to, "price_amount_cents": cents}
        api.create("price_volume_tiers", links={"price": to(price)}, **sent)
    shop.promote(PERCENTAGE, percentage=10)
    order = shop.order(PEN=10)
    found = [shop.cents(order, "subtotal", "discount", "total")]
    (line,) = api.get(f"{path_of(order)}/line_items", {"filter[q][item_type_eq]": "skus"}).json[
        "data"
    ]
    api.update(line, quantity=12)
    found.append(shop.cents(order, "subtotal", "discount", "total"))

    assert found == [(10_000, -1000, 9000), (9600, -960, 8640)]


def test_a_card_beside_free_shipping(api: Api) -> None:
    """A shipment that is free bears nothing more: the goods do (commerce.md §3.4).

    Of 3000 over 5700 it should have 368, of which it has no room. 2000 x .22 = 440 on top.
    """
    shop = StoryShop(api, included=False, freight_taxable=True)
    shop.stocked(A=5000)
    shop.promote(FREE_SHIPPING)
    order = shop.cart(A=1)
    api.update(order, gift_card_code=gift_card(api, 3000)["attributes"]["code"])
    (goods,), (shipment,) = shop.lines(order), shop.lines(order, "shipments")

    assert (goods["discount_cents"], shipment["discount_cents"]) == (-3000, -700)
    assert shop.cents(order, *NAMES) == (5000, -700, -3000, 440, 5000, 2440)


#: Fixed amounts and percentages of one piece at 10.00, shipped by 7.00: what they take off.
TOO_MUCH: dict[str, tuple[list[Document], int]] = {
    "more than there is": ([{"fixed_amount_cents": 5000}], -1000),
    "the rest": ([{"fixed_amount_cents": 700}, {"fixed_amount_cents": 700}], -1000),
    "all of it": ([{"percentage": 100}], -1000),
    "nothing twice": ([{"percentage": 100}, {"fixed_amount_cents": 1}], -1000),
}


@pytest.mark.parametrize(("promotions", "discount"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_no_more_than_goods_cost(api: Api, promotions: list[Document], discount: int) -> None:
    """Shipping is left to pay; a discount of nothing has no line (commerce.md §5.3, §5.4)."""
    shop = StoryShop(api)
    for attributes in promotions:
        shop.promote(PERCENTAGE if "percentage" in attributes else FIXED_AMOUNT, **attributes)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    found = api.get(f"{path_of(order)}/line_items").json["data"]
    lines = [
        each for each in found if each["attributes"]["item_type"] in (PERCENTAGE, FIXED_AMOUNT)
    ]

    assert shop.cents(order, *NAMES) == (1000, discount, 0, 0, 700, 700)
    assert len(lines) == (2 if promotions == TOO_MUCH["the rest"][0] else 1)
    assert all(line["attributes"]["total_amount_cents"] < 0 for line in lines)


def test_a_fixed_price_leaves_options(api: Api) -> None:
    """It is of the unit (commerce.md §5.4): 3 x (2500 - 1999) are 1503 off 7800."""
    shop = StoryShop(api)
    shop.stocked(A=2500)
    order = shop.cart(A=3)
    (line,) = api.get(f"{path_of(order)}/line_items", {"filter[q][item_type_eq]": "skus"}).json[
        "data"
    ]
    words = {"name": "Ribbon", "currency_code": "EUR", "price_amount_cents": 300}
    links = {"line_item": to(line), "sku_option": to(api.create("sku_options", **words))}
    api.create("line_item_options", links=links, quantity=1, options={"color": "red"})
    listed = api.create("sku_lists", name="A")
    api.create("sku_list_items", links={"sku_list": to(listed), "sku": to(shop.skus["A"])})
    links = {"market": to(shop.market), "sku_list": to(listed)}
    api.create(
        "fixed_price_promotions", links=links, name="1999", fixed_amount_cents=1999, **ALWAYS
    )
    api.update(order, _refresh=True)

    # 6297 x .22 / 1.22 = 1135.52.
    assert shop.cents(order, *NAMES) == (7800, -1503, 0, 1136, 6997, 6997)


def test_an_adjustment_of_more_than_is_taxed(api: Api) -> None:
    """It lowers taxes as far as it can, and counts in full (commerce.md §3.3, §3.4)."""
    shop = StoryShop(api)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    sent = {"name": "By hand", "currency_code": "EUR", "amount_cents": -1200}
    made = api.create("adjustments", **sent)
    api.create("line_items", links={"order": to(order), "item": to(made)}, quantity=1)
    (line,) = shop.lines(order)

    assert (line["discount_cents"], line["tax_amount_cents"]) == (-1000, 0)
    assert shop.cents(order, "adjustment", "total_tax", "total", "due") == (-1200, 0, 500, 500)


def test_an_own_switch_stays(api: Api) -> None:
    """What an order says itself no rule changes (commerce.md §10.2): 700 hold 126.23."""
    shop = StoryShop(api)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    found = [shop.cents(order, "shipping_tax")]
    api.update(order, freight_taxable=True)
    found.append(shop.cents(order, "shipping_tax"))
    api.update(order, links={"shipping_address": to(address(api, zip_code="20121"))})
    found.append(shop.cents(order, "shipping_tax"))

    assert found == [(0,), (126,), (126,)]


def test_what_is_not_in_the_list(api: Api) -> None:
    """Neither a line without an item nor another SKU is discounted by a list (commerce.md §5.4).

    25 % of 2222 are 555.5.
    """
    shop = StoryShop(api)
    shop.stocked(A=1111, B=5000)
    order = shop.cart(A=2, B=1)
    sent = {"name": "Wrapping", "unit_amount_cents": 400, "quantity": 1}
    api.create("line_items", links={"order": to(order)}, **sent)
    listed = api.create("sku_lists", name="A", manual=False, sku_code_regex="^A$")
    sale = shop.promote(PERCENTAGE, percentage=25)
    api.update(sale, links={"sku_list": to(listed)})
    api.update(order, _refresh=True)

    assert [line["discount_cents"] for line in shop.lines(order)] == [-556, 0]
    assert shop.cents(order, "subtotal", "discount", "total") == (7622, -556, 7766)
