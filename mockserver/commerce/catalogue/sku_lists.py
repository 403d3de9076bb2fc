"""SKU lists: what they are called in URLs, and which SKUs are on them (catalogue.md §5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import count

from mockserver.schema.patterns import compiled
from mockserver.schema.protocols import Change, Engine, QueryScope
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, Not, both

#: What may be asked of the codes of SKUs on a list.
PREDICATES = ("eq", "matches", "start", "end", "in")
LISTS, ITEMS = "sku_lists", "sku_list_items"


def slugged(change: Change) -> None:
    """Call a list in URLs as it is named, with a number where another one is called so."""
    record, before = change.record, change.before
    if before is not None and before["name"] == record["name"]:
        return
    plain = parametrised(record["name"] or "")
    record["slug"] = plain
    numbers = count(2)
    while _is_taken(change):
        record["slug"] = f"{plain}-{next(numbers)}"


def _is_taken(change: Change) -> bool:
    other = Not(Compare("id", "eq", change.record["id"]))
    return change.engine.count(LISTS, both(Compare("slug", "eq", change.record["slug"]), other)) > 0


def parametrised(name: str) -> str:
    """Return a name in kebab case."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


# --- lists by the SKUs that they hold (catalogue.md §5) ------------------------------------------


def by_sku_code(list_field: str) -> Mapping[str, QueryScope]:
    """Make the scopes that find what is about a list with a SKU of such a code.

    Args:
        list_field: holds the id of the list.
    """
    return {f"sku_code_{name}": _by_code(list_field, name) for name in PREDICATES}


def _by_code(list_field: str, predicate: str) -> QueryScope:
    def scope(engine: Engine, value: str) -> Condition:
        found = engine.matching("skus", {f"code_{predicate}": value})
        return Compare(list_field, "in", frozenset(_containing(engine, found)))

    return scope


def _containing(engine: Engine, found: Condition) -> list[str]:
    """Return the ids of the lists that hold a SKU of these: by an item, or by an expression."""
    skus = engine.find("skus", found)
    of_skus = Compare("sku", "in", frozenset(sku["id"] for sku in skus))
    by_hand = {item["sku_list"] for item in engine.find(ITEMS, of_skus)}
    automatic = engine.find(LISTS, Compare("manual", "eq", value=False))
    by_hand &= {each["id"] for each in engine.find(LISTS, Compare("manual", "eq", value=True))}
    return [*by_hand, *(each["id"] for each in automatic if _chooses(each, skus))]


def _chooses(sku_list: Record, skus: Iterable[Record]) -> bool:
    pattern = compiled(sku_list["sku_code_regex"] or "") if sku_list["sku_code_regex"] else None
    return pattern is not None and any(pattern.is_in(sku["code"]) for sku in skus)
