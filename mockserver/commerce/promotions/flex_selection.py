"""Which lines an action of a flex promotion acts on, and on how many pieces (commerce.md §7.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mockserver.commerce.rules.conditions import aggregate_holds
from mockserver.commerce.rules.paths import Viewpoint, path, values_at
from mockserver.commerce.totals.cart import ADJUSTMENTS, PAYMENT_METHODS, SHIPMENTS, Cart, Line
from mockserver.late_dataclass import dataclass

Action = Mapping[str, Any]
Groups = Mapping[str, frozenset[str]]
#: How many pieces of each line, by its id.
Pieces = dict[str, int]

ORDER = "order"
LINES = ("order", "line_items")


@dataclass(frozen=True, slots=True)
class Scene:
    """Surroundings in which an action is looked at.

    Attributes:
        cart: the order, with what the run has made of it so far.
        payload: what rules may look at.
        groups: the ids of the items that conditions put into groups.
        now: the time of the organization.
    """

    cart: Cart
    payload: dict[str, Any]
    groups: Groups
    now: datetime

    def item(self, line: Line) -> Any:
        """Return the part of the payload that is a line's."""
        items = values_at(self.payload, LINES)
        return next((item for item in items if item.get("id") == line.id), {})


def _adjustments(cart: Cart) -> list[Line]:
    return [line for line in cart.of_kind(ADJUSTMENTS) if line.total_amount_cents > 0]


def _with_options(cart: Cart) -> list[Line]:
    return [line for line in cart.discountable() if line.options_amount_cents]


#: The lines of each resource that a selector names. No promotion acts on a bought gift card
#: (commerce.md §3.4, §9.3).
RESOURCES: Mapping[str, Callable[[Cart], list[Line]]] = {
    "sku": lambda cart: cart.of_kind("skus"),
    "bundle": lambda cart: cart.of_kind("bundles"),
    "shipment": lambda cart: cart.of_kind(SHIPMENTS),
    "payment_method": lambda cart: cart.of_kind(PAYMENT_METHODS),
    "adjustment": _adjustments,
    "gift_card": lambda _: [],
    "line_item_options": _with_options,
}
#: Those whose lines a run makes after the discounts on goods (commerce.md §3.1).
LATER = frozenset({"shipment", "payment_method"})


def is_later(action: Action) -> bool:
    """Say whether an action is on shipments or the payment method."""
    return _resource(action) in LATER


def _resource(action: Action) -> str | None:
    steps = path(action.get("selector") or "")
    return steps[2] if steps[:2] == LINES and len(steps) > 2 else None  # noqa: PLR2004 - what follows


def is_on_order(action: Action) -> bool:
    """Say whether an action is on the order as a whole."""
    return bool(action.get("selector") == ORDER)


def is_on_options(action: Action) -> bool:
    """Say whether an action is on what is added to lines, not on the lines."""
    return _resource(action) == "line_item_options"


def selected(action: Action, scene: Scene) -> list[Line]:
    """Return the lines that an action is about, by creation."""
    named = RESOURCES.get(_resource(action) or "")
    lines = named(scene.cart) if named else scene.cart.discountable()
    if "identifier" in action:
        steps = path(action["selector"])[2:]
        wanted = action["identifier"]
        lines = [line for line in lines if wanted in values_at(scene.item(line), steps)]
    found = _grouped(action, lines, scene)
    return found if _aggregates(action, found, scene) else []


def _grouped(action: Action, lines: list[Line], scene: Scene) -> list[Line]:
    """Return the lines in the groups of an action; all, where it names none."""
    names = action.get("groups") or ()
    if not names:
        return lines
    return [line for line in lines if any(_is_in(line, name, scene) for name in names)]


def _is_in(line: Line, group: str, scene: Scene) -> bool:
    """Say whether a line is in a group: itself, what it is of, or the whole order."""
    members = scene.groups.get(group, frozenset())
    return not members.isdisjoint({line.id, line.item, scene.cart.order.get("id")})


def _aggregates(action: Action, lines: Sequence[Line], scene: Scene) -> bool:
    """Say whether the lines together are as the action asks."""
    if "aggregation" not in action:
        return True
    root = Viewpoint(scene.payload)
    views = [root.at(LINES, scene.item(line)) for line in lines]
    return aggregate_holds(action["aggregation"], views, scene.now)


def pieces(action: Action, lines: Sequence[Line], scene: Scene) -> Pieces:
    """Return how many pieces of each line an action is on."""
    most = action.get("quantity")
    found = {line.id: min(line.quantity, most or line.quantity) for line in lines}
    if limit := action.get("limit"):
        first = _sorted(lines, limit["sort"])[: limit["value"]]
        return {line.id: found[line.id] for line in first}
    if bundle := action.get("bundle"):
        return _bundled(action, bundle, lines, found, scene)
    return found


def _sorted(lines: Sequence[Line], sort: Mapping[str, str]) -> list[Line]:
    name = path(sort["attribute"])[-1]
    return sorted(lines, key=lambda line: _number(line, name), reverse=sort["direction"] == "desc")


def _number(line: Line, name: str) -> int:
    value = getattr(line, name, None)
    return value if isinstance(value, int) else 0


def _bundled(
    action: Action, bundle: Action, lines: Sequence[Line], found: Pieces, scene: Scene
) -> Pieces:
    """Return the pieces that make bundles: as many of each group, or one of every so many."""
    ordered = _sorted(lines, bundle["sort"])
    if "value" in bundle:
        return _first(ordered, found, sum(found.values()) // bundle["value"])
    groups = [
        [line for line in ordered if _is_in(line, name, scene)]
        for name in action.get("groups") or ()
    ] or [ordered]
    smallest = min(sum(found[line.id] for line in group) for group in groups)
    taken: Pieces = {}
    for group in groups:
        taken.update(_first(group, found, smallest))
    return taken


def _first(lines: Sequence[Line], available: Pieces, count: int) -> Pieces:
    """Return so many of the pieces there are, those of the first lines first."""
    taken: Pieces = {}
    for line in lines:
        taken[line.id] = min(available[line.id], count)
        count -= taken[line.id]
    return taken
