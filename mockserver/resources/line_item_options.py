"""Line item options (contract: catalogue.md §4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders import option_rules
from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, order_part
from mockserver.schema.amounts import money
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import MoreThan
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
    checks: ClassVar = (
        option_rules.option_of_line,
        option_rules.total_of_option,
        option_rules.line_of_option,
        tag_limit,
    )

    for_guests: ClassVar = order_part(GUEST_ORDER)
    for_customers: ClassVar = order_part(OWN_ORDER)

    name = attribute("string", "CURfs")
    quantity = attribute("integer", "CURfs", required=True, validate=MoreThan(0))
    currency_code = attribute("string", "Rfs")
    unit_amount = money("CURfs", prohibited=True)
    total_amount = money("R", initial=0)
    delay_hours = attribute("integer", "Rfs", initial=0)
    delay_days = attribute("integer", "Rf", initial=0)
    options = attribute("object", "CUR", required=True, example={"text": "Ada"})
    base = base_attributes(tagging())

    line_item = to_one("line_items", "Cfs", required=True, on_delete="cascade")
    sku_option = to_one("sku_options", "CUfs", required=True, on_delete="cascade_unless_held")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    order = to_one("orders", hidden=True, on_delete="keep")

    locked = staticmethod(option_rules.is_of_placed_order)
    removed = staticmethod(option_rules.without_option)
