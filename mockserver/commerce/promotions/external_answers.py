"""Answers of an external promotion's service, as something to take off (commerce.md §17.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.commerce.promotions.taking import Taken
from mockserver.commerce.totals.cart import Line


class AnswerError(ValueError):
    """An answer says nothing that could be taken off."""


def taken_by(data: Mapping[str, Any], eligible: Sequence[Line]) -> Taken:
    """Return the discount of an answer: on all lines, on those it names, or on each its own.

    Args:
        data: of the answer.
        eligible: the lines that the promotion may discount.

    Raises:
        AnswerError: amounts are missing, or none.
    """
    named = data.get("line_items") or []
    if not isinstance(named, list) or not all(isinstance(each, dict) for each in named):
        raise AnswerError
    own = {str(each.get("id")): each.get("discount_cents") for each in named}
    lines = [line for line in eligible if not named or line.id in own]
    if any(cents is not None for cents in own.values()):
        return Taken(lines, parts={id_: _cents(cents or 0) for id_, cents in own.items()})
    return Taken(lines, amount=_cents(data.get("discount_cents")))


def name_in(data: Mapping[str, Any]) -> str | None:
    """Return the name of the discount by an answer, if it has one."""
    name = data.get("name")
    return name if isinstance(name, str) else None


def metadata_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata that an answer wants kept with the discount."""
    metadata = data.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _cents(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise AnswerError
    return value
