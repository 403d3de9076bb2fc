"""Stock line items: what is taken for a line, or put into a shipment by hand (catalogue.md §18)."""

from __future__ import annotations

from mockserver.commerce.shipping.by_hand import is_being_fulfilled
from mockserver.commerce.stock.stock_lines import at_most
from mockserver.schema.protocols import Change
from mockserver.storage.base import Record

#: What of one follows from what its order is of, while that builds its shipments.
BUILT = ("quantity", "sku", "stock_item", "shipment", "line_item")
#: What is copied from the line item.
COPIED = ("name", "image_url", "bundle_code")


def order_of_contents(change: Change) -> None:
    """Note the order that something is taken for: that of its shipment, or of its line."""
    record, engine = change.record, change.engine
    holder = engine.get("shipments", record["shipment"]) or engine.get(
        "line_items", record["line_item"]
    )
    record["order"] = (holder or {}).get("order")


def only_of_fulfilling_orders(change: Change) -> None:
    """Refuse what is put in, or changed, by hand while the order builds its shipments."""
    record = change.record
    if change.access.is_service or record["order"] is None or not _is_moved(change):
        return
    if not is_being_fulfilled(change.engine, record["order"]):
        name = "shipment" if record["shipment"] else "line_item"
        change.invalid(name, "invalid_transition")


def _is_moved(change: Change) -> bool:
    """Say whether it is another thing, or as many, or in another place than before."""
    before = change.before
    return before is None or any(before[name] != change.record[name] for name in BUILT)


def details_of_contents(change: Change) -> None:
    """Fill in what follows: the SKU of the stock item, what is shown of the line."""
    record, engine = change.record, change.engine
    item = engine.get("stock_items", record["stock_item"]) or {}
    record["sku"] = record["sku"] or item.get("sku")
    if record["sku"] is None:
        change.invalid("sku", "blank")
        return
    if change.before is None:
        shown = engine.get("line_items", record["line_item"]) or _of_sku(change)
        record.update({name: shown.get(name) for name in COPIED})


def _of_sku(change: Change) -> Record:
    return change.engine.get("skus", change.record["sku"]) or {}


def within_stock_item(change: Change) -> None:
    """Keep what is put in by hand within what the stock item has, if it is of one."""
    record, before = change.record, change.before
    item, quantity = record["stock_item"], record["quantity"]
    if change.access.is_service or item is None or quantity is None:
        return
    if before and (before["stock_item"], before["quantity"]) == (item, quantity):
        return
    there = at_most(change.engine, record)
    if quantity > there:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=there)
