"""Refunds (contract: commerce.md §15)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, transaction_permit
from mockserver.commerce.orders.transaction_commands import settle_order
from mockserver.commerce.payments.transaction_members import (
    SCOPES,
    success_is_said,
    transaction_attributes,
    transaction_relationships,
)
from mockserver.schema.vocabulary import (
    Resource,
    base_attributes,
    event_stores,
    named,
    to_many,
    to_one,
)


class Refund(Resource, type_="refunds"):
    """An amount that was given back of a capture."""

    for_guests: ClassVar = transaction_permit(GUEST_ORDER)
    for_customers: ClassVar = transaction_permit(OWN_ORDER)
    query_scopes: ClassVar = SCOPES

    family: ClassVar = "transactions"
    sample: ClassVar = ("order",)
    actions: ClassVar = ("list", "retrieve", "update")
    topics: ClassVar = ("create", "succeeded", "failed")
    checks: ClassVar = (success_is_said, settle_order)

    transaction_attributes = transaction_attributes()
    base = base_attributes()

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    reference_capture = to_one("captures", "Rf")
    given_back = named(**{"return": to_one("returns", "fs")})
