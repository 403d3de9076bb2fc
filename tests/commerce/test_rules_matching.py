"""The conditions of rules against a payload (commerce.md §7.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.commerce.rules.outcomes import outcomes

NOW = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "id": "o1",
    "currency_code": "EUR",
    "subtotal_amount_cents": 12000,
    "customer_email": "ada@mybrand.com",
    "place_async": False,
    "coupon_code": None,
    "created_at": "2026-03-05T08:00:00.000Z",
    "updated_at": "2026-02-28T08:00:00.000Z",
    "metadata": {"channels": ["web", "shop"], "vip": True, "steps": 9},
    "market": {"id": "m1", "name": "Europe"},
    "tags": [{"id": "t1", "name": "men"}, {"id": "t2", "name": "summer"}],
    "shipments": [],
    "line_items": [
        {
            "id": "l1",
            "quantity": 2,
            "unit_amount_cents": 1000,
            "compare_at_amount_cents": 1000,
            "sku": {"id": "s1", "code": "SHIRT1", "tags": [{"id": "a", "name": "men"}]},
        },
        {
            "id": "l2",
            "quantity": 5,
            "unit_amount_cents": 2000,
            "compare_at_amount_cents": 2500,
            "sku": {
                "id": "s2",
                "code": "SHIRT2",
                "tags": [{"id": "a", "name": "men"}, {"id": "b", "name": "sale"}],
            },
        },
        {"id": "l3", "quantity": 1, "unit_amount_cents": 3000, "sku": None},
    ],
}
RANGE = "{{range(order.updated_at, 1.months)}}"
#: A field, a matcher, a value, and whether it holds.
SIMPLE: dict[str, tuple[str, str, Any, bool]] = {
    "eq text": ("order.currency_code", "eq", "EUR", True),
    "eq counts case": ("order.currency_code", "eq", "eur", False),
    "eq number": ("order.subtotal_amount_cents", "eq", 12000, True),
    "eq number as text": ("order.subtotal_amount_cents", "eq", "12000", False),
    "eq flag": ("order.place_async", "eq", False, True),
    "eq flag is no number": ("order.place_async", "eq", 0, False),
    "eq moment": ("order.created_at", "eq", "2026-03-05T09:00:00+01:00", True),
    "eq day": ("order.created_at", "eq", "2026-03-05", True),
    "not_eq": ("order.currency_code", "not_eq", "USD", True),
    "lt": ("order.subtotal_amount_cents", "lt", 12000, False),
    "lteq": ("order.subtotal_amount_cents", "lteq", 12000, True),
    "gt": ("order.subtotal_amount_cents", "gt", 11999, True),
    "gteq": ("order.subtotal_amount_cents", "gteq", 12001, False),
    "gt moment": ("order.created_at", "gt", "2026-03-05T07:59:59Z", True),
    "gt of a text": ("order.currency_code", "gt", 1, False),
    "gt_lt": ("order.subtotal_amount_cents", "gt_lt", [11999, 12001], True),
    "gt_lt at its end": ("order.subtotal_amount_cents", "gt_lt", [12000, 12001], False),
    "gteq_lt": ("order.subtotal_amount_cents", "gteq_lt", [12000, 12001], True),
    "gteq_lt at its end": ("order.subtotal_amount_cents", "gteq_lt", [11999, 12000], False),
    "gt_lteq": ("order.subtotal_amount_cents", "gt_lteq", [11999, 12000], True),
    "gteq_lteq": ("order.subtotal_amount_cents", "gteq_lteq", [12000, 12000], True),
    "is_in": ("order.market.name", "is_in", ["Asia", "Europe"], True),
    "is_not_in": ("order.market.name", "is_not_in", ["Asia", "Europe"], False),
    "start_with": ("order.customer_email", "start_with", "ada@", True),
    "not_start_with": ("order.customer_email", "not_start_with", "ada@", False),
    "end_with": ("order.customer_email", "end_with", ".com", True),
    "not_end_with": ("order.customer_email", "not_end_with", ".org", True),
    "matches": ("order.customer_email", "matches", ".*@mybrand.com", True),
    "matches the whole value": ("order.customer_email", "matches", "ada", False),
    "matches counts case": ("order.customer_email", "matches", "ADA@.*", False),
    "matches any case": ("order.customer_email", "matches", "(?i)ADA@.*", True),
    "matches one of": ("order.market.id", "matches", "m1|m2x", True),
    "does_not_match": ("order.customer_email", "does_not_match", ".*@other.com", True),
    "multiple": ("order.metadata.steps", "multiple", 3, True),
    "no multiple": ("order.metadata.steps", "multiple", 2, False),
    "blank": ("order.coupon_code", "blank", None, True),
    "false is blank": ("order.place_async", "blank", None, True),
    "present": ("order.customer_email", "present", None, True),
    "null": ("order.coupon_code", "null", None, True),
    "not_null": ("order.coupon_code", "not_null", None, False),
    "metadata": ("order.metadata.vip", "eq", True, True),
    "nowhere eq": ("order.nothing.at.all", "eq", "x", False),
    "nowhere not_eq": ("order.nothing.at.all", "not_eq", "x", True),
    "nowhere is_not_in": ("order.nothing.at.all", "is_not_in", ["x"], True),
    "nowhere does_not_match": ("order.nothing.at.all", "does_not_match", "x", True),
    "nowhere null": ("order.nothing.at.all", "null", None, True),
    "nowhere blank": ("order.nothing.at.all", "blank", None, True),
    "nowhere gt": ("order.nothing.at.all", "gt", 0, False),
    "nowhere present": ("order.nothing.at.all", "present", None, False),
    "of an empty list": ("order.shipments.number", "eq", "x", False),
    "negation of an empty list": ("order.shipments.number", "not_eq", "x", True),
    "any of many": ("order.line_items.sku.code", "eq", "SHIRT2", True),
    "none of many": ("order.line_items.sku.code", "eq", "SHIRT3", False),
    "in_and": ("order.tags.name", "array_match", {"in_and": ["men", "summer"]}, True),
    "in_and lacks one": ("order.tags.name", "array_match", {"in_and": ["men", "x"]}, False),
    "in_or": ("order.tags.name", "array_match", {"in_or": ["x", "men"]}, True),
    "not_in_and": ("order.tags.name", "array_match", {"not_in_and": ["x", "men"]}, False),
    "not_in_or": ("order.tags.name", "array_match", {"not_in_or": ["x", "men"]}, True),
    "in and not in": (
        "order.line_items.sku.tags.name",
        "array_match",
        {"in_or": ["men"], "not_in_and": ["sale"]},
        True,
    ),
    "array of metadata": ("order.metadata.channels", "array_match", {"in_and": ["web"]}, True),
    "today": ("order.created_at", "eq", "{{today}}", True),
    "not today": ("order.updated_at", "lt", "{{today}}", True),
    "day": ("order.metadata.steps", "gt", "{{day(today)}}", True),
    "month": ("order.metadata.steps", "eq", "{{month(today)}}", False),
    "year": ("order.subtotal_amount_cents", "gt", "{{year(order.updated_at)}}", True),
    "range in months": ("order.created_at", "gteq_lteq", RANGE, True),
    "range in days": ("order.created_at", "gteq_lteq", "{{range(today, 7.days)}}", True),
    "after a range": (
        "order.created_at",
        "gteq_lteq",
        "{{range(order.updated_at, 4.days)}}",
        False,
    ),
    "same line": (
        "order.line_items.unit_amount_cents",
        "lt",
        "{{order.line_items.compare_at_amount_cents}}",
        True,
    ),
    "least": (
        "order.subtotal_amount_cents",
        "eq",
        "{{min(order.line_items.unit_amount_cents)}}",
        False,
    ),
    "average": (
        "order.line_items.unit_amount_cents",
        "eq",
        "{{avg(order.line_items.unit_amount_cents)}}",
        True,
    ),
}


def outcome(**rule: Any) -> Any:
    """Return what becomes of one rule."""
    rules = {"rules": [{"name": "R", "actions": [], **rule}]}
    return outcomes(rules, {"order": ORDER}, NOW)[0]


def condition(field: str, matcher: str, value: Any = None, **more: Any) -> dict[str, Any]:
    given = {} if value is None else {"value": value}
    return {"field": field, "matcher": matcher, **given, **more}


@pytest.mark.parametrize(("field", "matcher", "value", "expected"), SIMPLE.values(), ids=SIMPLE)
def test_a_condition_holds(field: str, matcher: str, value: Any, *, expected: bool) -> None:
    found = outcome(conditions=[condition(field, matcher, value)])

    assert found.match is expected


CODE = "order.line_items.sku.code"
QUANTITY = "order.line_items.quantity"


def grouped(**more: Any) -> Any:
    """Return the ids of the lines that a condition on the codes of SKUs puts into a group."""
    found = outcome(conditions=[condition(CODE, "start_with", "SHIRT", group="g", **more)])
    return sorted(found.groups["g"])


def total(operator: str, matcher: str, value: int) -> list[dict[str, Any]]:
    return [{"field": QUANTITY, "operator": operator, "matcher": matcher, "value": value}]


#: What is added to a condition that lines 1 and 2 satisfy, and which lines do then.
GROUPS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "any": ({}, ["l1", "l2"]),
    "all": ({"scope": "all"}, []),
    "sum": ({"aggregations": total("sum", "eq", 7)}, ["l1", "l2"]),
    "sum of less": ({"aggregations": total("sum", "gt", 7)}, []),
    "multiple": ({"aggregations": total("sum", "multiple", 7)}, ["l1", "l2"]),
    "least and greatest": (
        {"aggregations": [*total("min", "eq", 2), *total("max", "eq", 5)]},
        ["l1", "l2"],
    ),
    "one of two": ({"aggregations": [*total("min", "eq", 2), *total("max", "eq", 2)]}, []),
    "average": ({"aggregations": total("avg", "gt", 3)}, ["l1", "l2"]),
    "count": ({"aggregations": total("count", "eq", 2)}, ["l1", "l2"]),
    "nested": ({"nested": {"conditions": [condition(QUANTITY, "gt", 2)]}}, ["l2"]),
    "nested in nested": (
        {
            "nested": {
                "conditions": [
                    condition(
                        QUANTITY, "gt", 1, nested={"conditions": [condition(CODE, "eq", "SHIRT1")]}
                    )
                ]
            }
        },
        ["l1"],
    ),
    "nested or": (
        {
            "nested": {
                "conditions_logic": "or",
                "conditions": [condition(QUANTITY, "gt", 9), condition(QUANTITY, "lt", 3)],
            }
        },
        ["l1"],
    ),
    "nested that nothing satisfies": (
        {"nested": {"conditions": [condition(QUANTITY, "gt", 9)]}},
        [],
    ),
    "nested with the other values of an item": (
        {
            "nested": {
                "conditions": [
                    condition("order.line_items.sku.tags.name", "eq", "sale"),
                ]
            }
        },
        ["l2"],
    ),
}


@pytest.mark.parametrize(("more", "expected"), GROUPS.values(), ids=GROUPS)
def test_the_items_that_satisfy_a_condition_are_grouped(
    more: dict[str, Any], expected: list[str]
) -> None:
    assert grouped(**more) == expected


def test_scope_all_holds_where_every_value_matches() -> None:
    more = {"scope": "all", "group": "g"}
    found = outcome(conditions=[condition(QUANTITY, "gteq", 1, **more)])

    assert (found.match, sorted(found.groups["g"])) == (True, ["l1", "l2", "l3"])


def test_logic_and_no_conditions() -> None:
    no, yes = condition(QUANTITY, "gt", 99, group="n"), condition(QUANTITY, "eq", 5, group="y")

    assert outcome(conditions=[no, yes]).match is False
    either = outcome(conditions=[no, yes], conditions_logic="or")
    assert (either.match, either.groups) == (True, {"n": frozenset(), "y": frozenset({"l2"})})
    assert outcome(conditions=[]).match is True
    assert outcome(conditions=[], conditions_logic="or").match is True


def test_rules_are_looked_at_by_priority_and_told_of() -> None:
    def rule(name: str, currency: str, **more: Any) -> dict[str, Any]:
        conditions = [condition("order.currency_code", "eq", currency)]
        return {"name": name, "conditions": conditions, "actions": [{"type": name}], **more}

    rules = {"rules": [rule("c", "EUR", priority=2), rule("a", "EUR"), rule("b", "USD")]}
    found = [each.document() for each in outcomes(rules, {"order": ORDER}, NOW)]

    assert [(each["name"], each["match"], each["actions"]) for each in found] == [
        ("a", True, [{"type": "a"}]),
        ("b", False, []),
        ("c", True, [{"type": "c"}]),
    ]
    assert found[1]["conditions"] == [
        {"field": "order.currency_code", "matcher": "eq", "value": "USD", "match": False}
    ]
