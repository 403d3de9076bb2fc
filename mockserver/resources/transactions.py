"""Transactions (contract: commerce.md §15)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, transaction_permit
from mockserver.commerce.payments.transaction_members import (
    SCOPES,
    transaction_attributes,
    transaction_relationships,
)
from mockserver.schema.vocabulary import Resource, base_attributes, event_stores, to_many


class Transaction(Resource, type_="transactions"):
    """Money of an order that moved, or was to: authorized, taken, given back, or let go."""

    for_guests: ClassVar = transaction_permit(GUEST_ORDER)
    for_customers: ClassVar = transaction_permit(OWN_ORDER)
    query_scopes: ClassVar = SCOPES

    actions: ClassVar = ("list", "retrieve")
    topics: ClassVar = ("create", "refused")

    transaction_attributes = transaction_attributes()
    base = base_attributes()

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
