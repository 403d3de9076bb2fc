"""Where the pieces of an order come from (catalogue.md §17), with the numbers of the stories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.commerce.shipping.allocation import (
    STRATEGIES,
    Allocation,
    Location,
    Portion,
    Unit,
    allocate,
)

SPLIT, BY_LINE, PRIMARY = "split_shipments", "split_by_line_items", "ship_from_primary"
FIRST, WHOLE = "ship_from_first_available_or_primary", "no_split"
#: One load: location, category, and its pieces as ``SKU quantity`` or ``SKU quantity<origin``.
Told = tuple[str, str | None, list[str]]


def shirts(quantity: int, line: str = "L1", **words: bool) -> Unit:
    return Unit(line, "TSHIRT", quantity, "MERCH", **words)


def mugs(quantity: int, line: str = "L2", **words: bool) -> Unit:
    return Unit(line, "MUG", quantity, "MERCH", **words)


ICE = Unit("L3", "ICE", 1, "FROZEN")
EBOOK = Unit("L4", "EBOOK", 1, ships=False, tracked=False)
SERVICE = Unit("L5", "SEAT", 3, ships=False)
CODE = Unit("L6", "CODE", 2, "MERCH", tracked=False)
MIL, ROM = {"TSHIRT": 2, "MUG": 5, "ICE": 4, "SEAT": 1}, {"TSHIRT": 10, "SEAT": 9}


def told(portion: Portion) -> str:
    origin = f"<{portion.origin}" if portion.origin else ""
    return f"{portion.unit.sku} {portion.quantity}{origin}"


def loads(allocation: Allocation) -> list[Told]:
    return [(g.location, g.category, [told(p) for p in g.portions]) for g in allocation.loads]


def allocated(strategy: str, units: list[Unit], **stock: dict[str, int]) -> Allocation:
    return allocate(strategy, units, [Location(id_, net) for id_, net in stock.items()])


STORIES: dict[str, tuple[str, list[Unit], dict[str, dict[str, int]], list[Told]]] = {
    "35.5": (
        SPLIT,
        [shirts(5), mugs(1)],
        {"MIL": MIL, "ROM": ROM},
        [("MIL", "MERCH", ["TSHIRT 2", "MUG 1"]), ("ROM", "MERCH", ["TSHIRT 3"])],
    ),
    "35.6": (
        WHOLE,
        [shirts(2), ICE, EBOOK],
        {"MIL": MIL},
        [("MIL", None, ["TSHIRT 2", "ICE 1"])],
    ),
    "35.6, split": (
        SPLIT,
        [shirts(2), ICE, EBOOK],
        {"MIL": MIL, "ROM": ROM},
        [("MIL", "MERCH", ["TSHIRT 2"]), ("MIL", "FROZEN", ["ICE 1"])],
    ),
    "35.7": (
        PRIMARY,
        [shirts(5)],
        {"MIL": MIL, "ROM": ROM},
        [("MIL", "MERCH", ["TSHIRT 2", "TSHIRT 3<ROM"])],
    ),
    "35.7, first available": (
        FIRST,
        [shirts(5)],
        {"MIL": MIL, "ROM": ROM},
        [("ROM", "MERCH", ["TSHIRT 5"])],
    ),
    "35.7, none has all": (
        FIRST,
        [shirts(5)],
        {"MIL": MIL, "ROM": {"TSHIRT": 4}},
        [("MIL", "MERCH", ["TSHIRT 2", "TSHIRT 3<ROM"])],
    ),
    "35.10": (
        SPLIT,
        [shirts(2, bundled=True), mugs(4, "L1", bundled=True)],
        {"MIL": MIL, "ROM": {}},
        [("MIL", "MERCH", ["TSHIRT 2", "MUG 4"])],
    ),
}


@pytest.mark.parametrize(("strategy", "units", "stock", "expected"), STORIES.values(), ids=STORIES)
def test_stories(
    strategy: str, units: list[Unit], stock: dict[str, dict[str, int]], expected: list[Told]
) -> None:
    """As in the stories of catalogue.md §35."""
    assert loads(allocated(strategy, units, **stock)) == expected


def test_what_does_not_travel() -> None:
    """It is taken from stock, where there is one, and is in no shipment."""
    found = allocated(SPLIT, [shirts(1), EBOOK, SERVICE], MIL=MIL, ROM=ROM)

    assert [told(portion) for portion in found.unshipped] == ["EBOOK 1", "SEAT 1", "SEAT 2"]
    assert [portion.location for portion in found.unshipped] == ["MIL", "MIL", "ROM"]


def test_what_does_not_travel_is_brought_together_all_the_same() -> None:
    """A transfer, to no shipment."""
    found = allocated(PRIMARY, [SERVICE], MIL=MIL, ROM=ROM)

    assert [told(portion) for portion in found.unshipped] == ["SEAT 1", "SEAT 2<ROM"]
    assert found.loads == ()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_nobody_counts_is_at_the_first_location(strategy: str) -> None:
    """However much of it there is."""
    found = loads(allocated(strategy, [CODE], MIL={}, ROM={"CODE": 99}))

    assert [(location, pieces) for location, _, pieces in found] == [("MIL", ["CODE 2"])]


def test_what_nobody_counts_goes_along_with_what_is_counted() -> None:
    """To the location that was chosen."""
    found = loads(allocated(FIRST, [CODE, shirts(5)], MIL=MIL, ROM=ROM))

    assert found == [("ROM", "MERCH", ["CODE 2", "TSHIRT 5"])]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (WHOLE, [("MIL", None, ["TSHIRT 20"])]),
        (SPLIT, [("MIL", "MERCH", ["TSHIRT 10"]), ("ROM", "MERCH", ["TSHIRT 10"])]),
        (PRIMARY, [("MIL", "MERCH", ["TSHIRT 10", "TSHIRT 10<ROM"])]),
        (FIRST, [("MIL", "MERCH", ["TSHIRT 10", "TSHIRT 10<ROM"])]),
    ],
)
def test_the_first_location_owes_what_nobody_has(strategy: str, expected: list[Told]) -> None:
    """More than it has: placing is refused then."""
    assert loads(allocated(strategy, [shirts(20)], MIL=MIL, ROM=ROM)) == expected


def test_each_line_travels_alone() -> None:
    """In the order of the lines; two lines of a SKU take from the same stock."""
    units = [shirts(1, "L1"), mugs(1, "L2"), shirts(5, "L3")]
    found = allocated(BY_LINE, units, MIL=MIL, ROM=ROM)

    assert [(load.line, load.location) for load in found.loads] == [
        ("L1", "MIL"),
        ("L2", "MIL"),
        ("L3", "MIL"),
        ("L3", "ROM"),
    ]
    assert [told(load.portions[0]) for load in found.loads[2:]] == ["TSHIRT 1", "TSHIRT 4"]


def test_no_line_travels_alone_beside_a_bundle() -> None:
    """The whole order is split as if lines did not matter."""
    units = [shirts(1, "L1"), mugs(1, "L2", bundled=True), mugs(1, "L3")]

    assert loads(allocated(BY_LINE, units, MIL=MIL)) == [
        ("MIL", "MERCH", ["TSHIRT 1", "MUG 1", "MUG 1"])
    ]


def test_categories_are_in_order_of_appearance() -> None:
    """Within a location; locations in the order that they are asked in."""
    units = [Unit("L1", "A", 2), Unit("L2", "B", 2, "x"), Unit("L3", "C", 2, "y")]
    found = loads(allocated(SPLIT, units, M={"C": 1, "B": 1}, R={"A": 2, "B": 1, "C": 1}))

    assert [(location, category) for location, category, _ in found] == [
        ("M", "x"),
        ("M", "y"),
        ("R", None),
        ("R", "x"),
        ("R", "y"),
    ]


def test_without_locations_nothing_travels() -> None:
    """There is nowhere to ship from."""
    found = allocated(SPLIT, [shirts(1), EBOOK])

    assert found.loads == ()
    assert [(p.location, p.quantity) for p in found.unshipped] == [(None, 1), (None, 1)]


UNITS = st.lists(
    st.builds(
        Unit,
        line=st.sampled_from(["L1", "L2", "L3"]),
        sku=st.sampled_from("ABC"),
        quantity=st.integers(1, 9),
        category=st.sampled_from([None, "x", "y"]),
        ships=st.booleans(),
        tracked=st.booleans(),
        bundled=st.booleans(),
    ),
    max_size=6,
)
NETS = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 12))


@given(st.sampled_from(list(STRATEGIES)), UNITS, st.lists(NETS, min_size=1, max_size=4))
def test_every_piece_comes_from_somewhere(
    strategy: str, units: list[Unit], nets: list[dict[str, int]]
) -> None:
    """Once; and no location but the first gives more than it has."""
    locations = [Location(str(number), net) for number, net in enumerate(nets)]
    found = allocate(strategy, units, locations)
    portions = [p for load in found.loads for p in load.portions] + [*found.unshipped]

    assert sorted(f"{p.unit}" for p in portions for _ in range(p.quantity)) == sorted(
        f"{unit}" for unit in units for _ in range(unit.quantity)
    )
    assert all(p.quantity > 0 for p in portions)
    for location in locations[1:]:
        for sku in "ABC":
            given_ = [p for p in portions if p.unit.sku == sku and p.unit.tracked]
            left = sum(p.quantity for p in given_ if (p.origin or p.location) == location.id)
            assert left <= location.net.get(sku, 0)


@given(st.sampled_from(list(STRATEGIES)), UNITS, st.lists(NETS, min_size=1, max_size=4))
def test_groups_are_what_they_say(
    strategy: str, units: list[Unit], nets: list[dict[str, int]]
) -> None:
    """All that travels is in one load, with others of its location and category."""
    locations = [Location(str(number), net) for number, net in enumerate(nets)]
    found = allocate(strategy, units, locations)
    keys = [(load.location, load.category, load.line) for load in found.loads]

    assert len(set(keys)) == len(keys)
    assert all(not portion.unit.ships for portion in found.unshipped)
    for load in found.loads:
        assert all(p.unit.ships and p.location == load.location for p in load.portions)
        if strategy != WHOLE:
            assert {p.unit.category for p in load.portions} == {load.category}
