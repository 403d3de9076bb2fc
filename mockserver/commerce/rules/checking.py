"""Checks rules before they are stored (commerce.md §7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.rules.action_shapes import actions_of
from mockserver.commerce.rules.condition_shapes import LOGIC, conditions_of
from mockserver.commerce.rules.shapes import (
    FILLED,
    TEXT,
    WHOLE,
    Shape,
    Violation,
    array_of,
    members,
)


def _rules_of(root: str) -> Shape:
    rule = members(
        {"name": FILLED, "conditions": conditions_of(root), "actions": actions_of(root)},
        {"id": TEXT, "priority": WHOLE, "conditions_logic": LOGIC},
    )
    return members({"rules": array_of(rule)}, {})


SHAPES: Mapping[str, Shape] = {root: _rules_of(root) for root in ("order", "price")}


def violations(rules: Any, root: str) -> list[Violation]:
    """Return the violations of rules for orders (``order``) or for prices (``price``)."""
    return sorted(SHAPES[root](rules, ""))


def sizes(rules: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many rules there are, and how many conditions, those in others included."""
    found = rules["rules"]
    return len(found), sum(_count(rule["conditions"]) for rule in found)


def _count(conditions: list[Mapping[str, Any]]) -> int:
    nested = (each.get("nested", {}).get("conditions", []) for each in conditions)
    return len(conditions) + sum(map(_count, nested))
