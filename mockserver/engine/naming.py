"""Naming of other records in a write: each has to be there, and the bearer's to name."""

from __future__ import annotations

from mockserver.access import Access
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.whereabouts import missing
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.resources.registry import kind_of
from mockserver.schema.protocols import Target


def nameable(engine: RecordEngine, access: Access, name: str, target: Target) -> Target:
    """Return the same target, or of a family the kind that it is.

    Args:
        engine: where it has to be.
        access: who names it.
        name: the member of the request that does.
        target: the record named.

    Raises:
        Refusal: 404 for what leads nowhere, 401 for what is another's.
    """
    type_, id_ = target
    record = engine.get(type_, id_)
    if record is None:
        why = reason("linkage_missing", name=name, missing=missing(engine, type_, id_))
        raise refusal("RECORD_NOT_FOUND", because=why)
    if access.is_sales_channel:
        engine.require_nameable(type_, record, access)
    return kind_of(type_, record), id_
