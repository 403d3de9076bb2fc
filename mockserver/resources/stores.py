"""Stores (contract: neighbours.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.codes import short_code
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Store(Resource, type_="stores"):
    """A part of a market, which a token may be limited to."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    name = attribute("string", "CURfs", required=True)
    code = short_code()
    base = base_attributes()

    market = to_one("markets", "CUfs", required=True, on_delete="cascade")
    merchant = to_one("merchants", "CUf", on_delete="restrict")
    stock_location = to_one("stock_locations", "CUfs", on_delete="restrict")
    orders = to_many("orders", inverse="store")
    payment_methods = to_many("payment_methods", inverse="store")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
