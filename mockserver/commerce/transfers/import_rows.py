"""One row of an import: which record it means, what it says of it, and what is wrong with it.

A column is an attribute, a relationship by id (``customer_group_id``), or a relationship as an
object or a list of them (``customer``, in CSV ``customer.email``). What a record has and nobody can
set, its status for instance, is passed over: what was exported can be imported (neighbours.md §37).
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from mockserver.commerce.transfers.import_columns import (
    MUST_EXIST,
    NESTED,
    NOT_ALLOWED,
    Rejected,
    is_open,
    listed,
    messages_of,
    opened,
    unzipped,
    within,
)
from mockserver.commerce.transfers.import_inputs import Row, cell
from mockserver.commerce.transfers.import_keys import ID, Key, parent_of
from mockserver.depth import is_deeper_than
from mockserver.errors import RULES, Refusal
from mockserver.late_dataclass import dataclass
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Engine, Target
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource

INVALID = RULES["invalid"]
#: The column in which a row of a family says its kind.
KIND = "type"


@dataclass(slots=True)
class Said:
    """The values of a row: attributes, linkages, and records that belong to the one it means."""

    attributes: dict[str, Any] = field(default_factory=dict)
    linkages: dict[str, Any] = field(default_factory=dict)
    children: dict[str, list[Row]] = field(default_factory=dict)


def kinds_of(engine: Engine, type_: str) -> frozenset[str]:
    """Return the types that are kinds of a family; of another type, none (commerce.md §1)."""
    return frozenset(t for t, declared in engine.registry.items() if declared.family == type_)


class RowImporter:
    """Takes in rows of one type, perhaps all of one parent."""

    def __init__(
        self, engine: Engine, type_: str, parent_id: str | None = None, parent: str | None = None
    ) -> None:
        """Take in rows.

        Args:
            engine: where to.
            type_: of the records.
            parent_id: of the record that those belong to which do not say so themselves.
            parent: the relationship that leads there, where it is not the type's own choice.
        """
        self._engine = engine
        self._resource: type[Resource] = engine.registry[type_]
        self._parent = parent or parent_of(self._resource)
        self._given = {self._parent: parent_id} if self._parent and parent_id else {}
        self._kinds = kinds_of(engine, type_)
        self.key = Key(engine, type_, self._given)

    def take(self, row: Row) -> str:
        """Update the record that a row means, or create it, and return its id.

        Raises:
            Rejected: nothing has changed.
        """
        try:
            with self._engine.transaction():
                return self._take(row)
        except Refusal as refused:
            raise Rejected(messages_of(refused)) from None

    def linked(self, row: Row) -> str:
        """Return the id of the record that a nested row means; one that says more changes it.

        Raises:
            Rejected: as for a row of its own, or there is no record with its id.
        """
        found = self.key.meant(row) or self.key.alike(row) if row else None
        if ID in row and found is None:
            raise Rejected({ID: [MUST_EXIST]})
        tells_more = len(row) > 1 and not self.key.is_all_of(row)
        return self.take(row) if found is None or tells_more else str(found[ID])

    def label(self, row: Row, position: int) -> str:
        """Return the name of a row in logs: its key, its id, or the place it has."""
        return self.key.told(row) or cell(row.get(ID)) or f"row {position}"

    def _take(self, row: Row) -> str:
        if self._kinds:
            return self._of_kind(row)
        said = self._said(row)
        found = self.key.meant(row)
        type_ = self._resource.type_
        if found is None:
            id_ = str(self._engine.add(type_, {**said.attributes, **said.linkages})["id"])
        else:
            id_ = found[ID]
            members: dict[str, Attribute | Relationship] = {
                **self._resource.attributes,
                **self._resource.relationships,
            }
            given = {**said.attributes, **said.linkages}
            kept = {n: value for n, value in given.items() if members[n].flags.updatable}
            self._engine.change(type_, id_, kept)
        for name, rows in said.children.items():
            self._take_children(name, rows, id_)
        return id_

    def _of_kind(self, row: Row) -> str:
        """Take in a row of a family, which says its kind."""
        kind = cell(row.get(KIND))
        if kind not in self._kinds:
            raise Rejected({KIND: [RULES["inclusion"]]})
        parent_id = self._given.get(self._parent or "")
        rest = {column: value for column, value in row.items() if column != KIND}
        return RowImporter(self._engine, kind, parent_id, self._parent).take(rest)

    # --- columns -----------------------------------------------------------------------------

    def _said(self, row: Row) -> Said:
        """Return the values of a row.

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
                said.attributes[column] = self._opened(column, value, attribute)
        elif relationship is not None:
            self._read_nested(column, relationship, opened(value), said)
        else:
            self._read_ids(column, value, row, said)

    @staticmethod
    def _opened(column: str, value: Any, attribute: Attribute) -> Any:
        """Return the value of an attribute, which may be JSON in a cell."""
        found = opened(value) if attribute.kind in NESTED else value
        if is_deeper_than(found):
            raise Rejected({column: [INVALID]})
        return found

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
        known = self._engine.registry
        types = [
            t
            for t in relationship.types
            if t in known and type_ in (None, "", t, known[t].__name__)
        ]
        found = (t for t in types if isinstance(id_, str) and self._engine.get(t, id_))
        target = next(found, None)
        if id_ and target is None:
            raise Rejected({str(relationship.name): [MUST_EXIST]})
        return (target, id_) if target else None

    def _read_nested(self, name: str, relationship: Relationship, value: Any, said: Said) -> None:
        """Read a relationship as an object, or as a list of objects, of ids or of names."""
        if relationship.many and relationship.inverse:
            child = self._engine.registry.get(relationship.types[0])
            is_made = child and ("create" in child.actions or kinds_of(self._engine, child.type_))
            if is_made and not relationship.inverse_polymorphic:
                said.children[name] = [row for row in unzipped(value) if isinstance(row, dict)]
        elif not self._is_settable(name, relationship) or not relationship.types:
            return
        elif relationship.many:
            said.linkages[name] = [self._linked(name, item) for item in unzipped(value)]
        elif value is not None and value != "":
            said.linkages[name] = self._linked(name, value)

    def _linked(self, name: str, value: Any) -> str | Target:
        """Return the linked record, told as in a request, by id or name, or as a row of its own."""
        types = self._resource.relationships[name].types
        if (
            isinstance(value, dict)
            and value.get("type") in types
            and isinstance(value.get(ID), str)
        ):
            return value["type"], value[ID]
        type_ = types[0]
        if type_ not in self._engine.registry:
            return cell(value)
        intake = RowImporter(self._engine, type_)
        if isinstance(value, dict):
            with within(name):
                return intake.linked(value)
        text = cell(value)
        found = None if self._engine.get(type_, text) else intake.key.named(text)
        return str(found[ID]) if found else text

    def _take_children(self, name: str, rows: list[Row], id_: str) -> None:
        relationship = self._resource.relationships[name]
        intake = RowImporter(self._engine, relationship.types[0], id_, relationship.inverse)
        for row in rows:
            with within(name):
                intake.take(row)

    def _is_settable(self, name: str, relationship: Relationship) -> bool:
        known = name in self.key.fields or name in self._given
        return relationship.stored and (known or is_open(relationship.flags))

    def _exist(self, name: str, linked: Any) -> bool:
        """Say whether everything a linkage names is there; what is not declared is nowhere."""
        types = self._resource.relationships[name].types
        targets = linked if isinstance(linked, list) else [linked]
        pairs = [t if isinstance(t, tuple) else (types[0], t) for t in targets]
        return all(isinstance(id_, str) and self._engine.get(t, id_) for t, id_ in pairs)
