"""One row of an import: which record it means, what it says of it, and what is wrong with it.

A column is an attribute, a relationship by id (``customer_group_id``), or a relationship as an
object or a list of them (``customer``, in CSV ``customer.email``). What a record has and nobody can
set, its status for instance, is passed over: what was exported can be imported (neighbours §37).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mockserver.errors import Refusal
from mockserver.resources.background_jobs import known_by
from mockserver.resources.behaviour import Target, World
from mockserver.resources.casting import CastError
from mockserver.resources.import_columns import (
    MUST_EXIST,
    NESTED,
    NOT_ALLOWED,
    Rejected,
    is_open,
    listed,
    messages_of,
    opened,
    unzipped,
)
from mockserver.resources.import_inputs import Row, cell
from mockserver.resources.members import Attribute, Relationship
from mockserver.resources.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

ID = "id"


@dataclass(slots=True)
class Said:
    """What a row says: attributes, linkages, and records that belong to the one it means."""

    attributes: dict[str, Any] = field(default_factory=dict)
    linkages: dict[str, Any] = field(default_factory=dict)
    children: dict[str, list[Row]] = field(default_factory=dict)


class Intake:
    """Takes in rows of one type, perhaps all of one parent."""

    def __init__(
        self, world: World, type_: str, parent_id: str | None = None, parent: str | None = None
    ) -> None:
        """Take in rows.

        Args:
            world: where to.
            type_: of the records.
            parent_id: of the record that those belong to which do not say so themselves.
            parent: the relationship that leads there, where it is not the type's own choice.
        """
        self._world = world
        self._resource = world.registry[type_]
        self._key = known_by(self._resource)
        parent = parent or parent_of(self._resource)
        self._given = {parent: parent_id} if parent and parent_id else {}

    def take(self, row: Row) -> str:
        """Update the record that a row means, or create it, and return its id.

        Raises:
            Rejected: nothing has changed.
        """
        try:
            with self._world.transaction():
                return self._take(row)
        except Refusal as refused:
            raise Rejected(messages_of(refused)) from None

    def meant(self, row: Row) -> Record | None:
        """Return the record that a row means, if it is there: by its id, or else by its key."""
        id_ = row.get(ID)
        found = self._world.get(self._resource.type_, id_) if isinstance(id_, str) else None
        if found or not self._key:
            return found
        values = {name: self._identity(name, row) for name in self._key}
        if any(value is None for value in values.values()):
            return None
        same = (Compare(name, "eq", value) for name, value in values.items())
        return next(iter(self._world.page(self._resource.type_, both(*same), 1)), None)

    def label(self, row: Row, position: int) -> str:
        """Return what a log calls a row by: its key, its id, or the place it has."""
        return self._told(row) or cell(row.get(ID)) or f"row {position}"

    def _told(self, row: Row) -> str:
        """Return the key that a row says, as text; empty when it says none."""
        told = []
        for name in self._key:
            column = next((c for c in self._columns(name) if row.get(c)), name)
            value, type_ = opened(row.get(column)), self._target_type(column)
            if isinstance(value, dict):
                value = Intake(self._world, type_)._told(value) if type_ else None
            told.append(cell(value))
        return ", ".join(filter(None, told))

    def _target_type(self, name: str) -> str | None:
        """Return the declared type that a relationship leads to, if there is one."""
        relationship = self._resource.relationships.get(name)
        types = relationship.types if relationship else ()
        return next((type_ for type_ in types if type_ in self._world.registry), None)

    def _take(self, row: Row) -> str:
        said = self._said(row)
        found = self.meant(row)
        type_ = self._resource.type_
        if found is None:
            id_ = str(self._world.add(type_, {**said.attributes, **said.linkages})["id"])
        else:
            id_ = found[ID]
            members: dict[str, Attribute | Relationship] = {
                **self._resource.attributes,
                **self._resource.relationships,
            }
            given = {**said.attributes, **said.linkages}
            kept = {n: value for n, value in given.items() if members[n].flags.updatable}
            self._world.change(type_, id_, kept)
        for name, rows in said.children.items():
            self._take_children(name, rows, id_)
        return id_

    # --- columns -----------------------------------------------------------------------------

    def _said(self, row: Row) -> Said:
        """Return what a row says.

        Raises:
            Rejected: it has columns that mean nothing, or that lead nowhere.
        """
        said = Said(linkages=dict(self._given))
        problems: dict[str, list[str]] = {}
        for column, value in row.items():
            try:
                self._read(column, value, row, said)
            except Rejected as rejected:
                problems.update(rejected.messages)
        missing = [n for n, id_ in said.linkages.items() if id_ and not self._exist(n, id_)]
        problems.update({name: [MUST_EXIST] for name in missing})
        if problems:
            raise Rejected(problems)
        return said

    def _read(self, column: str, value: Any, row: Row, said: Said) -> None:
        attribute = self._resource.attributes.get(column)
        relationship = self._resource.relationships.get(column)
        if attribute is not None:
            if column != ID and is_open(attribute.flags):
                said.attributes[column] = opened(value) if attribute.kind in NESTED else value
        elif relationship is not None:
            self._read_nested(column, relationship, opened(value), said)
        else:
            self._read_ids(column, value, row, said)

    def _read_ids(self, column: str, value: Any, row: Row, said: Said) -> None:
        """Read ``customer_group_id``, ``tag_ids`` and ``attachable_type``."""
        stem, _, suffix = column.rpartition("_")
        many = suffix == "ids"
        name = f"{stem}s" if many else stem
        relationship = self._resource.relationships.get(name)
        if relationship is None or suffix not in ("id", "ids", "type") or relationship.many != many:
            raise Rejected({column: [NOT_ALLOWED]})
        if suffix == "type" or not self._is_settable(name, relationship):
            return
        if many:
            said.linkages[name] = listed(value)
        elif not relationship.polymorphic:
            said.linkages[name] = value or None
        else:
            said.linkages[name] = self._target(relationship, value, row.get(f"{stem}_type"))

    def _target(self, relationship: Relationship, id_: Any, type_: Any) -> Target | None:
        """Return where a polymorphic to-one leads, whose type need not be said."""
        types = [t for t in relationship.types if type_ in (None, "", t)]
        found = (t for t in types if isinstance(id_, str) and self._world.get(t, id_))
        target = next(found, None)
        if id_ and target is None:
            raise Rejected({str(relationship.name): [MUST_EXIST]})
        return (target, id_) if target else None

    def _read_nested(self, name: str, relationship: Relationship, value: Any, said: Said) -> None:
        """Read a relationship as an object, or as a list of objects, of ids or of names."""
        if relationship.many and relationship.inverse:
            rows = [row for row in unzipped(value) if isinstance(row, dict)]
            if rows and relationship.types[0] in self._world.registry:
                said.children[name] = rows
        elif not self._is_settable(name, relationship) or not relationship.types:
            return
        elif relationship.many:
            said.linkages[name] = [self._linked(name, item) for item in unzipped(value)]
        elif value is not None and value != "":
            said.linkages[name] = self._linked(name, value)

    def _linked(self, name: str, value: Any) -> str:
        """Return the id of a record that is told by its id, by its name, or as a row of its own."""
        type_ = self._resource.relationships[name].types[0]
        intake = Intake(self._world, type_) if type_ in self._world.registry else None
        if intake and isinstance(value, dict):
            try:
                return intake.taken(value)
            except Rejected as rejected:
                inner = {f"{name}.{n}": texts for n, texts in rejected.messages.items()}
                raise Rejected(inner) from None
        text = cell(value)
        if intake and self._world.get(type_, text) is None:
            found = intake.named(text)
            return found[ID] if found else text
        return text

    def taken(self, row: Row) -> str:
        """Return the id of the record that a nested row means; one that says more changes it.

        A row that says one thing, a name for instance, means the oldest record that has it.
        """
        found = self.meant(row)
        if found is None and len(row) == 1:
            ((name, value),) = row.items()
            attribute = self._resource.attributes.get(name)
            if attribute is not None and attribute.stored:
                same = Compare(name, "eq", _cast(attribute, value))
                found = next(iter(self._world.page(self._resource.type_, same, 1)), None)
        telling = {ID, *(column for name in self._key for column in self._columns(name))}
        if ID in row and found is None:
            raise Rejected({ID: [MUST_EXIST]})
        tells_more = len(row) > 1 and not row.keys() <= telling
        return self.take(row) if found is None or tells_more else str(found[ID])

    def named(self, text: str) -> Record | None:
        """Return the record with this name or code, where a single one tells records apart."""
        return self.meant({self._key[0]: text}) if len(self._key) == 1 else None

    def _take_children(self, name: str, rows: list[Row], id_: str) -> None:
        relationship = self._resource.relationships[name]
        intake = Intake(self._world, relationship.types[0], id_, relationship.inverse)
        for row in rows:
            try:
                intake.take(row)
            except Rejected as rejected:
                inner = {f"{name}.{n}": texts for n, texts in rejected.messages.items()}
                raise Rejected(inner) from None

    # --- identity ----------------------------------------------------------------------------

    def _columns(self, name: str) -> Iterator[str]:
        """Yield the columns that can say a field of the key."""
        yield name
        if name in self._resource.relationships:
            yield f"{name}_id"
            yield from (c for c, a in self._resource.attributes.items() if a.path[:1] == (name,))

    def _identity(self, name: str, row: Row) -> Any:
        """Return the value of a field of the key that a row says, ``None`` when it says none."""
        attribute = self._resource.attributes.get(name)
        if attribute is not None:
            return _cast(attribute, row.get(name))
        given = row.get(f"{name}_id")
        if given:
            return given
        type_ = self._resource.relationships[name].types[0]
        for column in self._columns(name):
            delegate = self._resource.attributes.get(column)
            if delegate is not None and row.get(column):
                value = _cast(delegate, row[column])
                found = self._world.page(type_, Compare(delegate.path[1], "eq", value), 1)
                return found[0][ID] if found else None
        nested = opened(row.get(name))
        if isinstance(nested, dict):
            found_one = Intake(self._world, type_).meant(nested)
            return found_one[ID] if found_one else None
        return nested or self._given.get(name)

    def _is_settable(self, name: str, relationship: Relationship) -> bool:
        known = name in self._key or name in self._given
        return relationship.stored and (known or is_open(relationship.flags))

    def _exist(self, name: str, linked: Any) -> bool:
        """Say whether everything a linkage names is there; what is not declared is nowhere."""
        types = self._resource.relationships[name].types
        targets = linked if isinstance(linked, list) else [linked]
        pairs = [t if isinstance(t, tuple) else (types[0], t) for t in targets]
        return all(isinstance(id_, str) and self._world.get(t, id_) for t, id_ in pairs)


def parent_of(resource: type[Resource]) -> str | None:
    """Return the to-one that leads to what the rows of a type have in common, if there is one."""
    if resource.import_parent:
        return resource.import_parent
    required = (n for n, r in resource.relationships.items() if not r.many and r.presence is True)
    return next(required, None)


def _cast(attribute: Attribute, value: Any) -> Any:
    try:
        return attribute.cast(value)
    except CastError:
        return None
