"""What is sold (contract: neighbours.md §15)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.catalogue.stock import inventory
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.tagging import adding_tags, removing_tags, tag_limit, tags_relationship
from mockserver.schema.token_members import (
    custom_claim,
    token_customer,
    token_markets,
    token_stock_locations,
)
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def _is_shipped(record: Record, _: Any) -> bool:
    return not record.get("do_not_ship")


class Sku(Resource):
    """A stock keeping unit: something with a code of its own that can be bought."""

    class Meta:
        """The type."""

        type_ = "skus"

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    cacheable: ClassVar = True

    topics: ClassVar = ("tagged",)
    checks: ClassVar = (tag_limit,)
    extra_filters: ClassVar = {"codes": "code_in"}

    code = attribute("string", "CURfs", required=True, unique=True)
    name = attribute("string", "CURfs", required=True)
    description = attribute("string", "CURf")
    image_url = attribute("string", "CURf")
    pieces_per_pack = attribute("integer", "CUR")
    weight = attribute("float", "CUR")
    unit_of_weight = attribute("string", "CUR", enum=("gr", "oz", "lb"))
    hs_tariff_number = attribute("string", "CUR")
    do_not_ship = attribute("boolean", "CURfs", initial=False)
    do_not_track = attribute("boolean", "CURfs", initial=False)
    inventory = attribute("object", "R", derive=inventory, alone=True)
    id = identifier()
    _add_tags = adding_tags()
    _remove_tags = removing_tags()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    jwt_custom_claim = custom_claim()
    metadata = metadata()

    shipping_category = to_one("shipping_categories", "CUfs", required=_is_shipped)
    prices = to_many("prices", "f", inverse="sku")
    stock_items = to_many("stock_items", "f", inverse="sku")
    stock_reservations = to_many("stock_reservations", "f", inverse="sku")
    delivery_lead_times = to_many("delivery_lead_times", "f")
    sku_options = to_many("sku_options", virtual=True)
    sku_list_items = to_many("sku_list_items", "f", inverse="sku")
    sku_lists = to_many("sku_lists", "f", through=("sku_list_items", "sku", "sku_list"))
    attachments = to_many("attachments", "f", inverse="attachable")
    links = to_many("links", "f", inverse="item")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    jwt_customer = token_customer()
    jwt_markets = token_markets()
    jwt_stock_locations = token_stock_locations()
    event_stores = event_stores()
