"""Recurring order copies (contract: commerce.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.copies.copy_members import copy_attributes, copy_relationships
from mockserver.commerce.copies.copying import START, TOPICS, is_of_automatic, queue
from mockserver.commerce.subscriptions.runs import run_by_hand
from mockserver.schema.vocabulary import Resource, base_attributes, to_one


class RecurringOrderCopy(Resource, type_="recurring_order_copies"):
    """An order made by a run of a subscription."""

    family: ClassVar = "order_factories"
    topics: ClassVar = TOPICS
    checks: ClassVar = (is_of_automatic, queue)
    jobs: ClassVar = {START: run_by_hand}

    own = copy_attributes()
    base = base_attributes()

    orders = copy_relationships()
    order_subscription = to_one("order_subscriptions", "Cfs", required=True, on_delete="cascade")
