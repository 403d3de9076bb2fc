"""An order with a coupon and a gift card that pays a part of it (commerce.md §29.1, §29.2).

The other numbers are A 3450 x 3 = 10350 and B 1999 x 2 = 3998, with a card of 7500. Ten percent of
14348 are 1434.8: -1435. A is 10350/14348 = .721355 of it, so that it bears 1035.14 -> 1035 of the
coupon and 5410.16 -> 5410 of the card; B has the rest, 400 and 2090. What is left of A is 3905 and
of B 1508: included taxes are 704.18 -> 704 and 271.93 -> 272, those on top 859.1 -> 859 and
331.76 -> 332. The order costs 14348 + 700 + 500 - 1435 = 14113, less the card 6613; with taxes on
top that is 6613 + 1191 = 7804.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document
from tests.commerce.story_shop import StoryShop
from tests.scene import events, gift_card
from tests.till import statuses, transaction, transactions

COUPON = "SUMMER-2026"
#: What the order comes to with both, whether prices contain taxes or not.
AMOUNTS = (
    *("subtotal", "shipping", "payment_method", "discount", "gift_card", "adjustment"),
    *("subtotal_tax", "shipping_tax", "payment_method_tax", "adjustment_tax", "total_tax"),
    *("subtotal_taxable", "shipping_taxable", "payment_method_taxable", "total_taxable"),
    *("total", "due"),
)
BEFORE = ("subtotal", "total", "total_tax", "due")


@dataclass(frozen=True)
class Numbers:
    """The numbers of one telling: prices, quantities, and what they come to."""

    cents: tuple[int, int]
    pieces: tuple[int, int]
    card: int
    before: tuple[int, ...]
    taxes_before: list[int]
    shares: list[list[int]]
    included: tuple[int, ...]
    excluded: tuple[int, ...]
    taxes: tuple[list[int], list[int]]
    given_back: int
    formatted: str


STORY = Numbers(
    cents=(2900, 9900),
    pieces=(2, 1),
    card=5000,
    before=(15_700, 16_900, 2831, 16_900),
    taxes_before=[1046, 1785],
    shares=[[-1847, -580], [-3153, -990]],
    included=(
        *(15_700, 700, 500, -1570, -5000, 0),
        *(1646, 0, 0, 0, 1646),
        *(14_054, 700, 500, 15_254),
        *(15_330, 10_330),
    ),
    excluded=(
        *(15_700, 700, 500, -1570, -5000, 0),
        *(2009, 0, 0, 0, 2009),
        *(15_700, 700, 500, 16_900),
        *(15_330, 12_339),
    ),
    taxes=([608, 1038], [742, 1267]),
    given_back=3000,
    formatted="€103,30",
)
OTHERS = Numbers(
    cents=(3450, 1999),
    pieces=(3, 2),
    card=7500,
    # 10350 x .22 / 1.22 = 1866.39; 3998 x .22 / 1.22 = 720.95.
    before=(14_348, 15_548, 2587, 15_548),
    taxes_before=[1866, 721],
    shares=[[-5410, -1035], [-2090, -400]],
    included=(
        *(14_348, 700, 500, -1435, -7500, 0),
        *(976, 0, 0, 0, 976),
        *(13_372, 700, 500, 14_572),
        *(14_113, 6613),
    ),
    excluded=(
        *(14_348, 700, 500, -1435, -7500, 0),
        *(1191, 0, 0, 0, 1191),
        *(14_348, 700, 500, 15_548),
        *(14_113, 7804),
    ),
    taxes=([704, 272], [859, 332]),
    given_back=1613,
    formatted="€66,13",
)
BOTH = pytest.mark.parametrize("numbers", [STORY, OTHERS], ids=["story", "others"])


def filled(api: Api, numbers: Numbers, *, included: bool = True) -> tuple[StoryShop, Document]:
    """Return the shop, and its order with lines, address and methods: steps 1 and 2."""
    shop = StoryShop(api, included=included)
    shop.promote("percentage_discount_promotions", COUPON, name="10%", percentage=10)
    shop.stocked(**dict(zip("AB", numbers.cents, strict=True)))
    order = shop.cart(**dict(zip("AB", numbers.pieces, strict=True)))
    shop.pay_by(order, 500)
    return shop, order


def test_from_draft_to_pending(api: Api) -> None:
    """An order is a draft until it has a customer and goods (step 1)."""
    shop = StoryShop(api)
    shop.stocked(A=2900, B=9900)
    order = api.create("orders", links={"market": {"type": "markets", "id": shop.market["id"]}})
    names = ("status", "payment_status", "total_amount_cents", "subtotal_amount_cents")
    found = [tuple(shop.shown(order)[name] for name in names)]
    shop.add(order, "A", 2)
    shop.add(order, "B", 1)
    found.append(tuple(shop.shown(order)[name] for name in names))
    api.update(order, customer_email="john@example.com")
    found.append(tuple(shop.shown(order)[name] for name in names))

    assert found == [
        ("draft", "unpaid", 0, 0),
        ("draft", "unpaid", 15_700, 15_700),
        ("pending", "unpaid", 15_700, 15_700),
    ]


@BOTH
def test_before_the_codes(api: Api, numbers: Numbers) -> None:
    """Shipment and payment method have lines of their own (step 2)."""
    shop, order = filled(api, numbers)
    number = order["attributes"]["number"]
    (shipment,) = shop.lines(order, "shipments")
    (method,) = shop.lines(order, "payment_methods")

    assert shipment["name"] == f"Shipment #{number}/S/001"
    assert (shipment["total_amount_cents"], method["total_amount_cents"]) == (700, 500)
    assert [line["tax_amount_cents"] for line in shop.lines(order)] == numbers.taxes_before
    assert shop.cents(order, *BEFORE) == numbers.before


@BOTH
@pytest.mark.parametrize("included", [True, False])
def test_with_both_codes(api: Api, numbers: Numbers, *, included: bool) -> None:
    """Both are spread over the goods, by what these cost; taxes are of what is left (step 3)."""
    shop, order = filled(api, numbers, included=included)
    card = gift_card(api, numbers.card)
    api.update(order, coupon_code=COUPON, gift_card_code=card["attributes"]["code"])
    lines = shop.lines(order)
    shares = [sorted(share["cents"] for share in x["discount_breakdown"].values()) for x in lines]
    (promotion,) = shop.lines(order, "percentage_discount_promotions")
    (paid,) = shop.lines(order, "gift_cards")

    assert shop.cents(order, *AMOUNTS) == (numbers.included if included else numbers.excluded)
    assert shares == numbers.shares
    assert [line["discount_cents"] for line in lines] == [sum(each) for each in numbers.shares]
    assert [line["tax_amount_cents"] for line in lines] == numbers.taxes[not included]
    assert promotion["total_amount_cents"] == numbers.included[3]
    assert (promotion["coupon_code"], promotion["discount_breakdown"]) == (COUPON, {})
    assert (paid["total_amount_cents"], paid["name"]) == (
        -numbers.card,
        f"Gift card: {card['attributes']['formatted_initial_balance']}",
    )


@BOTH
def test_until_all_is_given_back(api: Api, sandbox: Sandbox, numbers: Numbers) -> None:
    """Placed, captured, refunded in two parts (steps 4 to 7)."""
    shop, order = filled(api, numbers)
    due, rest = numbers.included[-1], numbers.included[-1] - numbers.given_back
    card = gift_card(api, numbers.card)
    api.update(order, coupon_code=COUPON, gift_card_code=card["attributes"]["code"])
    api.update(order, _place=True)
    placed, used = shop.shown(order), shop.shown(card)
    (coupon,) = api.get("/api/coupons").json["data"]
    (promotion,) = api.get("/api/percentage_discount_promotions").json["data"]
    authorization = transaction(api, order, "T/001")

    def balances(number: str, *names: str) -> list[int]:
        now = transaction(api, order, number)["attributes"]
        return [now[f"{name}_balance_cents"] for name in names]

    assert statuses(api, order) == ("placed", "authorized", "unfulfilled")
    assert placed["place_total_amount_cents"] == due
    assert placed["formatted_total_amount_with_taxes"] == numbers.formatted
    assert transactions(api, order) == [("T/001", "authorizations", due)]
    assert balances("T/001", "capture", "void") == [due, due]
    assert (used["balance_cents"], used["status"]) == (0, "active")
    (use,) = used["usage_log"][order["id"]]
    assert (use["action"], use["amount_cents"], use["balance_cents"]) == ("use", -numbers.card, 0)
    assert [change["balance_change_cents"] for change in used["balance_log"]] == [-numbers.card]
    assert coupon["attributes"]["usage_count"] == 1
    assert promotion["attributes"]["total_usage_count"] == 1

    api.update(order, _approve=True)
    assert statuses(api, order) == ("approved", "authorized", "unfulfilled")
    api.update(authorization, _capture=True)
    capture = transaction(api, order, "T/002")
    assert statuses(api, order) == ("approved", "paid", "in_progress")
    assert balances("T/001", "capture", "void") == [0, due]
    assert balances("T/002", "refund") == [due]

    api.update(capture, _refund=True, _refund_amount_cents=numbers.given_back)
    assert statuses(api, order) == ("approved", "partially_refunded", "in_progress")
    assert balances("T/002", "refund") == [rest]
    assert shop.refuse(capture, _refund=True, _refund_amount_cents=rest + 1) == [
        (f"must be less than or equal to {rest}", "/data/attributes/_refund_amount_cents")
    ]

    api.update(order, _refund=True)
    assert statuses(api, order) == ("cancelled", "refunded", "unfulfilled")
    assert transactions(api, order) == [
        ("T/001", "authorizations", due),
        ("T/002", "captures", due),
        ("T/003", "refunds", numbers.given_back),
        ("T/004", "refunds", rest),
    ]
    told = [name for name in events(sandbox, order) if name in ("orders.refund", "orders.cancel")]
    assert told == ["orders.refund", "orders.refund", "orders.cancel"]


def test_a_card_that_is_not_charged_again(api: Api) -> None:
    """It is redeemed once it is used up (step 4)."""
    shop, order = filled(api, STORY)
    card = gift_card(api, 5000, rechargeable=False)
    api.update(order, gift_card_code=card["attributes"]["code"])
    api.update(order, _place=True)

    assert shop.shown(card)["status"] == "redeemed"
