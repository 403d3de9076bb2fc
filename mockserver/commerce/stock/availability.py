"""Stock of SKUs at locations, and how much of a line they can serve (catalogue.md §15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mockserver.commerce.catalogue.line_pieces import BUNDLES, Piece, pieces_of
from mockserver.commerce.stock.locations import StockPlace, places_of_order
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

ITEMS, RESERVATIONS, RESERVED = "stock_items", "stock_reservations", "reserved_stocks"


@dataclass(frozen=True, slots=True)
class StockLevel:
    """The stock of a SKU at a location.

    Attributes:
        item: the id of the stock item.
        net: the pieces that nobody else has reserved.
    """

    item: str
    net: int


#: What there is, by the ids of location and SKU.
Levels = Mapping[tuple[str, str], StockLevel]


def levels(
    engine: Engine,
    locations: Sequence[StockPlace],
    skus: Iterable[str],
    order_id: str | None = None,
) -> Levels:
    """Return the stock of SKUs at locations; pieces that the order itself holds are free for it."""
    of_skus = Compare("sku", "in", frozenset(skus))
    of_places = Compare("stock_location", "in", frozenset(place.location for place in locations))
    items = engine.find(ITEMS, both(of_skus, of_places))
    reserved, own = reserved_of(engine, items), _held_by(engine, order_id)
    return {
        (item["stock_location"], item["sku"]): StockLevel(
            item["id"],
            max(0, item["quantity"] - reserved.get(item["id"], 0) + own.get(item["id"], 0)),
        )
        for item in items
    }


def reserved_of(engine: Engine, items: Iterable[Record]) -> dict[str, int]:
    """Return how many pieces of stock items are reserved, as is counted along, by the items' ids.

    A shop may have reserved the same for any number of orders.
    """
    counters = {i["id"]: i["reserved_stock"] for i in items if i.get("reserved_stock")}
    counts = engine.get_many(RESERVED, counters.values())
    return {
        item: counts[counter]["quantity"] for item, counter in counters.items() if counter in counts
    }


def _held_by(engine: Engine, order_id: str | None) -> dict[str, int]:
    """Return how much of stock items is reserved for an order."""
    found: dict[str, int] = {}
    own = Compare("order", "eq", order_id)
    for each in engine.find(RESERVATIONS, own) if order_id else ():
        found[each["stock_item"]] = found.get(each["stock_item"], 0) + each["quantity"]
    return found


def unreserved(engine: Engine, item_id: str) -> int:
    """Return how many pieces nobody has reserved; below zero where more are than there are."""
    item = engine.get(ITEMS, item_id)
    return int(item["quantity"]) - reserved_of(engine, [item]).get(item_id, 0) if item else 0


def available(found: Levels, skus: Iterable[str] = ()) -> dict[str, int]:
    """Return how many pieces of each SKU there are in all locations together."""
    sums = dict.fromkeys(skus, 0)
    for (_, sku), level in found.items():
        sums[sku] = sums.get(sku, 0) + level.net
    return sums


def available_at(engine: Engine, locations: Sequence[StockPlace], sku: str) -> int:
    """Return how many pieces of one SKU there are at locations."""
    return available(levels(engine, locations, [sku]), [sku])[sku]


def needs(pieces: Iterable[Piece]) -> dict[str, int]:
    """Return how many pieces of each SKU are needed, of those that are tracked."""
    needed: dict[str, int] = {}
    for piece in pieces:
        if not piece.sku["do_not_track"]:
            needed[piece.sku["id"]] = needed.get(piece.sku["id"], 0) + piece.quantity
    return needed


def maximum(engine: Engine, order: Record, line: Record, others: Iterable[Record]) -> int | None:
    """Return the quantity that a line could have; ``None`` where nobody counts.

    Args:
        engine: where to look.
        order: of the line.
        line: the record, as it is to be.
        others: the other lines of the order.
    """
    in_one = needs(pieces_of(engine, [{**line, "quantity": 1}]))
    if not in_one:
        return None
    left = available(levels(engine, places_of_order(engine, order), in_one, order["id"]), in_one)
    same = [each for each in others if each["item"] in in_one or each["item_type"] == BUNDLES]
    taken = needs(pieces_of(engine, same))
    return min(max(0, left[sku] - taken.get(sku, 0)) // each for sku, each in in_one.items())


def short_of(engine: Engine, order: Record, lines: Sequence[Record]) -> list[str]:
    """Return the SKUs that the locations have less of than the lines of an order need."""
    needed = needs(pieces_of(engine, lines))
    if not needed:
        return []
    there = available(levels(engine, places_of_order(engine, order), needed, order["id"]), needed)
    return [sku for sku, quantity in needed.items() if there[sku] < quantity]
