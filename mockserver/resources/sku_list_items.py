"""Members of a SKU list (contract: neighbours.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.sku_list_items import (
    close_gap,
    is_locked,
    list_takes_items,
    take_place,
)
from mockserver.schema.codes import code_naming
from mockserver.schema.permits import GUESTS, Permit, Restriction, own_or_nobodys, part_of
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


def _of_list(restriction: Restriction) -> Permit:
    return Permit("CRUD", readable=part_of("sku_lists", "sku_list", restriction))


class SkuListItem(Resource, type_="sku_list_items"):
    """A SKU on a list."""

    for_guests: ClassVar = _of_list(GUESTS)
    for_customers: ClassVar = _of_list(own_or_nobodys)

    checks: ClassVar = (list_takes_items, take_place)
    import_key: ClassVar = ("sku_list", "sku")

    position = attribute("integer", "CURfs", validate=AtLeast(1))
    sku_code = code_naming("skus", "sku")
    quantity = attribute("integer", "CURfs", initial=1, validate=AtLeast(1))
    base = base_attributes()

    sku_list = to_one("sku_lists", "Cfs", required=True, on_delete="cascade")
    sku = to_one("skus", "Cfs", required=True, on_delete="cascade")
    event_stores = event_stores()

    locked = staticmethod(is_locked)
    removed = staticmethod(close_gap)
