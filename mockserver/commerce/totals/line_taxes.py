"""Which lines are taxed, and by how much (commerce.md §3.5, §10.3)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from mockserver.commerce.totals.cart import (
    ADJUSTMENTS,
    GIFT_CARDS,
    GOODS,
    PAYMENT_METHODS,
    SHIPMENTS,
    Cart,
    Line,
)
from mockserver.commerce.totals.rounding import rounded
from mockserver.schema.casting import INTEGER_RANGE

#: What of the order says whether lines of a kind are taxed; goods always are (commerce.md §10.3).
SWITCHES: Mapping[str, str] = {
    SHIPMENTS: "freight_taxable",
    PAYMENT_METHODS: "payment_method_taxable",
    ADJUSTMENTS: "adjustment_taxable",
    GIFT_CARDS: "gift_card_taxable",
}
#: A rate may be anything (commerce.md §10.2), an amount no more than 32 bits.
MOST = INTEGER_RANGE[-1]


def taxable(cart: Cart) -> list[Line]:
    """Return the lines that are taxed, in order of creation: none that takes something off."""
    return [line for line in cart.lines if _is_taxed(cart, line)]


def _is_taxed(cart: Cart, line: Line) -> bool:
    if line.item_type in GOODS:
        return True
    switch = SWITCHES.get(line.item_type or "")
    return bool(switch and cart.order.get(switch)) and line.total_amount_cents >= 0


def tax(base: int, rate: Fraction, *, included: bool) -> int:
    """Return the tax on an amount, which contains it or does not; no more than a record holds."""
    return min(rounded(base * rate / (1 + rate) if included else base * rate), MOST)


def tax_line(line: Line, rate: Fraction, *, included: bool) -> None:
    """Tax what discounts have left of a line."""
    line.tax_rate = rate
    line.tax_amount_cents = tax(line.net_amount_cents, rate, included=included)
