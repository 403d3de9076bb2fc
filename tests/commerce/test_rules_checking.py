"""What is wrong with rules, and where (commerce.md §7.4)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.rules.checking import sizes, violations
from mockserver.commerce.rules.names import named_paths

C: dict[str, Any] = {"field": "order.currency_code", "matcher": "eq", "value": "EUR"}
A: dict[str, Any] = {"type": "percentage", "selector": "order", "value": 0.1, "groups": []}
SORT = {"attribute": "unit_amount_cents", "direction": "asc"}


def of(*, c: Any = C, a: Any = A, **rule: Any) -> dict[str, Any]:
    """Return rules with one rule of one condition and one action."""
    return {"rules": [{"name": "R", "conditions": [c], "actions": [a], **rule}]}


GOOD: dict[str, dict[str, Any]] = {
    "simple": of(),
    "none": {"rules": []},
    "all members": of(id="x", priority=3, conditions_logic="or"),
    "no conditions, no actions": {"rules": [{"name": "R", "conditions": [], "actions": []}]},
    "without groups": of(a={k: v for k, v in A.items() if k != "groups"}),
    "text percentage": of(a={**A, "value": "0.1"}),
    "everything": of(a={**A, "value": "1"}),
    "limit": of(a={**A, "limit": {"sort": SORT, "value": 2}, "quantity": 1}),
    "balanced": of(a={**A, "bundle": {"type": "balanced", "sort": SORT}}),
    "every": of(a={**A, "bundle": {"type": "every", "sort": SORT, "value": 3}}),
    "distributed": of(a={**A, "type": "fixed_amount", "value": 5, "discount_mode": "distributed"}),
    "fixed price": of(a={**A, "type": "fixed_price", "value": 0}),
    "buy": of(a={**A, "type": "buy_x_pay_y", "value": {"x": 3, "y": 2, "result_item_limit": 3}}),
    "every x": of(
        a={
            **A,
            "type": "every_x_discount_y",
            "value": {"x": 3, "y": 2, "attribute": "skus_count"},
        }
    ),
    "gift": of(
        a={"type": "free_gift", "identifiers": {"order.line_items.sku.id": ["a"]}, "quantity": 1}
    ),
    "identifier": of(a={**A, "selector": "order.line_items.id", "identifier": "x"}),
    "date": of(c={**C, "matcher": "gteq", "value": "2026-01-01T00:00:00Z"}),
    "today": of(c={**C, "matcher": "gteq", "value": "{{today}}"}),
    "span": of(c={**C, "matcher": "gteq_lteq", "value": "{{range(today, 7.days)}}"}),
    "pair": of(c={**C, "matcher": "gt_lt", "value": [1, 2]}),
    "list": of(c={**C, "matcher": "is_in", "value": ["a", 1]}),
    "array": of(c={**C, "matcher": "array_match", "value": {"in_and": ["a"]}}),
    "null": of(c={"field": "order.coupon_code", "matcher": "null"}),
    "nested": of(c={**C, "nested": {"conditions": [C]}}),
}
TYPES = (
    "must be one of percentage, fixed_amount, fixed_price, buy_x_pay_y, every_x_discount_y, "
    "free_gift"
)
#: Rules, where they are wrong, and how they should be.
BAD: dict[str, tuple[Any, str, str]] = {
    "no object": ([], "", "must be an object"),
    "no rules": ({}, "/rules", "is required"),
    "no list": ({"rules": {}}, "/rules", "must be an array"),
    "more beside": ({"rules": [], "more": 1}, "/more", "is not known"),
    "pointer": ({"rules": [], "a/b~c": 1}, "/a~1b~0c", "is not known"),
    "no name": ({"rules": [{"conditions": [], "actions": []}]}, "/rules/0/name", "is required"),
    "no conditions": (
        {"rules": [{"name": "R", "actions": []}]},
        "/rules/0/conditions",
        "is required",
    ),
    "no actions": ({"rules": [{"name": "R", "conditions": []}]}, "/rules/0/actions", "is required"),
    "unknown member": (of(when=1), "/rules/0/when", "is not known"),
    "logic": (of(conditions_logic="xor"), "/rules/0/conditions_logic", "must be one of and, or"),
    "priority": (of(priority=True), "/rules/0/priority", "must be a whole number"),
    "field": (
        of(c={**C, "field": "price.amount_cents"}),
        "/rules/0/conditions/0/field",
        "must be a path that begins with order.",
    ),
    "no value": (
        of(c={"field": "order.id", "matcher": "eq"}),
        "/rules/0/conditions/0/value",
        "is required",
    ),
    "value of null": (
        of(c={**C, "matcher": "null"}),
        "/rules/0/conditions/0/value",
        "is not known",
    ),
    "value of a kind": (
        of(c={**C, "matcher": "gt", "value": "x"}),
        "/rules/0/conditions/0/value",
        "must be a number or a date",
    ),
    "eq a list": (
        of(c={**C, "value": ["EUR"]}),
        "/rules/0/conditions/0/value",
        "must be a text, a number, true or false",
    ),
    "range elsewhere": (
        of(c={**C, "value": "{{range(today, 7.days)}}"}),
        "/rules/0/conditions/0/value",
        "must be a text, a number, true or false",
    ),
    "unreadable dynamic value": (
        of(c={**C, "matcher": "gt", "value": "{{week(today)}}"}),
        "/rules/0/conditions/0/value",
        "must be a number or a date",
    ),
    "unreadable span": (
        of(c={**C, "matcher": "gteq_lteq", "value": "{{range(today, 7.weeks)}}"}),
        "/rules/0/conditions/0/value",
        "must be two numbers or dates, or a range",
    ),
    "one of two": (
        of(c={**C, "matcher": "gt_lt", "value": [1]}),
        "/rules/0/conditions/0/value",
        "must be two numbers or dates",
    ),
    "expression": (
        of(c={**C, "matcher": "matches", "value": "("}),
        "/rules/0/conditions/0/value",
        "must be a regular expression",
    ),
    "array": (
        of(c={**C, "matcher": "array_match", "value": {"in": []}}),
        "/rules/0/conditions/0/value/in",
        "is not known",
    ),
    "divisor": (
        of(c={**C, "matcher": "multiple", "value": 0}),
        "/rules/0/conditions/0/value",
        "must be a whole number, 1 or more",
    ),
    "nested": (
        of(c={**C, "nested": {"conditions": [{**C, "scope": "some"}]}}),
        "/rules/0/conditions/0/nested/conditions/0/scope",
        "must be one of any, all",
    ),
    "aggregation": (
        of(c={**C, "aggregations": [{"field": "order.x", "operator": "mode"}]}),
        "/rules/0/conditions/0/aggregations/0/matcher",
        "is required",
    ),
    "action type": (
        of(a={**A, "type": "give"}),
        "/rules/0/actions/0/type",
        TYPES,
    ),
    "no action type": (of(a={}), "/rules/0/actions/0/type", "is required"),
    "percentage": (
        of(a={**A, "value": 1.5}),
        "/rules/0/actions/0/value",
        "must be above 0 and not above 1, with 4 decimals at most",
    ),
    "decimals": (
        of(a={**A, "value": 0.12345}),
        "/rules/0/actions/0/value",
        "must be above 0 and not above 1, with 4 decimals at most",
    ),
    "limit and bundle": (
        of(a={**A, "limit": {"sort": SORT, "value": 1}, "bundle": {"sort": SORT}}),
        "/rules/0/actions/0",
        "must not have both limit and bundle",
    ),
    "selector": (
        of(a={**A, "selector": "orders"}),
        "/rules/0/actions/0/selector",
        "must be order, or a path that begins with it",
    ),
    "round of an amount": (
        of(a={**A, "type": "fixed_amount", "value": 1, "round": True}),
        "/rules/0/actions/0/round",
        "is not known",
    ),
    "gift without anything": (
        of(a={"type": "free_gift", "identifiers": {}, "quantity": 1}),
        "/rules/0/actions/0/identifiers",
        "must name something",
    ),
}


@pytest.mark.parametrize("rules", GOOD.values(), ids=GOOD)
def test_nothing_is_wrong(rules: dict[str, Any]) -> None:
    assert violations(rules, "order") == []


@pytest.mark.parametrize(("rules", "pointer", "reason"), BAD.values(), ids=BAD)
def test_something_is_wrong(rules: Any, pointer: str, reason: str) -> None:
    assert (pointer, reason) in violations(rules, "order")


def test_every_violation_is_told_of() -> None:
    rules = of(c={"matcher": "is"}, a={**A, "value": 2, "limits": 1})

    assert [each.pointer for each in violations(rules, "order")] == [
        "/rules/0/actions/0/limits",
        "/rules/0/actions/0/value",
        "/rules/0/conditions/0/field",
        "/rules/0/conditions/0/matcher",
    ]


def test_prices_have_rules_of_their_own() -> None:
    condition = {"field": "price.sku.code", "matcher": "start_with", "value": "PROMO"}
    good = of(c=condition, a={"type": "percentage", "selector": "price", "value": "0.2"})

    assert violations(good, "price") == []
    assert violations(good, "order")
    assert violations(of(c=condition, a={**A, "type": "buy_x_pay_y"}), "price") == [
        ("/rules/0/actions/0/type", "must be one of percentage, fixed_amount, fixed_price")
    ]


def test_sizes_count_the_conditions_in_others() -> None:
    rules = {"rules": [*of()["rules"], *of(c={**C, "nested": {"conditions": [C, C]}})["rules"]]}

    assert sizes(rules) == (2, 4)


def test_names_are_all_that_rules_look_at() -> None:
    aggregation = {
        "field": "order.line_items.quantity",
        "operator": "sum",
        "matcher": "gt",
        "value": 1,
    }
    nested = {"conditions": [{**C, "value": "{{month(order.updated_at)}}"}]}
    rules = of(
        c={**C, "aggregations": [aggregation], "nested": nested}, a={**A, "selector": "order"}
    )

    assert {".".join(each) for each in named_paths(rules)} == {
        "order",
        "order.currency_code",
        "order.line_items.quantity",
        "order.updated_at",
    }
