"""The options of line items: what they cost, and how many there are (catalogue.md §4)."""

from __future__ import annotations

from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.conditions import Compare

OPTIONS = "line_item_options"


def count_options(engine: Engine, cart: Cart) -> None:
    """Count the options of all lines; what they cost, their lines know (commerce.md §3.1)."""
    ids = frozenset(line.id for line in cart.lines)
    cart.order["line_item_options_count"] = engine.count(OPTIONS, Compare("line_item", "in", ids))
