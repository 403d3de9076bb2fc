"""New records of one sandbox: built from the declarations, numbered, and loaded at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.engine.change_set import ChangeSet
from mockserver.engine.relationships import no_linkages
from mockserver.engine.sandbox import Sandbox
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import derived, family_of, registry
from mockserver.schema.protocols import Initial
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import SERIAL, Record

Identity = tuple[str, int]

#: An object with nothing in it, for many records to share.
EMPTY: dict[str, Any] = {}
#: What every record has, declared or not.
BASE = frozenset({"id", SERIAL, "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Blank:
    """A record of a type before anything is known of it.

    Attributes:
        resource: the declaration; ``None`` for what no declaration speaks of.
        fields: every stored field with its default.
        initials: the defaults that depend on the record.
    """

    resource: type[Resource] | None
    fields: Mapping[str, Any]
    initials: Mapping[str, Initial]

    @classmethod
    def of(cls, resource: type[Resource] | None) -> Blank:
        """Return the blank record of a declaration."""
        if resource is None:
            return cls(None, {}, {})
        stored = {n: a for n, a in resource.attributes.items() if a.stored and n not in BASE}
        initials = {n: a.initial for n, a in stored.items() if callable(a.initial)}
        plain = {n: None if n in initials else a.initial for n, a in stored.items()}
        kind = {"type": resource.type_} if resource.family else {}
        return cls(resource, {**plain, **no_linkages(resource), **kind}, initials)

    def fill(self, record: Record, given: Mapping[str, Any], sandbox: Sandbox) -> None:
        """Set the defaults that depend on the record, but for those that are given."""
        missing = [name for name in self.initials if name not in given]
        if missing and self.resource:
            change = ChangeSet(sandbox, self.resource, sandbox.system, record)
            for name in missing:
                record[name] = self.initials[name](change)


@derived
def _blank(type_: str) -> Blank:
    """Return the blank record of a type; its values are shared by all that are made of it."""
    return Blank.of(registry().get(type_))


@derived
def _required(type_: str) -> Mapping[str, str]:
    """Return the to-ones without which no record of a type is valid, with their declared type."""
    resource = registry().get(type_)
    members = resource.relationships if resource else {}
    return {
        name: member.types[0]
        for name, member in members.items()
        if member.stored and member.presence is True and not member.polymorphic
        if member.types[0] in registry()
    }


@derived
def _examples(type_: str) -> Mapping[str, Any]:
    """Return a value for each text that a type requires: its example, or else its name."""
    return {
        name: attribute.example or name.replace("_", " ").capitalize()
        for name, attribute in registry()[type_].attributes.items()
        if attribute.presence and attribute.kind == "string" and not attribute.path
    }


@dataclass(frozen=True, slots=True)
class Stack:
    """The new records of one type.

    Attributes:
        has_existing: whether the sandbox holds records of the type already.
    """

    blank: Blank
    has_existing: bool
    records: list[Record] = field(default_factory=list)


class Batch:
    """Records on their way into a sandbox.

    Attributes:
        sandbox: whose they will be.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        """Start with none."""
        self.sandbox = sandbox
        self._stacks: dict[str, Stack] = {}

    def identity(self, type_: str) -> Identity:
        """Return id and number of the type's next record; an id that is there is passed over."""
        partition, identifiers = self.sandbox.partition, self.sandbox.identifiers
        has_existing, family = self._stack(type_).has_existing, family_of(type_)
        while True:
            number = partition.next_number(family)
            id_ = identifiers.encode(family, number)
            if not has_existing or partition.get(type_, id_) is None:
                return id_, number

    def add(
        self, type_: str, created_at: str, identity: Identity | None = None, /, **values: Any
    ) -> Record:
        """Return a new record with the values given and a default for the rest.

        Values may be shared between records, lists and objects too: a store never changes what
        it holds.
        """
        stack = self._stack(type_)
        id_, number = identity or self.identity(type_)
        record = {
            "id": id_,
            "created_at": created_at,
            "updated_at": created_at,
            **stack.blank.fields,
            **values,
            SERIAL: number,
        }
        stack.blank.fill(record, values, self.sandbox)
        stack.records.append(record)
        return record

    def records(self, type_: str) -> Sequence[Record]:
        """Return the new records of a type, in the order they were added."""
        return self._stack(type_).records

    def load(self) -> None:
        """Hand the records over to the store, all or none."""
        self._complete()
        with self.sandbox.transaction():
            for type_, stack in self._stacks.items():
                self.sandbox.partition.load(type_, stack.records)
                if stack.blank.resource and stack.blank.resource.due:
                    for record in stack.records:
                        self.sandbox.keep_time(type_, None, record)
        self._stacks.clear()

    def _complete(self) -> None:
        """Make what records lead to by their declarations, and nobody has made.

        So a type is seeded validly, by its examples, before anybody has thought of its seeding.
        """
        for type_ in list(self._stacks):
            for name, target in _required(type_).items():
                for record in self.records(type_):
                    if record[name] is None:
                        made = self.add(target, record["created_at"], **_examples(target))
                        record[name] = made["id"]

    def _stack(self, type_: str) -> Stack:
        stack = self._stacks.get(type_)
        if stack is None:
            blank = _blank(type_)
            stack = Stack(blank, has_existing=self.sandbox.partition.count(type_) > 0)
            self._stacks[type_] = stack
        return stack


def completed(sandbox: Sandbox, type_: str, record: Record) -> Record:
    """Return a record with a default for every field of its type that it lacks, added last."""
    blank = _blank(type_)
    moment = sandbox.clock.timestamp()
    complete = {**record}
    for name, value in {"created_at": moment, "updated_at": moment, **blank.fields}.items():
        complete.setdefault(name, value)
    if len(complete) > len(record):
        blank.fill(complete, record, sandbox)
    return complete
