"""Refuses promotion rules that nobody could satisfy, and keeps up what hangs on them.

commerce.md §6.
"""

from __future__ import annotations

from mockserver.errors import Refusal
from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare


def filters_of_orders(change: Change) -> None:
    """Require filters that orders can be asked for."""
    filters = change.record.get("filters")
    if not filters or filters == (change.before or {}).get("filters"):
        return
    try:
        change.engine.matching("orders", filters)
    except Refusal:
        change.invalid("filters", "invalid", value=filters)


def currency_of_promotion(change: Change) -> None:
    """Print amounts in the currency of the promotion."""
    promotion = change.engine.get("promotions", change.record.get("promotion")) or {}
    change.record["currency_code"] = promotion.get("currency_code")


def coupons_follow(change: Change) -> None:
    """Let the coupons of a rule be of its promotion, also where it goes to another."""
    before, record, engine = change.before, change.record, change.engine
    if before is None or before["promotion"] == record["promotion"]:
        return

    def follow() -> None:
        for coupon in engine.find("coupons", Compare("promotion_rule", "eq", record["id"])):
            engine.change("coupons", coupon["id"], {"promotion_rule": coupon["promotion_rule"]})

    change.after(follow)
