"""Bundles: what they consist of, and what they cost (catalogue.md §6)."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.catalogue.list_members import ITEMS, in_order
from mockserver.commerce.catalogue.price_checks import raise_to
from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.catalogue.sku_lists import LISTS
from mockserver.commerce.catalogue.sku_prices import prices_on
from mockserver.schema.protocols import Change, Engine, Target, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Not, Null, both

PRICE, COMPARED = "price_amount_cents", "compare_at_amount_cents"
#: What each trigger reckons: what the SKUs cost by themselves.
COMPUTED: Mapping[str, str] = {
    "_compute_price_amount": PRICE,
    "_compute_compare_at_amount": COMPARED,
}
#: What a bundle is when all that it consists of is so.
FLAGS = ("do_not_ship", "do_not_track")


def consists_of_list(change: Change) -> None:
    """Require a list made by hand, with some items and not too many, when a bundle is made."""
    engine, list_id = change.engine, change.record["sku_list"]
    sku_list = engine.get(LISTS, list_id)
    if change.before is not None or sku_list is None:
        return
    count = engine.count(ITEMS, Compare("sku_list", "eq", list_id))
    most = engine.setting("bundles_max_items_count")
    if not sku_list["manual"] or not count:
        change.invalid("sku_list", "invalid")
    elif count > most:
        change.invalid("sku_list", "too_many_items", count=most)


def code_is_free(change: Change) -> None:
    """Let a market have one bundle with a code; those without a market are among themselves."""
    record, before = change.record, change.before or {}
    if record["code"] in (None, before.get("code")):
        return
    market = record["market"]
    there = Compare("market", "eq", market) if market else Null("market")
    other = Not(Compare("id", "eq", record["id"]))
    if change.engine.count("bundles", both(Compare("code", "eq", record["code"]), there, other)):
        change.invalid("code", "taken", value=record["code"])


def amounts(change: Change) -> None:
    """Reckon what is asked for, and compare with no less than the price."""
    record, asked = change.record, [n for n in COMPUTED if change.sent.get(n)]
    total = _total(change.engine, record) if record["sku_list"] else None
    if asked and not record["market"]:
        change.invalid("market", "blank")
    elif asked and total is None:
        change.invalid("sku_list", "invalid")
    else:
        record.update({COMPUTED[name]: total for name in asked})
        if record[PRICE] is None:
            change.invalid(PRICE, "blank")
        if record[COMPARED] is None:
            record[COMPARED] = total
    raise_to(change, PRICE, COMPARED)


def _total(engine: Engine, bundle: Record) -> int | None:
    """Return the cost of a bundle's SKUs on its market's list, ``None`` where one has no price."""
    if not bundle["market"]:
        return None
    items = engine.find(ITEMS, Compare("sku_list", "eq", bundle["sku_list"]))
    price_list = price_list_of(engine, bundle["market"])
    prices = prices_on(engine, price_list, [item["sku"] for item in items])
    if any(item["sku"] not in prices for item in items):
        return None
    return sum(int(prices[item["sku"]]["amount_cents"] * item["quantity"]) for item in items)


# --- what documents show of the list ------------------------------------------------------------


def items_of(bundle: Record, view: View) -> list[Record]:
    """Return the items of a bundle, in order."""
    return in_order(view.pointing_at(bundle, ITEMS, "sku_list", own="sku_list"))


def skus_of(bundle: Record, view: View) -> list[Target]:
    """Return the SKUs of a bundle, each once, in order."""
    return [*dict.fromkeys(("skus", item["sku"]) for item in items_of(bundle, view))]


def skus_count(bundle: Record, view: View) -> int:
    """Return how many pieces a bundle consists of."""
    return sum(item["quantity"] for item in items_of(bundle, view))


def take_flags(change: Change) -> None:
    """Note what is so of all SKUs of the list."""
    list_id = change.record["sku_list"]
    items = change.engine.find(ITEMS, Compare("sku_list", "eq", list_id)) if list_id else []
    skus = change.engine.get_many("skus", {item["sku"] for item in items}).values()
    for name in FLAGS:
        change.record[name] = bool(skus) and all(sku[name] for sku in skus)


def tell_bundles(change: Change) -> None:
    """Have the bundles look again that a SKU is in, when its flags are others."""
    before, record, engine = change.before, change.record, change.engine
    if before is None or all(before[name] == record[name] for name in FLAGS):
        return

    def look_again() -> None:
        items = engine.find(ITEMS, Compare("sku", "eq", record["id"]))
        of_lists = Compare("sku_list", "in", frozenset(item["sku_list"] for item in items))
        for bundle in engine.find("bundles", of_lists) if items else ():
            engine.change("bundles", bundle["id"], {})

    change.after(look_again)
