"""Visibility of records to a bearer, decided for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mockserver.engine.holding import holding, holds
from mockserver.engine.permissions import Action, Permissions
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import by_type
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.protocols import Target
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING

Records = dict[str, Record]


class Visibility:
    """Visibility of single records: which of them one bearer may read, change, delete."""

    def __init__(self, engine: RecordEngine, permissions: Permissions) -> None:
        """Decide by the permissions."""
        self._engine = engine
        self._permissions = permissions

    def readable(
        self, targets: Iterable[Target], read: Mapping[Target, Record]
    ) -> dict[Target, Record]:
        """Return the records there are and the bearer may read.

        Args:
            targets: which ones; the number of reads grows with their types, not with them.
            read: those that are known already.
        """
        found: dict[Target, Record] = {}
        for type_, ids in by_type(targets).items():
            for id_, record in self._of_type(type_, ids, read).items():
                found[type_, id_] = record
        return found

    def allows(
        self, type_: str, record: Record, action: Action, sent: Collection[str] = ()
    ) -> bool:
        """Say whether the record is one of those the bearer may do this to."""
        restriction = self._permissions.restriction(type_, action, sent)
        return restriction == EVERYTHING or holds(self._engine.partition, record, restriction)

    def require(
        self, type_: str, record: Record, action: Action, sent: Collection[str] = ()
    ) -> None:
        """Refuse a record that is none of those the bearer may do this to, 401."""
        if not self.allows(type_, record, action, sent):
            access = self._permissions.access
            facts = {"bearer": access.bearer, "scope": access.scope, "type": type_}
            why = reason("permission_of_record", action=action, **facts)
            raise refusal("UNAUTHORIZED", because=why)

    def _of_type(self, type_: str, ids: Collection[str], read: Mapping[Target, Record]) -> Records:
        resource = self._engine.registry.get(type_)
        if resource is None or not self._permissions.allows(resource, "read"):
            return {}
        records = {id_: record for id_ in ids if (record := read.get((type_, id_)))}
        if missing := [id_ for id_ in ids if id_ not in records]:
            records.update(self._engine.get_many(type_, missing))
        restriction = self._permissions.restriction(type_, "read")
        if restriction == EVERYTHING:
            return records
        allowed = holding(self._engine.partition, [*records.values()], restriction)
        return {record["id"]: record for record in allowed}
