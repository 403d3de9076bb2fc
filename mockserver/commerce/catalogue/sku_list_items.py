"""Items of SKU lists: their places, and the lists that may not have others (catalogue.md §5)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, Not, both

ITEMS, LISTS, BUNDLES = "sku_list_items", "sku_lists", "bundles"


def list_takes_items(change: Change) -> None:
    """Refuse an item of an automatic list, and to change what a bundle is made of."""
    list_id = change.record["sku_list"]
    sku_list = change.engine.get(LISTS, list_id)
    if sku_list is None:
        return
    if change.before is None and not sku_list["manual"]:
        change.invalid("sku_list", "invalid")
    elif backs_bundle(change.engine, list_id):
        change.invalid("sku_list", "locked")


def backs_bundle(engine: Engine, list_id: str) -> bool:
    """Say whether a bundle is made of a list."""
    return engine.count(BUNDLES, Compare("sku_list", "eq", list_id)) > 0


def is_locked(engine: Engine, record: Record) -> bool:
    """Say whether the list of an item backs a bundle: its items stay then."""
    return backs_bundle(engine, record["sku_list"])


def take_place(change: Change) -> None:
    """Put a new item behind the others, or in its place, from which the others move on."""
    record, before = change.record, change.before
    if record["sku_list"] is None:
        return
    if record["position"] is None:
        others = change.engine.find(ITEMS, _others(record))
        record["position"] = max((other["position"] or 0 for other in others), default=0) + 1
    elif before is None or before["position"] != record["position"]:
        change.after(lambda: _make_room(change.engine, record, before))


def _make_room(engine: Engine, record: Record, before: Record | None) -> None:
    """Move those on that stand where an item comes to, up to where it has come from."""
    place, former = record["position"], (before or {}).get("position")
    others = engine.find(ITEMS, _others(record))
    if former is not None and former < place:
        passed = [other for other in others if former < (other["position"] or 0) <= place]
        step = -1
    else:
        is_taken = any(other["position"] == place for other in others)
        passed = [o for o in others if is_taken and _is_between(o["position"], place, former)]
        step = 1
    for other in passed:
        engine.rewrite(ITEMS, other["id"], {"position": other["position"] + step})


def close_gap(engine: Engine, record: Record) -> None:
    """Have those behind an item that is gone move up, as in ``acts_as_list``."""
    place = record["position"]
    if place is None or engine.get(LISTS, record["sku_list"]) is None:
        return
    own = Compare("sku_list", "eq", record["sku_list"])
    for other in engine.find(ITEMS, both(own, Compare("position", "gt", place))):
        engine.rewrite(ITEMS, other["id"], {"position": other["position"] - 1})


def _is_between(position: int | None, place: int, former: int | None) -> bool:
    return position is not None and place <= position and (former is None or position < former)


def _others(record: Record) -> Condition:
    own = Not(Compare("id", "eq", record["id"]))
    return both(Compare("sku_list", "eq", record["sku_list"]), own)
