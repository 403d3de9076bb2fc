"""Visibility of records to a bearer, decided for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mockserver.engine.holding import holding
from mockserver.engine.permissions import Permissions
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.record_view import by_type
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import derived
from mockserver.schema.protocols import Target
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING

Records = dict[str, Record]


@dataclass(slots=True)
class Visibility:
    """Visibility of many records: which of them one bearer may read.

    Attributes:
        engine: where they are.
        permissions: of the bearer.
    """

    engine: RecordEngine
    permissions: Permissions

    def readable(
        self, targets: Iterable[Target], read: Mapping[Target, Record], *, included: bool = False
    ) -> dict[Target, Record]:
        """Return the records there are and the bearer may read.

        Args:
            targets: which ones; the number of reads grows with their types, not with them.
            read: those that are known already.
            included: whether it is enough that others may include them.
        """
        may = self.permissions.includes if included else self._may_read
        found: dict[Target, Record] = {}
        for type_, ids in by_type(targets).items():
            resource = self.engine.registry.get(type_)
            if resource and may(resource):
                hidden = () if self._may_read(resource) else secrets(resource)
                for id_, record in self._of_type(type_, ids, read).items():
                    found[type_, id_] = {**record, **dict.fromkeys(hidden)} if hidden else record
        return found

    def _may_read(self, resource: type[Resource]) -> bool:
        return self.permissions.allows(resource, "read")

    def _of_type(self, type_: str, ids: Collection[str], read: Mapping[Target, Record]) -> Records:
        records = {id_: record for id_ in ids if (record := read.get((type_, id_)))}
        if missing := [id_ for id_ in ids if id_ not in records]:
            records.update(self.engine.get_many(type_, missing))
        restriction = self.permissions.restriction(type_, "read")
        if restriction == EVERYTHING:
            return records
        allowed = holding(self.engine.partition, [*records.values()], restriction)
        return {record["id"]: record for record in allowed}


@derived
def secrets(resource: type[Resource]) -> Collection[str]:
    """Return the attributes of a type that nobody sees who may not read its records."""
    return [name for name, attribute in resource.attributes.items() if attribute.secret]
