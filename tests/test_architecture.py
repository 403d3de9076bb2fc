"""Imports point one way, and each heavy library is known to one place only."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

import mockserver
from mockserver.deferral import loaded
from mockserver.resources.registry import known_types

ROOT = Path(mockserver.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

#: What each room may import from, of our own rooms. Leaves are modules of the package itself.
LEAVES = frozenset(
    {
        *(
            "access",
            "automata",
            "clock",
            "deferral",
            "depth",
            "durations",
            "effort",
            "entropy",
            "errors",
            "expressions",
            "garbage",
        ),
        *(
            "identifiers",
            "late_dataclass",
            "locales",
            "manual",
            "passwords",
            "pointers",
            "programs",
            "reasons",
            "refusals",
            "ruby_expressions",
            "settings",
            "signals",
            "userinfo",
            "version",
        ),
    }
)
#: From the bottom to the top; each may import those before it.
ROOMS = (
    *("storage", "databases", "schema", "commerce", "resources", "jsonapi", "engine"),
    *("oauth", "webhooks"),
    *("seeding", "traffic", "openapi", "situations", "control", "console", "web"),
)
ALLOWED: dict[str, frozenset[str]] = {
    **{room: LEAVES | frozenset(ROOMS[:number]) for number, room in enumerate(ROOMS)},
    # Of the command line only the variables that `run` sets.
    # Asks a server from outside: of the sandbox it knows the names of the types.
    "verification": LEAVES | {"resources"},
    "testing": LEAVES | frozenset(ROOMS) | {"app", "cli"},
    "pytest_plugin": frozenset({"testing"}),
}
#: Which rooms or modules may import a library.
LIBRARIES: dict[str, frozenset[str]] = {
    "flask": frozenset({"web", "app"}),
    "apispec": frozenset({"openapi"}),
    "cronsim": frozenset({"commerce"}),
    "tinydb": frozenset({"storage/tinydb"}),
    "sqlalchemy": frozenset({"databases"}),
    "faker": frozenset({"seeding", "locales"}),
    "marshmallow_jsonapi": frozenset({"schema"}),
    "granian": frozenset({"web"}),
    "trustme": frozenset({"web"}),
    "jinja2": frozenset({"console"}),
    "jwt": frozenset({"oauth"}),
    "click": frozenset({"cli"}),
    "pytest": frozenset({"testing", "pytest_plugin"}),
    "httpx": frozenset({"testing"}),
    "requests": frozenset({"testing"}),
}
#: The only readers of the machine's clock and the only source of random values.
NONDETERMINISM: dict[str, frozenset[str]] = {
    "time": frozenset({"clock"}),
    "random": frozenset({"entropy"}),
    "secrets": frozenset(),
}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (dotted name, line) of every import of a module, those in functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def room(path: Path) -> str:
    """Return the package a module lives in, or its own name at the top."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    """A room imports only rooms below it, and libraries only where they belong."""
    own = room(path)
    place = str(path.relative_to(ROOT).with_suffix(""))
    wrong = []
    for name, line in imports(path):
        top, _, rest = name.partition(".")
        if top == "mockserver" and rest:
            target = rest.split(".")[0]
            known = (ROOT / target).is_dir() or (ROOT / f"{target}.py").exists()
            if own in ALLOWED and known and target not in ALLOWED[own] | {own}:
                wrong.append(f"{place}:{line} imports {name}")
            if own in LEAVES and known and target not in LEAVES:
                wrong.append(f"{place}:{line} is a leaf and imports {name}")
        allowed = LIBRARIES.get(top)
        if allowed is not None and not {own, place} & allowed:
            wrong.append(f"{place}:{line} imports {top}")

    assert wrong == []


@pytest.mark.parametrize("package", [m.parent for m in MODULES if m.name == "__init__.py"])
def test_a_package_says_in_one_line_what_it_is(package: Path) -> None:
    """Who opens a folder reads what is in it."""
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""

    assert said.endswith(".")
    assert "\n" not in said


def module_name(path: Path) -> str:
    """Return the dotted name of a module, or of the package whose ``__init__`` it is."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, known: Collection[str]) -> set[str]:
    """Return the modules of ours a module imports, a package only where its own names are."""
    names = {name for name, _ in imports(path)}
    own = {name.rpartition(".")[0] for name in names if name not in known}
    found = {name for name in names if name in known}
    packages = {name.rpartition(".")[0] for name in found} - own
    return found - packages - {module_name(path)}


