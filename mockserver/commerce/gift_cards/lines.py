"""Names of the lines of gift cards, whether these pay or are bought (commerce.md §3.2)."""

from __future__ import annotations

from mockserver.schema.amounts import formatted
from mockserver.storage.base import Record


def line_name(card: Record) -> str:
    """Return the name of a line of a card: it tells what the card was worth at first."""
    return f"Gift card: {formatted(card, 'initial_balance_cents')}"
