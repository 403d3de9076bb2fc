"""Captures (contract: commerce.md §15)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, transaction_permit
from mockserver.commerce.orders.transaction_commands import cancel_capture, refund, settle_order
from mockserver.commerce.payments.ledger import TransactionLedger
from mockserver.commerce.payments.transaction_members import (
    SCOPES,
    balance,
    success_is_said,
    transaction_attributes,
    transaction_relationships,
)
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    named,
    to_many,
    to_one,
    trigger,
)


class Capture(Resource, type_="captures"):
    """An amount that was taken of what an authorization allows."""

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
    _refund = trigger(refund)
    _refund_amount_cents = attribute("integer", "U")
    refund_amount = balance(TransactionLedger.refund_balance)
    refund_balance = balance(TransactionLedger.refund_balance)
    _cancel = trigger(cancel_capture)

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    reference_authorization = to_one("authorizations", "R")
    refunds = to_many("refunds", inverse="reference_capture")
    given_back = named(**{"return": to_one("returns", "fs")})
