"""The SKUs of SKU lists, and of what has one (neighbours.md §13)."""

from __future__ import annotations

from mockserver.schema.patterns import compiled
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import SERIAL, Record


def members(record: Record, view: View) -> list[Target]:
    """Return the SKUs of a list: by position, or those whose codes match."""
    if record.get("manual"):
        items = view.pointing_at(record, "sku_list_items", "sku_list")
        items = sorted(items, key=lambda item: (item["position"] or 0, item[SERIAL]))
        return [("skus", item["sku"]) for item in items]
    regex = record.get("sku_code_regex")
    chosen = compiled(regex) if regex else None
    if chosen is None:
        # An expression of before there were rules chooses nothing.
        return []
    return [("skus", sku["id"]) for sku in view.every("skus") if chosen.is_in(sku["code"])]


def members_of_list(record: Record, view: View) -> list[Target]:
    """Return the SKUs of the list that a promotion, or one of its rules, is about."""
    sku_list = view.related(record, "sku_list", record["type"])
    return members(sku_list, view) if sku_list else []
