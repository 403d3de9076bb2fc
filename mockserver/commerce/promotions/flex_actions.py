"""Actions of flex promotions, and the discount of each (commerce.md §7.2).

They act one after the other, each on what those before have left of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction

from mockserver.commerce.promotions.flex_selection import (
    Action,
    Pieces,
    Scene,
    is_on_options,
    is_on_order,
    pieces,
    selected,
)
from mockserver.commerce.rules.action_shapes import percentage
from mockserver.commerce.rules.paths import path, values_at
from mockserver.commerce.totals.buckets import amounts
from mockserver.commerce.totals.cart import Line
from mockserver.commerce.totals.distribution import apportioned
from mockserver.commerce.totals.rounding import proportion, rounded
from mockserver.late_dataclass import dataclass
from mockserver.schema.currencies import currency

#: The amounts of a line that an action can be on instead of what is left of it.
UNITS = frozenset({"unit_amount_cents", "compare_at_amount_cents"})


@dataclass(slots=True)
class Ledger:
    """Discounts of each line so far.

    Attributes:
        taken: above zero, by the id of the line.
        lines: the lines something may be taken off, by their ids.
    """

    taken: dict[str, int] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def left(self, line: Line) -> int:
        """Return the rest of a line."""
        return max(line.total_amount_cents - self.taken.get(line.id, 0), 0)

    def take(self, line: Line, cents: int) -> None:
        """Take something off a line, as much as is left of it at most."""
        self.lines[line.id] = line
        self.taken[line.id] = self.taken.get(line.id, 0) + max(min(cents, self.left(line)), 0)

    def spread(self, cents: int, lines: Sequence[Line], weights: Sequence[int]) -> None:
        """Take an amount off several lines, each bearing its weight of it."""
        if cents <= 0 or sum(weights) <= 0:
            return
        rooms = [self.left(line) for line in lines]
        for line, part in zip(lines, apportioned(cents, weights, rooms), strict=True):
            self.take(line, part)


def act(action: Action, scene: Scene, ledger: Ledger) -> None:
    """Do what an action says."""
    EFFECTS[action["type"]](action, scene, ledger)


def _on_amounts(action: Action, scene: Scene, ledger: Ledger) -> None:
    """Lower what is selected: the order as a whole, or each line by itself."""
    lines = selected(action, scene)
    if is_on_order(action):
        base = _order_base(action, scene, ledger, lines)
        _spread(ledger, _off_order(action, base, scene), lines)
    elif action.get("discount_mode") == "distributed":
        count = pieces(action, lines, scene)
        _spread(ledger, action["value"], [line for line in lines if count.get(line.id)])
    else:
        count = pieces(action, lines, scene)
        for line in lines:
            if number := count.get(line.id):
                ledger.take(line, _off_line(action, line, number, scene, ledger))


def _spread(ledger: Ledger, cents: int, lines: Sequence[Line]) -> None:
    ledger.spread(cents, lines, [line.total_amount_cents for line in lines])


def _order_base(action: Action, scene: Scene, ledger: Ledger, lines: Sequence[Line]) -> int:
    """Return the amount of the order that an action lowers: what is left of its goods."""
    if action.get("apply_on") == "total_amount_cents":
        return amounts(scene.cart)["total_amount_cents"] - sum(ledger.taken.values())
    return sum(ledger.left(line) for line in lines)


def _off_order(action: Action, base: int, scene: Scene) -> int:
    if action["type"] == "percentage":
        return _part(action, Fraction(base), scene)
    value = int(action["value"])
    return value if action["type"] == "fixed_amount" else base - value


def _off_line(action: Action, line: Line, number: int, scene: Scene, ledger: Ledger) -> int:
    """Return the discount of an action on so many pieces of a line."""
    if action["type"] == "fixed_amount":
        return int(action["value"]) * number
    base = _base(action, line, number, ledger)
    if action["type"] == "percentage":
        return _part(action, base, scene)
    return rounded(base) - int(action["value"]) * number


def _base(action: Action, line: Line, number: int, ledger: Ledger) -> Fraction:
    """Return the amount of so many pieces that an action is on."""
    if is_on_options(action):
        return Fraction(min(line.options_amount_cents, ledger.left(line)))
    name = action.get("apply_on")
    if name in UNITS:
        return Fraction(getattr(line, name) * number)
    # A price is of the piece: options keep theirs.
    options = line.options_amount_cents if action["type"] == "fixed_price" else 0
    return Fraction((ledger.left(line) - options) * number, line.quantity)


def _part(action: Action, base: Fraction, scene: Scene) -> int:
    """Return a percentage of an amount, of whole units of the currency where it says so."""
    part = base * Fraction(percentage(action["value"]) or 0)
    if not action.get("round"):
        return rounded(part)
    unit = currency(scene.cart.order.get("currency_code") or "").subunit_to_unit
    return rounded(part / unit) * unit


def _buy_x_pay_y(action: Action, scene: Scene, ledger: Ledger) -> None:
    """Take off some of every so many pieces of each line."""
    value = action["value"]
    lines = selected(action, scene)[: value.get("result_item_limit")]
    for line in lines:
        free = line.quantity // value["x"] * (value["x"] - value["y"])
        ledger.take(line, _of_pieces(line, free, ledger))


def _of_pieces(line: Line, count: int, ledger: Ledger) -> int:
    """Return the price of so many pieces, by the rest of their line without its options."""
    left = max(ledger.left(line) - line.options_amount_cents, 0)
    return proportion(left, count, line.quantity)


def _every_x_discount_y(action: Action, scene: Scene, ledger: Ledger) -> None:
    """Take an amount off for every so much of another, each piece bearing the same of it."""
    value, lines = action["value"], selected(action, scene)
    times = _amount_of(value["attribute"], scene, lines) // value["x"]
    ledger.spread(times * value["y"], lines, [line.quantity for line in lines])


def _amount_of(attribute: str, scene: Scene, lines: Sequence[Line]) -> int:
    """Return an attribute of the order, or what the lines have of it together."""
    name = path(attribute)[-1]
    found = {**scene.cart.order, **amounts(scene.cart)}.get(name)
    if isinstance(found, int):
        return found
    values = [getattr(line, name, None) for line in lines]
    return sum(value for value in values if isinstance(value, int))


def _free_gift(action: Action, scene: Scene, ledger: Ledger) -> None:
    """Take off the price of so many pieces: by key, then id, then creation."""
    left: int = action["quantity"]
    given: Pieces = {}
    for key, ids in action["identifiers"].items():
        for id_ in ids:
            for line in scene.cart.discountable():
                if id_ in values_at(scene.item(line), path(key)[2:]):
                    free = min(left, line.quantity - given.get(line.id, 0))
                    given[line.id] = given.get(line.id, 0) + free
                    left -= free
    for line in scene.cart.discountable():
        ledger.take(line, _of_pieces(line, given.get(line.id, 0), ledger))


Effect = Callable[[Action, Scene, Ledger], None]
EFFECTS: Mapping[str, Effect] = {
    **dict.fromkeys(("percentage", "fixed_amount", "fixed_price"), _on_amounts),
    "buy_x_pay_y": _buy_x_pay_y,
    "every_x_discount_y": _every_x_discount_y,
    "free_gift": _free_gift,
}
