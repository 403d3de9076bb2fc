"""Wallets (contract: neighbours.md §4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES, label, source_token
from mockserver.schema.permits import own
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


def knows_its_source(change: Change) -> None:
    """Take the name and the gateway's tokens from a payment source that is newly linked."""
    record, before = change.record, change.before or {}
    if record["payment_source"] == before.get("payment_source"):
        return
    type_, id_ = record["payment_source_type"], record["payment_source"]
    source = change.engine.get(type_, id_) or {}
    given = record["name"] if change.before is None else None
    record["name"] = given or (label(type_, source) if id_ else None)
    record["customer_token"] = record.get("customer_token") or source.get("customer_token")
    record["payment_source_token"] = record.get("payment_source_token") or source_token(source)


class CustomerPaymentSource(Resource, type_="customer_payment_sources"):
    """An entry of a customer's wallet: a payment source to use again."""

    for_customers: ClassVar = own("RUD")

    checks: ClassVar = (knows_its_source,)

    name = attribute("string", "Rf")
    customer_token = attribute("string", "CUR", secret=True)
    payment_source_token = attribute("string", "CURf", secret=True)
    base = base_attributes()

    customer = to_one(
        "customers", "CUfs", required=True, on_delete="cascade", owner=True, on_anonymize="delete"
    )
    payment_method = to_one("payment_methods", "CUf")
    # What somebody may pay with again is not to be lost.
    payment_source = to_one(PAYMENT_SOURCES, "CU", on_delete="restrict")
    event_stores = event_stores()
