"""How a discount is borne by lines (commerce.md §3.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.commerce.totals.cart import Cart, Line
from mockserver.commerce.totals.distribution import apportioned, bear, spread
from mockserver.commerce.totals.rounding import exact, proportion, rounded

CENTS = st.integers(0, 10**9)
PROMOTION = "percentage_discount_promotions"


def goods(*amounts: int) -> list[Line]:
    """Return a line of one piece for each amount."""
    return [Line(f"L{n}", "skus", unit_amount_cents=cents) for n, cents in enumerate(amounts, 1)]


def discount(cents: int, item_type: str = PROMOTION) -> Line:
    """Return a line that takes something off."""
    return Line("D", item_type, unit_amount_cents=-cents, name="10%", coupon_code="SUMMER")


#: A discount, what the lines cost, and what each bears.
SHARES = [
    (1570, (5800, 9900), (580, 990)),
    (5000, (5800, 9900), (1847, 3153)),
    (10_000, (14_500, 9900), (5943, 4057)),
    (1000, (3333, 3333, 3334), (333, 333, 334)),
    (500, (5000, 3000), (313, 187)),
    (1000, (6000, 4000, 500), (571, 381, 48)),
    (4900, (24_500,), (4900,)),
    (5000, (100, 0, 200), (100, 0, 200)),
    (1, (1, 1, 1), (0, 0, 1)),
    (2, (1, 1), (1, 1)),
    (3, (100, 100, 100, 100), (1, 1, 1, 0)),
]


@pytest.mark.parametrize(("cents", "amounts", "borne"), SHARES)
def test_by_what_lines_cost(cents: int, amounts: tuple[int, ...], borne: tuple[int, ...]) -> None:
    """Each its proportion, the last one what is left over; nobody more than there is."""
    lines = goods(*amounts)

    assert spread(discount(cents), lines) == sum(borne)
    assert tuple(-line.discount_cents for line in lines) == borne


def test_what_a_share_says() -> None:
    """The weight in full precision; the promotion by name and coupon, others by nothing."""
    lines = goods(14_500, 9900)
    spread(discount(10_000), lines)
    spread(Line("G", "gift_cards", unit_amount_cents=-100, name="Gift card"), lines)

    assert {id_: share.entry() for id_, share in lines[0].shares.items()} == {
        "D": {
            "cents": -5943,
            "weight": 0.5942622950819673,
            "name": "10%",
            "coupon_code": "SUMMER",
        },
        "G": {"cents": -59, "weight": 0.5942622950819673},
    }


def test_what_does_not_fit_moves_on() -> None:
    """A line gives no more than earlier discounts have left of it; the others in order do."""
    lines = goods(1000, 1000, 1000)
    spread(discount(900), lines[:1])
    second = Line("E", PROMOTION, unit_amount_cents=-1500)

    assert spread(second, lines) == 1500
    assert [-line.shares["E"].cents for line in lines] == [100, 900, 500]
    assert spread(Line("F", PROMOTION, unit_amount_cents=-9000), lines) == 600
    assert [line.net_amount_cents for line in lines] == [0, 0, 0]


def test_each_by_its_own_part() -> None:
    """Parts are exact, weights those of what is borne; who bears nothing has no share."""
    lines = goods(10_500, 8000, 6000)

    assert bear(discount(5000), {"L1": 3000, "L2": 2000}, lines) == 5000
    assert {line.id: line.shares["D"].weight for line in lines if line.shares} == {
        "L1": 0.6,
        "L2": 0.4,
    }
    assert bear(discount(5000), {"L3": 7000}, lines) == 6000


@given(st.lists(CENTS, min_size=1, max_size=12), st.lists(st.integers(0, 10**9), max_size=4))
def test_shares_add_up(amounts: list[int], discounts: list[int]) -> None:
    """To the discount, or to all there is; no line falls below zero, and no share adds to one."""
    lines = goods(*amounts)
    left = sum(amounts)
    for number, cents in enumerate(discounts):
        made = Line(f"D{number}", PROMOTION, unit_amount_cents=-cents)
        assert spread(made, lines) == min(cents, left)
        left -= min(cents, left)

    assert sum(line.net_amount_cents for line in lines) == left
    assert all(line.total_amount_cents + line.discount_cents >= 0 for line in lines)
    assert all(share.cents <= 0 for line in lines for share in line.shares.values())


@given(CENTS, st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_parts_are_proportional(amount: int, weights: list[int]) -> None:
    """All but the last are within half a cent of their proportion, while something is left."""
    parts = apportioned(amount, weights, [amount] * len(weights))

    assert sum(parts) == amount
    whole = sum(weights)
    for place, (part, weight) in enumerate(zip(parts[:-1], weights, strict=False), 1):
        is_all_gone = sum(parts[:place]) == amount
        assert is_all_gone or 2 * abs(part * whole - amount * weight) <= whole


@pytest.mark.parametrize(
    ("value", "nearest"), [("0.5", 1), ("-0.5", -1), ("1.49", 1), ("2.5", 3), ("-2.4", -2)]
)
def test_rounding(value: str, nearest: int) -> None:
    """Half away from zero (commerce.md §2.1)."""
    assert rounded(exact(value)) == nearest
    assert proportion(exact(value).numerator, 1, exact(value).denominator) == nearest


def test_a_line_made_again_keeps_its_id() -> None:
    """A run makes anew what the last one made; the same item has the same line, in its place."""
    cart = Cart({})
    made = cart.generate("shipments", "S", "Shipment", 700)
    later = Line("L9", "skus", number=9)
    again = Cart.opened({}, [made, later], cart.begin)

    assert again.lines == [later]
    assert again.generate("shipments", "S", "Shipment", 500).id == made.id
    assert [line.id for line in again.lines] == [made.id, "L9"]
    assert again.former == {}
    assert again.generate("shipments", "T", "Another", 500).id != made.id


def test_a_line_taken_out_takes_its_shares_along() -> None:
    """And may come back as the same line."""
    cart = Cart({}, goods(1000))
    made = cart.generate(PROMOTION, "P", "10%", -100)
    spread(made, cart.discountable())
    cart.remove([made])

    assert cart.lines[0].shares == {}
    assert cart.generate(PROMOTION, "P", "10%", -100).id == made.id
