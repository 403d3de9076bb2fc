"""Outcomes of rules: which of them match a payload (commerce.md §7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mockserver.commerce.rules.conditions import matched
from mockserver.commerce.rules.paths import Viewpoint
from mockserver.late_dataclass import dataclass

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """The outcome of one rule.

    Attributes:
        rule: the rule, as it was written.
        match: whether its conditions hold.
        groups: the ids of the items in each group that its conditions name.
        conditions: its conditions, each with whether it holds.
    """

    rule: Rule
    match: bool
    groups: Mapping[str, frozenset[str]]
    conditions: Sequence[Mapping[str, Any]]

    @property
    def actions(self) -> Sequence[Mapping[str, Any]]:
        """Its actions; none where it does not match."""
        return self.rule["actions"] if self.match else ()

    def document(self) -> dict[str, Any]:
        """Return it as ``rule_outcomes`` show it."""
        return {
            "name": self.rule["name"],
            "match": self.match,
            "conditions": list(self.conditions),
            "actions": list(self.actions),
        }


def outcomes(rules: Mapping[str, Any], payload: dict[str, Any], now: datetime) -> list[RuleOutcome]:
    """Hold rules against a payload, those of a lower ``priority`` first."""
    ordered = sorted(rules.get("rules") or (), key=lambda rule: rule.get("priority", 0))
    return [_outcome(rule, Viewpoint(payload), now) for rule in ordered]


def _outcome(rule: Rule, view: Viewpoint, now: datetime) -> RuleOutcome:
    conditions = rule["conditions"]
    found = matched(conditions, rule.get("conditions_logic", "and"), view, now)
    told = [
        {**condition, "match": held} for condition, held in zip(conditions, found.each, strict=True)
    ]
    return RuleOutcome(rule, found.holds, found.groups, told)
