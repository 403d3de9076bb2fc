"""The SKUs of SKU lists, and of what has one (catalogue.md §5)."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.schema.patterns import compiled
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import SERIAL, Record

ITEMS = "sku_list_items"


def in_order(items: Iterable[Record]) -> list[Record]:
    """Return the items of a list by position."""
    return sorted(items, key=lambda item: (item["position"] or 0, item[SERIAL]))


def members(sku_list: Record, view: View) -> list[Target]:
    """Return the SKUs of a list, each once: by position, or those whose codes match, by code."""
    if sku_list.get("manual"):
        items = in_order(view.pointing_at(sku_list, ITEMS, "sku_list"))
        return [*dict.fromkeys(("skus", item["sku"]) for item in items)]
    pattern = compiled(sku_list["sku_code_regex"] or "") if sku_list["sku_code_regex"] else None
    if pattern is None:
        # An expression of before there were rules chooses nothing.
        return []
    chosen = [sku for sku in view.every("skus") if pattern.is_in(sku["code"])]
    return [("skus", sku["id"]) for sku in sorted(chosen, key=lambda sku: str(sku["code"]))]


def members_of_list(record: Record, view: View) -> list[Target]:
    """Return the SKUs of the list that a promotion, or one of its rules, is about."""
    sku_list = view.related(record, "sku_list", record["type"])
    return members(sku_list, view) if sku_list else []
