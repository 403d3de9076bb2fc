"""Order subscriptions (contract: neighbours.md §9, commerce.md §19)."""

from __future__ import annotations

from typing import Any, ClassVar

from mockserver.commerce.subscriptions.beginnings import (
    begin_with_source_order,
    convert,
    details_of_source_order,
    end_with_source_order,
    offered_frequency,
)
from mockserver.commerce.subscriptions.frequencies import Frequency
from mockserver.commerce.subscriptions.runs import FAILURES, JOBS
from mockserver.commerce.subscriptions.scopes import SCOPES
from mockserver.commerce.subscriptions.states import (
    ACTIVATE,
    ALERT_HOURS,
    CANCEL,
    CANCELLED,
    DEACTIVATE,
    DRAFT,
    DUE,
    STATUSES,
    end_in_time,
    follow_frequency,
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
    internal,
    own_number,
    to_many,
    to_one,
    trigger,
)
from mockserver.schema.windows import ends_after_start
from mockserver.storage.base import Record


def _starts_by_itself(record: Record, _: Any) -> bool:
    return not record.get("activate_by_source_order")


class OrderSubscription(Resource, type_="order_subscriptions"):
    """A source order that is to be repeated at a frequency."""

    for_customers: ClassVar = own("RU")

    sample: ClassVar = ("activate_by_source_order",)

    topics: ClassVar = (
        "create",
        "activate",
        "deactivate",
        "cancel",
        "renewal",
        "last_run_failed",
        "last_run_succeeded",
        "destroy",
    )
    query_scopes: ClassVar = SCOPES
    checks: ClassVar = (
        details_of_source_order,
        offered_frequency,
        begin_with_source_order,
        ends_after_start,
        follow_frequency,
        tag_limit,
    )
    last_checks: ClassVar = (end_in_time,)
    follows: ClassVar = {"source_order": {"cancel": end_with_source_order}}
    jobs: ClassVar = JOBS
    due: ClassVar = DUE
    failures: ClassVar = FAILURES

    number = attribute("string", "Rfs", initial=own_number)
    status = attribute(
        "string",
        "Rfs",
        initial=DRAFT,
        enum=STATUSES,
    )
    frequency = attribute(
        "string", "CURfs", required=True, validate=Frequency(), personal=False, example="weekly"
    )
    # Of an example, the order need not be placed.
    activate_by_source_order = attribute("boolean", "CUR", initial=True, example=False)
    place_target_order = attribute("boolean", "CUR", initial=True)
    renewal_alert_period = attribute(
        "integer", "CUR", initial=1, validate=(AtLeast(ALERT_HOURS[0]), AtMost(ALERT_HOURS[1]))
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
    subscription_model = to_one("subscription_models", "fs", on_delete="restrict")
    source_order = to_one("orders", "Cf", required=True, on_delete="restrict")
    customer = to_one("customers", "fs", on_delete="restrict")
    customer_payment_source = to_one("customer_payment_sources", "Ufs")
    order_subscription_items = to_many("order_subscription_items", inverse="order_subscription")
    order_factories = to_many("order_factories", inverse="order_subscription")
    order_copies = to_many("order_copies", inverse="order_subscription", deprecated=True)
    recurring_order_copies = to_many("recurring_order_copies", inverse="order_subscription")
    orders = to_many("orders", inverse="order_subscription")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
    #: What its dates are counted from, where that is another moment than its start.
    counted_from = internal("datetime")
    #: The run that has been told of before.
    alerted_of = internal("datetime")

    @staticmethod
    def deletable(record: Record) -> bool:
        """Say whether it has not begun, or is over (commerce.md §19.5)."""
        return record["status"] in (DRAFT, CANCELLED)
