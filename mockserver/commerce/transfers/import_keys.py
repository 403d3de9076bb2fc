"""Keys that tell the records of a type apart, and the one a row of an import means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.commerce.transfers.import_columns import opened
from mockserver.commerce.transfers.import_inputs import Row, cell
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Engine
from mockserver.schema.validations import InvalidError
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

ID = "id"


def fields_of(resource: type[Resource]) -> tuple[str, ...]:
    """Return the fields that tell the records of a type apart, besides the id; perhaps none."""
    if resource.import_key:
        return tuple(resource.import_key)
    unique = [(name,) for name, attribute in resource.attributes.items() if attribute.unique]
    return tuple(next(iter([*unique, *resource.uniques]), ()))


def parent_of(resource: type[Resource]) -> str | None:
    """Return the to-one that leads to what the rows of a type have in common, if there is one."""
    if resource.import_parent:
        return resource.import_parent
    required = (n for n, r in resource.relationships.items() if not r.many and r.presence is True)
    return next(required, None)


def label(resource: type[Resource], record: Record) -> str:
    """Return the name of a record in logs: its own code or name, or else its id."""
    values = [record.get(name) for name in fields_of(resource)]
    return ", ".join(map(str, values)) if values and all(values) else str(record[ID])


class Key:
    """The key of one type: a code, an email address, or several fields together."""

    def __init__(self, engine: Engine, type_: str, given: Mapping[str, str]) -> None:
        """Look for records of the type; ``given`` are linkages that rows need not say."""
        self._engine = engine
        self._resource: type[Resource] = engine.registry[type_]
        self._given = given
        self.fields = fields_of(self._resource)

    def meant(self, row: Row) -> Record | None:
        """Return the record that a row means, if it is there: by its id, or else by its key."""
        id_ = row.get(ID)
        found = self._engine.get(self._resource.type_, id_) if isinstance(id_, str) else None
        if found or not self.fields:
            return found
        values = {name: self._value(name, row) for name in self.fields}
        if any(value is None for value in values.values()):
            return None
        same = (Compare(name, "eq", value) for name, value in values.items())
        return self._first(self._resource.type_, *same)

    def alike(self, row: Row) -> Record | None:
        """Return the oldest record with the one thing that a row says, a name for instance."""
        name, value = next(iter(row.items()))
        attribute = self._resource.attributes.get(name)
        if len(row) > 1 or attribute is None or not attribute.stored:
            return None
        return self._first(self._resource.type_, Compare(name, "eq", as_stored(attribute, value)))

    def named(self, text: str) -> Record | None:
        """Return the record with this name or code, where a single one tells records apart."""
        return self.meant({self.fields[0]: text}) if len(self.fields) == 1 else None

    def told(self, row: Row) -> str:
        """Return the key that a row says, as text; empty when it says none."""
        told = []
        for name in self.fields:
            column = next((c for c in self.columns(name) if row.get(c)), name)
            value = opened(row.get(column))
            if isinstance(value, dict):
                target = self._target(column)
                value = Key(self._engine, target, {}).told(value) if target else None
            told.append(cell(value))
        return ", ".join(filter(None, told))

    def is_all_of(self, row: Row) -> bool:
        """Say whether a row says nothing but which record it means."""
        columns = {column for name in self.fields for column in self.columns(name)}
        return row.keys() <= {ID, *columns}

    def columns(self, name: str) -> Iterator[str]:
        """Yield the columns that can say a field of the key."""
        yield name
        if name in self._resource.relationships:
            yield f"{name}_id"
            yield from (c for c, a in self._resource.attributes.items() if a.path[:1] == (name,))

    def _value(self, name: str, row: Row) -> Any:
        """Return the value of a field of the key that a row says, ``None`` when it says none."""
        attribute = self._resource.attributes.get(name)
        if attribute is not None:
            return as_stored(attribute, row.get(name))
        target = self._target(name)
        nested = opened(row.get(name))
        if target and isinstance(nested, dict):
            return _id_of(Key(self._engine, target, {}).meant(nested))
        for column in self.columns(name):
            delegate = self._resource.attributes.get(column)
            if target and delegate is not None and row.get(column):
                value = as_stored(delegate, row[column])
                return _id_of(self._first(target, Compare(delegate.path[1], "eq", value)))
        return row.get(f"{name}_id") or nested or self._given.get(name)

    def _target(self, name: str) -> str | None:
        """Return the declared type that a relationship leads to, if there is one."""
        relationship = self._resource.relationships.get(name)
        types = relationship.types if relationship else ()
        return next((type_ for type_ in types if type_ in self._engine.registry), None)

    def _first(self, type_: str, *same: Compare) -> Record | None:
        return next(iter(self._engine.page(type_, both(*same), 1)), None)


def _id_of(record: Record | None) -> str | None:
    return record[ID] if record else None


def as_stored(attribute: Attribute, value: Any) -> Any:
    """Return a value as records hold it, ``None`` when it cannot be one."""
    try:
        return attribute.cast(value)
    except InvalidError:
        return None
