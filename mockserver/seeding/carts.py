"""Carts of seeded orders: what is in them, and what each line and the whole costs.

The same few things are bought over and over, so what the totals engine makes of a cart is
remembered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import PAYMENT_METHODS, SHIPMENTS, Cart, Line
from mockserver.commerce.totals.line_taxes import SWITCHES, tax_line
from mockserver.late_dataclass import dataclass
from mockserver.seeding.products import Product
from mockserver.seeding.shipping import STANDARD
from mockserver.seeding.taxes import RULES

#: Product and quantity.
Bought = tuple[Product, int]
Amounts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Territory:
    """Where something goes, as far as taxes and shipping costs depend on it."""

    currency_code: str
    tax_included: bool
    country_code: str
    state_code: str


@dataclass(frozen=True, slots=True)
class ReckonedCart:
    """A cart that was reckoned.

    Attributes:
        order: the amounts of the order.
        goods: those of each product, in order.
        shipping: those of the shipment's line.
    """

    order: Amounts
    goods: Sequence[Amounts]
    shipping: Amounts


@lru_cache(maxsize=10_000)
def reckon(bought: tuple[Bought, ...], destination: Territory, *, shipped: bool) -> ReckonedCart:
    """Return the amounts of a cart.

    Args:
        bought: what is in it.
        destination: where it goes.
        shipped: whether the way to ship is chosen; it costs nothing until then.
    """
    goods = [_line("skus", product.cents, quantity) for product, quantity in bought]
    subtotal = sum(line.total_amount_cents for line in goods)
    free_over = STANDARD.free_over
    is_free = not shipped or (free_over is not None and subtotal > free_over)
    shipping = _line(SHIPMENTS, 0 if is_free else STANDARD.cents)
    methods = [_line(PAYMENT_METHODS, 0)] if shipped else []
    cart = Cart({"tax_included": destination.tax_included}, [*goods, shipping, *methods])
    known = tax_rate(destination)
    rate = known or Fraction(0)
    for line in goods:
        tax_line(line, rate, included=cart.tax_included)
    add_up(cart)
    amounts = {n: value for n, value in cart.order.items() if n != "tax_included"}
    amounts["tax_rate"] = float(rate)
    # The shop's rules switch nothing on; where there is none, nothing says so (commerce.md §10.2).
    amounts |= dict.fromkeys(SWITCHES.values(), None if known is None else False)
    return ReckonedCart(amounts, [_amounts(line) for line in goods], _amounts(shipping))


def tax_rate(destination: Territory) -> Fraction | None:
    """Return the rate of the shop's rule for an address, ``None`` where there is no such rule."""
    for _, rate, patterns in RULES[destination.currency_code]:
        country, state = patterns["country_code_regex"], patterns.get("state_code_regex", "")
        is_there = re.fullmatch(country, destination.country_code)
        if is_there and (not state or re.fullmatch(state, destination.state_code)):
            return Fraction(str(rate))
    return None


def _line(item_type: str, cents: int, quantity: int = 1) -> Line:
    return Line("", item_type, quantity=quantity, unit_amount_cents=cents)


def _amounts(line: Line) -> Amounts:
    return {
        "item_type": line.item_type,
        "quantity": line.quantity,
        "unit_amount_cents": line.unit_amount_cents,
        "total_amount_cents": line.total_amount_cents,
        "tax_amount_cents": line.tax_amount_cents,
        "tax_rate": float(line.tax_rate or 0),
    }
