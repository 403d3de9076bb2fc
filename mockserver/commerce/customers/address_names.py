"""How an address is written on one line (neighbours.md §3)."""

from __future__ import annotations

from mockserver.storage.base import Record


def full_name_of(record: Record) -> str:
    """Return the company of a business, else the first and the last name."""
    parts = ("company",) if record.get("business") else ("first_name", "last_name")
    return _joined(record, *parts)


def full_address_of(record: Record) -> str:
    """Return the address on one line: ``line_1 line_2, zip city state (country) phone``."""
    country = record.get("country_code")
    bracketed = {**record, "country_code": f"({country})" if country else None}
    place = _joined(bracketed, "zip_code", "city", "state_code", "country_code", "phone")
    return ", ".join(filter(None, (_joined(record, "line_1", "line_2"), place)))


def name_of(record: Record) -> str:
    """Return the full name and the full address."""
    return ", ".join(filter(None, (full_name_of(record), full_address_of(record))))


def is_localized(record: Record) -> bool:
    """Say whether there are coordinates, by hand or by a geocoder."""
    return record.get("lat") is not None and record.get("lng") is not None


def _joined(record: Record, *names: str) -> str:
    return " ".join(record[name] for name in names if record.get(name))
