"""Subscription models (contract: commerce.md §19.1)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.subscriptions.offers import offers_frequencies
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many

#: By which lines of an order go into one subscription.
STRATEGIES = ("by_frequency", "by_line_items")


class SubscriptionModel(Resource, type_="subscription_models"):
    """How orders of a market become subscriptions."""

    checks: ClassVar = (offers_frequencies,)

    name = attribute("string", "CURfs", required=True)
    strategy = attribute(
        "string", "CURfs", initial=STRATEGIES[0], validate=Inclusion(frozenset(STRATEGIES))
    )
    frequencies = attribute("array", "CUR", required=True, example=["weekly", "monthly"])
    auto_activate = attribute("boolean", "CURf", initial=True)
    auto_cancel = attribute("boolean", "CURf", initial=False)
    base = base_attributes()

    markets = to_many("markets", inverse="subscription_model")
    order_subscriptions = to_many("order_subscriptions", inverse="subscription_model")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
