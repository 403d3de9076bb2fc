"""What the actions of flex promotions take off (commerce.md §7.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.commerce.promotions.flex_actions import Ledger, act
from mockserver.commerce.promotions.flex_selection import Scene, is_later
from mockserver.commerce.rules.checking import violations
from mockserver.commerce.totals.cart import Cart, Line

NOW = datetime(2026, 3, 5, tzinfo=UTC)


def cart() -> Cart:
    """Return A 1000 x 3 with options 300, B 2000 x 2, an item-less 500, a card, a shipment."""
    a = Line("LA", "skus", "A", 1, 3, 1000, 1500, 300, sku_code="A")
    b = Line("LB", "bundles", "B", 2, 2, 2000, 2500, bundle_code="B")
    lines = [
        a,
        b,
        Line("LI", None, None, 3, 1, 500),
        Line("LG", "gift_cards", "G", 4, 1, 5000),
        Line("LS", "shipments", "S", 5, 1, 700),
        Line("LP", "payment_methods", "P", 6, 1, 300),
        Line("LJ", "adjustments", "J", 7, 1, 250),
        Line("LN", "adjustments", "N", 8, 1, -150),
    ]
    return Cart({"id": "o", "currency_code": "EUR", "skus_count": 5}, lines)


PAYLOAD: dict[str, Any] = {
    "order": {
        "id": "o",
        "line_items": [
            {
                "id": "LA",
                "quantity": 3,
                "sku": {"id": "A", "code": "AAA", "sku_lists": [{"id": "X"}]},
            },
            {"id": "LB", "quantity": 2, "bundle": {"id": "B"}},
            {"id": "LI", "quantity": 1, "sku": None},
        ],
    }
}
GROUPS = {
    "a": frozenset({"LA"}),
    "b": frozenset({"LB"}),
    "ab": frozenset({"LA", "LB"}),
    "s": frozenset({"S"}),
    "all": frozenset({"o"}),
    "none": frozenset[str](),
}
ASC = {"attribute": "order.line_items.unit_amount_cents", "direction": "asc"}
DESC = {"attribute": "quantity", "direction": "desc"}
LINES = "order.line_items"


def action(type_: str, selector: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": type_, "selector": selector, "value": value, **more}


def off(value: Any, selector: str = LINES, **more: Any) -> dict[str, Any]:
    return action("percentage", selector, value, **more)


def minus(value: int, selector: str = LINES, **more: Any) -> dict[str, Any]:
    return action("fixed_amount", selector, value, **more)


def to(value: int, selector: str = LINES, **more: Any) -> dict[str, Any]:
    return action("fixed_price", selector, value, **more)


def total(value: int) -> dict[str, Any]:
    return {
        "field": "order.line_items.quantity",
        "operator": "sum",
        "matcher": "eq",
        "value": value,
    }


GIFTS = {"type": "free_gift", "quantity": 2}
#: Actions in order, and what they take off each line together. LA is 3300, LB 4000, LI 500.
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, int]]] = {
    # 10 % of 7800, by 3300 : 4000 : 500.
    "the order": ([off(0.1, "order")], {"LA": 330, "LB": 400, "LI": 50}),
    # 10 % of 7800 + 5000 + 700 + 300 + 250 - 150.
    "the order's total": (
        [off("0.1", "order", apply_on="total_amount_cents")],
        {"LA": 588, "LB": 713, "LI": 89},
    ),
    "so much of the order": ([minus(780, "order")], {"LA": 330, "LB": 400, "LI": 50}),
    "the order for so much": ([to(3900, "order")], {"LA": 1650, "LB": 2000, "LI": 250}),
    "every line": ([off(0.1)], {"LA": 330, "LB": 400, "LI": 50}),
    "lines of SKUs": ([off(0.1, f"{LINES}.sku")], {"LA": 330}),
    "lines of bundles": ([off(0.1, f"{LINES}.bundle")], {"LB": 400}),
    "shipments": ([off(1, f"{LINES}.shipment")], {"LS": 700}),
    "payment method": ([off(0.5, f"{LINES}.payment_method")], {"LP": 150}),
    "positive adjustments": ([off(1, f"{LINES}.adjustment")], {"LJ": 250}),
    "never gift cards": ([off(1, f"{LINES}.gift_card")], {}),
    "options": ([off(0.5, f"{LINES}.line_item_options")], {"LA": 150}),
    "a group": ([off(0.1, groups=["b"])], {"LB": 400}),
    "two groups": ([off(0.1, groups=["a", "b"])], {"LA": 330, "LB": 400}),
    "a group without members": ([off(0.1, groups=["none"])], {}),
    "a group of the order": ([off(0.1, groups=["all"])], {"LA": 330, "LB": 400, "LI": 50}),
    "a group of shipments": ([off(1, f"{LINES}.shipment", groups=["s"])], {"LS": 700}),
    "by id": ([off(0.1, f"{LINES}.id", identifier="LB")], {"LB": 400}),
    "by code": ([off(0.1, f"{LINES}.sku.code", identifier="AAA")], {"LA": 330}),
    "by another code": ([off(0.1, f"{LINES}.sku.code", identifier="BBB")], {}),
    "of unit amounts": ([off(0.1, apply_on="unit_amount_cents")], {"LA": 300, "LB": 400, "LI": 50}),
    "of struck-through prices": (
        [off(0.1, apply_on="compare_at_amount_cents")],
        {"LA": 450, "LB": 500, "LI": 0},
    ),
    # 333.3 and 404 in whole euros: 3.63 is 4, 4.4 is 4, 0.55 is 1.
    "rounded": ([off(0.11, round=True)], {"LA": 400, "LB": 400, "LI": 100}),
    "off the unit": ([minus(100)], {"LA": 300, "LB": 200, "LI": 100}),
    "no more than there is": ([minus(600)], {"LA": 1800, "LB": 1200, "LI": 500}),
    "distributed": (
        [minus(730, discount_mode="distributed", groups=["ab"])],
        {"LA": 330, "LB": 400},
    ),
    "price": ([to(800)], {"LA": 600, "LB": 2400, "LI": 0}),
    "price of some": ([to(800, quantity=1)], {"LA": 200, "LB": 1200, "LI": 0}),
    "percentage of some": ([off(0.5, quantity=1, groups=["b"])], {"LB": 1000}),
    "more than the quantity": ([off(0.5, quantity=9, groups=["b"])], {"LB": 2000}),
    "the cheapest": ([off(0.1, limit={"value": 1, "sort": ASC})], {"LI": 50}),
    "the most": ([off(0.1, limit={"value": 2, "sort": DESC})], {"LA": 330, "LB": 400}),
    # Two of each group; 2 of 3 pieces of A with their part of the options.
    "balanced": (
        [off(0.1, bundle={"type": "balanced", "sort": ASC}, groups=["a", "b"])],
        {"LA": 220, "LB": 400},
    ),
    # 6 pieces, one of every 2: three, the cheapest first.
    "every": (
        [off(0.5, apply_on="unit_amount_cents", bundle={"type": "every", "sort": ASC, "value": 2})],
        {"LI": 250, "LA": 1000},
    ),
    "three for two": (
        [action("buy_x_pay_y", LINES, {"x": 3, "y": 2})],
        {"LA": 1000, "LB": 0, "LI": 0},
    ),
    "three for two of the first": (
        [action("buy_x_pay_y", LINES, {"x": 2, "y": 1, "result_item_limit": 1})],
        {"LA": 1000},
    ),
    # 7800 + 5000 of subtotal: 6 x 100, by 3 : 2 pieces.
    "every so much": (
        [
            action(
                "every_x_discount_y",
                LINES,
                {"x": 2000, "y": 100, "attribute": "subtotal_amount_cents"},
                groups=["ab"],
            )
        ],
        {"LA": 360, "LB": 240},
    ),
    "every so many pieces": (
        [action("every_x_discount_y", LINES, {"x": 2, "y": 50, "attribute": "skus_count"})],
        {"LA": 50, "LB": 33, "LI": 17},
    ),
    "not so much": (
        [
            action(
                "every_x_discount_y",
                LINES,
                {"x": 20000, "y": 100, "attribute": "subtotal_amount_cents"},
            )
        ],
        {},
    ),
    "gifts by key": (
        [{**GIFTS, "identifiers": {f"{LINES}.bundle.id": ["B"], f"{LINES}.sku.id": ["A"]}}],
        {"LA": 0, "LB": 4000, "LI": 0},
    ),
    "gifts by list": (
        [{**GIFTS, "identifiers": {f"{LINES}.sku.sku_lists.id": ["Y", "X"]}}],
        {"LA": 2000, "LB": 0, "LI": 0},
    ),
    "on what is left": ([off(0.5, groups=["b"]), off(0.5, groups=["b"])], {"LB": 3000}),
    "off, then a part": ([minus(500, groups=["b"]), off(0.1, groups=["b"])], {"LB": 1300}),
    "aggregation": ([off(0.1, groups=["ab"], aggregation=total(5))], {"LA": 330, "LB": 400}),
    "aggregation that does not hold": ([off(0.1, groups=["ab"], aggregation=total(6))], {}),
}


@pytest.mark.parametrize(("actions", "expected"), CASES.values(), ids=CASES)
def test_actions(actions: list[dict[str, Any]], expected: dict[str, int]) -> None:
    rules = {"rules": [{"name": "R", "conditions": [], "actions": actions}]}
    assert violations(rules, "order") == []
    ledger = Ledger()
    for each in actions:
        act(each, Scene(cart(), PAYLOAD, GROUPS, NOW), ledger)

    assert ledger.taken == expected


def test_actions_on_shipments_and_the_payment_method_come_later() -> None:
    resources = ("sku", "bundle", "adjustment", "shipment", "payment_method")
    later = [each for each in resources if is_later(off(1, f"{LINES}.{each}"))]

    assert later == ["shipment", "payment_method"]
    assert not is_later(off(1, "order"))
    assert not is_later(GIFTS)
