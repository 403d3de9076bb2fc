"""Customers who asked to be forgotten, at every stage of it (customers §11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.seeding.dates import later, spelled

COMPLETED = "completed"
CANCELLED = "cancelled"
#: What happened on the way to each status, and how many days after the request.
STEPS: Mapping[str, Mapping[str, float]] = {
    "requested": {},
    "started": {"started_at": 1},
    COMPLETED: {"started_at": 1, "completed_at": 1.25},
    "failed": {"started_at": 1, "failed_at": 1.25},
    CANCELLED: {"cancelled_at": 0.5},
}


def information(
    status: str, requested_at: datetime, requester: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``anonymization_info``; who asked for it also calls it off."""
    info: dict[str, Any] = {
        "status": status,
        "requested_at": spelled(requested_at),
        "requester": requester,
    }
    for name, days in STEPS[status].items():
        info[name] = spelled(later(requested_at, days))
    if status == CANCELLED:
        info["cancellation_requester"] = requester
    return info


def reached(status: str, requested_at: datetime) -> datetime:
    """Return when a request came to its status."""
    return later(requested_at, max(STEPS[status].values(), default=0))
