"""The types a payment source can have, and what a source is called; they have no type in common."""

from __future__ import annotations

from typing import Any

from mockserver.storage.base import Record

PAYMENT_SOURCES = (
    "adyen_payments",
    "axerve_payments",
    "braintree_payments",
    "checkout_com_payments",
    "external_payments",
    "klarna_payments",
    "paypal_payments",
    "satispay_payments",
    "stripe_payments",
    "wire_transfers",
)


def readable_type(type_: str) -> str:
    """Return a type as people read it: ``Stripe Payment``."""
    return type_.removesuffix("s").replace("_", " ").title()


def details(type_: str, source: Record) -> dict[str, Any]:
    """Return what an order shows of its payment source: the kind, and the instrument.

    neighbours.md §7.
    """
    return {"type": type_.removesuffix("s"), **(source.get("payment_instrument") or {})}


def label(type_: str, source: Record) -> str:
    """Return what a payment source is called: its masked card number, or else its type.

    neighbours.md §4.
    """
    digits = (source.get("payment_instrument") or {}).get("card_last_digits")
    return f"XXXX-XXXX-XXXX-{digits}" if digits else readable_type(type_)
