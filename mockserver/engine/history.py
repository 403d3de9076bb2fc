"""The change history of records: who changed what, from what to what (customers.md §13).

Changes are recorded as they are made. The creation of a record that came another way, by seeding
for instance, is told from the record itself, with the recorded changes taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from mockserver.access import OWNERS, Access
from mockserver.clock import EPOCH, milliseconds, parse_timestamp, timestamp
from mockserver.engine.record_store import RecordStore
from mockserver.resources.applications import APPLICATIONS
from mockserver.resources.event_stores import EventStore
from mockserver.resources.registry import derived, registry
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import EVERYTHING, Compare, Condition, both
from mockserver.storage.matching import matcher
from mockserver.storage.values import differing

HISTORY = EventStore.type_
#: ``reference`` and the like are objects here (customers.md §13).
EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("ip_address", "user_agent", "uuid")),
    "reference": {},
    "reference_origin": {},
    "metadata": {},
}
#: Told creations are numbered apart: by the record's number and the place of its type.
TYPES = 1000
#: The longest number of an id that is looked for.
DIGITS = 18


class History:
    """The changes of the records of one mode of an organization."""

    def __init__(self, store: RecordStore) -> None:
        """Record the changes of these records."""
        self._store = store
        self._last = (0, 0)

    def begin_again(self) -> None:
        """Forget which ids were given: the records are others now."""
        self._last = (0, 0)

    def record(
        self,
        event: str,
        type_: str,
        before: Record | None,
        after: Record | None,
        access: Access | None,
    ) -> None:
        """Record a change, unless its type has no history.

        Args:
            event: ``create``, ``update``, ``destroy`` or a step of an anonymization.
            type_: of the record.
            before: what it was, ``None`` when there was none.
            after: what it is, ``None`` when it is gone.
            access: whose doing; ``None`` for the service itself.
        """
        fields = tracked(type_)
        if not fields:
            return
        now = self._store.clock.now()
        serialized, partition = timestamp(now), self._store.partition
        entry = {
            **EMPTY,
            "id": self._id(milliseconds(now)),
            SERIAL: partition.next_number(HISTORY),
            "resource_type": type_,
            "resource_id": (after or before or {})["id"],
            "event": event,
            "payload": changes(fields, before or {}, after or {}),
            "who": self._who(access),
            "created_at": serialized,
            "updated_at": serialized,
        }
        # The records that the values are taken from are copies, and nobody changes them now.
        partition.load(HISTORY, [entry])
        self._store.retention.stored(HISTORY, entry[SERIAL])

    def of(self, type_: str, record: Record, condition: Condition = EVERYTHING) -> list[Record]:
        """Return the changes of a record, oldest first."""
        found = self._store.find(HISTORY, _of(type_, record["id"]))
        if not any(entry["event"] == "create" for entry in found):
            found = [self._creation(type_, record, found), *found]
        # A history is asked for by its own fields alone: there is nothing to resolve.
        wanted = matcher(condition, lambda _: frozenset())
        return [entry for entry in found if wanted(entry)]

    def told(self, type_: str, id_: str) -> Record | None:
        """Return the creation that is told under an id, if it is one of a history at all."""
        return self._told(id_) if type_ == HISTORY else None

    def _told(self, id_: str) -> Record | None:
        number = id_.partition("-")[2]
        if not number.isdecimal() or len(number) > DIGITS:
            return None
        serial, place = divmod(int(number), TYPES)
        types = sorted(registry())
        if place >= len(types):
            return None
        own = Compare(SERIAL, "eq", serial)
        for record in self._store.partition.select(types[place], own, limit=1)[0]:
            first = self.of(types[place], record)[0]
            return first if first["id"] == id_ else None
        return None

    def forget(self, type_: str, id_: str) -> None:
        """Blank the values in the history of a record, and its name where it was the actor."""
        for entry in self._store.find(HISTORY, _of(type_, id_)):
            blanked: Record = {name: {"from": None, "to": None} for name in entry["payload"]}
            self._store.partition.put(HISTORY, {**entry, "payload": blanked})
        for owner_type, owners in OWNERS.items():
            owner = {"id": id_, "type": owner_type}
            acted = Compare("who", "contains", {"owner": owner})
            for entry in self._store.find(HISTORY, acted) if owners == type_ else ():
                unnamed = {**entry["who"], "owner": owner}
                self._store.partition.put(HISTORY, {**entry, "who": unnamed})

    def _id(self, moment: int) -> str:
        """Return a new id: the moment, and which one it is of those of the same millisecond."""
        first = self._last[1] + 1 if self._last[0] == moment else 0
        for number in count(first):
            id_ = f"{moment:013d}-{number}"
            if self._store.partition.get(HISTORY, id_, ("id",)) is None:
                self._last = (moment, number)
                return id_
        raise AssertionError  # pragma: no cover - the numbers have no end

    def _creation(self, type_: str, record: Record, later: list[Record]) -> Record:
        """Return the creation of a record as it must have been."""
        fields = tracked(type_)
        payload = changes(fields, {}, record)
        for entry in reversed(later):
            for name, change in entry["payload"].items():
                payload[name] = {"from": None, "to": change["from"]}
        moment = milliseconds(parse_timestamp(record["created_at"]) or EPOCH)
        number = record[SERIAL] * TYPES + sorted(registry()).index(type_)
        return {
            **EMPTY,
            "id": f"{moment:013d}-{number}",
            SERIAL: 0,
            "resource_type": type_,
            "resource_id": record["id"],
            "event": "create",
            "payload": {
                name: change for name, change in payload.items() if change["to"] is not None
            },
            "who": self._who(None),
            "created_at": record["created_at"],
            "updated_at": record["created_at"],
        }

    def _who(self, access: Access | None) -> Record:
        """Return who is responsible: an application, perhaps for somebody, or a worker."""
        if access is None or access.application_id is None:
            return {"worker": {"id": self._store.organization.slug, "type": "Worker"}}
        application = self._store.partition.get(APPLICATIONS, access.application_id) or {}
        who: Record = {
            "application": {
                "id": access.application_id,
                "client_id": application.get("uid"),
                "kind": access.kind,
                "public": access.is_sales_channel,
                "confidential": access.is_confidential,
            }
        }
        if access.owner:
            who["owner"] = {"id": access.owner.id, "type": access.owner.type}
            person = self._store.owner_record(access.owner) or {}
            names = ("email", "first_name", "last_name")
            who["owner"].update({name: person[name] for name in names if name in person})
        return who


def _of(type_: str, id_: str) -> Condition:
    return both(Compare("resource_id", "eq", id_), Compare("resource_type", "eq", type_))


@derived
def tracked(type_: str) -> Mapping[str, str]:
    """Return the fields of a type whose changes are told, by the name they are told under.

    What the API does not show, a password, is not told either; linkages are told by id.
    """
    resource = registry()[type_]
    if not any(relationship.history for relationship in resource.relationships.values()):
        return {}
    return dict(_tracked(type_))


def _tracked(type_: str) -> Iterator[tuple[str, str]]:
    resource = registry()[type_]
    for name, attribute in resource.attributes.items():
        if attribute.stored and attribute.flags.fetchable and name != "id":
            yield name, name
    for name, relationship in resource.relationships.items():
        if relationship.stored:
            yield name, f"{name.removesuffix('s')}_ids" if relationship.many else f"{name}_id"


def changes(fields: Mapping[str, str], before: Record, after: Record) -> dict[str, Any]:
    """Return ``{name: {"from": ..., "to": ...}}`` of what differs."""
    changed = differing(before, after)
    return {
        name: {"from": before.get(field), "to": after.get(field)}
        for field, name in fields.items()
        if field in changed
    }
