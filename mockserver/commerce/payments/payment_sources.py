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
    """Return the details of a payment source that its order shows: the kind, and the instrument.

    commerce.md §13.3.
    """
    kind, instrument = type_.removesuffix("s"), source.get("payment_instrument") or {}
    return {"type": kind, "payment_method_type": method_type(type_, source), **instrument}


def method_type(type_: str, source: Record) -> str:
    """Return how a source pays: by card, or else what the type itself says."""
    instrument = source.get("payment_instrument") or {}
    return "card" if "card_type" in instrument else type_.removesuffix("s").removesuffix("_payment")


def label(type_: str, source: Record) -> str:
    """Return the name of a payment source: its masked card number, or else its type.

    neighbours.md §4.
    """
    digits = (source.get("payment_instrument") or {}).get("card_last_digits")
    return f"XXXX-XXXX-XXXX-{digits}" if digits else readable_type(type_)


def source_token(source: Record) -> str | None:
    """Return the token by which a gateway knows a source that can be used again."""
    described = source.get("payment_method")
    tokens = (
        source.get("payment_source_token"),
        source.get("source_id"),
        described.get("id") if isinstance(described, dict) else None,
    )
    return next(filter(None, tokens), None)
