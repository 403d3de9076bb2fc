"""Discounts of promotions, as their lines and the others show them (commerce.md §3.4, §5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.commerce.totals.distribution import bear, spread
from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Taken:
    """A discount of a promotion.

    Attributes:
        bearers: the lines it is taken off.
        amount: all of it, above zero, where it is spread by what the lines cost.
        parts: otherwise what is taken off each line, by its id.
    """

    bearers: Sequence[Line]
    amount: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How much it is, before anything is capped."""
        return self.amount or sum(self.parts.values())


NOTHING = Taken(())


def take(cart: Cart, offer: Offer, taken: Taken, name: str | None = None) -> Line | None:
    """Let the lines bear what a promotion takes off, and the cart have a line of it.

    Returns:
        The line of the promotion; ``None`` where nothing can be taken off: then there is none.
    """
    total = taken.total
    if total <= 0:
        return None
    line = cart.generate(offer.type_, offer.id, name or offer.name, -total, offer.coupon_code)
    borne = spread(line, taken.bearers) if taken.amount else bear(line, taken.parts, taken.bearers)
    line.unit_amount_cents = -borne
    if not borne:
        cart.remove([line])
        return None
    return line
