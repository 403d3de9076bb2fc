"""Authorizations (contract: commerce.md §15)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, transaction_permit
from mockserver.commerce.orders.transaction_commands import (
    cancel_authorization,
    capture,
    settle_order,
    void,
)
from mockserver.commerce.payments.ledger import TransactionLedger
from mockserver.commerce.payments.transaction_members import (
    SCOPES,
    balance,
    capture_amount,
    success_is_said,
    transaction_attributes,
    transaction_relationships,
)
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    trigger,
)


class Authorization(Resource, type_="authorizations"):
    """An amount of an order that a payment source has agreed to."""

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
    cvv_code = attribute("string", "R")
    cvv_message = attribute("string", "R")
    avs_code = attribute("string", "R")
    avs_message = attribute("string", "R")
    fraud_review = attribute("string", "R")
    _capture = trigger(capture)
    _capture_amount_cents = attribute("integer", "U")
    capture_amount = capture_amount("authorizations")
    capture_balance = balance(TransactionLedger.capture_balance)
    _void = trigger(void)
    void_balance = balance(TransactionLedger.void_balance)
    _cancel = trigger(cancel_authorization)

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    captures = to_many("captures", inverse="reference_authorization")
    voids = to_many("voids", inverse="reference_authorization")
