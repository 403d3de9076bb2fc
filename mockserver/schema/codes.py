"""Records that are named by a code instead of being linked: SKUs, bundles."""

from __future__ import annotations

from typing import Any

from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Change, DeriveFrom, Effect, View
from mockserver.schema.validations import Format, Length
from mockserver.schema.vocabulary import attribute
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def short_code() -> Attribute:
    """Declare an optional code that one record of the type has (catalogue.md §1.2)."""
    rules = (Length(maximum=25), Format(r"[A-Za-z0-9_-]*"))
    return attribute("string", "CURfs", unique=True, normalise=_or_none, validate=rules)


def _or_none(code: str) -> str | None:
    """Return a code, or nothing where it is empty, so that nobody has it twice."""
    return code if code.strip() else None


def code_naming(type_: str, relationship: str, flags: str = "CUR") -> Attribute:
    """Declare the code of what a to-one leads to: it is that one's, and names it when it is sent.

    A linkage that is sent beside it wins (catalogue.md §1.3).
    """
    effect = _leading_by_code(type_, relationship)
    return attribute("string", flags, delegate=f"{relationship}.code", effect=effect)


def code_naming_item(type_: str, holder: str) -> Attribute:
    """Declare the same of an ``item`` that may be of other types as well: null for those.

    Args:
        type_: whose codes it takes.
        holder: the type that declares it.
    """
    effect = _leading_by_code(type_, "item", is_polymorphic=True)
    return attribute("string", "CUR", derive_from=_code_of(type_, "item", holder), effect=effect)


def _leading_by_code(type_: str, relationship: str, *, is_polymorphic: bool = False) -> Effect:
    def lead(change: Change, code: Any) -> None:
        record, before = change.record, change.before or {}
        if not code or record[relationship] != before.get(relationship):
            return
        found = change.engine.find(type_, Compare("code", "eq", code))
        record[relationship] = found[0]["id"] if found else None
        if is_polymorphic:
            record[f"{relationship}_type"] = type_ if found else None
        member = change.engine.registry[change.type_].relationships[relationship]
        if not found and not member.presence:
            change.invalid(relationship, "blank")

    return lead


def _code_of(type_: str, relationship: str, holder: str) -> DeriveFrom:
    """Return the code of what a to-one of the holder leads to, if that is of the type."""

    def code(record: Record, view: View) -> Any:
        if record.get(f"{relationship}_type") != type_:
            return None
        return (view.related(record, relationship, holder) or {}).get("code")

    return code
