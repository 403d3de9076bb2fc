"""How often promotions and coupons have been used (commerce.md §5.6, §8.2).

What has discounted an order is counted from placing to cancelling it. While the order is edited it
keeps what it was placed with: nobody else uses a coupon up meanwhile. Once that is over, what has
come is counted, and what has gone is not any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mockserver.commerce.totals.cart import PROMOTIONS
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

#: What an order that is being edited was placed with: the ids of its promotions and coupons.
COUNTED = "uses_counted"
COUPONS = "coupons"
#: The counter of a coupon, and of any promotion.
OF_COUPON, OF_PROMOTION = "usage_count", "total_usage_count"


def counted(order: Record) -> Sequence[str]:
    """Return the promotions and coupons that an order has counted for, which is edited now."""
    return order.get(COUNTED) or ()


def hold_uses(change: Change) -> None:
    """Keep for an order that begins to be edited what it was placed with."""
    change.record[COUNTED] = _uses(change.engine, change.record)


def follow_uses(change: Change) -> None:
    """Count what discounts an order that is placed, until it is cancelled."""
    engine, order, before = change.engine, change.record, change.before
    if before is None or before["status"] == order["status"]:
        return
    if order["status"] not in ("placed", "cancelled"):
        return
    uses, former = _uses(engine, order), order.pop(COUNTED, ())
    if order["status"] == "placed":
        change.after(lambda: _move(engine, former, uses))
    else:
        of_edited = before["status"] == "editing"
        change.after(lambda: _move(engine, former if of_edited else uses, ()))


def _uses(engine: Engine, order: Record) -> list[str]:
    """Return the ids of the promotions of an order, and of the coupons that stand for them."""
    of_promotions = Compare("item_type", "in", PROMOTIONS)
    lines = engine.find("line_items", both(Compare("order", "eq", order["id"]), of_promotions))
    found = [line["item"] for line in lines]
    for line in lines:
        if code := line["coupon_code"]:
            used = both(Compare("code", "eq", code), Compare("promotion", "eq", line["item"]))
            found += [coupon["id"] for coupon in engine.find(COUPONS, used)]
    return found


def _move(engine: Engine, former: Sequence[str], uses: Sequence[str]) -> None:
    """Count what is new, and take back what is over."""
    _add(engine, (id_ for id_ in former if id_ not in uses), -1)
    _add(engine, (id_ for id_ in uses if id_ not in former), 1)


def _add(engine: Engine, ids: Iterable[str], by: int) -> None:
    for id_ in ids:
        if promotion := engine.get("promotions", id_):
            type_, counter, record = promotion["type"], OF_PROMOTION, promotion
        elif coupon := engine.get(COUPONS, id_):
            type_, counter, record = COUPONS, OF_COUPON, coupon
        else:
            continue
        engine.change(type_, id_, {counter: max((record[counter] or 0) + by, 0)})
