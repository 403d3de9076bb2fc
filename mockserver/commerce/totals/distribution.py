"""How discounts are borne by lines: by their amounts, or each by its own (commerce.md §3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.commerce.totals.cart import Line, Share
from mockserver.commerce.totals.rounding import proportion


def spread(discount: Line, bearers: Sequence[Line]) -> int:
    """Let lines bear a discount by what they cost, each no more than is left of it.

    Args:
        discount: a line with a negative amount, which stays as it is.
        bearers: the eligible lines, in order of creation.

    Returns:
        How much of it they bear, above zero.
    """
    bearers = [line for line in bearers if line.total_amount_cents >= 0]
    weights = [line.total_amount_cents for line in bearers]
    whole = sum(weights)
    if whole <= 0:
        return 0
    rooms = [line.net_amount_cents for line in bearers]
    parts = apportioned(-discount.total_amount_cents, weights, rooms)
    for line, part, weight in zip(bearers, parts, weights, strict=True):
        line.shares[discount.id] = _share(discount, part, weight / whole)
    return sum(parts)


def bear(discount: Line, parts: Mapping[str, int], bearers: Sequence[Line]) -> int:
    """Let lines bear a discount each by its own part of it, no more than is left of the line.

    Args:
        discount: a line with a negative amount.
        parts: what is taken off a line, above zero, by the line's id.
        bearers: the lines they are of.

    Returns:
        How much of it they bear, above zero.
    """
    borne = {line.id: min(parts.get(line.id, 0), line.net_amount_cents) for line in bearers}
    whole = sum(borne.values())
    for line in bearers:
        if borne[line.id]:
            line.shares[discount.id] = _share(discount, borne[line.id], borne[line.id] / whole)
    return whole


def apportioned(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Return the part of an amount that each of several bears; they add up to it, room permitting.

    The last one takes what rounding has left over; what does not fit goes to the others in order.

    Args:
        amount: above zero.
        weights: of which each is a part of the sum, which is above zero.
        rooms: what each can bear.
    """
    whole, left = sum(weights), amount
    parts = []
    for weight in weights[:-1]:
        parts.append(min(proportion(amount, weight, whole), left))
        left -= parts[-1]
    return _within(rooms, [*parts, left])


def _within(rooms: Sequence[int], parts: Sequence[int]) -> list[int]:
    """Return the parts, each within its room, what is over in the others' in order."""
    fitting = [min(part, room) for part, room in zip(parts, rooms, strict=True)]
    over = sum(parts) - sum(fitting)
    for place, room in enumerate(rooms):
        moved = min(over, room - fitting[place])
        fitting[place] += moved
        over -= moved
    return fitting


def _share(discount: Line, cents: int, weight: float) -> Share:
    """Return the share of a line; only those of promotions are shown with their name."""
    if not discount.is_promotion:
        return Share(-cents, weight)
    return Share(-cents, weight, discount.name or "", discount.coupon_code)
