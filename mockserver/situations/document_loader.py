"""The records of one document on their way into a sandbox, whose linkage may name them many ways.

``{"type", "id"}`` is a record that is there, ``{"type", "lid"}`` one that stands further up in the
document (JSON:API 1.1), ``{"type", "meta": {"code": "europe"}}`` the oldest with these attributes,
or that leads to such records: ``{"type", "meta": {"order": {"type", "lid"}}}``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.engine.sandbox import Sandbox
from mockserver.pointers import escaped
from mockserver.refusals import invalid
from mockserver.resources.registry import kind_of, kinds
from mockserver.situations.record_schema import RecordSchema, record_schema
from mockserver.situations.record_writer import RecordWriter
from mockserver.storage.conditions import Compare, both

#: A pointer and the resource object that stands there.
Placed = tuple[str, Any]
#: Type and id.
Target = tuple[str, str]
#: The first one that is there counts.
WAYS = ("id", "lid", "meta")


class DocumentLoader:
    """Puts the records of one document into a sandbox."""

    def __init__(self, sandbox: Sandbox, moment: str | None = None) -> None:
        """Place into the sandbox; see ``RecordWriter`` for the moment."""
        self._sandbox = sandbox
        self._moment = moment
        self._placed: dict[Target, str] = {}

    def place(self, objects: Iterable[Placed]) -> list[Target]:
        """Store resource objects in their order, all or none, and return (type, id) of each.

        Raises:
            Refusal: 422 with the pointer of what is wrong.
        """
        writer = RecordWriter(self._sandbox, self._moment)
        placed = []
        with self._sandbox.transaction():
            for pointer, object_ in objects:
                target = writer.write(object_, pointer, self.resolve)
                if "lid" in object_:
                    self.remember(object_["lid"], target, f"{pointer}/lid")
                placed.append(target)
        return placed

    def remember(self, lid: Any, target: Target, pointer: str) -> None:
        """Let later objects name a record by this.

        Raises:
            Refusal: 422; it is no name, or that of another record.
        """
        if not isinstance(lid, str) or not lid:
            raise invalid(pointer, "Not a text.")
        if (target[0], lid) in self._placed:
            raise invalid(pointer, f"Another record of {target[0]} has it.")
        self._placed[target[0], lid] = target[1]

    def resolve(self, identifier: Any, pointer: str) -> Target:
        """Return the (type, id) a resource identifier object means.

        Raises:
            Refusal: 422 when it means no record.
        """
        given = identifier if isinstance(identifier, dict) else {}
        way = next((way for way in WAYS if way in given), None)
        if way is None or "type" not in given:
            raise invalid(pointer, 'Not {"type": type} with one of: id, lid, meta.')
        type_ = given["type"]
        known = record_schema(type_) if isinstance(type_, str) else None
        if known is None:
            raise invalid(f"{pointer}/type", "Not a type of the sandbox.")
        id_ = self._id(known, way, given[way], pointer)
        record = self._sandbox.get(known.type_, id_)
        if record is None:
            raise invalid(pointer, f"There is no such record of {type_}.")
        return kind_of(known.type_, record), record["id"]

    def _id(self, known: RecordSchema, way: str, value: Any, pointer: str) -> str | None:
        if way == "meta":
            return self._look_up(known, value, f"{pointer}/meta")
        if not isinstance(value, str):
            raise invalid(f"{pointer}/{way}", "Not a text.")
        if way == "lid":
            named = (self._placed.get((kind, value)) for kind in kinds((known.type_,)))
            return next(filter(None, named), None)
        return value if self._sandbox.get(known.type_, value, ("id",)) else None

    def _look_up(self, known: RecordSchema, wanted: Any, pointer: str) -> str | None:
        """Return the id of the oldest record with these attributes, if there is one."""
        if not isinstance(wanted, dict) or not wanted:
            raise invalid(pointer, "Not an object of attributes.")
        same = both(
            *(
                Compare(name, "eq", self._known_value(known, name, value, pointer))
                for name, value in wanted.items()
            )
        )
        records, _ = self._sandbox.partition.select(known.type_, same, limit=1)
        return records[0]["id"] if records else None

    def _known_value(self, known: RecordSchema, name: str, value: Any, pointer: str) -> Any:
        """Return a value to look a record up by; of a linkage, the id of the record it leads to."""
        at = f"{pointer}/{escaped(name)}"
        if name in known.linkages and isinstance(value, dict):
            return self.resolve(value, at)[1]
        if name not in known.fields or not isinstance(value, str | int | float):
            raise invalid(at, "Nothing to look a record up by.")
        return value
