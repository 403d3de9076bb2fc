"""What a line item takes from its item and its order, and what it gives to the order.

neighbours.md §8.

What a piece of it costs, the catalogue knows.
"""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.access import Access
from mockserver.commerce.catalogue.line_prices import price_of
from mockserver.commerce.catalogue.stock import stock_of
from mockserver.commerce.orders.amounts import add_up
from mockserver.commerce.orders.permits import OPEN_STATUSES
from mockserver.commerce.orders.states import is_open
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.casting import INTEGER_RANGE, CastError, cast
from mockserver.schema.protocols import Change, Engine, Merged, Sent
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

#: The attributes that name an item by its code, with the type of the item.
CODES: Mapping[str, str] = {"sku_code": "skus", "bundle_code": "bundles"}
#: What is taken from the item unless it is said.
COPIED = ("name", "image_url")
PRICES = ("unit_amount_cents", "compare_at_amount_cents")
#: What stays once the order is placed.
FROZEN = (
    "sku_code",
    "bundle_code",
    "quantity",
    "unit_amount_cents",
    "compare_at_amount_cents",
    "options_amount_cents",
)


def item_by_code(change: Change) -> None:
    """Link the item that a code names; a code wins over a linkage. Without one, show its code."""
    record, before = change.record, change.before
    for name, type_ in CODES.items():
        code = record[name]
        if before is not None and code == before[name]:
            continue
        if code:
            found = change.engine.find(type_, Compare("code", "eq", code))
            if found:
                record.update(item=found[0]["id"], item_type=type_)
            else:
                change.invalid(name, "invalid", value=code)
        elif record["item"] and record["item_type"] == type_:
            record[name] = _item(change).get("code")


def details_of_item(change: Change) -> None:
    """Take name, image and price from the item, unless they are said."""
    record, item = change.record, _item(change)
    given = {**{name: item.get(name) for name in COPIED}, **_prices(change, item)}
    for name, value in given.items():
        if item and _is_taken(change, name):
            record[name] = value
    # Of what is not known by its code nobody knows the price either.
    is_unknown = any(change.is_broken(name) for name in CODES)
    if record["unit_amount_cents"] is None and not is_unknown:
        change.invalid("unit_amount_cents", "blank")


def _prices(change: Change, item: Record) -> dict[str, int | None]:
    order = change.engine.get("orders", change.record["order"])
    found = (
        price_of(change.engine, order, change.record, item, change.access)
        if item and order
        else None
    )
    return {name: getattr(found, name, None) for name in PRICES}


def _is_taken(change: Change, name: str) -> bool:
    """Say whether an attribute follows the item: a new one's, where none is said."""
    before, is_said = change.before, name in change.sent
    if is_said or before is None:
        return change.record[name] in (None, "")
    return bool(before["item"] != change.record["item"])


def within_stock(change: Change) -> None:
    """Keep the quantity within the stock, where that is known (neighbours.md §8)."""
    record, item = change.record, _item(change)
    stock = stock_of(item) if record["item_type"] == "skus" else None
    quantity = record["quantity"]
    is_new = change.before is None or any(
        change.before[name] != record[name] for name in ("item", "quantity")
    )
    if is_new and stock is not None and quantity is not None and quantity > stock:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=stock)


def total_of_line(change: Change) -> None:
    """Reckon the total, which has to be one the database can hold."""
    record = change.record
    unit, quantity = record["unit_amount_cents"], record["quantity"]
    if unit is None or quantity is None:
        return
    total = unit * quantity + (record["options_amount_cents"] or 0)
    if total not in INTEGER_RANGE:
        change.invalid("quantity", "invalid", value=quantity)
        return
    record["total_amount_cents"] = total


def order_of_line(change: Change) -> None:
    """Take the currency from the order and bring its amounts up to date, if it is open."""
    engine, id_ = change.engine, change.record["order"]
    order = engine.get("orders", id_) if id_ else None
    if order is None:
        return
    if change.before is None and not _may_add(change.access, order):
        # Permission comes before validation (conventions.md §17).
        why = reason("permission_of_order", bearer=change.access.bearer)
        raise refusal("UNAUTHORIZED", because=why)
    change.record["currency_code"] = order["currency_code"]
    if not is_open(order) and not change.access.is_service:
        _refuse(change)
    change.after(lambda: add_up(engine, order["id"]))


def _may_add(access: Access, order: Record) -> bool:
    """Say whether the bearer may add to the order: a sales channel only while it is open."""
    return not access.is_sales_channel or order["status"] in OPEN_STATUSES


def _refuse(change: Change) -> None:
    """Note what of a placed order's line items would change (neighbours.md §7)."""
    before = change.before
    if before is None:
        change.invalid("order", "not_editable")
        return
    for name in FROZEN:
        if before[name] != change.record[name]:
            change.invalid(name, "not_editable")


def is_in_placed_order(engine: Engine, record: Record) -> bool:
    """Say whether the line item belongs to an order that is not open any more."""
    order = engine.get("orders", record["order"])
    return order is not None and not is_open(order)


def subtract(engine: Engine, record: Record) -> None:
    """Bring the amounts of an order up to date when it has lost a line item."""
    if engine.get("orders", record["order"]):
        add_up(engine, record["order"])


def line_to_add_to(engine: Engine, attributes: Sent, linkages: Sent) -> Merged | None:
    """Return the line item of the same SKU that a quantity is added to, and the new quantity.

    With ``_update_quantity`` only. What cannot be added is left to the rules of a new line item.
    """
    try:
        is_asked = cast("boolean", attributes.get("_update_quantity"))
        quantity = cast("integer", attributes.get("quantity"))
        code = cast("string", attributes.get("sku_code"))
    except CastError:
        return None
    order, item = linkages.get("order"), linkages.get("item")
    if not is_asked or not order or (quantity or 0) < 1:
        return None
    _, sku = item or (None, None)
    same = Compare("sku_code", "eq", code) if code else Compare("item", "eq", sku)
    found = engine.find("line_items", both(Compare("order", "eq", order[1]), same))
    return (found[0]["id"], {"quantity": found[0]["quantity"] + quantity}) if found else None


def _item(change: Change) -> Record:
    """Return the item, an empty record when there is none."""
    return change.engine.get(change.record["item_type"], change.record["item"]) or {}
