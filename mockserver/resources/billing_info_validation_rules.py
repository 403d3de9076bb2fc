"""Billing info validation rules (contract: commerce.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class BillingInfoValidationRule(Resource, type_="billing_info_validation_rules"):
    """A market's demand for billing information where an order is placed."""

    family: ClassVar = "order_validation_rules"
    deprecated: ClassVar = True
    uniques: ClassVar = (("market",),)

    type = kind(("billing_info_validation_rules",))
    base = base_attributes()

    market = to_one("markets", "CUfs", required=True, on_delete="cascade")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
