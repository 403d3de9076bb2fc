"""Plans of exports: members shown of records, and of those they lead to (neighbours.md §38).

A record is an object of its attributes, with ``customer_group_id`` for where it leads; what is
included stands nested in it, in CSV as columns ``customer_group.name``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import orjson

from mockserver.commerce.transfers.import_inputs import CSV, cell
from mockserver.late_dataclass import dataclass
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Engine, Target, View
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import MAXIMUM_INCLUDE_DEPTH, Resource
from mockserver.storage.base import Record

Registry = Mapping[str, type[Resource]]
Types = Sequence[type[Resource]]
Object = dict[str, Any]
Records = Mapping[Target, Record]

EVERYTHING = "*"
ID = "id"
#: What importing an export again would not use (neighbours.md §38, ``dry_data``).
BLANKS: tuple[Any, ...] = (None, "", {}, [])


class Unknown(ValueError):  # noqa: N818 - what the path is
    """A path of fields or includes that leads to nothing an export shows."""


@dataclass(slots=True)
class Plan:
    """The members shown of the records at one place.

    Attributes:
        names: of the fields that were asked for.
        all: whether every field is shown.
        nested: the same of what relationships lead to.
    """

    names: dict[str, None] = field(default_factory=dict)
    all: bool = False
    nested: dict[str, Plan] = field(default_factory=dict)

    @classmethod
    def of(
        cls, registry: Registry, type_: str, includes: Iterable[Any], fields: Sequence[Any]
    ) -> Plan:
        """Return the plan for records of a type; where there are fields, includes say nothing.

        Raises:
            Unknown: with the path.
        """
        plan = cls(all=not fields)
        for path in fields or includes:
            if not isinstance(path, str):
                raise Unknown(path)
            steps = path.split(".")
            if len(steps) > MAXIMUM_INCLUDE_DEPTH + bool(fields):
                raise Unknown(path)
            try:
                plan.add([registry[type_]], steps, registry, is_field=bool(fields))
            except Unknown:
                raise Unknown(path) from None
        return plan

    def add(self, types: Types, steps: list[str], registry: Registry, *, is_field: bool) -> None:
        """Show what a path leads to, too; ``Unknown`` when that is nothing."""
        if not steps:
            self.all = True
            return
        name, *rest = steps
        if is_field and not rest and name == EVERYTHING:
            self.all = True
        elif is_field and not rest and any(name in columns(t) for t in types):
            self.names[name] = None
        else:
            linked = [t.relationships[name] for t in types if name in t.relationships]
            if not any(r.exported and r.includable for r in linked):
                raise Unknown
            inner = [registry[t] for r in linked for t in r.types if t in registry]
            at = self.nested.setdefault(name, Plan())
            at.add(inner, rest, registry, is_field=is_field)

    def shown(self, resource: type[Resource], *, dry: bool) -> list[str]:
        """Return the columns of a type that are shown here."""
        return [
            name
            for name, member in columns(resource).items()
            if (self.all or name in self.names)
            and not (dry and not member.flags.creatable)
            # What is nested needs no id beside it.
            and not (name.removesuffix("_id") in self.nested and name not in self.names)
        ]


def columns(resource: type[Resource]) -> dict[str, Attribute | Relationship]:
    """Return the columns of a type: its attributes, and the ids of its linkages."""
    identity = resource.attributes[ID]
    found: dict[str, Attribute | Relationship] = {ID: identity}
    for name, attribute in resource.attributes.items():
        if attribute.flags.fetchable and attribute.exported:
            found.setdefault(name, attribute)
    for name, relationship in resource.relationships.items():
        if relationship.stored and not relationship.many and relationship.exported:
            found[f"{name}_id"] = relationship
            if relationship.polymorphic:
                found[f"{name}_type"] = relationship
    return found


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints records of one type after a plan."""

    engine: Engine
    type_: str
    plan: Plan
    dry: bool

    def text(self, records: Sequence[Record], format_: str, *, first: bool) -> str:
        """Return a part of the file: of JSON without the bracket that closes it."""
        found = self._objects(self.plan, {(self.type_, record[ID]): record for record in records})
        objects = [*found.values()]
        if format_ == CSV:
            return self._csv(objects, first=first)
        lines = ",\n".join(orjson.dumps(object_).decode() for object_ in objects)
        return ("[" if first else ",\n" if lines else "") + lines

    def end(self, format_: str) -> str:
        """Return the end of the file."""
        return "" if format_ == CSV else "]"

    def _objects(self, plan: Plan, records: Records) -> dict[Target, Object]:
        """Return the objects of records, with what they lead to: that of all is read at once."""
        view = self.engine.view().of_page((type_, r) for (type_, _), r in records.items())
        objects = {t: self._object(plan, t[0], record, view) for t, record in records.items()}
        for name, inner in plan.nested.items():
            for type_, of_type in by_type(records).items():
                relationship = self.engine.registry[type_].relationships.get(name)
                if relationship:
                    nested = self._nested(inner, relationship, type_, of_type)
                    for record, found in zip(of_type, nested, strict=True):
                        objects[type_, record[ID]][name] = found
        return {target: self._dried(object_) for target, object_ in objects.items()}

    def _object(self, plan: Plan, type_: str, record: Record, view: View) -> Object:
        known = columns(self.engine.registry[type_])
        object_: Object = {}
        for name in plan.shown(self.engine.registry[type_], dry=self.dry):
            member = known[name]
            if isinstance(member, Attribute):
                object_[name] = member.read(record, view, type_)
            else:
                is_type = name == member.type_field
                object_[name] = record.get(name if is_type else str(member.name))
        return object_

    def _dried(self, object_: Object) -> Object:
        if not self.dry:
            return object_
        return {name: value for name, value in object_.items() if value not in BLANKS}

    def _nested(
        self, plan: Plan, relationship: Relationship, type_: str, records: Sequence[Record]
    ) -> Iterator[Any]:
        """Yield the values that nest in the objects of records for a relationship of their type."""
        linked = self.engine.linked_all(type_, records, str(relationship.name))
        objects = self._objects(plan, self._read(t for targets in linked for t in targets))
        for targets in linked:
            found = [objects[target] for target in targets if target in objects]
            yield found if relationship.many else next(iter(found), None)

    def _read(self, targets: Iterable[Target]) -> Records:
        ids: dict[str, dict[str, None]] = {}
        for type_, id_ in targets:
            if type_ in self.engine.registry:
                ids.setdefault(type_, {})[id_] = None
        return {
            (type_, id_): record
            for type_, of_type in ids.items()
            for id_, record in self.engine.get_many(type_, of_type).items()
        }

    def _csv(self, objects: Sequence[Object], *, first: bool) -> str:
        paths = list(self._paths(self.plan, [self.engine.registry[self.type_]]))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if first:
            writer.writerow([".".join(path) for path in paths])
        writer.writerows([[_at(object_, path) for path in paths] for object_ in objects])
        return text.getvalue()

    def _paths(self, plan: Plan, types: Types) -> Iterator[tuple[str, ...]]:
        """Yield the columns of CSV, those of what is nested last."""
        shown = (plan.shown(resource, dry=self.dry) for resource in types)
        yield from ((name,) for name in dict.fromkeys(n for names in shown for n in names))
        for name, inner in plan.nested.items():
            linked = (
                t for r in types if name in r.relationships for t in r.relationships[name].types
            )
            known = [self.engine.registry[t] for t in linked if t in self.engine.registry]
            yield from ((name, *path) for path in self._paths(inner, known))


def by_type(records: Records) -> dict[str, list[Record]]:
    """Return the records of each type, in order."""
    found: dict[str, list[Record]] = {}
    for (type_, _), record in records.items():
        found.setdefault(type_, []).append(record)
    return found


def _at(value: Any, path: Sequence[str]) -> str:
    """Return the cell of a path; what a list leads to stands in it with commas between."""
    if isinstance(value, list) and path:
        return ",".join(_at(item, path) for item in value)
    if not path:
        return cell(value)
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else ""
