"""Notifications that last until an order is reckoned again (commerce.md §22)."""

from __future__ import annotations

from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.conditions import Compare, both

NOTIFICATIONS = "notifications"


def drop_flashes(engine: Engine, cart: Cart) -> None:
    """Drop what the last run has left to tell of the order and its lines."""
    lines = (line.id for line in (*cart.lines, *cart.former.values()))
    told = Compare("notifiable", "in", frozenset((cart.order["id"], *lines)))
    for notification in engine.find(NOTIFICATIONS, both(told, Compare("flash", "eq", value=True))):
        engine.remove(NOTIFICATIONS, notification["id"])
