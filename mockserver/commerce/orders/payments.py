"""Payment of an order: its payment source, the method that goes with it, the wallet."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.customers.customer_links import keep_for
from mockserver.commerce.payments.payment_choices import offered
from mockserver.commerce.payments.payment_sources import details, source_token
from mockserver.commerce.payments.wallet_tokens import tokens_of_own_gateway
from mockserver.schema.protocols import Change, View
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, both

SOURCE, SOURCE_TYPE = "payment_source", "payment_source_type"
AMOUNT = "total_amount_with_taxes_cents"
#: The types that keep with the record whether the amounts match, as it is filtered by.
NOTING = ("klarna_payments",)
WALLET = "customer_payment_sources"
NONE: Record = {SOURCE: None, SOURCE_TYPE: None}


def pay_from_wallet(change: Change, id_: str | None) -> None:
    """Pay with a copy of an entry of the customer's own wallet (commerce.md §13.4)."""
    if not id_:
        return
    record, engine = change.record, change.engine
    entry = engine.get(WALLET, id_)
    customer, method = record.get("customer"), record.get("payment_method")
    if entry is None or not customer or entry["customer"] != customer:
        change.invalid(change.member, "invalid", value=id_)
        return
    chosen = engine.get("payment_methods", method or entry.get("payment_method")) or {}
    if chosen.get(SOURCE_TYPE) not in (None, entry[SOURCE_TYPE]):
        change.invalid(change.member, "invalid", value=id_)
        return
    record["payment_method"] = chosen.get("id")
    record.update({SOURCE: _copied(change, entry), SOURCE_TYPE: entry[SOURCE_TYPE]})


def _copied(change: Change, entry: Record) -> str | None:
    """Return the id of a copy of what a wallet keeps, made for the order: it can be used again.

    Its gateway has heard of no amount, as what is saved pays any.
    """
    type_, engine = entry[SOURCE_TYPE], change.engine
    saved = engine.get(type_, entry[SOURCE]) if type_ else None
    if saved is None:
        return None
    begun = engine.begun(type_)
    own = {name: begun[name] for name in ("id", SERIAL, "created_at", "updated_at")}
    links = {"order": change.record["id"], "original": saved.get("original") or saved["id"]}
    engine.store(type_, None, {**saved, **own, **links, "asked_cents": None})
    return str(own["id"])


def nullify_payment_source(change: Change, _: Any) -> None:
    """Leave the order without a payment source."""
    change.record.update(NONE)


def save_payment_source(change: Change, _: Any) -> None:
    """Put the order's payment source into the customer's wallet, once; guests have none."""
    record, engine = change.record, change.engine
    customer, source = record.get("customer"), record.get(SOURCE)
    if not customer or not source or record.get("guest"):
        refuse_trigger(change)
        return
    keep_for(change, customer)
    known = engine.get(record[SOURCE_TYPE], source) or {}
    if _is_saved(change, known):
        return
    tokens = tokens_of_own_gateway(engine, record, record[SOURCE_TYPE], known)
    if tokens is not None:
        entry = {
            "customer": customer,
            SOURCE: (record[SOURCE_TYPE], known.get("id")),
            "payment_method": record.get("payment_method"),
        }
        engine.add(WALLET, {**entry, **tokens})


def _is_saved(change: Change, source: Record) -> bool:
    """Say whether the wallet has the source, or one with the same token."""
    record, engine = change.record, change.engine
    own = {"customer": record["customer"], SOURCE_TYPE: record[SOURCE_TYPE]}
    token = source_token(source)
    return any(
        entry[SOURCE] in (source["id"], source.get("original"))
        or (token is not None and entry["payment_source_token"] == token)
        for entry in engine.find(WALLET, _equal(own))
    )


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
    if has_new_method and not change.is_broken("payment_method"):
        _keep_to_offered(change)
    _describe_source(change)


def _keep_to_offered(change: Change) -> None:
    """Refuse a method that the order cannot choose (commerce.md §13.1)."""
    chosen = change.record.get("payment_method")
    if chosen and chosen not in {m["id"] for m in offered(change.engine.view(), change.record)}:
        change.invalid("payment_method", "invalid")


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
    """Return the customer's saved payment sources: those whose method the order can choose."""
    methods = offered(view, record)
    ids, kinds = ({method[name] for method in methods} for name in ("id", SOURCE_TYPE))
    return [
        (WALLET, entry["id"])
        for entry in view.pointing_at(record, WALLET, "customer", own="customer")
        if (entry["payment_method"] or entry[SOURCE_TYPE]) in ids | kinds
    ]


def _equal(values: Record) -> Any:
    return both(*(Compare(field, "eq", value) for field, value in values.items()))
