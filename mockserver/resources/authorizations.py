"""Authorizations (contract: commerce.md §15)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.transaction_members import (
    transaction_attributes,
    transaction_relationships,
)
from mockserver.schema.amounts import money
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

    family: ClassVar = "transactions"
    sample: ClassVar = ("order",)
    actions: ClassVar = ("list", "retrieve", "update")
    topics: ClassVar = ("create", "succeeded", "failed")

    transaction_attributes = transaction_attributes()
    base = base_attributes()
    cvv_code = attribute("string", "R")
    cvv_message = attribute("string", "R")
    avs_code = attribute("string", "R")
    avs_message = attribute("string", "R")
    fraud_review = attribute("string", "R")
    _capture = trigger()
    _capture_amount_cents = attribute("integer", "U")
    capture_amount = money("R")
    capture_balance = money("R")
    _void = trigger()
    void_balance = money("R")
    _cancel = trigger()

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    captures = to_many("captures", inverse="reference_authorization")
    voids = to_many("voids", inverse="reference_authorization")
