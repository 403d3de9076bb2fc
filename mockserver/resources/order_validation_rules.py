"""Order validation rules (contract: commerce.md §24)."""

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


class OrderValidationRule(Resource, type_="order_validation_rules"):
    """A demand of a market on orders that are placed."""

    actions: ClassVar = ("list", "retrieve")
    deprecated: ClassVar = True

    type = kind(("billing_info_validation_rules",))
    base = base_attributes()

    market = to_one("markets", "CUfs", required=True, on_delete="restrict")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
