"""Scenarios: coherent situations as JSON:API documents that a person can read and edit.

A file has a document for each mode under ``test`` and ``live`` (or ``both``), whose resource
objects are loaded as ``document_loader`` says, and whose operations are done then, as
``operations`` says; and a ``meta`` that says what the scenario is about, how many random customers
it begins with, and whether the shop has its products.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import orjson

from mockserver.access import MODES, Mode
from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.engine.organization import Organization
from mockserver.errors import Refusal
from mockserver.late_dataclass import dataclass
from mockserver.refusals import invalid, missing
from mockserver.seeding.dates import BEGINNING
from mockserver.seeding.seed import seed_customers, seed_shop
from mockserver.situations.document_loader import DocumentLoader, Placed
from mockserver.situations.operations import Operations

SUFFIX = ".json"
BOTH = "both"
#: Of a file, of its ``meta``, and of the document of a mode.
MEMBERS = ("meta", BOTH, *MODES)
META = ("description", "customers", "shop")
#: Of the document of a mode, with what each is a list of.
DOCUMENT: Mapping[str, str] = {"data": "resource objects", "operations": "operations"}
MAXIMUM_CUSTOMERS = 100_000
#: Levels around what the API was sent in.
ENVELOPE = 20


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    Attributes:
        name: of the file, without its suffix.
        source: the file, for errors.
        description: one line for people.
        customers: how many random customers each mode begins with.
        has_shop: whether the products of the shop are there.
        documents: the records of each mode.
        operations: what is done with them then.
    """

    name: str
    source: str
    description: str = ""
    customers: int = 0
    has_shop: bool = False
    documents: Mapping[Mode, list[Placed]] = field(default_factory=dict)
    operations: Mapping[Mode, list[Placed]] = field(default_factory=dict)


# --- where they are ------------------------------------------------------------------------------


def directory() -> Traversable:
    """Return where the scenarios are that come with the package, installed or checked out."""
    packaged = files("mockserver") / "fixtures"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures"


def names() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    found = directory().iterdir() if directory().is_dir() else ()
    return sorted(f.name.removesuffix(SUFFIX) for f in found if f.name.endswith(SUFFIX))


def find(name: str, *, paths: bool = True) -> Scenario:
    """Return a scenario by its name, or by the path of a user's own file.

    Args:
        name: or path, which ends with ``.json``.
        paths: whether it may be one.

    Raises:
        Refusal: 404 when there is none, 422 naming file and line or pointer when it is wrong.
    """
    if name in names():
        file = directory() / f"{name}{SUFFIX}"
        return parse(name, file.name, file.read_bytes())
    if not paths or not name.endswith(SUFFIX):
        near = get_close_matches(name, names(), 1)
        hint = f"did you mean {near[0]!r}? There are: " if near else "there are: "
        known = ", ".join(names())
        raise missing(f"scenario {name!r}; {hint}{known}{', or a .json file' * paths}")
    path = Path(name)
    try:
        if not path.is_file():
            raise missing(f"file {name!r}")
        return parse(path.stem, name, path.read_bytes())
    except OSError as error:
        raise missing(f"readable file {name!r}: {error.strerror}") from None


def settled(name: str) -> str:
    """Return a name that means the same wherever the server is started again."""
    return str(Path(name).resolve()) if name.endswith(SUFFIX) else name


# --- what they say -------------------------------------------------------------------------------


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
    with naming(source):
        if is_deeper_than(document, DEEPEST + ENVELOPE):
            raise invalid("", f"Nested more than {DEEPEST + ENVELOPE} deep.")
        _check_members(document, MEMBERS, "")
        meta = document.get("meta", {})
        _check_members(meta, META, "/meta")
        description, customers = meta.get("description", ""), meta.get("customers", 0)
        if not isinstance(description, str):
            raise invalid("/meta/description", "Not a text.")
        if type(customers) is not int or not 0 <= customers <= MAXIMUM_CUSTOMERS:
            raise invalid("/meta/customers", f"Not a number up to {MAXIMUM_CUSTOMERS}.")
        has_shop = meta.get("shop", False)
        if type(has_shop) is not bool:
            raise invalid("/meta/shop", "Not true, nor false.")
        data, operations = (
            {mode: list(_objects(document, mode, part)) for mode in MODES} for part in DOCUMENT
        )
    return Scenario(name, source, description, customers, has_shop, data, operations)


def _check_members(document: Any, known: Collection[str], pointer: str) -> None:
    """Refuse what is no object of these members, without telling what a file of others holds."""
    if not isinstance(document, dict) or not document.keys() <= set(known):
        raise invalid(pointer, f"Not an object with these members alone: {', '.join(known)}.")


def _objects(document: Mapping[str, Any], mode: Mode, name: str) -> Iterator[Placed]:
    """Yield (pointer, object) of a part of a mode's document, those of both modes first."""
    for member in (BOTH, mode):
        part = document.get(member, {"data": []})
        _check_members(part, DOCUMENT, f"/{member}")
        objects = part.get(name, None if name == "data" else [])
        if not isinstance(objects, list):
            raise invalid(f"/{member}/{name}", f"Not a list of {DOCUMENT[name]}.")
        for index, object_ in enumerate(objects):
            yield f"/{member}/{name}/{index}", object_


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Let the errors of a block name the source and the place in it."""
    try:
        yield
    except Refusal as refused:
        places = [f"{source} {e.get('source', {}).get('pointer', '')}" for e in refused.errors]
        named = zip(places, refused.errors, strict=True)
        raise Refusal(
            [{**error, "detail": f"{place.strip()}: {error['detail']}"} for place, error in named]
        ) from None


# --- what they do --------------------------------------------------------------------------------


def play(scenario: Scenario, organization: Organization) -> None:
    """Put an organization into the situation, both modes, all or nothing.

    Raises:
        Refusal: 422 naming file and pointer; nothing has been stored.
    """
    with organization.transaction(), naming(scenario.source):
        if scenario.customers:
            seed_customers(organization, scenario.customers)
        if scenario.has_shop:
            seed_shop(organization)
        for mode in MODES:
            # When a scenario is played must make no difference.
            loader = DocumentLoader(sandbox := organization.sandbox(mode), BEGINNING)
            loader.place(scenario.documents[mode])
            Operations(sandbox, loader).run(scenario.operations[mode])
