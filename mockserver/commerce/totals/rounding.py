"""Rounding: half away from zero, to the minor unit, once for each amount (commerce.md §2.1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded(value: Fraction) -> int:
    """Return the nearest integer; of two, the one farther from zero."""
    return proportion(value.numerator, 1, value.denominator)


def proportion(amount: int, part: int, whole: int) -> int:
    """Return so much of an amount as a part is of a whole, rounded; the whole is above zero."""
    product = amount * part
    nearest = (2 * abs(product) + whole) // (2 * whole)
    return -nearest if product < 0 else nearest


def exact(rate: float | str | Decimal) -> Fraction:
    """Return a rate as it is written: 0.22 is 22 hundredths, not the nearest binary number."""
    return Fraction(str(rate))
