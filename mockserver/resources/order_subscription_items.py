"""Rows of an order subscription (contract: neighbours.md §10, commerce.md §19.5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.line_prices import price_of
from mockserver.schema.amounts import money
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.codes import code_naming_item
from mockserver.schema.permits import Permit, own_by, part_of
from mockserver.schema.protocols import Change
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_one,
)
from mockserver.storage.base import Record


def amounts(change: Change) -> None:
    """Set what was not sent: the price of the item, and the total."""
    record, engine = change.record, change.engine
    subscription = engine.get("order_subscriptions", record.get("order_subscription")) or {}
    order = engine.get("orders", subscription.get("source_order")) or {}
    record["currency_code"] = order.get("currency_code")
    if record.get("unit_amount_cents") is None and order:
        record["unit_amount_cents"] = _price(change, order, subscription["frequency"])
    unit, quantity = record["unit_amount_cents"], record.get("quantity")
    is_known = unit is not None and quantity is not None
    total = unit * quantity if is_known else None
    if total is not None and total not in INTEGER_RANGE:
        change.invalid("quantity", "invalid", value=quantity)
        return
    record["total_amount_cents"] = total


def _price(change: Change, order: Record, frequency: str | None) -> int | None:
    """Return the present price of the item where the source order was placed."""
    engine, type_, id_ = change.engine, change.record.get("item_type"), change.record.get("item")
    item = engine.get(type_, id_) if type_ else None
    if item is None:
        return None
    line = {**change.record, "frequency": frequency}
    price = price_of(engine, order, line, item, change.access)
    return price.unit_amount_cents if price else None


class OrderSubscriptionItem(Resource, type_="order_subscription_items"):
    """An item that each run of a subscription orders."""

    for_customers: ClassVar = Permit(
        "RU", lists=True, readable=part_of("order_subscriptions", "order_subscription", own_by())
    )

    checks: ClassVar = (amounts,)

    sku_code = code_naming_item("skus", "order_subscription_items")
    bundle_code = code_naming_item("bundles", "order_subscription_items")
    quantity = attribute("integer", "CURfs", required=True, validate=AtLeast(1))
    unit_amount = money("CURfs")
    total_amount = money("R")
    base = base_attributes()

    order_subscription = to_one("order_subscriptions", "Cfs", required=True, on_delete="cascade")
    item = to_one(("skus", "bundles", "adjustments"), "C", required=True, on_delete="keep")
    sku = to_one("skus", "Cf", view_of="item")
    bundle = to_one("bundles", "Cf", view_of="item")
    adjustment = to_one("adjustments", "Cf", view_of="item")
    source_line_item = to_one("line_items", "f")
    event_stores = event_stores()
    #: Of its amounts.
    currency_code = internal("string")
