"""Links (contract: commerce.md §21)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.links.life import (
    ITEMS,
    a_month_later,
    is_active,
    now,
    status,
    type_follows_item,
    unique_code,
    url,
)
from mockserver.schema.disabling import disabling
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
)
from mockserver.schema.windows import ends_after_start


class Link(Resource, type_="links"):
    """An address that opens an order, a SKU or a list of SKUs to whoever has it."""

    checks: ClassVar = (type_follows_item, ends_after_start, unique_code)

    name = attribute("string", "CURfs", required=True)
    client_id = attribute("string", "CURf", required=True)
    scope = attribute("string", "CURf", required=True)
    starts_at = attribute("datetime", "CURfs", initial=now, example="2026-01-01T00:00:00.000Z")
    expires_at = attribute(
        "datetime", "CURfs", initial=a_month_later, example="2099-12-31T00:00:00.000Z"
    )
    active = attribute("boolean", "R", derive_from=is_active)
    status = attribute(
        "string", "R", derive_from=status, enum=("disabled", "expired", "pending", "active")
    )
    domain = attribute("string", "CUR", initial="commercelayer.link")
    url = attribute("string", "R", derive=url)
    item_type = attribute("string", "CRfs", enum=ITEMS)
    params = attribute("object", "CURf", initial=lambda _: {})
    base = base_attributes(disabling())

    item = to_one(ITEMS, "CU", required=True, on_delete="cascade")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    uuid = internal("string", indexed=True)
