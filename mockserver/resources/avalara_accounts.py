"""Avalara accounts (contract: commerce.md §10.4)."""

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


class AvalaraAccount(Resource, type_="avalara_accounts"):
    """A merchant's account at Avalara, which reckons taxes."""

    family: ClassVar = "tax_calculators"
    topics: ClassVar = (
        "invoice_committed",
        "invoice_refunded",
        "invoice_commit_failed",
        "invoice_refund_failed",
    )

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()
    username = attribute("string", "CUR", required=True, exported=False)
    password = attribute("string", "CU", required=True, exported=False)
    company_code = attribute("string", "CUR", required=True, exported=False)
    commit_invoice = attribute("boolean", "CUR", initial=False)
    ddp = attribute("boolean", "CUR", initial=False)

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    tax_categories = to_many("tax_categories", "CUf", inverse="tax_calculator")
