"""What an export shows of records, and of those they lead to (neighbours §38).

A record is an object of its attributes, with ``customer_group_id`` for where it leads; what is
included stands nested in it, in CSV as columns ``customer_group.name``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockserver.resources.behaviour import Target, World
from mockserver.resources.import_inputs import CSV, cell
from mockserver.resources.members import Attribute, Relationship
from mockserver.resources.topics import MAXIMUM_INCLUDE_DEPTH
from mockserver.resources.vocabulary import Resource
from mockserver.storage.base import Record

Registry = Mapping[str, type[Resource]]
Types = Sequence[type[Resource]]
Object = dict[str, Any]

EVERYTHING = "*"
ID = "id"
#: What importing an export again would not use (neighbours §38, ``dry_data``).
BLANKS: tuple[Any, ...] = (None, "", {}, [])


class Unknown(ValueError):  # noqa: N818 - what the path is
    """A path of fields or includes that leads to nothing an export shows."""


@dataclass(slots=True)
class Plan:
    """What is shown of the records at one place.

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
    """Return what can be exported of a type: its attributes, and the ids of what it leads to."""
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

    world: World
    type_: str
    plan: Plan
    dry: bool

    def text(self, records: Sequence[Record], format_: str, *, first: bool) -> str:
        """Return a part of the file: of JSON without the bracket that closes it."""
        objects = [self._object(self.plan, (self.type_, record[ID]), record) for record in records]
        if format_ == CSV:
            return self._csv(objects, first=first)
        lines = ",\n".join(orjson.dumps(object_).decode() for object_ in objects)
        return ("[" if first else ",\n" if lines else "") + lines

    def end(self, format_: str) -> str:
        """Return what closes the file."""
        return "" if format_ == CSV else "]"

    def _object(self, plan: Plan, target: Target, record: Record) -> Object:
        resource = self.world.registry[target[0]]
        view, known = self.world.view(), columns(resource)
        object_: Object = {}
        for name in plan.shown(resource, dry=self.dry):
            member = known[name]
            if isinstance(member, Attribute):
                object_[name] = member.read(record, view, target[0])
            else:
                is_type = name == member.type_field
                object_[name] = record.get(name if is_type else str(member.name))
        for name, inner in plan.nested.items():
            if name in resource.relationships:
                object_[name] = self._nested(inner, resource.relationships[name], target, record)
        if self.dry:
            return {name: value for name, value in object_.items() if value not in BLANKS}
        return object_

    def _nested(
        self, plan: Plan, relationship: Relationship, target: Target, record: Record
    ) -> Any:
        objects = [
            self._object(plan, linked, found)
            for linked in self.world.linked(target[0], record, str(relationship.name))
            if linked[0] in self.world.registry and (found := self.world.get(*linked))
        ]
        return objects if relationship.many else next(iter(objects), None)

    def _csv(self, objects: Sequence[Object], *, first: bool) -> str:
        paths = list(self._paths(self.plan, [self.world.registry[self.type_]]))
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
            known = [self.world.registry[t] for t in linked if t in self.world.registry]
            yield from ((name, *path) for path in self._paths(inner, known))


def _at(value: Any, path: Sequence[str]) -> str:
    """Return the cell of a path; what a list leads to stands in it with commas between."""
    if isinstance(value, list) and path:
        return ",".join(_at(item, path) for item in value)
    if not path:
        return cell(value)
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else ""
