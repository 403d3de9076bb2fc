"""What orders do beyond being stored, as far as it touches customers (neighbours §7)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from mockserver.resources.behaviour import Change, Effect, View
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, both

DEFAULT_CURRENCY = "EUR"
EDITABLE = frozenset({"draft", "pending", "editing"})
DELETABLE = frozenset({"draft", "pending"})


def free_number(change: Change) -> str:
    """Return the record's own integer as text, or something like it where an order has that."""
    number = own = str(change.record[SERIAL])
    for again in count(2):
        if not change.world.find("orders", Compare("number", "eq", number)):
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
    market = _linked(change, "markets", "market")
    if change.before and change.before.get("market") == change.record.get("market"):
        return
    price_list_id = market.get("price_list")
    found = change.world.get("price_lists", price_list_id) if price_list_id else None
    price_list = found or {}
    change.record["currency_code"] = price_list.get("currency_code") or DEFAULT_CURRENCY
    change.record["tax_included"] = price_list.get("tax_included", True)


def country_of_address(change: Change) -> None:
    """Take the country from the shipping address, or else from the billing address."""
    shipping = _linked(change, "addresses", "shipping_address")
    billing = _linked(change, "addresses", "billing_address")
    country = shipping.get("country_code") or billing.get("country_code")
    change.record["country_code"] = country or change.record.get("country_code")


def save_address(name: str) -> Effect:
    """Return the effect that puts the order's address of this name into the address book."""

    def save(change: Change, _: Any) -> None:
        customer, address = change.record.get("customer"), change.record.get(name)
        if not customer or not address:
            change.invalid(f"_save_{name}_to_customer_address_book", "invalid_transition")
            return
        _add_once(change, "customer_addresses", {"customer": customer, "address": address})

    return save


def save_payment_source(change: Change, _: Any) -> None:
    """Put the order's payment source into the customer's wallet."""
    record = change.record
    if not record.get("customer") or not record.get("payment_source"):
        change.invalid("_save_payment_source_to_customer_wallet", "invalid_transition")
        return
    found = {"customer": record["customer"], "payment_source": record["payment_source"]}
    type_ = record["payment_source_type"]
    sent = {
        "payment_source": (type_, record["payment_source"]),
        "payment_method": record.get("payment_method"),
    }
    _add_once(change, "customer_payment_sources", {**found, "payment_source_type": type_}, sent)


def _add_once(
    change: Change, type_: str, same: Mapping[str, Any], sent: Mapping[str, Any] | None = None
) -> None:
    """Add a record unless there is one with the same fields: saving twice leaves one entry."""
    condition = both(*(Compare(field, "eq", value) for field, value in same.items()))
    if not change.world.find(type_, condition):
        change.world.add(type_, {"customer": same["customer"], **(sent or same)})


def sharing_token(change: Change) -> str:
    """Return a token to share instead of the id: 32 hexadecimal digits."""
    return change.world.entropy.hex(32)


def is_editable(record: Record, _: View) -> bool:
    """Say whether the order can be edited."""
    return record["status"] in EDITABLE


def customer_type(record: Record, view: View) -> str | None:
    """Return ``returning`` for a customer with another placed order, ``new`` otherwise."""
    customer = view.related(record, "customer", "orders")
    if customer is None:
        return None
    others = customer["total_orders_count"] - bool(record.get("placed_at"))
    return "returning" if others > 0 else "new"


def wallet(record: Record, view: View) -> list[tuple[str, str]]:
    """Return the customer's saved payment sources: those available to the order."""
    type_ = "customer_payment_sources"
    if not record.get("customer"):
        return []
    saved = view.world.find(type_, Compare("customer", "eq", record["customer"]))
    return [(type_, source["id"]) for source in saved]


def _linked(change: Change, type_: str, name: str) -> Record:
    """Return the record a to-one leads to, an empty one when it leads nowhere."""
    id_ = change.record.get(name)
    return (change.world.get(type_, id_) if id_ else None) or {}
