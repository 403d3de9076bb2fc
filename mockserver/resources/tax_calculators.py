"""Tax calculators (contract: commerce.md §10.2)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class TaxCalculator(Resource, type_="tax_calculators"):
    """A calculator of the taxes of a market's orders, of whichever kind."""

    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
