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
#: What is left of a customer who was forgotten (customers §11.4).
CUSTOMER: Mapping[str, Any] = {
    "password": None,
    "tax_exemption_code": None,
    "reference": None,
    "reference_origin": None,
    "metadata": {},
}
#: What is left of an address; it is no longer that of a company, for a company needs a name.
ADDRESS: Mapping[str, Any] = {
    "business": False,
    "first_name": "Anonymized",
    "last_name": "Customer",
    "company": None,
    "line_1": "***",
    "city": "***",
    "zip_code": "***",
    "state_code": None,
    "phone": "***",
}


def email(id_: str, number: int) -> str:
    """Return what takes the place of a customer's email; ids may differ in case alone."""
    return f"anonymized-{id_.lower()}-{number}@anonymized.invalid"


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
