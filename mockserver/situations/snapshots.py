"""Everything one organization holds, out as readable documents and in again, exactly.

A snapshot has one JSON:API document for each mode: ``data`` with every record, ``meta`` with what
the next ones are derived from. Tokens are of a client's session, not of the data: snapshots
neither hold nor end them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mockserver.access import MODES, Mode
from mockserver.engine.furnishing import without_waiting
from mockserver.engine.organization import Organization
from mockserver.engine.random_seed import DRAWS, RandomSeed
from mockserver.engine.sandbox import Sandbox
from mockserver.late_dataclass import dataclass
from mockserver.pointers import escaped
from mockserver.refusals import invalid
from mockserver.resources.registry import declarations, kinds
from mockserver.schema.casting import is_blank
from mockserver.seeding.batch import completed
from mockserver.situations.record_documents import (
    MADE,
    MAXIMUM_NUMBER,
    from_object,
    links_of,
    pointer_of,
    to_object,
)
from mockserver.situations.record_schema import record_schema
from mockserver.storage.base import SERIAL, Record

#: What snapshots leave where it is.
TOKENS = frozenset(t for t, resource in declarations().items() if not resource.portable)
#: What makes an organization and its applications those of the clients that know them.
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "organizations": ("id", "slug", "domain"),
    "applications": ("id", "uid", "secret"),
}
#: What tokens cannot do without.
NEEDED: Mapping[str, tuple[str, ...]] = {
    type_: ("name", *names) for type_, names in IDENTITY.items()
}
ORIGIN: Mapping[str, Any] = {"organization": str, "mode": str, "seed": (int, str)}

Records = list[Record]
#: Says whether a client id is that of another organization or mode.
IsForeign = Callable[[Sandbox, str], bool]


@contextmanager
def preserved_tokens(sandbox: Sandbox) -> Iterator[None]:
    """Keep the tokens of one mode while everything else of it is replaced."""
    partition = sandbox.partition
    tokens = {type_: partition.select(type_)[0] for type_ in TOKENS}
    numbers = partition.numbers()
    yield
    for type_, records in tokens.items():
        partition.load(type_, records)
        partition.skip_numbers(type_, numbers.get(type_, 0))


# --- out -----------------------------------------------------------------------------------------


def snapshot(organization: Organization) -> dict[str, Any]:
    """Return everything an organization holds: one document for each mode."""
    # Nobody writes meanwhile.
    with organization.transaction():
        return {mode: _document(organization.sandbox(mode)) for mode in MODES}


def _document(sandbox: Sandbox) -> dict[str, Any]:
    partition, random_seed = sandbox.partition, sandbox.random_seed
    types = [type_ for type_ in partition.types() if type_ not in TOKENS]
    numbers = sorted(partition.numbers().items())
    return {
        "data": [
            to_object(type_, record) for type_ in types for record in partition.select(type_)[0]
        ],
        "meta": {
            "origin": {
                "organization": random_seed.slug,
                "mode": random_seed.mode,
                "seed": random_seed.seed,
            },
            "numbers": {type_: n for type_, n in numbers if n and type_ not in TOKENS},
        },
    }


# --- in ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Content:
    """Content of a snapshot's document.

    Attributes:
        random_seed: what the next records are derived from.
        numbers: the last number given of each type.
        records: by type.
    """

    random_seed: RandomSeed
    numbers: Mapping[str, int]
    records: Mapping[str, Records]


def restore(organization: Organization, document: Any, is_foreign: IsForeign) -> None:
    """Put an organization into the state of a snapshot, exactly.

    That of another organization or mode may be taken too: everything in it keeps its id, only the
    organization and its applications remain those that clients know.

    Raises:
        Refusal: 422 with a pointer; nothing has changed.
    """
    loaded = read(organization, document, is_foreign)
    with organization.transaction():
        for mode, content in loaded.items():
            _replace(organization.sandbox(mode), content)


def read(organization: Organization, document: Any, is_foreign: IsForeign) -> dict[Mode, Content]:
    """Return the content of a snapshot, checked against an organization; nothing changes.

    Raises:
        Refusal: 422 with a pointer.
    """
    if not isinstance(document, dict) or not document or not set(document) <= set(MODES):
        raise invalid("", 'Not a snapshot: {"test": document, "live": document}.')
    return {
        mode: Loader(organization.sandbox(mode), f"/{mode}", is_foreign).load(document[mode])
        for mode in MODES
        if mode in document
    }


def _replace(sandbox: Sandbox, content: Content) -> None:
    partition, made = sandbox.partition, sandbox.organization_record()[MADE]
    with preserved_tokens(sandbox):
        partition.clear()
        sandbox.settle(content.random_seed)
        for type_, number in content.numbers.items():
            partition.skip_numbers(type_, number)
        for type_, records in content.records.items():
            partition.load(type_, [completed(sandbox, type_, record) for record in records])
        sandbox.keep_time_of_all()
    made = {**without_waiting(made), "origin": content.random_seed.remembered()}
    partition.put("organizations", {**sandbox.organization_record(), MADE: made})


class Loader:
    """Reads the document of one mode, and finds what is wrong with it before anything changes."""

    def __init__(self, sandbox: Sandbox, pointer: str, is_foreign: IsForeign) -> None:
        """Read for the sandbox; errors point below the pointer."""
        self._sandbox = sandbox
        self._pointer = pointer
        self._is_foreign = is_foreign
        self._records: dict[str, Records] = {}
        #: What must not come twice, or must be there, by what it is: where it was met.
        self._seen: dict[tuple[Any, ...], str] = {}
        self._links: list[tuple[str, str, str]] = []

    def load(self, document: Any) -> Content:
        """Return the content of the document.

        Raises:
            Refusal: 422 with a pointer.
        """
        if not isinstance(document, dict) or not document.keys() <= {"data", "meta"}:
            raise invalid(self._pointer, 'Not {"data": [resource objects], "meta": object}.')
        if not isinstance(document.get("data"), list):
            raise invalid(f"{self._pointer}/data", "Not a list of resource objects.")
        meta = document.get("meta", {})
        if not isinstance(meta, dict) or not meta.keys() <= {"origin", "numbers"}:
            raise invalid(f"{self._pointer}/meta", 'Not {"origin": object, "numbers": object}.')
        random_seed, numbers = self._random_seed(meta), self._numbers(meta)
        for index, object_ in enumerate(document["data"]):
            self._take(object_, f"{self._pointer}/data/{index}")
        if len(self._records.get("organizations", ())) != 1:
            raise invalid(f"{self._pointer}/data", "Not one record of organizations, but one is.")
        self._check_links()
        self._identify(random_seed)
        return Content(random_seed, numbers, self._records)

    def _random_seed(self, meta: Mapping[str, Any]) -> RandomSeed:
        random_seed = meta.get("origin")
        if random_seed is None:
            return self._sandbox.random_seed
        is_one = isinstance(random_seed, dict) and random_seed.keys() == ORIGIN.keys()
        if not is_one or not all(isinstance(random_seed[n], kind) for n, kind in ORIGIN.items()):
            detail = 'Not {"organization": slug, "mode": mode, "seed": number or text}.'
            raise invalid(f"{self._pointer}/meta/origin", detail)
        return RandomSeed(random_seed["seed"], random_seed["organization"], random_seed["mode"])

    def _numbers(self, meta: Mapping[str, Any]) -> Mapping[str, int]:
        numbers, pointer = meta.get("numbers", {}), f"{self._pointer}/meta/numbers"
        if not isinstance(numbers, dict):
            raise invalid(pointer, "Not the last number of each type.")
        for type_, number in numbers.items():
            known = type_ == DRAWS or record_schema(type_)
            if not known or type(number) is not int or not 0 <= number <= MAXIMUM_NUMBER:
                raise invalid(f"{pointer}/{escaped(type_)}", "Not the last number of a type.")
        return numbers

    def _take(self, object_: Any, pointer: str) -> None:
        known, record = from_object(object_, pointer)
        for name in NEEDED.get(known.type_, ()):
            if name not in record:
                raise invalid(f"{pointer}/attributes", f"Without {name}, which tokens need.")
        self._once((known.type_, "id", record["id"]), f"{pointer}/id")
        self._once((known.type_, SERIAL, record[SERIAL]), f"{pointer}/meta/{SERIAL}")
        for names in known.uniques:
            values = [record.get(name) for name in names]
            if not any(is_blank(value) for value in values):
                self._once((known.type_, names, *values), pointer_of(known, names[-1], pointer))
        self._links += links_of(known, record, pointer)
        self._records.setdefault(known.type_, []).append(record)

    def _once(self, what: tuple[Any, ...], pointer: str) -> None:
        if what in self._seen:
            raise invalid(pointer, f"The same as {self._seen[what]}, but unique.")
        self._seen[what] = pointer

    def _check_links(self) -> None:
        for pointer, type_, id_ in self._links:
            if not any((kind, "id", id_) in self._seen for kind in kinds((type_,))):
                raise invalid(pointer, f"No such record of {type_} in the document.")

    def _identify(self, random_seed: RandomSeed) -> None:
        """Let the organization and its applications be known to clients as they have been."""
        sandbox = self._sandbox
        (record,) = self._records["organizations"]
        applications = self._records.get("applications", [])
        own = sandbox.organization_record()
        if record["slug"] != own["slug"] or random_seed.mode != sandbox.mode:
            _take_over(record, own, IDENTITY["organizations"])
            known = {a["name"]: a for a in sandbox.partition.select("applications")[0]}
            for application in applications:
                same = known.pop(application["name"], application)
                _take_over(application, same, IDENTITY["applications"])
        for application in applications:
            uid = application["uid"]
            if uid and self._is_foreign(sandbox, uid):
                pointer = self._seen["applications", ("uid",), uid]
                raise invalid(pointer, "The client id of another organization or mode.")


def _take_over(record: Record, other: Record, names: Iterable[str]) -> None:
    record.update({name: other[name] for name in names})