def reached(start: str, graph: Mapping[str, Collection[str]]) -> set[str]:
    """Return every module that a module imports, directly or by way of others."""
    found: set[str] = set()
    left = [*graph[start]]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(graph[name])
    return found


def test_no_module_imports_itself_by_way_of_others() -> None:
    """There is no circle of imports, neither at run time nor for the type checker."""
    known = {module_name(path): path for path in MODULES}
    graph = {name: imported(path, known) for name, path in known.items()}
    circular = sorted(name for name in graph if name in reached(name, graph))

    assert circular == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_time_and_randomness_have_one_source(path: Path) -> None:
    """Nothing but the clock reads the time, nothing but the entropy draws."""
    tops = {name.split(".")[0] for name, _ in imports(path)}
    own = path.relative_to(ROOT).with_suffix("").as_posix()

    assert [
        top for top, allowed in NONDETERMINISM.items() if top in tops and own not in allowed
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_else_asks_what_time_it_is(path: Path) -> None:
    """Of dates either: a test may have replaced the class."""
    asked = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
    }

    assert set() == asked & {"now", "today", "utcnow"}


#: Words of JSON:API that happen to be types as well.
WORDS = frozenset({"links"})


@pytest.mark.parametrize("engine", ["storage", "jsonapi", "engine", "web"])
def test_the_engine_names_no_type(engine: str) -> None:
    """What is special of a type stands in its declaration."""
    types = known_types() - WORDS
    named = [
        f"{path.name}:{node.lineno} names {node.value}"
        for path in sorted((ROOT / engine).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in types
    ]

    assert named == []


def test_every_module_can_be_imported() -> None:
    """There is no module that only works by accident of order."""
    names = [m.name for m in pkgutil.walk_packages(mockserver.__path__, "mockserver.")]
    for name in names:
        if not name.endswith("__main__"):
            loaded(importlib.import_module(name))


FOLDERS = sorted({path.parent for path in MODULES})
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_docstrings_begin_with_the_thing_or_the_verb(folder: Path) -> None:
    """Nobody has to read on to learn what "What is said of it" is said of."""
    riddles = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)} {text.splitlines()[0]}"
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, DOCUMENTED)
        for text in [ast.get_docstring(node) or ""]
        if text.startswith(("What ", "Return what ", "Yield what "))
    ]

    assert [] == riddles


#: Names that more than one class may have, and why.
NAMESAKES = frozenset(
    {
        # Public names of the Python interface, beside what they ask for.
        *("Clock", "Faults", "Stubs"),
        # A protocol, and what implements it.
        "Files",
        # A declaration, and what it declares.
        "Organization",
    }
)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_dataclasses_are_made_late(path: Path) -> None:
    """Those of the standard library are compiled as they are imported, at the cost of the start."""
    names = {name for name, _ in imports(path)}

    assert path.stem == "late_dataclass" or "dataclasses.dataclass" not in names


def test_no_two_classes_share_a_name() -> None:
    """Whoever reads a name need not look which of two things is meant."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    shared = {name: places for name, places in homes.items() if len(places) > 1}

    assert {} == {name: places for name, places in shared.items() if name not in NAMESAKES}
    assert shared.keys() == NAMESAKES, "one that is told apart needs no exception"


def test_the_public_names_are_few() -> None:
    """The package itself exports a dozen names at most, and each one exists."""
    assert len(mockserver.__all__) <= 12
    assert all(getattr(mockserver, name) for name in mockserver.__all__)


def test_only_behaviour_is_nested() -> None:
    """A third level of folders is for the domains of commerce, and no name says nothing."""
    deep = [p.relative_to(ROOT) for p in MODULES if len(p.relative_to(ROOT).parts) > 2]

    assert [p for p in deep if p.parts[0] != "commerce" or len(p.parts) > 3] == []
    banned = {"utils", "helpers", "common", "manager", "service"}
    assert [p for p in MODULES if p.stem in banned] == []
