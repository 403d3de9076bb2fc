"""Restocking of returned pieces: where to, and into which stock (catalogue.md §26)."""

from __future__ import annotations

from mockserver.commerce.catalogue.line_pieces import pieces_of
from mockserver.commerce.stock.availability import needs
from mockserver.commerce.stock.line_memory import note_back, still_out
from mockserver.commerce.stock.locations import all_places, model_of, places_by_priority
from mockserver.commerce.stock.stock_items import item_at, put
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

RETURNS, ROWS = "returns", "return_line_items"
RETURN_LOCATIONS = "inventory_return_locations"
#: The statuses of returns that nothing comes back with.
CALLED_OFF = frozenset({"rejected", "cancelled"})


def of_fulfilled_order(change: Change) -> None:
    """Let only what has been sent come back."""
    order = change.engine.get("orders", change.record["order"])
    if change.before is not None or order is None or change.access.is_service:
        return
    if order["fulfillment_status"] != "fulfilled":
        change.invalid("order", "invalid")


def location_by_default(change: Change) -> None:
    """Send a new return to the first return location of the market, or to the first one at all."""
    record, engine = change.record, change.engine
    order = engine.get("orders", record["order"])
    if change.before is not None or order is None or record["stock_location"]:
        return
    model = model_of(engine, order["market"]).get("id")
    places = places_by_priority(engine, RETURN_LOCATIONS, model) or all_places(engine, model)
    record["stock_location"] = places[0].location if places else None


def most_of_line(engine: Engine, line: Record, row: Record) -> int:
    """Return how many of a line can come back with a row of a return.

    Args:
        engine: where the returns are.
        line: the line item of the order.
        row: the return line item, which does not count itself.
    """
    rows = engine.find(ROWS, Compare("line_item", "eq", line["id"]))
    returns = engine.get_many(RETURNS, {each["return"] for each in rows})
    others = (each for each in rows if each["id"] != row["id"])
    coming = (each for each in others if _comes_back(returns.get(each["return"])))
    taken: int = sum(each["quantity"] for each in coming)
    return int(line["quantity"]) + int(line.get("returns_forgotten") or 0) - taken


def _comes_back(returned: Record | None) -> bool:
    return returned is not None and returned["status"] not in CALLED_OFF


def put_back(engine: Engine, row: Record) -> None:
    """Put the pieces of a return line item into stock, as far as they have been out."""
    returned = engine.get(RETURNS, row["return"]) or {}
    line = engine.get("line_items", row["line_item"])
    location = returned.get("stock_location")
    if line is None or location is None:
        return
    out = still_out(engine, line)
    for sku, quantity in needs(pieces_of(engine, [{**line, "quantity": row["quantity"]}])).items():
        pieces = min(quantity, out.get(sku, 0))
        if pieces:
            put(engine, item_at(engine, location, sku)["id"], pieces)
            note_back(engine, line["id"], sku, pieces)
