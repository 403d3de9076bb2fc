"""Which gift card a code means, and whether an order can be paid with it (commerce.md §8.3)."""

from __future__ import annotations

import re

from mockserver.commerce.gift_cards.logs import taken_by
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

CARDS = "gift_cards"
#: So many characters of a code do, unless the organization wants all of them.
ENOUGH = 8
#: The statuses of cards that pay; one that is used up may have paid for the order that asks.
PAYING = frozenset({"active", "redeemed"})


def card_for(engine: Engine, order: Record, code: str | None) -> Record | None:
    """Return the oldest card with the code that the order can be paid with."""
    return next((card for card in _meant(engine, code) if is_usable(engine, order, card)), None)


def is_usable(engine: Engine, order: Record, card: Record) -> bool:
    """Say whether the order can be paid with a card (commerce.md §9.4)."""
    expires = card["expires_at"]
    return (
        (card["status"] == "active" or taken_by(card, order) > 0)
        and (expires is None or expires > engine.clock.timestamp())
        and card["currency_code"] == order["currency_code"]
        and card["market"] in (None, order["market"])
        and balance_for(card, order) > 0
    )


def balance_for(card: Record, order: Record) -> int:
    """Return the balance the card has for the order, what that has taken before included."""
    return int(card["balance_cents"]) + taken_by(card, order)


def _meant(engine: Engine, code: str | None) -> list[Record]:
    """Return the cards with a code that begins so, or that is exactly so; case counts."""
    if not code:
        return []
    paying = Compare("status", "in", PAYING)
    if engine.setting("gift_cards_exact_code_matching"):
        return engine.find(CARDS, both(Compare("code", "eq", code), paying))
    if len(code) < ENOUGH:
        return []
    start = re.sub(r"([\\%_])", r"\\\1", code)
    found = engine.find(CARDS, both(Compare("code", "like", f"{start}%"), paying))
    return [card for card in found if card["code"].startswith(code)]
