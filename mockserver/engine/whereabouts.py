"""Whereabouts of a record that was not found: for whoever wonders about a 404."""

from __future__ import annotations

from mockserver.access import MODES
from mockserver.engine.record_store import RecordStore
from mockserver.reasons import reason


def missing(store: RecordStore, type_: str, id_: str) -> str:
    """Return why there is no such record in one mode of an organization, as a sentence."""
    facts = {"type": type_, "id": id_, "mode": store.mode}
    for other in MODES:
        if other != store.mode and store.organization.records(other).get(type_, id_):
            return reason("record_of_other_mode", other=other, **facts)
    number = store.identifiers.decode(type_, id_)
    was_given = number is not None and 0 < number <= store.partition.numbers().get(type_, 0)
    return reason("record_deleted" if was_given else "record_missing", **facts)
