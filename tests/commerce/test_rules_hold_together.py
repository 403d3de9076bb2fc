"""Whatever rules are accepted can be held against any order (commerce.md §7.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.commerce.promotions.flex_actions import Ledger, act
from mockserver.commerce.promotions.flex_selection import Scene
from mockserver.commerce.rules.action_shapes import ACTIONS, IDENTIFIERS
from mockserver.commerce.rules.checking import violations
from mockserver.commerce.rules.conditions import OPERATORS
from mockserver.commerce.rules.matchers import ARRAY_MATCH, ARRAYS, MATCHERS
from mockserver.commerce.rules.outcomes import outcomes
from mockserver.commerce.totals.cart import Cart, Line

NOW = datetime(2026, 3, 5, tzinfo=UTC)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        (
            *("2026-01-01", "9999-12-31T23:59:59Z", "0001-01-01", "{{today}}", "{{order.total}}"),
            *("{{range(today, 9999.years)}}", "{{range(order.lines.at, 7.days)}}", "(a|b)*"),
            *("{{min(order.lines.price)}}", "{{avg(order.lines.at)}}", "{{year(order.total)}}"),
        )
    ),
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.sampled_from([*ARRAYS]), st.lists(SCALARS, max_size=2), max_size=2),
)
FIELDS = st.sampled_from(
    ["order.total", "order.lines.price", "order.lines.at", "order.lines.tags.name", "order.x.y"]
)
AGGREGATIONS = st.fixed_dictionaries(
    {
        "field": FIELDS,
        "operator": st.sampled_from([*OPERATORS]),
        "matcher": st.sampled_from(["eq", "gt", "multiple"]),
        "value": SCALARS,
    }
)


def conditions(inner: Any) -> Any:
    """Return conditions that may have others in them."""
    return st.fixed_dictionaries(
        {"field": FIELDS, "matcher": st.sampled_from([*MATCHERS, ARRAY_MATCH])},
        optional={
            "value": VALUES,
            "scope": st.sampled_from(["any", "all"]),
            "group": st.sampled_from(["g", "h"]),
            "aggregations": st.lists(AGGREGATIONS, max_size=1),
            "nested": st.fixed_dictionaries({"conditions": inner}),
        },
    )


CONDITIONS = st.recursive(
    conditions(st.just([])), lambda inner: conditions(st.lists(inner, max_size=2)), max_leaves=3
)
SORTS = st.fixed_dictionaries(
    {
        "attribute": st.sampled_from(["quantity", "name", "order.line_items.unit_amount_cents"]),
        "direction": st.sampled_from(["asc", "desc"]),
    }
)
COUNTS = st.integers(0, 5)
CHOICES = {
    "apply_on": st.sampled_from(["unit_amount_cents", "total_amount_cents", "name"]),
    "limit": st.fixed_dictionaries({"sort": SORTS, "value": COUNTS}),
    "bundle": st.fixed_dictionaries({"sort": SORTS}, optional={"value": COUNTS}),
    "quantity": COUNTS,
    "groups": st.lists(st.sampled_from(["g", "h", "none"]), max_size=2),
    "identifier": st.sampled_from(["A", "L1"]),
    "aggregation": AGGREGATIONS,
    "round": st.booleans(),
    "discount_mode": st.sampled_from(["distributed", "default"]),
}
GIVEN = st.fixed_dictionaries(
    {"x": COUNTS, "y": COUNTS},
    optional={
        "attribute": st.sampled_from(["subtotal_amount_cents", "quantity", "id"]),
        "result_item_limit": COUNTS,
    },
)
ACTED = st.fixed_dictionaries(
    {
        "type": st.sampled_from([*ACTIONS["order"]]),
        "selector": st.sampled_from(
            ["order", "order.line_items", "order.line_items.sku", "order.line_items.sku.id"]
        ),
        "value": st.one_of(st.integers(0, 3000), st.floats(0, 1), GIVEN, SCALARS),
    },
    optional={
        **CHOICES,
        "identifiers": st.dictionaries(
            st.sampled_from(IDENTIFIERS), st.lists(st.just("A"), min_size=1), min_size=1
        ),
    },
)


def cart() -> Cart:
    lines = [
        Line("L1", "skus", "A", 1, 3, 1000, 1200, 100),
        Line("L2", None, None, 2, 1, 0),
        Line("L3", "bundles", "B", 3, 2, 333),
    ]
    return Cart({"id": "o", "currency_code": "EUR"}, lines)


PAYLOAD: dict[str, Any] = {
    "order": {
        "id": "o",
        "total": 5000,
        "lines": [
            {"id": "L1", "price": 10, "at": "2026-01-01T00:00:00.000Z", "tags": [{"name": "a"}]},
            {"id": "L3", "price": None, "at": "no date", "tags": []},
        ],
        "line_items": [{"id": "L1", "sku": {"id": "A"}}, {"id": "L3", "sku": None}],
    }
}


@given(st.lists(CONDITIONS, max_size=3))
@settings(max_examples=300)
def test_conditions(given_conditions: list[dict[str, Any]]) -> None:
    rules = {"rules": [{"name": "R", "conditions": given_conditions, "actions": []}]}
    if not violations(rules, "order"):
        (found,) = outcomes(rules, PAYLOAD, NOW)
        assert len(found.conditions) == len(given_conditions)


@given(st.lists(ACTED, min_size=1, max_size=3))
@settings(max_examples=300)
def test_actions(given_actions: list[dict[str, Any]]) -> None:
    """None takes more off a line than it costs, or puts anything on."""
    groups = {"g": frozenset({"L1"}), "h": frozenset({"o"})}
    rules = {"rules": [{"name": "R", "conditions": [], "actions": given_actions}]}
    scene, ledger = Scene(cart(), PAYLOAD, groups, NOW), Ledger()
    if not violations(rules, "order"):
        for each in given_actions:
            act(each, scene, ledger)
    for line in scene.cart.lines:
        assert 0 <= ledger.taken.get(line.id, 0) <= line.total_amount_cents
