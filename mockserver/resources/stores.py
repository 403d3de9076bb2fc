"""Stores (contract: neighbours.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import NAMED
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


class Store(Resource):
    """A part of a market, which a token may be limited to."""

    class Meta:
        """The type."""

        type_ = "stores"

    for_guests: ClassVar = NAMED
    for_customers: ClassVar = NAMED

    name = attribute("string", "CURfs", required=True)
    code = attribute("string", "CURfs", unique=True)
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    market = to_one("markets", "CUfs", required=True, on_delete="restrict")
    merchant = to_one("merchants", "CUf")
    stock_location = to_one("stock_locations", "CUfs")
    orders = to_many("orders", inverse="store")
    payment_methods = to_many("payment_methods", inverse="store")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
