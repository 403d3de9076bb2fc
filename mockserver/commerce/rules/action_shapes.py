"""The shapes of actions: what rules for orders and for prices may do (commerce.md §7.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mockserver.commerce.rules.condition_shapes import aggregation_of
from mockserver.commerce.rules.shapes import (
    FILLED,
    FLAG,
    TEXT,
    Shape,
    Violation,
    array_of,
    at_least,
    members,
    one_of,
    satisfying,
)

#: How many decimals a percentage may have.
DECIMALS = 4
IDENTIFIERS = (
    "order.line_items.sku.id",
    "order.line_items.bundle.id",
    "order.line_items.sku.sku_lists.id",
)


def percentage(value: Any) -> Decimal | None:
    """Return the part that a percentage is, which may be written as a text; ``None`` for none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        part = Decimal(str(value))
    except InvalidOperation:
        return None
    exponent = part.normalize().as_tuple().exponent if part.is_finite() else "none"
    is_exact = isinstance(exponent, int) and exponent >= -DECIMALS
    return part if is_exact and 0 < part <= 1 else None


PERCENTAGE = satisfying(
    lambda value: percentage(value) is not None,
    f"must be above 0 and not above 1, with {DECIMALS} decimals at most",
)
CENTS = at_least(0)
SORT = members({"attribute": FILLED, "direction": one_of("asc", "desc")}, {})
LIMIT = members({"sort": SORT, "value": at_least(1)}, {})
BALANCED = members({"sort": SORT}, {"type": one_of("balanced", "every")})
EVERY = members({"sort": SORT, "value": at_least(1)}, {"type": one_of("every")})


def _bundle(value: Any, at: str) -> Iterator[Violation]:
    is_every = isinstance(value, dict) and (value.get("type") == "every" or "value" in value)
    yield from (EVERY if is_every else BALANCED)(value, at)


#: What the actions on amounts may have beside their value.
CHOICE: Mapping[str, Shape] = {
    "apply_on": FILLED,
    "limit": LIMIT,
    "bundle": _bundle,
    "quantity": at_least(1),
}
X_AND_Y: Mapping[str, Shape] = {"x": at_least(1), "y": at_least(1)}
BUY = members(dict(X_AND_Y), {"result_item_limit": at_least(1)})
EVERY_X = members({**X_AND_Y, "attribute": FILLED}, {})
GIFTS = members({}, dict.fromkeys(IDENTIFIERS, array_of(FILLED, 1)))


def _gifts(value: Any, at: str) -> Iterator[Violation]:
    yield from GIFTS(value, at)
    if value == {}:
        yield Violation(at, "must name something")


def _selector(root: str) -> Shape:
    return satisfying(
        lambda value: isinstance(value, str) and (value == root or value.startswith(f"{root}.")),
        f"must be {root}, or a path that begins with it",
    )


def _on_selected(root: str, value: Shape, extra: Mapping[str, Shape]) -> Shape:
    """Return the shape of an action on what it selects."""
    return members(
        {"type": TEXT, "selector": _selector(root), "value": value},
        {
            "identifier": TEXT,
            "groups": array_of(TEXT),
            "aggregation": aggregation_of(root),
            **extra,
        },
        ("limit", "bundle"),
    )


def _free_gift() -> Shape:
    return members({"type": TEXT, "identifiers": _gifts, "quantity": at_least(1)}, {})


def _order_actions() -> Mapping[str, Shape]:
    modes = {"discount_mode": one_of("distributed", "default")}
    return {
        "percentage": _on_selected("order", PERCENTAGE, {**CHOICE, "round": FLAG}),
        "fixed_amount": _on_selected("order", CENTS, {**CHOICE, **modes}),
        "fixed_price": _on_selected("order", CENTS, CHOICE),
        "buy_x_pay_y": _on_selected("order", BUY, {}),
        "every_x_discount_y": _on_selected("order", EVERY_X, {}),
        "free_gift": _free_gift(),
    }


def _price_actions() -> Mapping[str, Shape]:
    return {
        "percentage": _on_selected("price", PERCENTAGE, {"round": FLAG, "apply_on": FILLED}),
        "fixed_amount": _on_selected("price", CENTS, {"apply_on": FILLED}),
        "fixed_price": _on_selected("price", CENTS, {"apply_on": FILLED}),
    }


#: The actions of each kind of rules, by their type.
ACTIONS: Mapping[str, Mapping[str, Shape]] = {
    "order": _order_actions(),
    "price": _price_actions(),
}


def actions_of(root: str) -> Shape:
    """Return the shape of a list of actions."""
    kinds = ACTIONS[root]
    of_type = one_of(*kinds)

    def action(value: Any, at: str) -> Iterator[Violation]:
        if not isinstance(value, dict):
            yield Violation(at, "must be an object")
        elif "type" not in value:
            yield Violation(f"{at}/type", "is required")
        elif list(of_type(value["type"], at)):
            yield from of_type(value["type"], f"{at}/type")
        else:
            yield from kinds[value["type"]](value, at)

    return array_of(action)
