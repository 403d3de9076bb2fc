"""An order in the middle of a run, as a service is shown it: not all of that is stored yet.

Lines that a run has not made again are not shown: what comes later in it, nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mockserver.commerce.orders.cart_records import LINES, stored_line
from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Target
from mockserver.storage.base import Record


def unstored(cart: Cart) -> Sequence[tuple[str, Record]]:
    """Return the order with what it amounts to by now, and its lines."""
    so_far = replace(cart, order={**cart.order})
    add_up(so_far)
    lines = [(LINES, stored_line(cart, line)) for line in cart.lines]
    return [("orders", so_far.order), *lines]


def removed(cart: Cart) -> Sequence[Target]:
    """Return the lines of an earlier run that this one has not made again so far."""
    return [(LINES, line.id) for line in cart.former.values() if line.stored]
