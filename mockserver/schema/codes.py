"""Records that are named by a code instead of being linked: SKUs, bundles."""

from __future__ import annotations

from typing import Any

from mockserver.schema.protocols import Change, DeriveFrom, Effect, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def linking_by_code(type_: str, relationship: str, *, polymorphic: bool = False) -> Effect:
    """Return the effect that links the record of a type with the code sent.

    Args:
        type_: of what has the code.
        relationship: the to-one that leads there.
        polymorphic: whether it can lead elsewhere, too.
    """

    def link(change: Change, code: Any) -> None:
        if not code:
            return
        found = change.engine.find(type_, Compare("code", "eq", code))
        if not found:
            change.invalid(change.member, "invalid", value=code)
            return
        change.record[relationship] = found[0]["id"]
        if polymorphic:
            change.record[f"{relationship}_type"] = type_

    return link


def code_of(type_: str, relationship: str, holder: str) -> DeriveFrom:
    """Return the code of what a to-one of the holder leads to, if that is of the type."""

    def code(record: Record, view: View) -> Any:
        if record.get(f"{relationship}_type") != type_:
            return None
        return (view.related(record, relationship, holder) or {}).get("code")

    return code
