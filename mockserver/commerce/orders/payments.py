"""What an order is paid with: its payment source, the method that goes with it, the wallet."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.customers.customer_links import keep_for
from mockserver.commerce.payments.payment_choices import offered
from mockserver.commerce.payments.payment_sources import details
from mockserver.schema.protocols import Change, View
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

SOURCE, SOURCE_TYPE = "payment_source", "payment_source_type"
AMOUNT = "total_amount_with_taxes_cents"
#: The types that keep with the record whether the amounts match, as it is filtered by.
NOTING = ("klarna_payments",)
NONE: Record = {SOURCE: None, SOURCE_TYPE: None}


def pay_from_wallet(change: Change, id_: str | None) -> None:
    """Take payment source and method from an entry of the customer's own wallet."""
    if not id_:
        return
    entry = change.engine.get("customer_payment_sources", id_)
    customer = change.record.get("customer")
    if entry is None or not customer or entry["customer"] != customer:
        change.invalid(change.member, "invalid", value=id_)
        return
    change.record.update({name: entry.get(name) for name in (SOURCE, SOURCE_TYPE)})
    if entry.get("payment_method"):
        change.record["payment_method"] = entry["payment_method"]


def nullify_payment_source(change: Change, _: Any) -> None:
    """Leave the order without a payment source."""
    change.record.update(NONE)


def save_payment_source(change: Change, _: Any) -> None:
    """Put the order's payment source into the customer's wallet, once."""
    record, engine = change.record, change.engine
    customer, source = record.get("customer"), record.get(SOURCE)
    if not customer or not source:
        refuse_trigger(change)
        return
    keep_for(change, customer)
    same = {"customer": customer, SOURCE: source, SOURCE_TYPE: record[SOURCE_TYPE]}
    if not engine.find("customer_payment_sources", _equal(same)):
        entry = {
            "customer": customer,
            SOURCE: (record[SOURCE_TYPE], source),
            "payment_method": record.get("payment_method"),
        }
        engine.add("customer_payment_sources", entry)


def method_of_source(change: Change) -> None:
    """Keep payment method and payment source of one kind: whichever is new brings the other.

    A new source takes the first method of its kind that is offered, a new method lets go of a
    source of another kind; both sent together must agree.
    """
    record, before = change.record, change.before or {}
    method = change.engine.get("payment_methods", record.get("payment_method")) or {}
    kind = method.get(SOURCE_TYPE)
    has_new_source = _source(record) != _source(before) and record.get(SOURCE) is not None
    has_new_method = record.get("payment_method") != before.get("payment_method")
    if record.get(SOURCE) is not None and kind != record[SOURCE_TYPE]:
        if has_new_source and has_new_method and kind:
            change.invalid(SOURCE, "invalid")
        elif has_new_source:
            record["payment_method"] = _method_of(change, record[SOURCE_TYPE])
        elif has_new_method and kind:
            record.update(NONE)
    _describe_source(change)


def _method_of(change: Change, type_: str) -> str | None:
    """Return the first method of a kind that is offered to the order."""
    methods = offered(change.engine.view(), change.record)
    return next((method["id"] for method in methods if method[SOURCE_TYPE] == type_), None)


def _source(order: Record) -> tuple[Any, Any]:
    return order.get(SOURCE_TYPE), order.get(SOURCE)


def _describe_source(change: Change) -> None:
    """Show of the payment source what may be shared: its kind, and the instrument."""
    record, before = change.record, change.before or NONE
    if record.get(SOURCE) == before.get(SOURCE):
        return
    type_ = record.get(SOURCE_TYPE) if record.get(SOURCE) else None
    shown = details(type_, change.engine.get(type_, record.get(SOURCE)) or {}) if type_ else {}
    record["payment_source_details"] = shown


def tell_sources(change: Change) -> None:
    """Have sources note that the order costs something else by now, where that is filtered by."""
    before, order, engine = change.before, change.record, change.engine
    if before is None or before[AMOUNT] == order[AMOUNT]:
        return

    def tell() -> None:
        for type_ in NOTING:
            for source in engine.find(type_, Compare("order", "eq", order["id"])):
                engine.change(type_, source["id"], {})

    change.after(tell)


def wallet(record: Record, view: View) -> list[tuple[str, str]]:
    """Return the customer's saved payment sources: those available to the order."""
    type_ = "customer_payment_sources"
    saved = view.pointing_at(record, type_, "customer", own="customer")
    return [(type_, source["id"]) for source in saved]


def _equal(values: Record) -> Any:
    return both(*(Compare(field, "eq", value) for field, value in values.items()))
