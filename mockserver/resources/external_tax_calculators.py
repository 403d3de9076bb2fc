"""External tax calculators (contract: commerce.md §17)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.validations import Format
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
)


class ExternalTaxCalculator(Resource, type_="external_tax_calculators"):
    """Taxes that a service of the merchant's own reckons."""

    family: ClassVar = "tax_calculators"

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()
    tax_calculator_url = attribute(
        "string",
        "CUR",
        required=True,
        validate=Format(r"https?://[^\s/]+\S*"),
        example="https://example.com/taxes",
    )
    circuit = circuit()
    shared_secret = shared_secret()
    external_includes = attribute("array", "CUR", exported=False)

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
