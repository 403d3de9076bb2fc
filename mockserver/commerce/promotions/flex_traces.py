"""The last outcome of a flex promotion, as it shows it itself (commerce.md §5.7, §7.4)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.promotions.payloads import LINES, ORDERS, payload_of
from mockserver.commerce.rules.names import named_paths
from mockserver.schema.protocols import View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def last_outcomes(record: Record, view: View) -> list[dict[str, Any]]:
    """Return the outcomes of its rules in the order that has its newest line."""
    line = _newest_line(view, record)
    return (line.get("rule_matches") or []) if line else []


def last_payload(record: Record, view: View) -> dict[str, Any]:
    """Return the payload of its rules in that order."""
    engine, line = view.engine, _newest_line(view, record)
    order = engine.get(ORDERS, line["order"]) if line else None
    if order is None:
        return {}
    lines = engine.find(LINES, Compare("order", "eq", order["id"]))
    return payload_of(engine, order, lines, named_paths(record["rules"]))


def _newest_line(view: View, record: Record) -> Record | None:
    """Return the newest line of the promotion; none to sales channels: it may be another's."""
    if view.access.is_sales_channel:
        return None
    engine, own = view.engine, Compare("item", "eq", record["id"])
    count = engine.count(LINES, own)
    return next(iter(engine.page(LINES, own, 1, count - 1)), None) if count else None
