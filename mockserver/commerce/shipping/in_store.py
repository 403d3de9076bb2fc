"""Shipments that customers take away from the store they have ordered in (catalogue.md §12)."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.commerce.shipping.contents import TRANSFERS
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def in_store(engine: Engine, order: Record, shipments: Iterable[Record]) -> frozenset[str]:
    """Return the ids of the shipments that leave from the store's own location, as they are.

    Nothing has to be brought there before.
    """
    store = engine.get("stores", order.get("store")) or {}
    own = store.get("stock_location")
    ids = frozenset(each["id"] for each in shipments if own and each["stock_location"] == own)
    if not ids:
        return ids
    brought = engine.find(TRANSFERS, Compare("shipment", "in", ids))
    return ids - {transfer["shipment"] for transfer in brought}
