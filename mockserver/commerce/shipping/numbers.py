"""The numbers of shipments and parcels, which count within what they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mockserver.storage.base import Record

#: A count at the end of a number; of what somebody else has written there, no longer one.
COUNT = re.compile(r"/([0-9]{1,9})\Z")


def shipment_number(order: Record, count: int) -> str:
    """Return the number of an order's shipment: ``#1234/S/001`` (catalogue.md §17)."""
    return f"#{order['number']}/S/{count:03}"


def parcel_number(shipment: Record, count: int) -> str:
    """Return the number of a shipment's parcel (catalogue.md §24)."""
    return f"{shipment['number']}/P/{count:03}"


def last_count(numbers: Iterable[str | None]) -> int:
    """Return the highest count in numbers of this form, 0 where there is none."""
    found = (COUNT.search(number or "") for number in numbers)
    return max((int(count[1]) for count in found if count), default=0)
