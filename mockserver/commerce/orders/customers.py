"""Whose an order is: a guest's or not, of a customer who is new or returns (neighbours.md §7)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, View
from mockserver.storage.base import Record


def customer_type(record: Record, view: View) -> str | None:
    """Return ``returning`` for a customer with another placed order, ``new`` otherwise."""
    customer = view.related(record, "customer", "orders")
    if customer is None:
        return None
    others = customer["total_orders_count"] - bool(record.get("placed_at"))
    return "returning" if others > 0 else "new"


def guest_by_customer(change: Change) -> None:
    """Mark the order as a guest's by whether its customer is registered, unless it is said.

    It follows when the customer is another one, or signs up with the order. What somebody orders
    who has not logged in is a guest's order, whoever has the email address.
    """
    before, id_ = (change.before or {}).get("customer"), change.record.get("customer")
    signs_up = bool(change.sent.get("customer_password"))
    if change.sent.get("guest") is not None or (id_ == before and not signs_up):
        return
    customer = change.engine.get("customers", change.record.get("customer")) or {}
    is_guest = change.access.is_guest or customer.get("password") is None
    change.record["guest"] = bool(customer) and is_guest
