"""Line item options (contract: catalogue.md §4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.amounts import money
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class LineItemOption(Resource, type_="line_item_options"):
    """An option that a line item was ordered with."""

    topics: ClassVar = ("tagged",)
    checks: ClassVar = (tag_limit,)

    name = attribute("string", "CURfs")
    quantity = attribute("integer", "CURfs", required=True)
    currency_code = attribute("string", "Rfs")
    unit_amount = money("CURfs", prohibited=True)
    total_amount = money("R")
    delay_hours = attribute("integer", "Rfs", initial=0)
    delay_days = attribute("integer", "Rf", initial=0)
    options = attribute("object", "CUR", required=True)
    base = base_attributes(tagging())

    line_item = to_one("line_items", "Cfs", required=True, on_delete="cascade")
    sku_option = to_one("sku_options", "CUfs", required=True, on_delete="restrict")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    order = to_one("orders", hidden=True, on_delete="keep")
