"""What orders do beyond being stored, as far as it touches customers (neighbours §7)."""

from __future__ import annotations

from itertools import count
from typing import Any

from mockserver.commerce.orders.amounts import lines_of
from mockserver.commerce.orders.states import is_open
from mockserver.schema.amounts import DEFAULT_CURRENCY
from mockserver.schema.lookups import found, price_list_of
from mockserver.schema.protocols import Change, View
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

#: When subscriptions can be made of an order: upon placing and after it.
SUBSCRIBABLE = frozenset({"placing", "placed", "approved"})


def free_number(change: Change) -> str:
    """Return the record's own integer as text, or something like it where an order has that."""
    number = own = str(change.record[SERIAL])
    for again in count(2):
        if not change.engine.find("orders", Compare("number", "eq", number)):
            break
        number = f"{own}-{again}"
    return number


def market_in_scope(change: Change) -> None:
    """Require a market, unless the token has exactly one in scope: then it is that one."""
    if change.record.get("market"):
        return
    in_scope = change.access.market_ids or ()
    if change.before is None and len(in_scope) == 1:
        change.record["market"] = in_scope[0]
    else:
        change.invalid("market", "blank")


def terms_of_market(change: Change) -> None:
    """Take currency and tax inclusion from the price list of the market, when that is new."""
    market_id = change.record.get("market")
    if change.before and change.before.get("market") == market_id:
        return
    price_list = price_list_of(change.engine, market_id)
    change.record["currency_code"] = price_list.get("currency_code") or DEFAULT_CURRENCY
    change.record["tax_included"] = price_list.get("tax_included", True)


def country_of_address(change: Change) -> None:
    """Take the country from the shipping address, or else from the billing address."""
    shipping = found(change.engine, "addresses", change.record.get("shipping_address"))
    billing = found(change.engine, "addresses", change.record.get("billing_address"))
    country = shipping.get("country_code") or billing.get("country_code")
    change.record["country_code"] = country or change.record.get("country_code")


def sharing_token(change: Change) -> str:
    """Return a token to share instead of the id: 32 hexadecimal digits."""
    return change.engine.entropy.hex(32)


def is_editable(record: Record) -> bool:
    """Say whether the order can be edited."""
    return is_open(record)


def customer_type(record: Record, view: View) -> str | None:
    """Return ``returning`` for a customer with another placed order, ``new`` otherwise."""
    customer = view.related(record, "customer", "orders")
    if customer is None:
        return None
    others = customer["total_orders_count"] - bool(record.get("placed_at"))
    return "returning" if others > 0 else "new"


def checkout_url(record: Record, view: View) -> str | None:
    """Return where the order is checked out: below the URL of its market, if that has one."""
    market = view.related(record, "market", "orders") or {}
    own = market.get("checkout_url")
    return f"{own.rstrip('/')}/{record['id']}" if own else None


def guest_by_customer(change: Change) -> None:
    """Mark the order as a guest's by whether its customer is registered, unless it is said.

    It follows when the customer is another one, or signs up with the order. What somebody orders
    who has not logged in is a guest's order, whoever has the email address.
    """
    before, id_ = (change.before or {}).get("customer"), change.record.get("customer")
    signs_up = bool(change.sent.get("customer_password"))
    if change.sent.get("guest") is not None or (id_ == before and not signs_up):
        return
    customer = found(change.engine, "customers", change.record.get("customer"))
    is_guest = change.access.is_guest or customer.get("password") is None
    change.record["guest"] = bool(customer) and is_guest


def refresh(change: Change, _: Any) -> None:
    """Note that the order has been refreshed; prices and amounts are up to date always."""
    change.record["refreshed_at"] = change.engine.clock.timestamp()


def create_subscriptions(change: Change, _: Any) -> None:
    """Make a subscription for each frequency of the line items, upon or after placing.

    Before that, and once they are made, there is nothing to do (commerce §19.2).
    """
    engine, order = change.engine, change.record
    if order["status"] not in SUBSCRIBABLE or order.get("subscription_created_at"):
        return
    lines = lines_of(engine, order["id"])
    frequencies = dict.fromkeys(line["frequency"] for line in lines if line["frequency"])
    if not frequencies:
        return

    def create() -> None:
        for frequency in frequencies:
            links = {"source_order": order["id"], "market": order["market"]}
            engine.add("order_subscriptions", {"frequency": frequency, **links})

    order["subscription_created_at"] = engine.clock.timestamp()
    change.fire("create_subscriptions")
    change.after(create)
