"""Refuses promotions that could not apply as they are meant to (commerce.md §5.1)."""

from __future__ import annotations

import re
from typing import Any

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.promotions.statuses import is_used_up
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Null, Related, both

#: A path through the order that an external service is sent along.
INCLUDED = re.compile(r"[a-z_.]+")


def of_market(change: Change) -> None:
    """Require a market that is enabled; its currency is that of the promotion."""
    record, before = change.record, change.before or {}
    market = change.engine.get("markets", record.get("market"))
    if market is None:
        return
    if market["disabled_at"] and record["market"] != before.get("market"):
        change.invalid("market", "disabled")
    code = price_list_of(change.engine, market["id"]).get("currency_code")
    sent = change.sent.get("currency_code")
    if sent is None:
        record["currency_code"] = code
    elif sent != code:
        change.invalid("currency_code", "inclusion", value=sent)


def has_no_market(record: Record, _: Any) -> bool:
    """Say whether nothing but the promotion itself says its currency."""
    return not record.get("market")


def note_usage(change: Change) -> None:
    """Note whether it has been used as often as it may be."""
    change.record["total_usage_reached"] = is_used_up(change.record)


def pays_less(change: Change) -> None:
    """Require that fewer are paid for than bought."""
    x, y = change.record.get("x"), change.record.get("y")
    if x is not None and y is not None and x <= y and not change.is_broken("y"):
        change.invalid("x", "greater_than", value=x, count=y)


def includes_of_orders(change: Change) -> None:
    """Require paths that an order can be included along."""
    paths = change.record.get("external_includes")
    if paths and paths != (change.before or {}).get("external_includes"):
        for path in paths:
            if not _leads_somewhere(change.engine, path):
                change.invalid("external_includes", "invalid", value=path)


def _leads_somewhere(engine: Engine, path: Any) -> bool:
    if not isinstance(path, str) or not INCLUDED.fullmatch(path):
        return False
    types: set[str] = {"orders"}
    for name in path.split("."):
        found = [
            relationship
            for type_ in types & engine.registry.keys()
            if (relationship := engine.registry[type_].relationships.get(name))
        ]
        types = {type_ for relationship in found for type_ in relationship.types}
        if not types:
            return False
    return True


def rules_engine_enabled(change: Change) -> None:
    """Refuse a new flex promotion of an organization without the rules engine, 401.

    It is an add-on (commerce.md §7.4).
    """
    if change.before is None and not change.engine.setting("api_rules_engine"):
        raise refusal(
            "UNAUTHORIZED", because=reason("permission_of_addon", name="api_rules_engine")
        )


def is_in_placed_orders(engine: Engine, record: Record) -> bool:
    """Say whether an order that was placed has a line of it (commerce.md §5.7)."""
    placed = Related("orders", "order", "id", Null("placed_at", negated=True))
    lines = both(Compare("item", "eq", record["id"]), placed)
    return engine.count("line_items", lines) > 0
