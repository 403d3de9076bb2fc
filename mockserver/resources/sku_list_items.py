"""Members of a SKU list (contract: neighbours.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.codes import linking_by_code
from mockserver.schema.permits import GUESTS, Permit, Restriction, own_or_nobodys, part_of
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def last_position(change: Change) -> None:
    """Put a new member behind the others, unless its position is said."""
    record = change.record
    if record.get("position") is None and record.get("sku_list"):
        others = change.engine.find("sku_list_items", Compare("sku_list", "eq", record["sku_list"]))
        record["position"] = max((other["position"] or 0 for other in others), default=0) + 1


def _of_list(restriction: Restriction) -> Permit:
    return Permit("CRUD", readable=part_of("sku_lists", "sku_list", restriction))


class SkuListItem(Resource, type_="sku_list_items"):
    """A SKU on a list."""

    for_guests: ClassVar = _of_list(GUESTS)
    for_customers: ClassVar = _of_list(own_or_nobodys)

    checks: ClassVar = (last_position,)
    uniques: ClassVar = (("sku_list", "sku"),)

    position = attribute("integer", "CURfs")
    sku_code = attribute(
        "string", "CUR", delegate="sku.code", effect=linking_by_code("skus", "sku")
    )
    quantity = attribute("integer", "CURfs", initial=1, validate=AtLeast(1))
    base = base_attributes()

    sku_list = to_one("sku_lists", "Cfs", required=True, on_delete="cascade")
    sku = to_one("skus", "Cfs", required=True, on_delete="cascade")
    event_stores = event_stores()

    @staticmethod
    def locked(engine: Engine, record: Record) -> bool:
        """Say whether the list backs a bundle: its members stay then (neighbours.md §43)."""
        return bool(engine.find("bundles", Compare("sku_list", "eq", record["sku_list"])))
