"""States of orders, and the fields that can still be changed in each (commerce.md §3.1, §14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mockserver.schema.protocols import Change, View
from mockserver.storage.base import Record

EDITABLE = frozenset({"draft", "pending", "editing"})
DELETABLE = frozenset({"draft", "pending"})
#: What a placed order keeps until it is edited, and the commands that would change it.
FROZEN: Mapping[str, Collection[str]] = {
    "coupon_code": (),
    "gift_card_code": (),
    "gift_card_or_coupon_code": (),
    "shipping_country_code_lock": (),
    "market": (),
    "customer": ("customer_email",),
    "shipping_address": ("_shipping_address_clone_id", "_shipping_address_same_as_billing"),
    "billing_address": ("_billing_address_clone_id", "_billing_address_same_as_shipping"),
    "store": (),
    "payment_method": (),
    "payment_source": ("_nullify_payment_source", "_customer_payment_source_id"),
    "freight_taxable": (),
    "payment_method_taxable": (),
    "adjustment_taxable": (),
    "gift_card_taxable": (),
}


def is_editable(order: Record, view: View) -> bool:
    """Say whether the order can be edited: one that has expired cannot (commerce.md §14.6)."""
    return is_open(order) and not has_expired(order, view.engine.clock.timestamp())


def has_expired(order: Record, now: str) -> bool:
    """Say whether an order that is not placed yet cannot be placed any more."""
    expires = order.get("expires_at")
    return order["status"] in DELETABLE and expires is not None and expires <= now


def is_open(order: Record) -> bool:
    """Say whether what is ordered may still be changed."""
    return order["status"] in EDITABLE


def frozen_fields(change: Change) -> None:
    """Keep what a placed order is about, unless it is being edited (commerce.md §3.1, §27)."""
    before = change.before
    if before is None or is_open(before) or is_open(change.record):
        return
    for name, commands in FROZEN.items():
        if before.get(name) != change.record.get(name):
            sent = (command for command in commands if change.sent.get(command))
            change.invalid(next(sent, name), "not_editable")
