"""Members that are computed say what they need: the record alone, or what is around it as well."""

from __future__ import annotations

import dis
import inspect
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from mockserver import clock, entropy
from mockserver.deferral import loaded
from mockserver.resources.registry import registry
from mockserver.schema.members import Attribute
from mockserver.schema.vocabulary import attribute

DERIVED = {
    f"{type_}.{name}": member
    for type_, resource in registry().items()
    for name, member in resource.attributes.items()
    if member.is_computed
}
BY_RECORD = {name: member for name, member in DERIVED.items() if member.derive}
BY_VIEW = {name: member for name, member in DERIVED.items() if member.derive_from}
#: What tells something that stands in no record: the time, and chance.
ELSEWHERE = {clock.__name__, entropy.__name__}


def behind(function: Any) -> Any:
    """Return the function itself, also of behaviour that waits to be loaded."""
    if function.__code__.co_name != "deferred":
        return function
    return getattr(loaded(sys.modules[function.__module__]), function.__name__)


def parameters(function: Any) -> list[str]:
    """Return how each parameter of a function is given."""
    found = inspect.signature(function).parameters.values()
    return [parameter.kind.description for parameter in found]


def is_ours(function: FunctionType) -> bool:
    """Say whether a function is not a library's, which is trusted."""
    return function.__module__.startswith("mockserver.")


def known(function: Any) -> Iterator[Any]:
    """Yield what a function knows besides its arguments, what its own functions know included."""
    closure = inspect.getclosurevars(function)
    for each in (*closure.nonlocals.values(), *closure.globals.values()):
        value = behind(each) if isinstance(each, FunctionType) else each
        yield value
        if isinstance(value, FunctionType) and value is not function and is_ours(value):
            yield from known(value)


@pytest.mark.parametrize("member", BY_RECORD.values(), ids=BY_RECORD)
def test_derive_knows_the_record_alone(member: Attribute) -> None:
    """It is given the record, and reaches neither time nor chance: what it gave can be kept."""
    derive = behind(member.derive)
    reached = list(known(derive))

    assert ["positional or keyword"] == parameters(derive)
    assert [] == [value for value in reached if isinstance(value, ModuleType)]
    assert ELSEWHERE.isdisjoint(getattr(value, "__module__", "") for value in reached)


@pytest.mark.parametrize("member", BY_VIEW.values(), ids=BY_VIEW)
def test_derive_from_looks_further(member: Attribute) -> None:
    """It is given the record and the view, and looks at the view: else it were a ``derive``."""
    derive_from = behind(member.derive_from)
    code = derive_from.__code__
    used = {instruction.argval for instruction in dis.get_instructions(code)}

    assert ["positional or keyword"] * 2 == parameters(derive_from)
    assert code.co_varnames[1] in used


@pytest.mark.parametrize("member", DERIVED.values(), ids=DERIVED)
def test_one_way_each(member: Attribute) -> None:
    """A member is computed in one way."""
    assert 1 == sum(map(bool, (member.derive, member.derive_from, member.path)))


def test_read() -> None:
    """Either kind gives what is shown, whatever is stored under the name."""
    of_record = attribute("string", "R", derive=lambda record: record["name"].upper())
    of_view = attribute("string", "R", derive_from=lambda record, view: record["name"] + view)
    view: Any = "!"

    assert "ADA" == of_record.read({"name": "ada"}, view, "people")
    assert "ada!" == of_view.read({"name": "ada"}, view, "people")
