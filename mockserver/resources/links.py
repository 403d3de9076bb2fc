"""Links (contract: commerce.md §21)."""

from __future__ import annotations

from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Link(Resource, type_="links"):
    """An address that opens an order, a SKU or a list of SKUs to whoever has it."""

    name = attribute("string", "CURfs", required=True)
    client_id = attribute("string", "CURf", required=True)
    scope = attribute("string", "CURf", required=True)
    starts_at = attribute("datetime", "CURfs", example="2026-01-01T00:00:00.000Z")
    expires_at = attribute("datetime", "CURfs", example="2099-12-31T00:00:00.000Z")
    active = attribute("boolean", "R")
    status = attribute("string", "R", enum=("disabled", "expired", "pending", "active"))
    domain = attribute("string", "CUR", initial="commercelayer.link")
    url = attribute("string", "R")
    item_type = attribute("string", "CRfs", enum=("orders", "skus", "sku_lists"))
    params = attribute("object", "CURf", initial=lambda _: {})
    base = base_attributes(disabling())

    item = to_one(("orders", "skus", "sku_lists"), "CU", required=True, on_delete="cascade")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
