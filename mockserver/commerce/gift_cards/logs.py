"""Logs of a gift card: each change of its balance, each use (commerce.md §9.2)."""

from __future__ import annotations

from typing import Any

from mockserver.storage.base import Record


def with_balance(card: Record, change_cents: int, now: str) -> Record:
    """Return the fields of a card whose balance changes."""
    noted = {"datetime": now, "balance_change_cents": change_cents}
    return {
        "balance_cents": card["balance_cents"] + change_cents,
        "balance_log": [*(card["balance_log"] or []), noted],
    }


def with_use(card: Record, order: Record, change_cents: int, now: str) -> Record:
    """Return the fields of a card that an order takes from, or gives back to."""
    changed = with_balance(card, change_cents, now)
    use = {
        "action": "use" if change_cents < 0 else "refund",
        "amount_cents": change_cents,
        "balance_cents": changed["balance_cents"],
        "order_number": order["number"],
        "datetime": now,
    }
    uses: dict[str, Any] = card["usage_log"] or {}
    changed["usage_log"] = {**uses, order["id"]: [*uses.get(order["id"], []), use]}
    return changed


def taken_by(card: Record, order: Record) -> int:
    """Return the amount that the order has taken from the card and not given back."""
    uses: list[Record] = (card["usage_log"] or {}).get(order["id"], [])
    return -sum(int(use["amount_cents"]) for use in uses)
