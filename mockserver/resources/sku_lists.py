"""SKU lists (contract: neighbours.md §13)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.catalogue.list_members import members
from mockserver.commerce.catalogue.sku_lists import by_sku_code, slugged
from mockserver.schema.patterns import usable_patterns
from mockserver.schema.permits import GUESTS, Permit, own_or_nobodys
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def _automatic(record: Record, _: Any) -> bool:
    return not record.get("manual")


class SkuList(Resource, type_="sku_lists"):
    """A list of SKUs, by hand or by a regular expression; perhaps a customer's own."""

    for_guests: ClassVar = Permit("CRUD", readable=GUESTS)
    for_customers: ClassVar = Permit("CRUD", readable=own_or_nobodys)

    query_scopes: ClassVar = by_sku_code("id")
    checks: ClassVar = (slugged, usable_patterns("sku_code_regex"))

    name = attribute("string", "CURfs", required=True, personal=False)
    slug = attribute("string", "Rfs", indexed=True)
    description = attribute("string", "CURf", personal=False)
    image_url = attribute("string", "CURf", personal=False)
    manual = attribute("boolean", "CURfs", initial=True)
    sku_code_regex = attribute("string", "CUR", required=_automatic, personal=False)
    base = base_attributes()

    customer = to_one("customers", "CUfs", owner=True)
    skus = to_many("skus", targets=members)
    sku_list_items = to_many("sku_list_items", "f", inverse="sku_list")
    bundles = to_many("bundles", inverse="sku_list")
    attachments = to_many("attachments", "f", inverse="attachable")
    links = to_many("links", "f", inverse="item")
    event_stores = event_stores()
