"""Rules of price lists, and when a list keeps its currency (catalogue.md §7)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.catalogue.ruled_prices import ENGINE, rules_of, token_payload
from mockserver.commerce.rules.outcomes import outcomes
from mockserver.schema.protocols import Change, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: What is of the currency of a list.
BOUND = ("prices", "markets")


def keeps_currency(change: Change) -> None:
    """Refuse another currency once there are prices of it, or a market that sells in it."""
    record, before = change.record, change.before
    if before is None or before["currency_code"] == record["currency_code"]:
        return
    own = Compare("price_list", "eq", record["id"])
    if any(change.engine.count(type_, own) for type_ in BOUND):
        change.invalid("currency_code", "readonly")


def list_payload(_: Record, view: View) -> dict[str, Any]:
    """Return the payload of rules where no price is looked at: the token."""
    return {"price": token_payload(view.engine, view.access)}


def list_outcomes(price_list: Record, view: View) -> list[dict[str, Any]]:
    """Return which rules of a list match where no price is looked at."""
    if not view.engine.setting(ENGINE):
        return []
    payload, now = list_payload(price_list, view), view.engine.clock.now()
    return [
        {"name": outcome.rule["name"], "match": outcome.match, "value": None}
        for rules in rules_of(price_list)
        for outcome in outcomes(rules, payload, now)
    ]
