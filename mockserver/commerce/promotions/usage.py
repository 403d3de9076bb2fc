"""How often promotions and coupons have been used (commerce.md §5.6, §8.2)."""

from __future__ import annotations

from mockserver.commerce.totals.cart import PROMOTIONS
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both


def count_use(engine: Engine, line: Record) -> None:
    """Count what has discounted an order that is placed, by one of its lines."""
    _count(engine, line, 1)


def take_use_back(engine: Engine, line: Record) -> None:
    """Take back what was counted for an order that is cancelled."""
    _count(engine, line, -1)


def _count(engine: Engine, line: Record, by: int) -> None:
    promotion = line["item_type"] in PROMOTIONS and engine.get(line["item_type"], line["item"])
    if not promotion:
        return
    _add(engine, line["item_type"], promotion, "total_usage_count", by)
    if code := line["coupon_code"]:
        used = both(Compare("code", "eq", code), Compare("promotion", "eq", promotion["id"]))
        for coupon in engine.find("coupons", used):
            _add(engine, "coupons", coupon, "usage_count", by)


def _add(engine: Engine, type_: str, record: Record, counter: str, by: int) -> None:
    engine.change(type_, record["id"], {counter: max((record[counter] or 0) + by, 0)})
