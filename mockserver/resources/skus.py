"""Stock keeping units: products with a code (contract: neighbours.md §15)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.catalogue.bundles import tell_bundles
from mockserver.commerce.catalogue.sku_options import options_of
from mockserver.commerce.stock.inventory import inventory
from mockserver.commerce.stock.sellable import sellable
from mockserver.commerce.stock.sku_holds import is_held, lead_times_of
from mockserver.schema.permits import CATALOGUE
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.token_members import custom_claim, token_relationships
from mockserver.schema.unsaid import unsaid_is_false
from mockserver.schema.validations import AtLeast, Length
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record

#: Characters of a code, at most (catalogue.md §1.2).
LONGEST_CODE = 255


def _is_shipped(record: Record, _: Any) -> bool:
    return not record.get("do_not_ship")


class Sku(Resource, type_="skus"):
    """A stock keeping unit: something with a code of its own that can be bought."""

    for_guests: ClassVar = CATALOGUE
    for_customers: ClassVar = CATALOGUE
    scoped: ClassVar = sellable
    cacheable: ClassVar = True

    topics: ClassVar = ("tagged",)
    checks: ClassVar = (unsaid_is_false("do_not_ship", "do_not_track"), tell_bundles, tag_limit)
    extra_filters: ClassVar = {"codes": "code_in"}

    code = attribute(
        "string",
        "CURfs",
        required=True,
        unique=True,
        normalise=str.strip,
        validate=Length(maximum=LONGEST_CODE),
    )
    name = attribute("string", "CURfs", required=True)
    description = attribute("string", "CURf")
    image_url = attribute("string", "CURf")
    pieces_per_pack = attribute("integer", "CUR", validate=AtLeast(1))
    weight = attribute("float", "CUR", validate=AtLeast(0))
    unit_of_weight = attribute("string", "CUR", enum=("gr", "oz", "lb"))
    hs_tariff_number = attribute("string", "CUR")
    do_not_ship = attribute("boolean", "CURfs", initial=False)
    do_not_track = attribute("boolean", "CURfs", initial=False)
    inventory = attribute("object", "R", derive_from=inventory, alone="read")
    base = base_attributes(tagging(), jwt_custom_claim=custom_claim())

    shipping_category = to_one("shipping_categories", "CUfs", required=_is_shipped)
    prices = to_many("prices", "f", inverse="sku")
    stock_items = to_many("stock_items", "f", inverse="sku")
    stock_reservations = to_many("stock_reservations", "f", inverse="sku")
    delivery_lead_times = to_many("delivery_lead_times", "f", shows=lead_times_of)
    sku_options = to_many("sku_options", targets=options_of)
    sku_list_items = to_many("sku_list_items", "f", inverse="sku")
    sku_lists = to_many("sku_lists", "f", through=("sku_list_items", "sku", "sku_list"))
    attachments = to_many("attachments", "f", inverse="attachable")
    links = to_many("links", "f", inverse="item")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    jwt = token_relationships()
    event_stores = event_stores()

    locked = staticmethod(is_held)
