"""Requirements of placing an order (commerce.md §14.3): every lack is noted, all together."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.orders.cart_records import has_goods
from mockserver.commerce.payments.payment_source_base import differs
from mockserver.commerce.payments.payment_status import AMOUNT
from mockserver.commerce.shipping.contents import shipments_of
from mockserver.commerce.shipping.in_store import in_store
from mockserver.commerce.stock.cart_checks import has_stock
from mockserver.schema.protocols import Change, Check, Engine, View
from mockserver.storage.base import Record

RULES = "billing_info_validation_rules"


def requires_customer(change: Change) -> None:
    """Require a customer."""
    if not change.record.get("customer"):
        change.invalid("customer_email", "blank")


def requires_goods(change: Change) -> None:
    """Require something that is bought."""
    if not has_goods(change.engine, change.record["id"]):
        change.invalid("line_items", "blank")


def has_billing_address(change: Change) -> None:
    """Require a billing address, and what its market asks for besides (commerce.md §24)."""
    address = change.engine.get("addresses", change.record.get("billing_address"))
    if address is None:
        change.invalid("billing_address", "blank")
    elif billing_info_is_required(change.record, change.engine.view()) and not address.get(
        "billing_info"
    ):
        name = {"name": "billing_address.billing_info"}
        change.invalid("billing_address", "blank", words=name)


def billing_info_is_required(order: Record, view: View) -> bool:
    """Say whether the market of an order has a rule that asks for billing information."""
    return bool(view.pointing_at(order, RULES, "market", own="market"))


def can_be_shipped(change: Change) -> None:
    """Require somewhere to ship to, and a way to ship, unless nothing has to be shipped."""
    engine, order = change.engine, change.record
    if order["fulfillment_status"] == "not_required":
        return
    if not order.get("shipping_address"):
        change.invalid("shipping_address", "blank")
    if any(_lacks_method(engine, order, each) for each in shipments_of(engine, order["id"])):
        change.invalid("shipments", "no_shipping_method")


def _lacks_method(engine: Engine, order: Record, shipment: Record) -> bool:
    """Say whether a shipment cannot go: what is handed over in the store needs no method."""
    if shipment["status"] == "cancelled" or shipment.get("shipping_method"):
        return False
    return not in_store(engine, order, [shipment])


def ships_where_it_may(change: Change) -> None:
    """Require the country that the order is locked to."""
    lock = change.record.get("shipping_country_code_lock")
    address = change.engine.get("addresses", change.record.get("shipping_address"))
    if lock and address and address.get("country_code") != lock:
        change.invalid("shipping_address", "invalid")


def can_be_paid(change: Change) -> None:
    """Require a method and a source to pay what there is to pay."""
    order, engine = change.record, change.engine
    if not order[AMOUNT]:
        return
    for name in ("payment_method", "payment_source"):
        if not order.get(name):
            change.invalid(name, "blank")
    type_ = order.get("payment_source_type")
    source = engine.get(type_, order.get("payment_source")) if type_ else None
    if source and _has_heard(engine, str(type_)) and _differs(engine, source, order):
        change.invalid("payment_source", "invalid")


def _has_heard(engine: Engine, type_: str) -> bool:
    """Say whether the gateway minds what the order cost when it was told (commerce.md §13.3)."""
    return "mismatched_amounts" in engine.registry[type_].attributes


def _differs(engine: Engine, source: Record, order: Record) -> bool:
    return source.get("asked_cents") != order[AMOUNT] and differs(engine, source)


def is_in_time(change: Change) -> None:
    """Require that the order has not expired (commerce.md §14.6)."""
    expires = change.record.get("expires_at")
    if expires and expires <= change.engine.clock.timestamp():
        change.invalid("expires_at", "invalid")


#: What every order is held to when it is placed.
REQUIREMENTS: Sequence[Check] = (
    requires_customer,
    requires_goods,
    has_billing_address,
    can_be_shipped,
    ships_where_it_may,
    can_be_paid,
    is_in_time,
    has_stock,
)
