"""How many pieces of a SKU there are (contract: neighbours.md §15)."""

from __future__ import annotations

from typing import Any

from mockserver.storage.base import Record


def stock_of(sku: Record) -> int | None:
    """Return how many pieces there are; ``None`` where nobody counts them, or nobody knows.

    There are no stock items here: a sandbox may hold the number with the SKU itself.
    """
    return None if sku.get("do_not_track") else sku.get("stock_quantity")


def inventory(record: Record) -> dict[str, Any]:
    """Return what is known of the stock; what is not counted is available."""
    stock = stock_of(record)
    return {"available": stock is None or stock > 0, "quantity": stock, "levels": []}
