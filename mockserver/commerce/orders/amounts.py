"""Amounts of an order whose lines are made outside of a run of the engine, as in seeding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart, Line


def sums(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the amounts of an order with these line items, which bear neither taxes nor discounts.

    Args:
        lines: each with its ``total_amount_cents``, ``quantity`` and ``item_type``.
    """
    cart = Cart({"tax_included": True})
    for line in lines:
        total, quantity = line["total_amount_cents"], line["quantity"]
        cart.lines.append(
            Line("", line["item_type"], quantity=quantity, options_amount_cents=total)
        )
    add_up(cart)
    del cart.order["tax_included"]
    return cart.order
