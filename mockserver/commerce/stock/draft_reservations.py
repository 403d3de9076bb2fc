"""Stock kept for a cart for a while, when a line asks for it (catalogue.md §14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from mockserver.commerce.catalogue.line_pieces import pieces_of
from mockserver.commerce.stock.availability import RESERVATIONS, Levels, levels, needs
from mockserver.commerce.stock.locations import model_of, places_of_order
from mockserver.commerce.stock.reservations import DRAFT, expires_in, hold, release
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

OPEN = frozenset({"draft", "pending", "editing"})
FIRST_AVAILABLE = "ship_from_first_available_or_primary"
#: How many seconds a reservation lasts under a model that does not say so.
CUTOFF = 3600
#: What a location has: by the SKU, the stock item, and how many pieces of it can be taken.
Shelf = Mapping[str, tuple[str, int]]


def reserve_line(change: Change, asked: bool) -> None:  # noqa: FBT001 - an effect's value
    """Reserve what a line of an open order takes, or renew what is reserved for it."""
    engine, record = change.engine, change.record
    order = engine.get("orders", record["order"])
    if order is None or not asked:
        return
    if order["status"] not in OPEN:
        refuse_trigger(change)
        return
    change.after(lambda: _renew(engine, engine.get("line_items", record["id"]) or record))


def end_stale_drafts(change: Change) -> None:
    """End what was reserved for another quantity than a line has now."""
    engine, record, before = change.engine, change.record, change.before
    if before is None or change.sent.get("_reserve_stock"):
        return
    if any(before[name] != record[name] for name in ("quantity", "item")):
        change.after(lambda: _end_drafts(engine, record["id"]))


def _end_drafts(engine: Engine, line_id: str) -> None:
    for draft in _drafts(engine, line_id):
        release(engine, draft["id"])


def _drafts(engine: Engine, line_id: str) -> list[Record]:
    own = Compare("line_item", "eq", line_id)
    return engine.find(RESERVATIONS, both(own, Compare("status", "eq", DRAFT)))


def _renew(engine: Engine, line: Record) -> None:
    """Have a reservation for each location, of what is taken there, that lasts anew."""
    order = engine.get("orders", line["order"]) or {}
    cutoff = model_of(engine, order.get("market")).get("stock_reservation_cutoff")
    lifetime = timedelta(seconds=CUTOFF if cutoff is None else cutoff)
    known = {draft["stock_item"]: draft for draft in _drafts(engine, line["id"])}
    wanted = _wanted(engine, order, line, known)
    for item in known.keys() - wanted.keys():
        release(engine, known[item]["id"])
    ends = expires_in(engine, lifetime)
    for item, quantity in wanted.items():
        if item in known:
            values = {"quantity": quantity, "expires_at": ends}
            engine.change(RESERVATIONS, known[item]["id"], values)
        else:
            hold(engine, item, quantity, status=DRAFT, expires_at=ends, line_item=line["id"])


def _wanted(
    engine: Engine, order: Record, line: Record, known: Mapping[str, Record]
) -> dict[str, int]:
    """Return how many pieces a line takes of each stock item."""
    needed = needs(pieces_of(engine, [line]))
    listed = places_of_order(engine, order)
    shelves = _shelves(levels(engine, listed, needed), known)
    places = [shelves.get(place.location, {}) for place in listed]
    if model_of(engine, order.get("market")).get("strategy") == FIRST_AVAILABLE:
        able = (shelf for shelf in places if _has_all(shelf, needed))
        places = [*islice(able, 1)] or places
    return dict(_taken(places, needed))


def _shelves(found: Levels, known: Mapping[str, Record]) -> Mapping[str, Shelf]:
    """Return the stock of each SKU at each location, pieces reserved for the line included."""
    shelves: dict[str, dict[str, tuple[str, int]]] = {}
    for (location, sku), level in found.items():
        own = known.get(level.item, {"quantity": 0})
        shelves.setdefault(location, {})[sku] = level.item, level.net + own["quantity"]
    return shelves


def _has_all(shelf: Shelf, needed: Mapping[str, int]) -> bool:
    return all(shelf.get(sku, ("", 0))[1] >= quantity for sku, quantity in needed.items())


def _taken(places: Sequence[Shelf], needed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the pieces taken of each stock item, place by place."""
    for sku, quantity in needed.items():
        left = quantity
        for shelf in places:
            item, there = shelf.get(sku, ("", 0))
            taken = min(left, there)
            left -= taken
            if taken:
                yield item, taken
