"""Tiers of a price: what one piece costs of so many, or so often (catalogue.md §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mockserver.commerce.subscriptions.frequencies import next_runs
from mockserver.schema.protocols import Target, Targets, View
from mockserver.storage.base import Record

VOLUME, FREQUENCY = "price_volume_tiers", "price_frequency_tiers"
#: How many days apart the words for frequencies are.
DAYS: Mapping[str, int] = {
    "hourly": 0,
    "daily": 1,
    "weekly": 7,
    "monthly": 30,
    "two-month": 60,
    "three-month": 90,
    "four-month": 120,
    "six-month": 180,
    "yearly": 365,
}


def days_of(frequency: str, now: datetime) -> int | None:
    """Return how many days a frequency is; of a crontab expression, those to its next run."""
    if frequency in DAYS:
        return DAYS[frequency]
    runs = next_runs(frequency, now, 2)
    return (runs[1] - runs[0]) // timedelta(days=1) if len(runs) > 1 else None


def amount_of(
    cents: int, tiers: Sequence[Record], quantity: int, frequency: str | None, now: datetime
) -> int:
    """Return the price of each piece; of a subscription, by frequency tiers where there are any.

    Args:
        cents: the price without tiers.
        tiers: of the price, both kinds.
        quantity: how many pieces.
        frequency: how often they are bought, ``None`` for once.
        now: when the next runs of a crontab expression are looked for.
    """
    by_kind = {
        kind: [tier for tier in tiers if tier["type"] == kind] for kind in (VOLUME, FREQUENCY)
    }
    if frequency and by_kind[FREQUENCY]:
        return _chosen(cents, by_kind[FREQUENCY], days_of(frequency, now))
    return _chosen(cents, by_kind[VOLUME], quantity)


def _chosen(cents: int, tiers: Sequence[Record], measure: int | None) -> int:
    """Return the amount of the narrowest tier, else of the one beyond, else the price's own."""
    reaching = [tier for tier in tiers if _reaches(tier["up_to"], measure)]
    beyond = [tier for tier in tiers if tier["up_to"] is None]
    narrowest = sorted(reaching, key=lambda tier: tier["up_to"])
    found: Any = next(iter((*narrowest, *beyond)), None)
    return int(found["price_amount_cents"]) if found else cents


def _reaches(up_to: float | None, measure: int | None) -> bool:
    return up_to is not None and measure is not None and up_to >= measure


def tiers_of(kind: str) -> Targets:
    """Return the function that leads from a price to its tiers of one kind."""

    def targets(price: Record, view: View) -> list[Target]:
        found = view.pointing_at(price, "price_tiers", "price")
        return [(kind, tier["id"]) for tier in found if tier["type"] == kind]

    return targets
