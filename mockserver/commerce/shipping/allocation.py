"""Where each piece of an order comes from, and which pieces travel together (catalogue.md §17).

All of it is plain values: units in the order of the lines, locations in the order of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from mockserver.late_dataclass import dataclass

Net = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """So many pieces of one SKU on one line.

    Attributes:
        line: the line item; a bundle's has a unit for each of its SKUs.
        category: the SKU's shipping category.
        ships: whether it travels, which ``do_not_ship`` denies.
        tracked: whether there is a stock of it, which ``do_not_track`` denies.
        bundled: whether it is part of a bundle.
    """

    line: str
    sku: str
    quantity: int
    category: str | None = None
    ships: bool = True
    tracked: bool = True
    bundled: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A stock location, and how many pieces of each SKU it can still give away."""

    id: str
    net: Net = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Portion:
    """The pieces of a unit that leave from one location.

    Attributes:
        location: where they leave from; ``None`` where there is no location at all.
        origin: where a stock transfer brings them from before; ``None``: they are there.
    """

    unit: Unit
    location: str | None
    quantity: int
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """The contents of one shipment.

    Attributes:
        location: where it leaves from.
        category: of all that is in it; ``None`` also where nothing is kept apart by it.
        line: the line it is of, where each has its own.
    """

    location: str
    category: str | None
    line: str | None
    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where all units come from.

    Attributes:
        loads: what travels, in the order that shipments are numbered in.
        unshipped: what is only taken from stock.
    """

    loads: tuple[Load, ...]
    unshipped: tuple[Portion, ...]


class Shelves:
    """The rest at the locations while units are taken from them, one after the other."""

    def __init__(self, locations: Sequence[Location]) -> None:
        """Begin with all there is."""
        self.locations = [location.id for location in locations]
        self._left = {each.id: dict(each.net) for each in locations}

    def has(self, location: str, sku: str) -> int:
        """Return how many pieces are left."""
        return max(self._left[location].get(sku, 0), 0)

    def take(self, location: str, sku: str, quantity: int) -> int:
        """Take as many of these pieces as are left, and return how many that were."""
        taken = min(quantity, self.has(location, sku))
        if taken:
            self._left[location][sku] -= taken
        return taken


# --- the strategies ------------------------------------------------------------------------------

Strategy = Callable[[Sequence[Unit], Shelves], Iterator[Portion]]


def _from_the_first(units: Sequence[Unit], shelves: Shelves) -> Iterator[Portion]:
    """Take all from the first location, whether it has them or not."""
    for unit in units:
        yield Portion(unit, shelves.locations[0], unit.quantity)


def _split(units: Sequence[Unit], shelves: Shelves) -> Iterator[Portion]:
    """Take of each unit what the locations have, in order; the first one owes the rest."""
    for unit in units:
        found = _found(unit, shelves, shelves.locations)
        owed = unit.quantity - sum(found.values())
        found[shelves.locations[0]] += owed
        yield from (Portion(unit, place, count) for place, count in found.items() if count)


def _from_primary(units: Sequence[Unit], shelves: Shelves) -> Iterator[Portion]:
    """Ship all from the first location; what it lacks is brought there from the others."""
    primary, *others = shelves.locations
    for unit in units:
        own = _found(unit, shelves, [primary])[primary]
        found = _found(unit, shelves, others, own)
        own = unit.quantity - sum(found.values())
        if own:
            yield Portion(unit, primary, own)
        yield from (Portion(unit, primary, n, place) for place, n in found.items() if n)


def _from_first_available(units: Sequence[Unit], shelves: Shelves) -> Iterator[Portion]:
    """Ship all from the first location that has everything; failing that, from the primary."""
    able = (place for place in shelves.locations if _has_all(units, shelves, place))
    chosen = next(able, None)
    if chosen is None:
        yield from _from_primary(units, shelves)
    for unit in units if chosen else ():
        yield Portion(unit, chosen, unit.quantity)


STRATEGIES: Mapping[str, Strategy] = {
    "no_split": _from_the_first,
    "split_shipments": _split,
    "split_by_line_items": _split,
    "ship_from_primary": _from_primary,
    "ship_from_first_available_or_primary": _from_first_available,
}


def _found(
    unit: Unit, shelves: Shelves, locations: Sequence[str], already: int = 0
) -> dict[str, int]:
    """Return how much of a unit each location gives; all of the untracked is at the first."""
    found = dict.fromkeys(locations, 0)
    left = unit.quantity - already
    for location in locations:
        found[location] = shelves.take(location, unit.sku, left) if unit.tracked else left
        left -= found[location]
    return found


def _has_all(units: Iterable[Unit], shelves: Shelves, location: str) -> bool:
    needed: dict[str, int] = {}
    for unit in units:
        if unit.tracked:
            needed[unit.sku] = needed.get(unit.sku, 0) + unit.quantity
    return all(shelves.has(location, sku) >= count for sku, count in needed.items())


# --- what travels together -----------------------------------------------------------------------

#: Location, category and line of the shipment that a portion is part of.
Key = tuple[str, str | None, str | None]


def _all_together(_: Portion) -> tuple[str | None, str | None]:
    return None, None


def _by_category(portion: Portion) -> tuple[str | None, str | None]:
    return portion.unit.category, None


def _by_line(portion: Portion) -> tuple[str | None, str | None]:
    return portion.unit.category, portion.unit.line


def allocate(strategy: str, units: Sequence[Unit], locations: Sequence[Location]) -> Allocation:
    """Return where units come from.

    Args:
        strategy: of the inventory model.
        units: in the order of their lines.
        locations: in the order that they are asked in.
    """
    if not locations:
        return Allocation((), tuple(Portion(unit, None, unit.quantity) for unit in units))
    portions = [*STRATEGIES[strategy](units, Shelves(locations))]
    shipped = [portion for portion in portions if portion.unit.ships]
    unshipped = tuple(portion for portion in portions if not portion.unit.ships)
    return Allocation(_grouped(strategy, units, locations, shipped), unshipped)


def _grouped(
    strategy: str,
    units: Sequence[Unit],
    locations: Sequence[Location],
    portions: Iterable[Portion],
) -> tuple[Load, ...]:
    apart = _kept_apart(strategy, units)
    loads: dict[Key, list[Portion]] = {}
    for portion in portions:
        if portion.location is not None:
            loads.setdefault((portion.location, *apart(portion)), []).append(portion)
    order = _order(units, locations)
    return tuple(Load(*key, tuple(loads[key])) for key in sorted(loads, key=order))


def _kept_apart(
    strategy: str, units: Iterable[Unit]
) -> Callable[[Portion], tuple[str | None, str | None]]:
    """Return the key of portions that travel together; a bundle is of no single line."""
    if strategy == "no_split":
        return _all_together
    if strategy == "split_by_line_items" and not any(unit.bundled for unit in units):
        return _by_line
    return _by_category


def _order(
    units: Sequence[Unit], locations: Sequence[Location]
) -> Callable[[Key], tuple[int, int, int]]:
    """Return the sort key of shipments: line, location, first appearance of the category."""
    lines = _places(unit.line for unit in units)
    places = _places(location.id for location in locations)
    categories = _places(unit.category for unit in units)

    def order(key: Key) -> tuple[int, int, int]:
        location, category, line = key
        return lines.get(line, -1), places[location], categories.get(category, -1)

    return order


def _places(values: Iterable[str | None]) -> dict[str | None, int]:
    """Return where each value comes first."""
    return {value: place for place, value in enumerate(dict.fromkeys(values))}
