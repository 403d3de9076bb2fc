"""Inventory models: how orders are served from their locations (catalogue.md §13)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

STRATEGIES = frozenset(
    {
        "no_split",
        "split_shipments",
        "split_by_line_items",
        "ship_from_primary",
        "ship_from_first_available_or_primary",
    }
)
#: The statuses of shipments that nothing is left to do for.
FINAL = frozenset({"shipped", "delivered", "cancelled"})


def cutoff_in_bounds(change: Change) -> None:
    """Ask no more locations than the organization allows."""
    name = "stock_locations_cutoff"
    asked, before = change.record[name], change.before or {}
    most = change.engine.setting("inventory_models_max_stock_locations_cutoff")
    if asked is not None and asked > most and asked != before.get(name):
        change.invalid(name, "less_than_or_equal_to", value=asked, count=most)


def serves_open_shipments(engine: Engine, record: Record) -> bool:
    """Say whether something still leaves from there for the model (catalogue.md §31)."""
    own = Compare("inventory_stock_location", "eq", record["id"])
    return any(each["status"] not in FINAL for each in engine.find("shipments", own))


def holds_reserved_stock(engine: Engine, record: Record) -> bool:
    """Say whether something is reserved in a location (catalogue.md §31)."""
    items = engine.find("stock_items", Compare("stock_location", "eq", record["id"]))
    ids = frozenset(item["id"] for item in items)
    return engine.count("stock_reservations", Compare("stock_item", "in", ids)) > 0
