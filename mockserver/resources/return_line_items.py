"""Rows of a return (contract: neighbours.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.returns.steps import count_lines, details_of_line_item, restock
from mockserver.resources.returns import DRAFT, OF_GUEST, OF_OWN
from mockserver.schema.amounts import money
from mockserver.schema.permits import Permit, Restriction, part_of
from mockserver.schema.protocols import Engine
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    named,
    to_one,
    trigger,
)
from mockserver.storage.base import Record


def _of_return(restriction: Restriction) -> Restriction:
    return part_of("returns", "return", restriction)


class ReturnLineItem(Resource, type_="return_line_items"):
    """Pieces of a line item of the order that come back."""

    for_guests: ClassVar = Permit("CR", readable=_of_return(OF_GUEST), writable=_of_return(DRAFT))
    for_customers: ClassVar = Permit("CR", readable=_of_return(OF_OWN), writable=_of_return(DRAFT))

    checks: ClassVar = (details_of_line_item,)

    sku_code = attribute("string", "R", delegate="line_item.sku_code")
    bundle_code = attribute("string", "R", delegate="line_item.bundle_code")
    quantity = attribute("integer", "CURfs", required=True, validate=AtLeast(1))
    name = attribute("string", "R", delegate="line_item.name")
    image_url = attribute("string", "R", delegate="line_item.image_url")
    total_amount = money("Rfs")
    _restock = trigger(restock)
    return_reason = attribute("object", "CURf")
    restocked_at = attribute("datetime", "Rfs")
    base = base_attributes()

    return_ = named(**{"return": to_one("returns", "Cfs", required=True, on_delete="cascade")})
    line_item = to_one("line_items", "Cfs", required=True, on_delete="restrict")
    event_stores = event_stores()
    #: Of its amounts.
    currency_code = internal("string")

    @staticmethod
    def removed(engine: Engine, record: Record) -> None:
        """Count the lines of the return again."""
        count_lines(engine, record["return"])
