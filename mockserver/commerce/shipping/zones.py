"""Shipping zones: which addresses lie in one (catalogue.md §20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.schema.address_patterns import PARTS


def covers(zone: Mapping[str, Any], address: Mapping[str, Any]) -> bool:
    """Say whether an address lies in a zone: every part passes; without a zone's, any does."""
    return all(_passes(zone, part, address.get(part) or "") for part in PARTS)


def _passes(zone: Mapping[str, Any], part: str, value: str) -> bool:
    from mockserver.ruby_expressions import is_found  # noqa: PLC0415 - slow, seldom needed

    wanted, unwanted = zone.get(f"{part}_regex"), zone.get(f"not_{part}_regex")
    if wanted and not is_found(wanted, value):
        return False
    return not (unwanted and is_found(unwanted, value))
