"""Line items: values they take from their item and their order, and give to the order.

commerce.md §4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.commerce.catalogue.external_prices import price_by_service
from mockserver.commerce.catalogue.line_prices import price_of
from mockserver.commerce.gift_cards.lines import line_name
from mockserver.commerce.orders.refreshing import order_changed
from mockserver.commerce.stock.sellable import is_stocked
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: The attributes that name an item by its code, with the type of the item.
CODES: Mapping[str, str] = {"sku_code": "skus", "bundle_code": "bundles"}
#: What is taken from the item unless it is said.
COPIED = ("name", "image_url")
UNIT, COMPARED = "unit_amount_cents", "compare_at_amount_cents"
#: What decides about the price, besides the item (catalogue.md §11).
PRICED_BY = ("quantity", "frequency")


def item_of_line(change: Change) -> None:
    """Take from the item what is not said: name, image, price, and the code of it."""
    _link_by_code(change)
    record = change.record
    item = change.engine.get(record["item_type"], record["item"]) or {}
    for name, type_ in CODES.items():
        record[name] = item.get("code", record[name]) if record["item_type"] == type_ else None
    for name in COPIED:
        if item and _is_taken(change, name):
            record[name] = _of_item(record["item_type"], item, name)
    if _is_sold_there(change, item):
        _price(change, item)


def _is_sold_there(change: Change, item: Record) -> bool:
    """Note a new item that the market of the order does not sell, price or not."""
    record, before = change.record, change.before or {}
    rule = SOLD.get(record["item_type"])
    order = change.engine.get("orders", record["order"])
    if not rule or not item or not order or before.get("item") == record["item"]:
        return True
    broken = rule(change.engine, order, item)
    if broken:
        change.invalid("item", broken)
    return broken is None


def _sku_broken(engine: Engine, order: Record, sku: Record) -> str | None:
    return None if is_stocked(engine, order, sku) else "blank"


def _bundle_broken(_: Engine, order: Record, bundle: Record) -> str | None:
    is_of_market = bundle["market"] in (None, order["market"])
    return None if is_of_market and bundle["currency_code"] == order["currency_code"] else "invalid"


#: Which rule an item breaks that the market of the order does not sell, by its type.
SOLD: Mapping[str, Callable[[Engine, Record, Record], str | None]] = {
    "skus": _sku_broken,
    "bundles": _bundle_broken,
}


def _link_by_code(change: Change) -> None:
    """Link the item that a code names, unless one is linked (catalogue.md §1.3)."""
    record = change.record
    for name, type_ in CODES.items():
        if not _names_item(change, name):
            continue
        found = change.engine.find(type_, Compare("code", "eq", record[name]))
        if found:
            record.update(item=found[0]["id"], item_type=type_)
        else:
            change.invalid("item", "blank")
    if not record["item"]:
        record["item_type"] = None


def _names_item(change: Change, name: str) -> bool:
    """Say whether a code is sent that is to be followed."""
    before, code = change.before, change.record[name]
    if not code:
        return False
    return not change.record["item"] if before is None else code != before[name]


def _is_taken(change: Change, name: str) -> bool:
    """Say whether an attribute follows the item: a new one's, where none is said."""
    before, is_said = change.before, name in change.sent
    if is_said or before is None:
        return change.record[name] in (None, "")
    return bool(before["item"] != change.record["item"])


def _of_item(type_: str, item: Record, name: str) -> Any:
    return line_name(item) if type_ == "gift_cards" and name == "name" else item.get(name)


def _price(change: Change, item: Record) -> None:
    """Look up what a piece costs, when that has to be known anew (catalogue.md §11)."""
    record, is_said = change.record, change.sent.get(UNIT) is not None
    if is_said:
        record["has_own_price"] = True
    elif not _is_priced(change, item):
        return
    else:
        record.pop("has_own_price", None)
    order = change.engine.get("orders", record["order"])
    if order is None:
        return
    asks = bool(item) and not is_said and record["_external_price"]
    price = price_by_service(change, order) if asks else None
    if change.is_broken(UNIT) or change.is_broken("_external_price"):
        return
    if item and price is None:
        price = price_of(change.engine, order, record, item, change.access)
    if not is_said:
        record[UNIT] = price.unit_amount_cents if price else None
    if change.sent.get(COMPARED) is None and not (is_said and change.before):
        record[COMPARED] = price.compare_at_amount_cents if price else 0
    if record[UNIT] is None:
        _refuse_without_price(change)


def _is_priced(change: Change, item: Record) -> bool:
    record, before = change.record, change.before
    if before is None or before["item"] != record["item"]:
        return True
    if not item:
        # There never was one, or it is gone, and the line keeps what it has.
        return False
    if before["_external_price"] and not record["_external_price"]:
        return True
    if record.get("has_own_price"):
        return False
    return any(before[name] != record[name] for name in PRICED_BY)


def _refuse_without_price(change: Change) -> None:
    """Note what is missing: the item, where nothing names one, or else its price."""
    if change.record["item"]:
        change.invalid(UNIT, "blank")
    elif not any(change.sent.get(name) for name in CODES):
        change.invalid("item", "blank")


def total_of_line(change: Change) -> None:
    """Reckon the total, which has to be one the database can hold."""
    record = change.record
    unit, quantity = record[UNIT], record["quantity"]
    if unit is None or quantity is None:
        return
    total = unit * quantity + (record["options_amount_cents"] or 0)
    if total not in INTEGER_RANGE:
        change.invalid("quantity", "invalid", value=quantity)
        return
    record["total_amount_cents"] = total


def order_of_line(change: Change) -> None:
    """Take the currency from the order, and have that reckoned anew once the line is stored."""
    engine, id_ = change.engine, change.record["order"]
    order = engine.get("orders", id_)
    if order is None:
        return
    change.record["currency_code"] = order["currency_code"]

    def reckon() -> None:
        order_changed(engine, id_)
        change.record.update(engine.get("line_items", change.record["id"]) or {})

    change.after(reckon)
