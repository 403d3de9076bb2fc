"""What stories leave out of placed orders: edits, refunds, returns (commerce.md §14 to §16).

Each by hand, by the rules that its docstring names.
"""

from __future__ import annotations

import pytest

from tests.client import Api, Document, path_of, to
from tests.commerce.story_shop import StoryShop
from tests.refusals import got, refused_with, violation
from tests.scene import gift_card
from tests.till import patch, statuses, transaction, transactions

CODE = "SUMMER-2026"
SHIPPED = ("_packing", "_ready_to_ship", "_ship")


class Sold:
    """A shop whose goods are shipped for nothing, and an order of it."""

    def __init__(self, api: Api, pieces: int = 2, *, included: bool = True, **cents: int) -> None:
        """Fill a cart with so many of each, at these prices."""
        self.api = api
        self.shop = StoryShop(api, included=included)
        self.shop.method("FREE", 0)
        self.shop.stocked(**cents)
        self.order = self.shop.cart(**dict.fromkeys(cents, pieces))
        self.shop.ship_by(self.order, "FREE")
        self.shop.pay_by(self.order)

    def step(self, *triggers: str) -> None:
        """Move the order on."""
        self.shop.step(self.order, *triggers)

    def row(self, code: str = "A") -> Document:
        """Return the line of a SKU."""
        where = {"filter[q][sku_code_eq]": code}
        (found,) = self.api.get(f"{path_of(self.order)}/line_items", where).json["data"]
        line: Document = found
        return line

    def deliver(self) -> None:
        """Send all of it."""
        for shipment in self.shop.shipments(self.order):
            self.shop.step(shipment, *SHIPPED)

    def sends_back(self, quantity: int) -> Document:
        """Return a return of so many of A, which has arrived."""
        returned = self.api.create("returns", links={"order": to(self.order)})
        links = {"return": to(returned), "line_item": to(self.row())}
        self.api.create("return_line_items", links=links, quantity=quantity)
        for step in ("_request", "_approve", "_ship", "_receive"):
            self.api.update(returned, **{step: True})
        return returned


def test_partial_captures_and_refunds_before_a_return(api: Api) -> None:
    """A return is refunded of the first capture that has enough left of itself (commerce.md §16).

    6000 are captured as 4000 and 2000; 1000 of the first are refunded; one of two pieces is worth
    3000, all that is left of it. With the other 2000 everything is given back.
    """
    sold = Sold(api, A=3000)
    sold.step("_place", "_approve")
    authorization = transaction(api, sold.order, "T/001")
    api.update(authorization, _capture=True, _capture_amount_cents=4000)
    sold.step("_capture")
    sold.deliver()
    api.update(transaction(api, sold.order, "T/002"), _refund=True, _refund_amount_cents=1000)
    returned = sold.sends_back(1)
    worth = sold.shop.shown(returned)["estimated_refund_amount_cents"]
    api.update(returned, _refund=True)
    part = statuses(api, sold.order)
    api.update(transaction(api, sold.order, "T/003"), _refund=True)

    assert worth == 3000
    assert part == ("approved", "partially_refunded", "fulfilled")
    assert transactions(api, sold.order) == [
        ("T/001", "authorizations", 6000),
        ("T/002", "captures", 4000),
        ("T/003", "captures", 2000),
        ("T/004", "refunds", 1000),
        ("T/005", "refunds", 3000),
        ("T/006", "refunds", 2000),
    ]
    assert statuses(api, sold.order) == ("cancelled", "refunded", "fulfilled")


@pytest.mark.parametrize(
    ("included", "quantity", "worth"),
    [
        # 2997 less 15 %, 449.55: 2547 left; one of three is 849, two are 1698.
        (True, 1, 849),
        (True, 2, 1698),
        # On top of 2547 22 % are 560.34: 3107 for three, of which two are 2071.33.
        (False, 2, 2071),
    ],
)
def test_what_a_return_is_worth(api: Api, *, included: bool, quantity: int, worth: int) -> None:
    """Its part of the line, less discounts, with the taxes on top (commerce.md §16)."""
    sold = Sold(api, pieces=3, included=included, A=999)
    sold.shop.promote("percentage_discount_promotions", percentage=15)
    sold.step("_refresh", "_place", "_approve", "_capture")
    sold.deliver()

    returned = sold.sends_back(quantity)
    assert sold.shop.shown(returned)["estimated_refund_amount_cents"] == worth


def test_a_return_that_is_worth_less_than_nothing(api: Api) -> None:
    """Of a deduction alone nothing is given back, and nobody is asked to pay."""
    sold = Sold(api, A=3000)
    deduction = api.create("adjustments", name="Scratch", amount_cents=-777, currency_code="EUR")
    links = {"order": to(sold.order), "item": to(deduction)}
    line = api.create("line_items", links=links, quantity=1)
    sold.step("_place", "_approve", "_capture")
    sold.deliver()
    returned = api.create("returns", links={"order": to(sold.order)})
    links = {"return": to(returned), "line_item": to(line)}
    api.create("return_line_items", links=links, quantity=1)
    for trigger in ("_request", "_approve", "_ship", "_receive", "_refund"):
        api.update(returned, **{trigger: True})

    assert sold.shop.shown(returned)["estimated_refund_amount_cents"] == -777
    assert sold.shop.shown(returned)["status"] == "refunded"
    assert [kind for _, kind, _ in transactions(api, sold.order)] == ["authorizations", "captures"]


