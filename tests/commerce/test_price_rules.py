"""What rules make of a price (catalogue.md §7)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.commerce.rules.price_rules import ruled_price

NOW = datetime(2026, 3, 5, tzinfo=UTC)
PRICE: dict[str, Any] = {
    "amount_cents": 2999,
    "compare_at_amount_cents": 3500,
    "sku": {"code": "PROMO1"},
    "jwt_markets": [{"name": "Europe"}, {"name": "Asia"}],
    "jwt_custom_claim": {"tier": "gold"},
}


def rule(
    type_: str, value: Any, field: str = "sku.code", given: str = "PROMO1", **more: Any
) -> Any:
    return {
        "name": f"{type_} {value}",
        "conditions": [{"field": f"price.{field}", "matcher": "eq", "value": given}],
        "actions": [{"type": type_, "selector": "price", "value": value, **more}],
    }


#: Rules, and what they leave of 2999.
LEFT: dict[str, tuple[list[Any], int]] = {
    "none": ([], 2999),
    "percentage": ([rule("percentage", 0.1)], 2699),  # 2699.1
    "half a cent": ([rule("percentage", "0.5")], 1500),  # 1499.5
    "fixed amount": ([rule("fixed_amount", 500)], 2499),
    "more than there is": ([rule("fixed_amount", 5000)], 0),
    "fixed price": ([rule("fixed_price", 1000)], 1000),
    "one after the other": ([rule("fixed_price", 2000), rule("percentage", 0.25)], 1500),
    "of another SKU": ([rule("fixed_price", 1000, given="OTHER")], 2999),
    "market of the token": ([rule("fixed_price", 1, "jwt_markets.name", "Asia")], 1),
    "claim of the token": ([rule("fixed_price", 2, "jwt_custom_claim.tier", "gold")], 2),
}


@pytest.mark.parametrize(("rules", "left"), LEFT.values(), ids=LEFT)
def test_rules_change_the_amount(rules: list[Any], left: int) -> None:
    assert ruled_price({"rules": rules}, PRICE, NOW).amounts["amount_cents"] == left


def test_the_outcomes_tell_the_running_amount() -> None:
    rules = [rule("fixed_price", 2000), rule("fixed_price", 1, given="X"), rule("percentage", 0.1)]

    assert ruled_price({"rules": rules}, PRICE, NOW).outcomes == [
        {"name": "fixed_price 2000", "match": True, "value": 2000},
        {"name": "fixed_price 1", "match": False, "value": 2000},
        {"name": "percentage 0.1", "match": True, "value": 1800},
    ]
    assert ruled_price(None, PRICE, NOW).outcomes == []


def test_an_action_may_change_the_struck_through_price() -> None:
    rules = {"rules": [rule("percentage", 0.2, apply_on="compare_at_amount_cents")]}

    assert ruled_price(rules, PRICE, NOW).amounts == {
        "amount_cents": 2999,
        "compare_at_amount_cents": 2800,
    }
