"""The commands an order takes, in wire order, and the topics of what comes of them."""

from __future__ import annotations

from mockserver.commerce.orders.addresses import clone_address, same_address, save_address
from mockserver.commerce.orders.effects import create_subscriptions, refresh
from mockserver.commerce.orders.payments import (
    nullify_payment_source,
    pay_from_wallet,
    save_payment_source,
)
from mockserver.commerce.orders.states import TRANSITIONS
from mockserver.schema.vocabulary import attribute, named, trigger

#: What is told of orders (customers §16).
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

#: Those without an effect are accepted and do nothing: there are no taxes, invoices, gateways,
#: prices or external validations here.
TRIGGERS = named(
    _archive=trigger(TRANSITIONS["_archive"]),
    _unarchive=trigger(TRANSITIONS["_unarchive"]),
    _pending=trigger(TRANSITIONS["_pending"], prohibited=True),
    _place=trigger(TRANSITIONS["_place"]),
    _cancel=trigger(TRANSITIONS["_cancel"]),
    _approve=trigger(TRANSITIONS["_approve"], prohibited=True),
    _approve_and_capture=trigger(TRANSITIONS["_approve_and_capture"], prohibited=True),
    _authorize=trigger(TRANSITIONS["_authorize"]),
    _authorization_amount_cents=attribute("integer", "U"),
    _capture=trigger(TRANSITIONS["_capture"], prohibited=True),
    _refund=trigger(TRANSITIONS["_refund"], prohibited=True),
    _fulfill=trigger(TRANSITIONS["_fulfill"], prohibited=True),
    _update_taxes=trigger(),
    _nullify_payment_source=trigger(nullify_payment_source),
    _fix_payment_source=trigger(prohibited=True),
    _billing_address_clone_id=attribute(
        "string", "U", effect=clone_address("billing_address"), names="addresses"
    ),
    _shipping_address_clone_id=attribute(
        "string", "U", effect=clone_address("shipping_address"), names="addresses"
    ),
    _customer_payment_source_id=attribute(
        "string", "U", effect=pay_from_wallet, names="customer_payment_sources"
    ),
    _shipping_address_same_as_billing=trigger(same_address("shipping_address", "billing_address")),
    _billing_address_same_as_shipping=trigger(same_address("billing_address", "shipping_address")),
    _commit_invoice=trigger(),
    _refund_invoice=trigger(),
    _save_payment_source_to_customer_wallet=trigger(save_payment_source),
    _save_shipping_address_to_customer_address_book=trigger(save_address("shipping_address")),
    _save_billing_address_to_customer_address_book=trigger(save_address("billing_address")),
    _refresh=trigger(refresh),
    _refresh_prices=trigger(prohibited=True),
    _validate=trigger(),
    _create_subscriptions=trigger(create_subscriptions),
    _start_editing=trigger(TRANSITIONS["_start_editing"], prohibited=True),
    _stop_editing=trigger(TRANSITIONS["_stop_editing"], prohibited=True),
)
