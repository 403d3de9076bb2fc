"""Weights, to the last digit of what was given (catalogue.md §1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

Number = int | float | str | Fraction

#: What each unit is in grams; ``kg`` is one of shipping methods alone.
GRAMS: Mapping[str, Fraction] = {
    "gr": Fraction(1),
    "oz": Fraction("28.349523125"),
    "lb": Fraction("453.59237"),
    "kg": Fraction(1000),
}


def grams(weight: Number | None, unit: str | None) -> Fraction:
    """Return a weight in grams: its own unit where none is said; no weight is nothing."""
    return exact(weight or 0) * GRAMS[unit or "gr"]


def in_unit(weight: Fraction, unit: str | None) -> Fraction:
    """Return grams in another unit."""
    return weight / GRAMS[unit or "gr"]


def total(pieces: Iterable[tuple[Fraction, int]]) -> Fraction:
    """Return the weight of so many pieces of these weights together."""
    return sum((weight * quantity for weight, quantity in pieces), Fraction(0))


def exact(number: Number) -> Fraction:
    """Return a number as it was written: 0.1 is a tenth."""
    return Fraction(str(number))