def test_an_edit_with_coupon_and_card(api: Api) -> None:
    """Both follow what is bought then, and the card gets back the rest (commerce.md §9.4, §14.4).

    5000 x 2 less 10 % are 9000, with the card 3000. One piece less 10 % is 4500: the card pays all
    of it, and 1500 of 6000 are there again. Without the coupon it is 5000.
    """
    sold = Sold(api, A=5000)
    sold.shop.promote("percentage_discount_promotions", CODE, percentage=10)
    card = gift_card(api, 6000)
    api.update(sold.order, coupon_code=CODE, gift_card_code=card["attributes"]["code"])
    names = ("total", "gift_card", "due")
    found = [(*sold.shop.cents(sold.order, *names), 6000)]

    def look() -> None:
        left = sold.shop.shown(card)["balance_cents"]
        found.append((*sold.shop.cents(sold.order, *names), left))

    sold.step("_place")
    look()
    sold.step("_start_editing")
    api.update(sold.row(), quantity=1)
    sold.step("_stop_editing")
    look()
    sold.step("_start_editing")
    api.update(sold.order, coupon_code="")
    sold.step("_stop_editing")
    look()
    (coupon,) = api.get("/api/coupons").json["data"]
    sold.step("_cancel")

    assert found == [
        (9000, -6000, 3000, 6000),
        (9000, -6000, 3000, 0),
        (4500, -4500, 0, 1500),
        (5000, -5000, 0, 1000),
    ]
    assert coupon["attributes"]["usage_count"] == 0
    assert sold.shop.shown(card)["balance_cents"] == 6000
    assert transactions(api, sold.order) == [
        ("T/001", "authorizations", 3000),
        ("T/002", "voids", 3000),
    ]
    assert statuses(api, sold.order)[0] == "cancelled"


def test_an_edit_that_moves_stock(api: Api) -> None:
    """What is reserved follows at the end; approval takes what is left (catalogue.md §16)."""
    sold = Sold(api, A=1000, B=2000)
    sold.step("_place")
    found = [[sold.shop.held("mil", code) for code in "AB"]]
    sold.step("_start_editing")
    api.update(sold.row("A"), quantity=1)
    assert api.delete(path_of(sold.row("B"))).status_code == 204
    sold.step("_stop_editing")
    found.append([sold.shop.held("mil", code) for code in "AB"])
    sold.step("_approve")
    found.append([sold.shop.held("mil", code) for code in "AB"])

    assert found == [
        ["1000/2", "1000/2"],
        ["1000/1", "1000/0"],
        ["999/0", "1000/0"],
    ]


def test_a_capture_of_what_was_edited(api: Api) -> None:
    """What was not captured is voided when the order is called off (commerce.md §15.2).

    Of 7000 authorized 5000 are due after the edit: captured 1500, then the rest of 3500; cancelled,
    2000 are voided and both captures given back.
    """
    sold = Sold(api, pieces=1, A=5000, B=2000)
    sold.step("_place", "_start_editing")
    assert api.delete(path_of(sold.row("B"))).status_code == 204
    sold.step("_stop_editing", "_approve")
    authorization = transaction(api, sold.order, "T/001")
    api.update(authorization, _capture=True, _capture_amount_cents=1500)
    partly = statuses(api, sold.order)
    sold.step("_capture", "_cancel")

    assert partly == ("approved", "partially_paid", "unfulfilled")
    assert transactions(api, sold.order) == [
        ("T/001", "authorizations", 7000),
        ("T/002", "captures", 1500),
        ("T/003", "captures", 3500),
        ("T/004", "voids", 2000),
        ("T/005", "refunds", 1500),
        ("T/006", "refunds", 3500),
    ]
    assert statuses(api, sold.order)[:2] == ("cancelled", "refunded")


def test_two_authorizations(api: Api) -> None:
    """An order is authorized in parts, and captured of the oldest first (commerce.md §15.2).

    2500 before placing, 3500 at placing; 4000 captured are 2500 and 1500.
    """
    sold = Sold(api, A=3000)
    api.update(sold.order, _authorize=True, _authorization_amount_cents=2500)
    before = statuses(api, sold.order)[:2]
    sold.step("_place", "_approve")
    second = transaction(api, sold.order, "T/002")
    answer = patch(api, second, _capture=True, _capture_amount_cents=3501)
    sold.step("_capture")

    assert before == ("pending", "partially_authorized")
    assert got(answer) == refused_with(
        [
            violation(
                "attributes/_capture_amount_cents",
                "must be less than or equal to 3500",
                "less_than_or_equal_to",
                value=3501,
                count=3500,
            )
        ]
    )
    assert transactions(api, sold.order) == [
        ("T/001", "authorizations", 2500),
        ("T/002", "authorizations", 3500),
        ("T/003", "captures", 2500),
        ("T/004", "captures", 3500),
    ]
    assert statuses(api, sold.order)[1] == "paid"
