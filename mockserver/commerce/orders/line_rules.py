"""Rules of line items: whose they are, what they are of, and when they may change.

commerce.md §3.2, §4, §9.3, §11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.access import Access
from mockserver.commerce.orders.permits import OPEN_STATUSES
from mockserver.commerce.orders.states import is_open
from mockserver.commerce.totals.cart import GENERATED, GIFT_CARDS
from mockserver.errors import Refusal, refusal, violation
from mockserver.reasons import reason
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import All, Any_, Compare, Condition, Not, both

#: The lines that the order makes, which nobody else writes; a gift card that pays has a negative
#: amount (commerce.md §3.2).
MADE_BY_ORDER: Condition = Any_(
    (
        Compare("item_type", "in", GENERATED),
        All((Compare("item_type", "eq", GIFT_CARDS), Compare("unit_amount_cents", "lt", 0))),
    )
)
WRITTEN_BY_OTHERS: Condition = Not(MADE_BY_ORDER)
#: What stays once the order is placed.
FROZEN = (
    "sku_code",
    "bundle_code",
    "quantity",
    "unit_amount_cents",
    "compare_at_amount_cents",
    "options_amount_cents",
)


def is_generated(line: Record) -> bool:
    """Say whether the order has made the line."""
    if line["item_type"] == GIFT_CARDS:
        return (line["unit_amount_cents"] or 0) < 0
    return line["item_type"] in GENERATED


def refuse_generated(change: Change) -> None:
    """Leave the lines that the order makes to the order."""
    if not change.access.is_service and is_generated(change.before or change.record):
        if change.access.is_sales_channel:
            raise refusal("UNAUTHORIZED", because=reason("permission_of_line"))
        change.invalid("item", "not_editable" if change.before else "invalid")


def refuse_to_remove_generated(engine: Engine, record: Record) -> bool:  # noqa: ARG001 - as declared
    """Refuse a request to delete a line that the order has made; say that others are not kept."""
    if is_generated(record):
        raise Refusal([violation("item", "not_editable", relationship=True)])
    return False


def item_fits(change: Change) -> None:
    """Check a gift card that is bought, or an adjustment, of a new line."""
    record = change.record
    rule = FITTING.get(record["item_type"])
    if rule is None or change.access.is_service:
        return
    if change.before is None:
        item = change.engine.get(record["item_type"], record["item"]) or {}
        order = change.engine.get("orders", record["order"]) or {}
        if not rule(change.engine, order, item):
            change.invalid("item", "invalid")
    if record["quantity"] not in (None, 1):
        change.invalid("quantity", "equal_to", value=record["quantity"], count=1)


def _is_in_currency(_: Engine, order: Record, item: Record) -> bool:
    return item.get("currency_code") == order.get("currency_code")


def _is_for_sale(engine: Engine, order: Record, card: Record) -> bool:
    """Say whether a gift card can be bought with the order: a draft, and on no line yet."""
    same = both(Compare("item_type", "eq", GIFT_CARDS), Compare("item", "eq", card.get("id")))
    is_free = card.get("status") == "draft" and not engine.count("line_items", same)
    return is_free and _is_in_currency(engine, order, card)


#: Whether an item can be on a line of an order, by its type.
FITTING: Mapping[str, Callable[[Engine, Record, Record], bool]] = {
    GIFT_CARDS: _is_for_sale,
    "adjustments": _is_in_currency,
}


def order_is_open(change: Change) -> None:
    """Let lines of open orders change only; a sales channel has no other permission either."""
    order = change.engine.get("orders", change.record["order"])
    if order is None or change.access.is_service:
        return
    if change.before is None and not _may_add(change.access, order):
        # Permission comes before validation (conventions.md §17).
        why = reason("permission_of_order", bearer=change.access.bearer)
        raise refusal("UNAUTHORIZED", because=why)
    if not is_open(order):
        _refuse(change)


def _may_add(access: Access, order: Record) -> bool:
    """Say whether the bearer may add to the order: a sales channel only while it is open."""
    return not access.is_sales_channel or order["status"] in OPEN_STATUSES


def _refuse(change: Change) -> None:
    """Note what of a placed order's line items would change (commerce.md §27)."""
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
