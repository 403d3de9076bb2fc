"""Members that transactions have in common (commerce.md §15.1)."""

from __future__ import annotations

from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.schema.amounts import money
from mockserver.schema.blocks import Block
from mockserver.schema.vocabulary import attribute, kind, named, to_one, trigger

KINDS = ("authorizations", "voids", "captures", "refunds")


def transaction_attributes() -> Block:
    """Declare what stands before the base of every transaction."""
    return named(
        number=attribute("string", "Rfs"),
        type=kind(KINDS),
        payment_method_type=attribute("string", "R", exported=False),
        currency_code=attribute("string", "Rf"),
        amount=money("Rfs"),
        succeeded=attribute("boolean", "URf", required=True, initial=False),
        message=attribute("string", "Rf"),
        error_code=attribute("string", "Rf"),
        error_detail=attribute("string", "Rf"),
        token=attribute("string", "Rf"),
        gateway_transaction_id=attribute("string", "Rf"),
        _forward=trigger(),
    )


def transaction_relationships() -> Block:
    """Declare the order of a transaction, and what it was paid with."""
    return named(
        order=to_one("orders", "Rfs", on_delete="restrict"),
        payment_source=to_one(PAYMENT_SOURCES, "f"),
    )
