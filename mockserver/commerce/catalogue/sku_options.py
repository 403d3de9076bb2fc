"""SKU options: which SKUs they are for, and in which currency they cost what (catalogue.md §4)."""

from __future__ import annotations

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.schema.patterns import compiled
from mockserver.schema.protocols import Change, Target, View
from mockserver.storage.base import Record

OPTIONS = "sku_options"


def currency_of_market(change: Change) -> None:
    """Take the currency of the market, where there is one; another one is refused."""
    record, before = change.record, change.before or {}
    if record["market"]:
        own = price_list_of(change.engine, record["market"]).get("currency_code")
        is_said = record["currency_code"] and record["currency_code"] != before.get("currency_code")
        if is_said and record["currency_code"] != own:
            change.invalid("currency_code", "inclusion", value=record["currency_code"])
        elif record["market"] != before.get("market") or not record["currency_code"]:
            record["currency_code"] = own
    elif not record["currency_code"]:
        change.invalid("currency_code", "blank")


def fits(option: Record, code: str | None) -> bool:
    """Say whether an option is for the SKU with a code."""
    if not option["sku_code_regex"]:
        return True
    pattern = compiled(option["sku_code_regex"])
    return pattern is not None and pattern.is_in(code or "")


def options_of(sku: Record, view: View) -> list[Target]:
    """Return the options that a SKU can be ordered with."""
    return [(OPTIONS, each["id"]) for each in view.every(OPTIONS) if fits(each, sku["code"])]
