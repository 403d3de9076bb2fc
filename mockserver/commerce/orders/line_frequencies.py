"""How often a line can be bought: as often as its market offers (catalogue.md §11)."""

from __future__ import annotations

from mockserver.schema.protocols import Change


def frequency_is_offered(change: Change) -> None:
    """Require a new frequency to be one of the subscription model of the order's market."""
    record, engine = change.record, change.engine
    frequency = record["frequency"]
    if not frequency or frequency == (change.before or {}).get("frequency"):
        return
    order = engine.get("orders", record["order"]) or {}
    market = engine.get("markets", order.get("market")) or {}
    model = engine.get("subscription_models", market.get("subscription_model")) or {}
    if order and frequency not in model.get("frequencies", ()):
        change.invalid("frequency", "inclusion", value=frequency)
