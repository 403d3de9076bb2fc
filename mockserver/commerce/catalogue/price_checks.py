"""Rules of prices beyond their single members (catalogue.md §9)."""

from __future__ import annotations

from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare, Not, both

AMOUNT, COMPARED = "amount_cents", "compare_at_amount_cents"


def currency_of_list(change: Change) -> None:
    """Take the currency from the price list."""
    price_list = change.engine.get("price_lists", change.record["price_list"]) or {}
    change.record["currency_code"] = price_list.get("currency_code")


def compared_with_more(change: Change) -> None:
    """Raise what the amount is compared with to the amount, at least."""
    raise_to(change, AMOUNT, COMPARED)


def raise_to(change: Change, amount: str, compared: str) -> None:
    """Raise one amount of a record to another one, where it is lower or there is none."""
    record = change.record
    if record[amount] is not None and (
        record[compared] is None or record[compared] < record[amount]
    ):
        record[compared] = record[amount]


def one_on_each_list(change: Change) -> None:
    """Let a list have one price of a SKU."""
    record, before = change.record, change.before or {}
    pair = {name: record[name] for name in ("price_list", "sku")}
    if None in pair.values() or all(before.get(name) == id_ for name, id_ in pair.items()):
        return
    same = (Compare(name, "eq", id_) for name, id_ in pair.items())
    if change.engine.count("prices", both(*same, Not(Compare("id", "eq", record["id"])))):
        sku = change.engine.get("skus", record["sku"]) or {}
        change.invalid("sku", "taken", value=sku.get("code"))
