"""Rules applied to a price (catalogue.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from mockserver.commerce.rules.action_shapes import percentage
from mockserver.commerce.rules.outcomes import outcomes
from mockserver.commerce.totals.rounding import rounded
from mockserver.late_dataclass import dataclass

Action = Mapping[str, Any]


def _part_off(cents: int, action: Action) -> Fraction:
    return cents * (1 - Fraction(percentage(action["value"]) or 0))


#: What an action leaves of an amount, by its type.
LEAVES: Mapping[str, Callable[[int, Action], int | Fraction]] = {
    "percentage": _part_off,
    "fixed_amount": lambda cents, action: cents - action["value"],
    "fixed_price": lambda _, action: action["value"],
}


@dataclass(frozen=True, slots=True)
class RuledPrice:
    """A price under rules.

    Attributes:
        amounts: what they leave of each amount, by its name.
        outcomes: what has become of each rule, as ``rule_outcomes`` show it.
    """

    amounts: Mapping[str, int]
    outcomes: list[dict[str, Any]]


def ruled_price(
    rules: Mapping[str, Any] | None,
    price: dict[str, Any],
    now: datetime,
    default: str = "amount_cents",
) -> RuledPrice:
    """Apply the rules that match a price, one after the other, on what those before have left.

    Args:
        rules: those of the price, or of its price list.
        price: what they may look at, by the names that follow ``price.``; ``amount_cents`` and
            ``compare_at_amount_cents`` are what they act upon.
        now: the time of the organization.
        default: the amount that an action changes unless its ``apply_on`` names another.
    """
    amounts = {name: price[name] for name in {default, "compare_at_amount_cents"} & price.keys()}
    told = []
    for outcome in outcomes(rules or {}, {"price": price}, now):
        for action in outcome.actions:
            _apply(action, amounts, default)
        document = {"name": outcome.rule["name"], "match": outcome.match}
        told.append({**document, "value": amounts[default]})
    return RuledPrice(amounts, told)


def _apply(action: Action, amounts: dict[str, int], default: str) -> None:
    name = action.get("apply_on", default)
    if amounts.get(name) is not None:
        amounts[name] = max(rounded(Fraction(LEAVES[action["type"]](amounts[name], action))), 0)
