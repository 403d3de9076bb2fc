"""Scenarios: coherent situations as JSON:API documents that a person can read and edit.

A file has a document for each mode under ``test`` and ``live`` (or ``both``), whose resource
objects may carry a ``lid`` that the linkage of later ones names, and a ``meta`` that says what
the scenario is about and how many random customers it begins with. Linkage may also name a record
by its attributes: ``{"type": "markets", "meta": {"code": "europe"}}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import orjson

from mockserver.access import MODES, Mode
from mockserver.control.records import RecordWriter
from mockserver.control.refusals import invalid, missing
from mockserver.sandbox.organization import Organization
from mockserver.sandbox.sandbox import Sandbox
from mockserver.seeding.seed import seed_customers
from mockserver.storage.conditions import Compare, both

SUFFIX = ".json"
MEMBERS = frozenset({"meta", "both", *MODES})
MAXIMUM_CUSTOMERS = 100_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    Attributes:
        name: of the file, without its suffix.
        source: the file, for errors.
        description: one line for people.
        customers: how many random customers each mode begins with.
        documents: the records of each mode.
    """

    name: str
    source: str
    description: str = ""
    customers: int = 0
    documents: Mapping[Mode, list[tuple[str, Any]]] = field(default_factory=dict)


def directory() -> Traversable:
    """Return where the scenarios are that come with the package, installed or checked out."""
    packaged = files("mockserver") / "fixtures"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures"


def names() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    found = directory().iterdir() if directory().is_dir() else ()
    return sorted(f.name.removesuffix(SUFFIX) for f in found if f.name.endswith(SUFFIX))


def find(name: str) -> Scenario:
    """Return a scenario by its name, or by the path of a user's own file.

    Raises:
        Refusal: 404 when there is none, 422 naming file and line or pointer when it is wrong.
    """
    if name in names():
        file = directory() / f"{name}{SUFFIX}"
        return parse(name, file.name, file.read_bytes())
    path = Path(name)
    if path.suffix != SUFFIX:
        raise missing(f"scenario {name!r}; there are: {', '.join(names())}, or the path of a file")
    try:
        return parse(path.stem, name, path.read_bytes())
    except OSError as error:
        raise missing(f"readable file {name!r}: {error.strerror}") from None


def parse(name: str, source: str, text: bytes) -> Scenario:
    """Return the scenario a file's text describes.

    Raises:
        Refusal: 422 naming the file, and the line or the pointer.
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        detail = f"{source}, line {error.lineno}, column {error.colno}: {error.msg}."
        raise invalid("", detail) from None
    if not isinstance(document, dict):
        raise invalid("", f"{source}: not an object.")
    unknown = document.keys() - MEMBERS
    if unknown:
        raise invalid(f"/{min(unknown)}", f"{source}: unknown member.")
    meta = document.get("meta", {})
    customers = meta.get("customers", 0) if isinstance(meta, dict) else None
    if type(customers) is not int or not 0 <= customers <= MAXIMUM_CUSTOMERS:
        raise invalid("/meta/customers", f"{source}: not a number up to {MAXIMUM_CUSTOMERS}.")
    documents = {mode: list(_objects(document, mode, source)) for mode in MODES}
    return Scenario(name, source, str(meta.get("description", "")), customers, documents)


def _objects(document: Mapping[str, Any], mode: Mode, source: str) -> Iterator[tuple[str, Any]]:
    """Yield (pointer, resource object) of a mode, those of both modes first."""
    for member in ("both", mode):
        part = document.get(member, {"data": []})
        if not isinstance(part, dict) or not isinstance(part.get("data"), list):
            raise invalid(f"/{member}/data", f"{source}: not a list of resource objects.")
        for index, object_ in enumerate(part["data"]):
            yield f"/{member}/data/{index}", object_


def play(scenario: Scenario, organization: Organization) -> None:
    """Put an organization into the situation, both modes.

    Raises:
        Refusal: 422 naming file and pointer; nothing has been stored.
    """
    test, live = (organization.sandbox(mode).partition for mode in MODES)
    with test.transaction(), live.transaction():
        if scenario.customers:
            seed_customers(organization, scenario.customers)
        for mode in MODES:
            Placement(organization.sandbox(mode), scenario.source).place(scenario.documents[mode])


class Placement:
    """Puts the records of one document into a sandbox, resolving what their linkage names."""

    def __init__(self, sandbox: Sandbox, source: str = "") -> None:
        """Place into the sandbox; errors name the source."""
        self._sandbox = sandbox
        self._source = f"{source}: " if source else ""
        self._placed: dict[tuple[str, str], str] = {}

    def place(self, objects: list[tuple[str, Any]]) -> list[tuple[str, str]]:
        """Store resource objects in their order and return (type, id) of each.

        Raises:
            Refusal: 422 with the pointer of what is wrong.
        """
        writer = RecordWriter(self._sandbox)
        placed = []
        with self._sandbox.partition.transaction():
            for pointer, object_ in objects:
                type_, record = writer.write(object_, pointer, self.resolve)
                if "lid" in object_:
                    self._placed[type_, str(object_["lid"])] = record["id"]
                placed.append((type_, record["id"]))
        return placed

    def resolve(self, identifier: Any, pointer: str) -> tuple[str, str]:
        """Return the (type, id) a resource identifier object means.

        Raises:
            Refusal: 422 when it means no record.
        """
        if not isinstance(identifier, dict) or not isinstance(identifier.get("type"), str):
            raise invalid(pointer, f"{self._source}not a resource identifier object.")
        type_ = identifier["type"]
        id_ = self._id(type_, identifier)
        if id_ is None:
            raise invalid(pointer, f"{self._source}no such record of {type_}.")
        return type_, id_

    def _id(self, type_: str, identifier: Mapping[str, Any]) -> str | None:
        if "lid" in identifier:
            return self._placed.get((type_, str(identifier["lid"])))
        if "id" in identifier:
            known = self._sandbox.get(type_, str(identifier["id"]))
            return known["id"] if known else None
        wanted = identifier.get("meta")
        if not isinstance(wanted, dict) or not wanted:
            return None
        found = self._sandbox.find(type_, both(*(Compare(n, "eq", v) for n, v in wanted.items())))
        return found[0]["id"] if found else None
