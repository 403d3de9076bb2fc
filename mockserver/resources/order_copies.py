"""Order copies (contract: commerce.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.copies.copy_members import copy_attributes, copy_relationships
from mockserver.commerce.copies.copying import START, TOPICS, copy_later, queue
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, to_one


class OrderCopy(Resource, type_="order_copies"):
    """An order made from another one."""

    family: ClassVar = "order_factories"
    topics: ClassVar = TOPICS
    checks: ClassVar = (queue,)
    jobs: ClassVar = {START: copy_later}

    own = copy_attributes()
    base = base_attributes()
    cancel_source_order = attribute("boolean", "CR", initial=False)
    apply_promotions = attribute("boolean", "CR", initial=False)
    skip_errors = attribute("boolean", "CR", initial=False)
    # No code is copied, so that there is none to be ignored (commerce.md §18).
    ignore_invalid_coupon = attribute("boolean", "CR", initial=False)

    orders = copy_relationships()
    order_subscription = to_one("order_subscriptions", "s")
