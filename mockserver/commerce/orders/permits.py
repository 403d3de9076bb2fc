"""Which orders sales channels may read and change, and what hangs on those.

authentication.md §13.
"""

from __future__ import annotations

from mockserver.access import Access
from mockserver.schema.permits import (
    GUESTS,
    Permit,
    Restriction,
    Setting,
    in_scope,
    joined,
    own_by,
    part_of,
)
from mockserver.storage.conditions import EVERYTHING, Any_, Compare, Condition

#: The statuses in which a sales channel may still change an order, and what hangs on it.
OPEN_STATUSES = frozenset({"draft", "pending"})
OPEN = Compare("status", "in", OPEN_STATUSES)
PLACED = Compare("status", "eq", "placed")
SOLD = Compare("status", "in", frozenset({"placed", "approved"}))


def guests_order(_: Access, setting: Setting) -> Condition:
    """Restrict to the orders of guests, unless the organization lets them have all of them."""
    if not setting("orders_sales_channel_guest_only"):
        return EVERYTHING
    return Any_((Compare("guest", "eq", value=True), GUESTS))


GUEST_ORDER = joined(in_scope, guests_order)
OWN_ORDER = own_by("customer")


def of_order(restriction: Restriction) -> Restriction:
    """Restrict to what hangs on an order that satisfies this."""
    return part_of("orders", "order", restriction)


def order_part(order: Restriction, writable: Restriction = EVERYTHING) -> Permit:
    """Permit all of what hangs on such an order; once that is placed, to read it.

    authentication.md §13.1.

    Args:
        order: what the order satisfies.
        writable: what the part itself does, so that it may be written.
    """
    open_parts = joined(of_order(joined(order, OPEN)), writable)
    return Permit("CRUD", readable=of_order(order), writable=open_parts)


FOR_GUESTS = Permit(
    "CRU",
    readable=GUEST_ORDER,
    writable=OPEN,
    # Subscriptions are made of what is placed.
    commands={"_create_subscriptions": SOLD},
)
FOR_CUSTOMERS = Permit(
    "CRU",
    lists=True,
    readable=OWN_ORDER,
    writable=OPEN,
    commands={"_cancel": PLACED, "_create_subscriptions": SOLD},
)


def transaction_permit(order: Restriction) -> Permit:
    """Permit to read the transactions of such an order (commerce.md §26)."""
    return Permit("R", readable=of_order(order))
