"""How many pieces of an item a line can have (catalogue.md §15.2)."""

from __future__ import annotations

from mockserver.commerce.catalogue.stock import stock_of
from mockserver.schema.protocols import Change


def within_stock(change: Change) -> None:
    """Keep the quantity within the stock, where that is known."""
    record = change.record
    item = change.engine.get(record["item_type"], record["item"]) or {}
    stock = stock_of(item) if record["item_type"] == "skus" else None
    quantity = record["quantity"]
    is_new = change.before is None or any(
        change.before[name] != record[name] for name in ("item", "quantity")
    )
    if is_new and stock is not None and quantity is not None and quantity > stock:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=stock)
