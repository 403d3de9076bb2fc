"""How much of an item a cart can have (catalogue.md §15.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from mockserver.commerce.catalogue.line_pieces import BUNDLES, SKUS, pieces_of
from mockserver.commerce.stock.availability import levels, maximum, short_of
from mockserver.commerce.stock.locations import StockPlace, locations_in_scope
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

LINES, ORDERS = "line_items", "orders"
FINAL = frozenset({"completed", "cancelled"})


def within_stock(change: Change) -> None:
    """Keep the quantity of a line within what there is for it; what is no item has none."""
    record, engine = change.record, change.engine
    order = engine.get(ORDERS, record["order"])
    if order is None or change.is_refused or not _is_counted(change):
        return
    limited = locations_in_scope(engine, change.access)
    if limited and limited != order.get("stock_locations"):
        # Whoever goes on with the order has another token, and takes nothing from elsewhere.
        order = {**order, "stock_locations": limited}
        change.after(lambda: _limit(engine, order["id"], limited))
    others = (line for line in lines_of(engine, order["id"]) if line["id"] != record["id"])
    most = maximum(engine, order, record, others)
    if most is not None and record["quantity"] > most:
        _refuse(change, most)


def _is_counted(change: Change) -> bool:
    """Say whether a line takes something from stock that it did not take before."""
    record, before = change.record, change.before
    if record["item_type"] not in (SKUS, BUNDLES) or not record["item"]:
        return False
    if record["quantity"] is None:
        return False
    names = ("item", "quantity")
    return before is None or any(before[name] != record[name] for name in names)


def _limit(engine: Engine, order_id: str, locations: list[str]) -> None:
    engine.rewrite(ORDERS, order_id, {"stock_locations": locations})


def _refuse(change: Change, most: int) -> None:
    """Say that there is not so much: who adds is told that alone, who changes how much there is."""
    adds = change.before is None or change.sent.get("_update_quantity")
    if adds or not most:
        change.invalid("quantity", "out_of_stock")
        return
    quantity = change.record["quantity"]
    change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=most)


def lines_of(engine: Engine, order_id: str) -> list[Record]:
    """Return the lines of an order, oldest first."""
    return engine.find(LINES, Compare("order", "eq", order_id))


# --- when it is placed ---------------------------------------------------------------------------


def has_stock(change: Change) -> None:
    """Require that there still is everything an order is of."""
    engine, order = change.engine, change.record
    lines = lines_of(engine, order["id"])
    is_covered = not engine.setting("orders_validate_shipping_stock") or _covers(engine, lines)
    if short_of(engine, order, lines) or not is_covered:
        change.invalid("line_items", "out_of_stock")


def has_gone(engine: Engine, order_id: str) -> bool:
    """Say whether a place has less by now than an order is to take there; another may have it."""
    wanted: Counter[tuple[str, str]] = Counter()
    for at, pieces in _planned(engine, order_id):
        wanted[at] += pieces
    places = [StockPlace(location) for location, _ in wanted]
    there = levels(engine, places, (sku for _, sku in wanted), order_id) if wanted else {}
    return any(at not in there or there[at].net < pieces for at, pieces in wanted.items())


def _planned(engine: Engine, order_id: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the pieces an order is to take: at which location, of which SKU, how many."""
    own = Compare("order", "eq", order_id)
    lines = [line for line in engine.find("stock_line_items", own) if line["stock_item"]]
    items = engine.get_many("stock_items", {line["stock_item"] for line in lines})
    for line in lines:
        item = items[line["stock_item"]]
        yield (item["stock_location"], item["sku"]), line["quantity"]
    for transfer in engine.find("stock_transfers", own):
        yield (transfer["origin_stock_location"], transfer["sku"]), transfer["quantity"]


def _covers(engine: Engine, lines: Iterable[Record]) -> bool:
    """Say whether everything that is tracked has been found somewhere."""
    wanted: dict[tuple[str, str], int] = {}
    for piece in pieces_of(engine, lines):
        if not piece.sku["do_not_track"]:
            key = piece.line["id"], piece.sku["id"]
            wanted[key] = wanted.get(key, 0) + piece.quantity
    own = Compare("line_item", "in", frozenset(line for line, _ in wanted))
    for each in (*engine.find("stock_line_items", own), *engine.find("stock_transfers", own)):
        key = each["line_item"], each["sku"]
        if key in wanted and each.get("status") not in FINAL:
            wanted[key] -= each["quantity"]
    return all(left <= 0 for left in wanted.values())
