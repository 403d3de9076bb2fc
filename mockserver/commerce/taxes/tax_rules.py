"""Which tax rule is that of an address (commerce.md §10.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.schema.address_patterns import PARTS
from mockserver.storage.base import Record


def rule_for(rules: Iterable[Record], address: Mapping[str, Any]) -> Record | None:
    """Return the first of the rules that an address satisfies, oldest first."""
    return next((rule for rule in rules if _fits(rule, address)), None)


def _fits(rule: Record, address: Mapping[str, Any]) -> bool:
    """Say whether every part of the address matches what it must, and nothing it must not."""
    return all(_passes(rule, part, address.get(part) or "") for part in PARTS)


def _passes(rule: Record, part: str, value: str) -> bool:
    wanted, unwanted = rule.get(f"{part}_regex"), rule.get(f"not_{part}_regex")
    return (not wanted or _matches(wanted, value)) and not (unwanted and _matches(unwanted, value))


def _matches(expression: str, value: str) -> bool:
    from mockserver.commerce.rules.whole_values import is_whole  # noqa: PLC0415 - slow to import

    return is_whole(expression, value)
