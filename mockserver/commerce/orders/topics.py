"""Topics of orders, by the names that the vendor publishes (commerce.md §25)."""

from __future__ import annotations

TOPICS = (
    "create",
    "draft",
    "pending",
    "placing",
    "place",
    "approve",
    "cancel",
    "authorize",
    "void",
    "pay",
    "refund",
    "start_fulfilling",
    "cancel_fulfilling",
    "fulfill",
    "start_editing",
    "stop_editing",
    "rebuild_shipments",
    "create_subscriptions",
    "cancel_subscriptions",
    "tax_calculation_failed",
    "tagged",
    "destroy",
)
