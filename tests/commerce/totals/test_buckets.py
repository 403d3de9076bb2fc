"""What lines add up to, and their taxes (commerce.md §3.3, §3.5, §3.6)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.commerce.totals.buckets import BUCKETS, add_up, amounts, taxes
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.commerce.totals.distribution import spread
from mockserver.commerce.totals.line_taxes import tax, tax_line, taxable

RATE = Fraction(22, 100)
#: One of each kind of what discounts and pays, by its bucket.
KINDS = {
    "discount": "percentage_discount_promotions",
    "payment_method": "payment_methods",
    "shipping": "shipments",
    "adjustment": "adjustments",
    "gift": "gift_cards",
}
COLUMNS = ("subtotal", "discount", "payment_method", "shipping", "adjustment", "gift")
#: The recorded orders of commerce.md §3.6: taxes included, the columns, the rate, then the tax of
#: the subtotal, the total, what is taxable, and the total with taxes.
RECORDED = [
    (True, (2900, 0, 0, 0, 0, 0), RATE, (523, 2900, 2377, 2900)),
    (True, (2900, -580, 500, 0, 0, 0), RATE, (418, 2820, 2982, 2820)),
    (True, (2900, 0, 0, 1200, 0, 0), RATE, (523, 4100, 3577, 4100)),
    (True, (24_500, -4900, 0, 0, 1000, 0), RATE, (3534, 20_600, 21_966, 20_600)),
    (True, (2900, 0, 0, 0, 0, -2900), RATE, (0, 2900, 2900, 0)),
    (True, (24_400, 0, 1000, 0, 0, -10_000), None, (0, 25_400, 25_400, 15_400)),
    (False, (11_880, 0, 0, 700, 0, 0), RATE, (2614, 12_580, 12_580, 15_194)),
    (False, (11_880, -10_000, 0, 700, 0, 0), RATE, (414, 2580, 12_580, 2994)),
]


def cart_of(columns: tuple[int, ...], *, included: bool = True, **order: object) -> Cart:
    """Return a cart with a line of each kind, its discounts spread."""
    values = dict(zip(COLUMNS, columns, strict=True))
    cart = Cart({"tax_included": included, **order})
    cart.lines.append(Line("L1", "skus", unit_amount_cents=values["subtotal"]))
    for name, kind in KINDS.items():
        if values[name]:
            made = cart.generate(kind, name, name, values[name])
            if values[name] < 0:
                spread(made, taxable(cart))
    return cart


@pytest.mark.parametrize(("included", "columns", "rate", "sums"), RECORDED)
def test_recorded_orders(
    included: bool,  # noqa: FBT001 - a column of the table
    columns: tuple[int, ...],
    rate: Fraction | None,
    sums: tuple[int, ...],
) -> None:
    """To the cent (commerce.md §3.6)."""
    cart = cart_of(columns, included=included)
    for line in taxable(cart) if rate is not None else ():
        tax_line(line, rate or Fraction(0), included=included)
    add_up(cart)
    names = ("subtotal_tax", "total", "total_taxable")

    assert (
        *(cart.order[f"{name}_amount_cents"] for name in names),
        cart.order["total_amount_with_taxes_cents"],
    ) == sums


@pytest.mark.parametrize(
    ("base", "included", "cents"),
    [(3373, True, 608), (5757, True, 1038), (3373, False, 742), (5757, False, 1267), (0, True, 0)],
)
def test_tax_of_a_line(base: int, included: bool, cents: int) -> None:  # noqa: FBT001 - likewise
    """What discounts have left is taxed, rounded once."""
    assert tax(base, RATE, included=included) == cents


def test_which_lines_are_taxed() -> None:
    """Goods always; the others by the switches of the order, and never what is taken off."""
    switches = (
        "freight_taxable",
        "payment_method_taxable",
        "adjustment_taxable",
        "gift_card_taxable",
    )
    cart = cart_of((1000, -100, 200, 300, 400, -50))
    cart.lines.append(Line("B", "gift_cards", unit_amount_cents=3000))
    cart.lines.append(Line("W", unit_amount_cents=500))
    goods = [line.id for line in taxable(cart)]
    cart.order.update(dict.fromkeys(switches, True))

    assert goods == ["L1", "W"]
    assert {line.name or line.id for line in taxable(cart)} == {
        *("L1", "W", "B", "shipping", "payment_method", "adjustment"),
    }


def test_bought_gift_cards_are_goods() -> None:
    """They count towards the subtotal, and not as pieces; one that pays has its own amount."""
    cart = cart_of((8000, 0, 0, 0, 0, -1000))
    cart.lines.append(Line("W", quantity=2, unit_amount_cents=500))
    cart.lines.append(Line("B", "gift_cards", unit_amount_cents=3000))
    add_up(cart)

    assert cart.order["subtotal_amount_cents"] == 12_000
    assert cart.order["gift_card_amount_cents"] == -1000
    assert cart.order["skus_count"] == 1


def test_a_total_is_not_negative() -> None:
    """An adjustment stays as it is; the total ends at nothing."""
    cart = cart_of((1000, 0, 0, 0, -5000, 0))
    add_up(cart)

    assert cart.order["adjustment_amount_cents"] == -5000
    assert cart.order["total_amount_cents"] == 0


@given(
    st.lists(
        st.tuples(st.sampled_from([*BUCKETS]), st.integers(-(10**6), 10**6), st.integers(1, 9)),
        max_size=20,
    ),
    st.booleans(),
)
def test_buckets_hold_every_line_once(
    lines: list[tuple[str | None, int, int]],
    included: bool,  # noqa: FBT001 - drawn
) -> None:
    """Their sum is that of the lines; what is taxable and its tax are those of the buckets."""
    cart = Cart({"tax_included": included})
    for number, (kind, cents, quantity) in enumerate(lines):
        cart.lines.append(Line(str(number), kind, None, number, quantity, cents))
    for line in taxable(cart):
        tax_line(line, RATE, included=included)
    add_up(cart)
    order = cart.order
    parts = ("subtotal", "shipping", "payment_method", "adjustment")
    own = (*parts, "discount", "gift_card")
    everything = sum(line.total_amount_cents for line in cart.lines)
    on_top = 0 if included else order["total_tax_amount_cents"]

    assert sum(amounts(cart)[f"{name}_amount_cents"] for name in own) == everything
    assert taxes(cart)["total_tax_amount_cents"] == sum(x.tax_amount_cents for x in cart.lines)
    assert order["total_taxable_amount_cents"] == sum(
        order[f"{name}_taxable_amount_cents"] for name in parts
    )
    assert order["total_amount_with_taxes_cents"] == (
        order["total_amount_cents"] + order["gift_card_amount_cents"] + on_top
    )
