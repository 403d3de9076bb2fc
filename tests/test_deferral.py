"""Modules of a deferred package are executed when something of theirs is used."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockserver
from mockserver.deferral import DeferredModule, defer, loaded

ROOT = Path(mockserver.__file__).parent
#: Notes that it is executed, and how often.
WORK = """
import sys
sys.executed.append(__name__)
LIMIT = 3

def double(number, *, more=0):
    return 2 * number + more
"""
BROKEN = "raise LookupError('not today')"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A deferred package with two modules; gives the names of those that were executed."""
    domain = tmp_path / "workshop" / "domain"
    domain.mkdir(parents=True)
    (domain.parent / "__init__.py").write_text("")
    (domain / "__init__.py").write_text("")
    (domain / "work.py").write_text(WORK)
    (domain / "broken.py").write_text(BROKEN)
    executed: list[str] = []
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "executed", executed, raising=False)
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[:])
    defer("workshop")
    yield executed
    for name in [name for name in sys.modules if name.split(".")[0] == "workshop"]:
        del sys.modules[name]


def test_a_function_waits_for_its_call(package: list[str]) -> None:
    """What is imported stands for the function, takes what it takes and gives what it gives."""
    work = importlib.import_module("workshop.domain.work")
    double = work.double

    assert package == []
    assert double(4, more=1) == 9
    assert double(1) == 2
    assert package == ["workshop.domain.work"]
    assert "double" == double.__name__
    assert work.double is not double


def test_it_is_the_same_one_each_time(package: list[str]) -> None:
    """Who compares functions may."""
    work = importlib.import_module("workshop.domain.work")

    assert work.double is work.double
    assert package == []


def test_anything_else_is_asked_for_at_once(package: list[str]) -> None:
    """A constant has to be known where it is named."""
    work = importlib.import_module("workshop.domain.work")

    assert work.LIMIT == 3
    assert package == ["workshop.domain.work"]
    assert not isinstance(work, DeferredModule)
    assert loaded(work) is work


def test_an_unknown_name(package: list[str]) -> None:
    """It is found out at once of a constant, of a function when it is called."""
    work = importlib.import_module("workshop.domain.work")
    missing = work.missing

    with pytest.raises(AttributeError):
        missing()
    with pytest.raises(AttributeError):
        _ = importlib.import_module("workshop.domain.work").MISSING
    assert package == ["workshop.domain.work"]


def test_a_module_that_fails(package: list[str]) -> None:
    """It fails each time it is asked for, as an import that failed is tried again."""
    run = importlib.import_module("workshop.domain.broken").run

    for _ in range(2):
        with pytest.raises(LookupError, match="not today"):
            run()
    assert package == []


def test_what_is_imported_in_lower_case_is_a_function() -> None:
    """Of commerce, whose modules are deferred: whether one can wait is told by its name."""
    modules = {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts): ast.parse(path.read_text())
        for path in (ROOT / "commerce").glob("*/*.py")
    }
    functions = {
        name: {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, tree in modules.items()
    }
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {alias.name}"
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module in functions
        for alias in node.names
        if alias.name.islower() and alias.name not in functions[node.module]
    ]

    assert functions
    assert wrong == []
