"""Options of line items: values they take from their SKU option, and give to their line.

catalogue.md §4, commerce.md §4.
"""

from __future__ import annotations

from mockserver.commerce.catalogue.sku_options import fits
from mockserver.commerce.orders.line_options import OPTIONS
from mockserver.commerce.orders.refreshing import order_changed
from mockserver.commerce.orders.states import is_open
from mockserver.commerce.totals.cart import GOODS
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: What is taken from the SKU option unless it is said, by the name that it has there.
TAKEN = {"name": "name", "unit_amount_cents": "price_amount_cents"}
#: What stays once the order is placed.
FROZEN = ("sku_option", "quantity", "unit_amount_cents", "options")
A_DAY = 24


def option_of_line(change: Change) -> None:
    """Take what is not said from the SKU option, which has to suit the line."""
    record, engine = change.record, change.engine
    line = engine.get("line_items", record["line_item"])
    chosen = engine.get("sku_options", record["sku_option"])
    if line is None or chosen is None:
        return
    record.update(order=line["order"], currency_code=line["currency_code"])
    _take(change, chosen)
    if _is_new_choice(change) and not _suits(engine, line, chosen):
        change.invalid("sku_option", "invalid")
    if _is_priced_otherwise(change):
        _require_open(change, line)
    if not change.record["options"] and not change.is_broken("options"):
        change.invalid("options", "blank")


def _is_priced_otherwise(change: Change) -> bool:
    before, record = change.before, change.record
    return before is None or any(before[name] != record[name] for name in FROZEN)


def _require_open(change: Change, line: Record) -> None:
    """Note that the order of the line takes no changes (commerce.md §4)."""
    order = change.engine.get("orders", line["order"])
    if order and not is_open(order) and not change.access.is_service:
        change.invalid("line_item", "not_editable")


def _take(change: Change, chosen: Record) -> None:
    record = change.record
    for name, own in TAKEN.items():
        if record[name] in (None, "") or (_is_new_choice(change) and name not in change.sent):
            record[name] = chosen[own] or (0 if own == "price_amount_cents" else None)
    hours = chosen["delay_hours"] or 0
    record.update(delay_hours=hours, delay_days=(2 * hours + A_DAY) // (2 * A_DAY))


def _is_new_choice(change: Change) -> bool:
    before = change.before
    return before is None or before["sku_option"] != change.record["sku_option"]


def _suits(engine: Engine, line: Record, chosen: Record) -> bool:
    """Say whether a SKU option is there for the line's SKU and the order's market.

    A line that is no goods costs what its item says, or what the order has made of it.
    """
    order = engine.get("orders", line["order"]) or {}
    is_sold = line["item_type"] in GOODS and chosen["market"] in (None, order.get("market"))
    return is_sold and fits(chosen, line["sku_code"])


def total_of_option(change: Change) -> None:
    """Reckon what the option costs; how many the line has of its SKU does not matter."""
    record = change.record
    unit, quantity = record["unit_amount_cents"], record["quantity"]
    if unit is None or quantity is None:
        return
    if unit * quantity not in INTEGER_RANGE:
        change.invalid("quantity", "invalid", value=quantity)
        return
    record["total_amount_cents"] = unit * quantity


def line_of_option(change: Change) -> None:
    """Have the line cost what its options do, once the option is stored."""
    if change.before != change.record:
        change.after(lambda: add_options(change.engine, change.record["line_item"]))


def without_option(engine: Engine, record: Record) -> None:
    """Have the line cost what is left of its options."""
    add_options(engine, record["line_item"])


def add_options(engine: Engine, line_id: str) -> None:
    """Write what the options of a line cost into it, and reckon its order anew."""
    line = engine.get("line_items", line_id)
    if line is None:
        return
    options = engine.find(OPTIONS, Compare("line_item", "eq", line_id))
    cents = sum(option["total_amount_cents"] or 0 for option in options)
    if cents != line["options_amount_cents"]:
        engine.change("line_items", line_id, {"options_amount_cents": cents})
    else:
        order_changed(engine, line["order"])


def is_of_placed_order(engine: Engine, record: Record) -> bool:
    """Say whether the option belongs to an order that is not open any more."""
    order = engine.get("orders", record["order"])
    return order is not None and not is_open(order)
