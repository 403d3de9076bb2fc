"""Where a record is that is not where it was looked for: for whoever wonders about a 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.access import MODES
from mockserver.reasons import reason

if TYPE_CHECKING:
    from mockserver.engine.record_engine import RecordEngine


def missing(engine: RecordEngine, type_: str, id_: str) -> str:
    """Return why there is no such record in one mode of an organization, as a sentence."""
    facts = {"type": type_, "id": id_, "mode": engine.mode}
    for other in MODES:
        if other != engine.mode and engine.organization.sandbox(other).partition.get(type_, id_):
            return reason("record_of_other_mode", other=other, **facts)
    number = engine.identifiers.decode(type_, id_)
    was_given = number is not None and 0 < number <= engine.partition.numbers().get(type_, 0)
    return reason("record_deleted" if was_given else "record_missing", **facts)
