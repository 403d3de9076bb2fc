"""Includes of the documents that external services are sent, unless they ask for others.

commerce.md §17.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.storage.base import Record

PRICES, PROMOTIONS, TAXES = "prices", "promotions", "taxes"
SHIPPING_COSTS, PAYMENTS, VALIDATION = "shipping_costs", "payments", "order_validation"

INCLUDES: Mapping[str, Sequence[str]] = {
    PRICES: (
        *("order", "order.customer", "order.customer.tags", "order.line_items"),
        *("order.market", "item"),
    ),
    PROMOTIONS: (
        *("market", "customer", "customer.tags", "line_items", "line_items.item"),
        *("shipping_address", "billing_address"),
    ),
    TAXES: ("market", "line_items", "line_items.item", "shipping_address", "billing_address"),
    SHIPPING_COSTS: ("shipping_method", "order"),
    PAYMENTS: (
        *("order", "order.market", "order.line_items", "order.line_items.item"),
        *("order.shipping_address", "order.billing_address", "order.customer"),
        "order.order_subscriptions",
    ),
    VALIDATION: (
        *("billing_address", "shipping_address", "line_items", "line_items.item", "market"),
        *("customer", "shipments", "shipments.shipping_method"),
    ),
}


def includes_of(name: str, service: Record) -> Sequence[str]:
    """Return the paths that are included: those its record names, or the usual."""
    return service.get("external_includes") or INCLUDES[name]
