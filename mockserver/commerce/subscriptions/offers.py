"""Frequencies that a subscription model offers (catalogue.md §12, commerce.md §19.1)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.subscriptions.frequencies import Frequency
from mockserver.schema.protocols import Change

FREQUENCIES = "frequencies"


def offers_frequencies(change: Change) -> None:
    """Require some, each a word of the vendor or a crontab expression that runs hourly at most."""
    offered = change.record[FREQUENCIES]
    if change.before and change.before[FREQUENCIES] == offered:
        return
    if offered is not None and not offered:
        change.invalid(FREQUENCIES, "blank")
    elif offered and not all(map(_is_one, offered)):
        change.invalid(FREQUENCIES, "inclusion", value=offered)


def _is_one(frequency: Any) -> bool:
    return isinstance(frequency, str) and Frequency().broken(frequency) is None
