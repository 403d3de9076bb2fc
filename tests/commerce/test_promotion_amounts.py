"""What each type of promotion takes off, by its own numbers (commerce.md §5.4)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.promotions.amounts import OF_GOODS, OF_SHIPPING
from mockserver.commerce.promotions.coverage import Coverage, Listed
from mockserver.commerce.promotions.external_answers import (
    AnswerError,
    metadata_in,
    name_in,
    taken_by,
)
from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.promotions.taking import take
from mockserver.commerce.totals.cart import Cart, Line

PERCENTAGE = "percentage_discount_promotions"
FIXED = "fixed_amount_promotions"
PRICE = "fixed_price_promotions"
GIFT = "free_gift_promotions"
BUY = "buy_x_pay_y_promotions"
SHIPPING = "free_shipping_promotions"


def sku(id_: str, unit: int, quantity: int = 1, options: int = 0) -> Line:
    return Line(
        f"L{id_}",
        "skus",
        id_,
        ord(id_),
        quantity,
        unit,
        options_amount_cents=options,
        sku_code=id_,
    )


def listing(*skus: str | tuple[str, int]) -> Coverage:
    """Return a manual list of these SKUs, some with a quantity."""
    items = [Listed(*((each,) if isinstance(each, str) else each)) for each in skus]
    return Coverage("list", items, bundles={"b": "list", "c": "other"})


def offer(type_: str, coverage: Coverage | None = None, **values: Any) -> Offer:
    return Offer(type_, {"id": type_, "name": "P", **values}, coverage=coverage)


def applied(cart: Cart, *offers: Offer) -> list[int]:
    """Apply promotions one after the other; return the amounts of their lines, 0 for none."""
    amounts = {**OF_GOODS, **OF_SHIPPING}
    lines = [take(cart, each, amounts[each.type_](each, cart)) for each in offers]
    return [line.total_amount_cents if line else 0 for line in lines]


def discounts(cart: Cart) -> dict[str, int]:
    """Return the discounts of the lines that have any."""
    return {line.id: line.discount_cents for line in cart.lines if line.shares}


#: Lines, a promotion, its amount, and the discounts of the lines.
CASES: dict[str, tuple[list[Line], Offer, int, dict[str, int]]] = {
    "percentage": ([sku("A", 2900)], offer(PERCENTAGE, percentage=20), -580, {"LA": -580}),
    "percentage spread": (
        [sku("A", 2900, 2), sku("B", 9900)],
        offer(PERCENTAGE, percentage=10),
        -1570,
        {"LA": -580, "LB": -990},
    ),
    "half a cent": ([sku("A", 25)], offer(PERCENTAGE, percentage=50), -13, {"LA": -13}),
    "percentage of a list": (
        [sku("A", 1000), sku("B", 3000)],
        offer(PERCENTAGE, listing("B"), percentage=10),
        -300,
        {"LB": -300},
    ),
    "percentage of an expression": (
        [sku("A", 1000), sku("B", 3000)],
        offer(PERCENTAGE, Coverage("list", expression="^(B|C)$"), percentage=10),
        -300,
        {"LB": -300},
    ),
    "a list covers its own bundle": (
        [Line("b", "bundles", "b", 1, 1, 500), Line("c", "bundles", "c", 2, 1, 700)],
        offer(PERCENTAGE, listing("A"), percentage=10),
        -50,
        {"b": -50},
    ),
    "no bought gift card, no shipment": (
        [
            Line("g", "gift_cards", "g", 1, 1, 3000),
            Line("i", None, None, 2, 2, 500),
            Line("s", "shipments", "s", 3, 1, 700),
        ],
        offer(PERCENTAGE, percentage=10),
        -100,
        {"i": -100},
    ),
    "fixed amount": (
        [sku("A", 11880)],
        offer(FIXED, fixed_amount_cents=10000),
        -10000,
        {"LA": -10000},
    ),
    "fixed amount above the goods": (
        [sku("A", 300), sku("B", 200)],
        offer(FIXED, fixed_amount_cents=10000),
        -500,
        {"LA": -300, "LB": -200},
    ),
    "fixed price": (
        [sku("A", 2500, 3), sku("B", 1800, 2)],
        offer(PRICE, listing("A"), fixed_amount_cents=2000),
        -1500,
        {"LA": -1500},
    ),
    "fixed price leaves cheaper ones and options": (
        [sku("A", 1500, 2), sku("B", 2100, 1, options=400)],
        offer(PRICE, listing("A", "B"), fixed_amount_cents=2000),
        -100,
        {"LB": -100},
    ),
    "gift": (
        [sku("A", 1200, 3)],
        offer(GIFT, listing("A"), max_quantity=2),
        -1200,
        {"LA": -1200},
    ),
    "gift by quantity of the item": (
        [sku("A", 1200, 3)],
        offer(GIFT, listing(("A", 2)), max_quantity=5),
        -2400,
        {"LA": -2400},
    ),
    "gifts by position": (
        [sku("A", 1000), sku("B", 2000), sku("C", 3000)],
        offer(GIFT, listing("C", "B", "A"), max_quantity=2),
        -5000,
        {"LB": -2000, "LC": -3000},
    ),
    "gifts of an expression by creation": (
        [sku("A", 1000, 2), sku("B", 2000, 2)],
        offer(GIFT, Coverage("list", expression="."), max_quantity=3),
        -4000,
        {"LA": -2000, "LB": -2000},
    ),
    "one gift by default": (
        [sku("A", 1000, 2)],
        offer(GIFT, listing(("A", 2))),
        -1000,
        {"LA": -1000},
    ),
    "gift that is not in the order": ([sku("A", 1000)], offer(GIFT, listing("B")), 0, {}),
    "three for two": (
        [sku("A", 1500, 7), sku("B", 2000, 4), sku("C", 3000, 2)],
        offer(BUY, listing("A", "B", "C"), x=3, y=2),
        -5000,
        {"LA": -3000, "LB": -2000},
    ),
    "three for two, the cheapest": (
        [sku("A", 1500, 7), sku("B", 2000, 4), sku("C", 3000, 2)],
        offer(BUY, listing("A", "B", "C"), x=3, y=2, cheapest_free=True),
        -6000,
        {"LA": -6000},
    ),
    # 9 pieces are one bundle of five, 2 of which are free: of equal prices the earlier line first.
    "five for three, the cheapest, a tie": (
        [sku("A", 900, 1), sku("B", 900, 5), sku("C", 1000, 3)],
        offer(BUY, listing("A", "B", "C"), x=5, y=3, cheapest_free=True),
        -1800,
        {"LA": -900, "LB": -900},
    ),
    "free shipping": (
        [
            sku("A", 900),
            Line("s", "shipments", "s", 999, 1, 700),
            Line("t", "shipments", "t", 1000, 1, 500),
        ],
        offer(SHIPPING),
        -1200,
        {"s": -700, "t": -500},
    ),
}


@pytest.mark.parametrize(("lines", "promotion", "amount", "expected"), CASES.values(), ids=CASES)
def test_amounts(
    lines: list[Line], promotion: Offer, amount: int, expected: dict[str, int]
) -> None:
    for line in lines:
        line.shares.clear()
    cart = Cart({}, list(lines))

    assert applied(cart, promotion) == [amount]
    assert discounts(cart) == expected


def test_weights_of_what_is_reckoned_by_pieces_are_shares_of_the_discount() -> None:
    lines = [sku("A", 1500, 7), sku("B", 2000, 4), sku("C", 3000, 2)]
    cart = Cart({}, [*lines])
    applied(cart, offer(BUY, listing("A", "B", "C"), x=3, y=2))

    assert [[share.weight for share in line.shares.values()] for line in lines] == [
        [0.6],
        [0.4],
        [],
    ]


def test_promotions_do_not_compound_and_take_no_more_than_there_is() -> None:
    cart = Cart({}, [sku("A", 1000)])

    assert applied(
        cart,
        offer(PERCENTAGE, percentage=60),
        Offer(PERCENTAGE, {"id": "other", "percentage": 60}),
        offer(FIXED, fixed_amount_cents=100),
    ) == [-600, -400, 0]
    assert len(cart.lines) == 3


def test_a_gift_keeps_a_fixed_price_off_its_line() -> None:
    lines = [sku("A", 2500, 3), sku("B", 1800, 2), sku("C", 1200)]
    cart = Cart({}, [*lines])
    gift = offer(GIFT, listing("C"), max_quantity=1)
    price = offer(PRICE, listing("A", "C"), fixed_amount_cents=1000)

    assert applied(cart, gift, price) == [-1200, -4500]
    assert discounts(cart) == {"LA": -4500, "LC": -1200}


#: An answer's data, the promotion's amount, and the discounts.
ANSWERS: dict[str, tuple[dict[str, Any], int, list[int]]] = {
    "all lines": ({"discount_cents": 1000}, -1000, [-333, -333, -334]),
    "named lines": ({"discount_cents": 1000, "line_items": [{"id": "LC"}]}, -1000, [0, 0, -1000]),
    "own amounts": (
        {
            "discount_cents": 1000,
            "line_items": [
                {"id": "LA", "discount_cents": 300},
                {"id": "LB", "discount_cents": 200},
            ],
        },
        -500,
        [-300, -200, 0],
    ),
    "some own amounts": (
        {"line_items": [{"id": "LA", "discount_cents": 300}, {"id": "LB"}]},
        -300,
        [-300, 0, 0],
    ),
    "more than there is": ({"discount_cents": 20000}, -10000, [-3333, -3333, -3334]),
    "nothing": ({"discount_cents": 0}, 0, [0, 0, 0]),
}


@pytest.mark.parametrize(("data", "amount", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_external_answers(data: dict[str, Any], amount: int, expected: list[int]) -> None:
    lines = [sku("A", 3333), sku("B", 3333), sku("C", 3334)]
    cart = Cart({}, [*lines])
    line = take(cart, offer("external_promotions"), taken_by(data, lines))

    assert (line.total_amount_cents if line else 0) == amount
    assert [each.discount_cents for each in lines] == expected


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"discount_cents": -1},
        {"discount_cents": "1"},
        {"discount_cents": True},
        {"line_items": "LA"},
        {"line_items": [{"id": "LA", "discount_cents": 1.5}]},
    ],
)
def test_answers_that_say_nothing(data: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        taken_by(data, [sku("A", 3333)])


def test_what_else_an_answer_may_say() -> None:
    """Anything of another kind is as good as nothing."""
    assert name_in({"name": "Birthday"}) == "Birthday"
    assert (name_in({"name": 1}), name_in({})) == (None, None)
    assert metadata_in({"metadata": {"a": 1}}) == {"a": 1}
    assert (metadata_in({"metadata": "a"}), metadata_in({})) == ({}, {})
