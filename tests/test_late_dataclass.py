"""A late dataclass is what one of the standard library is, made later."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from mockserver.late_dataclass import late_dataclass

OPTIONS: list[dict[str, bool]] = [
    {},
    {"eq": False},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "eq": False},
]
Decorate = Callable[..., Any]


def classes(decorate: Decorate, options: dict[str, bool]) -> Any:
    """Return a class of every kind of field, and one that inherits from it."""

    @decorate(**options)
    class Parcel:
        """Something that is sent."""

        kinds: ClassVar[tuple[str, ...]] = ("flat", "high")

        number: int
        label: str = "none"
        contents: list[Any] = field(default_factory=list)
        note: str = field(default="", compare=False, repr=False)
        weight: float = field(init=False, repr=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "weight", self.number * 1.5)

        def heavy(self) -> bool:
            return self.weight > 3

    @decorate(**options)
    class Insured(Parcel):
        """One that is worth something."""

        value: int = 0

    return Parcel, Insured


@pytest.fixture(params=OPTIONS, ids=str)
def options(request: pytest.FixtureRequest) -> dict[str, bool]:
    """The options of both."""
    found: dict[str, bool] = request.param
    return found


@pytest.fixture
def late(options: dict[str, bool]) -> Any:
    """Ours."""
    return classes(late_dataclass, options)


@pytest.fixture
def stock(options: dict[str, bool]) -> Any:
    """The standard library's."""
    return classes(dataclasses.dataclass, options)


def outcome(does: Callable[[], Any]) -> Any:
    """Return what something gives, or as what it fails."""
    try:
        return does()
    except (AttributeError, TypeError) as error:
        return type(error)


ASKED: dict[str, Callable[[Any, Any], Any]] = {
    "repr": lambda parcel, insured: [
        repr(parcel(1)).partition(".")[2],
        repr(insured(2, "x", [3], "n", 5)).partition(".")[2],
    ],
    "equal": lambda parcel, _: parcel(1, "a") == parcel(1, "a"),
    "not compared": lambda parcel, _: parcel(1, note="x") == parcel(1, note="y"),
    "not equal": lambda parcel, _: parcel(1) == parcel(2),
    "another class": lambda parcel, insured: parcel(1) == insured(1),
    "another kind": lambda parcel, _: parcel(1) == 1,
    "hashable": lambda parcel, _: isinstance(hash(parcel(1, contents=())), int),
    "assigned": lambda parcel, _: setattr(parcel(1), "number", 2),
    "deleted": lambda parcel, _: delattr(parcel(1), "number"),
    "fields": lambda parcel, insured: [f.name for kind in (parcel, insured) for f in fields(kind)],
    "is one": lambda parcel, insured: (is_dataclass(parcel), is_dataclass(insured)),
    "asdict": lambda _, insured: asdict(insured(1, "x", value=4)),
    "replaced": lambda _, insured: asdict(replace(insured(1), label="y")),
    "copied": lambda _, insured: [asdict(c(insured(1, "x", [[2]]))) for c in (copy, deepcopy)],
    "too few": lambda parcel, _: parcel(),
    "too many": lambda parcel, _: parcel(1, "x", [], "n", 5, 6),
    "unknown": lambda parcel, _: parcel(1, colour=2),
    "its own list": lambda parcel, _: parcel(1).contents is parcel(1).contents,
    "method": lambda _, insured: insured(9).heavy(),
    "pattern": lambda parcel, _: parcel.__match_args__ if parcel(1) else None,
    "slots": lambda parcel, insured: [vars(kind).get("__slots__") for kind in (parcel, insured)],
    "of the class": lambda parcel, _: (parcel.kinds, parcel.__doc__, parcel.__name__),
}


@pytest.mark.parametrize("question", ASKED)
def test_it_is_what_the_standard_library_makes(late: Any, stock: Any, question: str) -> None:
    """Whatever is asked of a class and of its instances."""
    ask = ASKED[question]

    assert outcome(lambda: ask(*stock)) == outcome(lambda: ask(*late))


def test_nothing_is_compiled_before_there_is_an_instance() -> None:
    """Nor is it once more for the second."""

    @late_dataclass
    class Stamp:
        price: int

    declared = Stamp.__init__
    first = Stamp(1)
    compiled = Stamp.__init__
    second = Stamp(1)

    assert declared is not compiled
    assert compiled is Stamp.__init__
    assert compiled.__code__.co_varnames == ("self", "price")
    assert first == second


def test_a_class_of_its_own_methods_keeps_them() -> None:
    """As it does with the standard library."""

    @late_dataclass(frozen=True)
    class Stamp:
        price: int

        def __repr__(self) -> str:
            return "stamp"

        def __hash__(self) -> int:
            return 7

    assert ("stamp", 7) == (repr(Stamp(1)), hash(Stamp(1)))


def test_frozen_names_the_field() -> None:
    """Who assigns is told to what."""

    @late_dataclass(frozen=True, slots=True)
    class Stamp:
        price: int

    with pytest.raises(FrozenInstanceError, match="price"):
        Stamp(1).price = 2  # type: ignore[misc]


def test_another_class_may_inherit_from_it() -> None:
    """An instance of a class that is no dataclass itself finishes the one it inherits from."""

    @late_dataclass
    class Stamp:
        price: int

    class Old(Stamp):
        def __init__(self) -> None:
            super().__init__(3)

    assert Old().price == 3
    assert ["price"] == [f.name for f in fields(Old)]
