"""The subscriptions that are made of an order (commerce.md §19.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.commerce.subscriptions.items import copy_lines, subscribable
from mockserver.commerce.subscriptions.states import TYPE
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record

#: When subscriptions can be made of an order: upon placing and after it.
SUBSCRIBED = frozenset({"placed", "approved"})
#: The strategy of a model by which each line has a subscription of its own.
BY_LINE_ITEMS = "by_line_items"
Lines = list[Record]


def create_subscriptions(change: Change, _: Any) -> None:
    """Make the subscriptions that the lines of a placed order ask for, once.

    For guests, where a market has no model, and before it is placed there is nothing to do.
    """
    engine, order = change.engine, change.record
    model = _model(engine, order)
    if model is None or not _is_due(order):
        return
    groups = _grouped(model, subscribable(engine, order["id"]))
    if not groups:
        return
    order["subscription_created_at"] = engine.clock.timestamp()
    change.fire("create_subscriptions")
    change.after(lambda: _create(engine, order, model, groups))


def _is_due(order: Record) -> bool:
    is_registered = order["customer"] and not order["guest"]
    is_open = order["status"] in SUBSCRIBED and not order["subscription_created_at"]
    return bool(is_registered and is_open)


def _model(engine: Engine, order: Record) -> Record | None:
    market = engine.get("markets", order["market"]) or {}
    return engine.get("subscription_models", market.get("subscription_model"))


def _grouped(model: Mapping[str, Any], lines: Iterable[Record]) -> list[tuple[str, Lines]]:
    """Return the lines of each subscription, with how often it is to run."""
    asked = [line for line in lines if line["frequency"]]
    if model["strategy"] == BY_LINE_ITEMS:
        return [(line["frequency"], [line]) for line in asked]
    groups: dict[str, Lines] = {}
    for line in asked:
        groups.setdefault(line["frequency"], []).append(line)
    return [*groups.items()]


def _create(
    engine: Engine, order: Record, model: Record, groups: Iterable[tuple[str, Lines]]
) -> None:
    links = {
        "source_order": order["id"],
        "market": order["market"],
        "subscription_model": model["id"],
    }
    for frequency, lines in groups:
        made = engine.add(TYPE, {"frequency": frequency, **links})
        copy_lines(engine, made["id"], lines)
