"""Order subscriptions (contract: neighbours.md §9); they are never run."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.subscriptions.frequencies import Frequency
from mockserver.commerce.subscriptions.subscription_start import (
    ACTIVATE,
    ALERT,
    CANCEL,
    DEACTIVATE,
    begin,
    begin_with_source_order,
    convert,
    details_of_source_order,
    ends_after_start,
    offered_frequency,
    set_next_run,
)
from mockserver.schema.permits import own
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import AtLeast, AtMost
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    own_number,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.base import Record


def _starts_by_itself(record: Record, _: Any) -> bool:
    return not record.get("activate_by_source_order")


class OrderSubscription(Resource, type_="order_subscriptions"):
    """A source order that is to be repeated at a frequency."""

    for_customers: ClassVar = own("RU")

    topics: ClassVar = (
        "create",
        "activate",
        "deactivate",
        "cancel",
        "renewal",
        "last_run_failed",
        "last_run_succeeded",
        "tagged",
        "destroy",
    )
    checks: ClassVar = (
        details_of_source_order,
        offered_frequency,
        begin_with_source_order,
        ends_after_start,
        tag_limit,
    )
    follows: ClassVar = {"source_order": {"place": begin}}

    number = attribute("string", "Rfs", initial=own_number)
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=("draft", "inactive", "active", "running", "cancelled"),
    )
    frequency = attribute(
        "string", "CURfs", required=True, validate=Frequency(), personal=False, example="weekly"
    )
    activate_by_source_order = attribute("boolean", "CUR", initial=True)
    place_target_order = attribute("boolean", "CUR", initial=True)
    renewal_alert_period = attribute(
        "integer", "CUR", initial=1, validate=(AtLeast(ALERT[0]), AtMost(ALERT[1]))
    )
    customer_email = attribute("string", "Rf", delegate="customer.email")
    starts_at = attribute(
        "datetime", "CRfs", required=_starts_by_itself, example="2098-01-01T00:00:00.000Z"
    )
    expires_at = attribute("datetime", "CURfs")
    last_run_at = attribute("datetime", "Rfs")
    next_run_at = attribute("datetime", "URfs", effect=set_next_run)
    occurrencies = attribute("integer", "Rfs", initial=0)
    errors_count = attribute("integer", "Rfs", initial=0)
    succeeded_on_last_run = attribute("boolean", "Rfs")
    options = attribute("object", "CUR", personal=False, deprecated=True)
    _activate = trigger(ACTIVATE)
    _deactivate = trigger(DEACTIVATE)
    _cancel = trigger(CANCEL)
    _convert = trigger(convert)
    base = base_attributes(tagging())

    market = to_one("markets", "Cfs", on_delete="restrict")
    subscription_model = to_one("subscription_models", "fs")
    source_order = to_one("orders", "Cf", required=True, on_delete="restrict")
    customer = to_one("customers", "fs", on_delete="restrict")
    customer_payment_source = to_one("customer_payment_sources", "Ufs")
    order_subscription_items = to_many("order_subscription_items", inverse="order_subscription")
    order_factories = to_many("order_factories")
    order_copies = to_many("order_copies", inverse="order_subscription", deprecated=True)
    recurring_order_copies = to_many("recurring_order_copies", inverse="order_subscription")
    orders = to_many("orders", inverse="order_subscription")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
