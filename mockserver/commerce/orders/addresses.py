"""The addresses of an order: cloned, copied from one to the other, saved (neighbours.md §7)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.customers.customer_links import keep_for
from mockserver.schema.protocols import Change, Effect
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: What tells one place from another: all of an address but what somebody notes about the record.
NOTES = frozenset({"reference", "reference_origin", "metadata"})


def clone_address(name: str) -> Effect:
    """Return the effect that makes a copy of an address the order's address of this name."""

    def clone(change: Change, id_: str | None) -> None:
        if not id_:
            return
        address = change.engine.get("addresses", id_)
        if address is None:
            change.invalid(change.member, "invalid", value=id_)
            return
        change.record[name] = _copy(change, address)

    return clone


def same_address(name: str, other: str) -> Effect:
    """Return the effect that makes a copy of the order's other address that of this name."""

    def clone(change: Change, _: Any) -> None:
        address = _address(change, other)
        if address is None:
            refuse_trigger(change)
            return
        change.record[name] = _copy(change, address)

    return clone


def save_address(name: str) -> Effect:
    """Return the effect that puts the order's address of this name into the address book.

    The entry has a copy: what is corrected on the order later is no change of the book. There is
    one entry for a place, however often it is saved.
    """

    def save(change: Change, _: Any) -> None:
        customer, address = change.record.get("customer"), _address(change, name)
        if not customer or address is None:
            refuse_trigger(change)
            return
        keep_for(change, customer)
        if not _is_in_book(change, customer, address):
            entry = {"customer": customer, "address": _copy(change, address)}
            change.engine.add("customer_addresses", entry)

    return save


def _address(change: Change, name: str) -> Record | None:
    id_ = change.record.get(name)
    return change.engine.get("addresses", id_) if id_ else None


def _copy(change: Change, address: Record) -> str:
    """Return the id of a new address with all that a client can say of one, tags apart."""
    id_: str = change.engine.add("addresses", _said(change, address))["id"]
    return id_


def _said(change: Change, address: Record) -> Record:
    """Return the fields of an address that clients can set."""
    attributes = change.engine.registry["addresses"].attributes
    stored = (n for n, a in attributes.items() if a.flags.creatable and a.stored)
    return {name: address.get(name) for name in stored}


def _is_in_book(change: Change, customer: str, address: Record) -> bool:
    engine = change.engine
    entries = engine.find("customer_addresses", Compare("customer", "eq", customer))
    known = (engine.get("addresses", entry["address"]) for entry in entries)
    return any(_place(change, entry) == _place(change, address) for entry in known if entry)


def _place(change: Change, address: Record) -> Record:
    said = _said(change, address)
    return {name: value for name, value in said.items() if name not in NOTES}


def country_of_address(change: Change) -> None:
    """Take the country from the shipping address, or else from the billing address."""
    shipping = change.engine.get("addresses", change.record.get("shipping_address")) or {}
    billing = change.engine.get("addresses", change.record.get("billing_address")) or {}
    country = shipping.get("country_code") or billing.get("country_code")
    change.record["country_code"] = country or change.record.get("country_code")
