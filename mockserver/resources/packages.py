"""Packages (contract: catalogue.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import Inclusion, MoreThan
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Package(Resource, type_="packages"):
    """A box of a stock location, by its sizes."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    uniques: ClassVar = (("stock_location", "name"),)

    name = attribute("string", "CURfs", required=True)
    code = attribute("string", "CURfs")
    length = attribute("float", "CURfs", required=True, validate=MoreThan(0))
    width = attribute("float", "CURfs", required=True, validate=MoreThan(0))
    height = attribute("float", "CURfs", required=True, validate=MoreThan(0))
    unit_of_length = attribute(
        "string", "CURfs", required=True, validate=Inclusion(frozenset({"cm", "in"}))
    )
    base = base_attributes()

    stock_location = to_one("stock_locations", "CUfs", required=True, on_delete="cascade")
    parcels = to_many("parcels", "f", inverse="package")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
