"""Captures (contract: commerce.md §15)."""

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
    named,
    to_many,
    to_one,
    trigger,
)


class Capture(Resource, type_="captures"):
    """An amount that was taken of what an authorization allows."""

    family: ClassVar = "transactions"
    sample: ClassVar = ("order",)
    actions: ClassVar = ("list", "retrieve", "update")
    topics: ClassVar = ("create", "succeeded", "failed")

    transaction_attributes = transaction_attributes()
    base = base_attributes()
    _refund = trigger()
    _refund_amount_cents = attribute("integer", "U")
    refund_amount = money("R")
    refund_balance = money("R")
    _cancel = trigger()

    transaction_relationships = transaction_relationships()
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    reference_authorization = to_one("authorizations", "R")
    refunds = to_many("refunds", inverse="reference_capture")
    given_back = named(**{"return": to_one("returns", "fs")})
