"""Values of conditions that are known only when they are looked at (commerce.md §7.1).

``{{today}}``, a path, a part of a date ``{{month(order.updated_at)}}``, a span of time
``{{range(today, 7.days)}}``, or the least, greatest or average of what a path leads to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from mockserver.commerce.rules.moments import SPAN, Moment, day_of, later, moment
from mockserver.commerce.rules.paths import Path, Viewpoint, path

BRACED = re.compile(r"\{\{\s*(?P<inside>[^{}]*?)\s*\}\}\Z")
CALL = re.compile(r"(?P<name>[a-z]+)\s*\(\s*(?P<of>[^(),]+?)\s*(?:,\s*(?P<span>[^(),]+?)\s*)?\)\Z")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z0-9_]\w*)*\Z")
TODAY = "today"
RANGE = "range"

PARTS: Mapping[str, Callable[[Moment], int]] = {
    "day": lambda value: day_of(value).day,
    "month": lambda value: day_of(value).month,
    "year": lambda value: day_of(value).year,
}
AMOUNTS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "min": min,
    "max": max,
    "avg": lambda values: Fraction(sum(map(Fraction, values)), len(values)),
}


def is_dynamic(value: object) -> bool:
    """Say whether a value is a text in double braces."""
    return isinstance(value, str) and bool(BRACED.match(value.strip()))


def is_range(value: object) -> bool:
    """Say whether a value is a span of time."""
    return is_dynamic(value) and bool(_inside(value).startswith(RANGE))


def is_well_formed(value: str) -> bool:
    """Say whether a dynamic value can be read."""
    inside = _inside(value)
    if NAME.match(inside):
        return True
    call = CALL.match(inside)
    if not call or not NAME.match(call["of"]):
        return False
    if call["name"] == RANGE:
        return bool(call["span"] and SPAN.match(call["span"]))
    return call["name"] in {*PARTS, *AMOUNTS} and not call["span"]


def named_path(value: object) -> Path | None:
    """Return the path that a dynamic value names, ``None`` where it names none."""
    if not isinstance(value, str) or not is_dynamic(value):
        return None
    call = CALL.match(_inside(value))
    name = call["of"] if call else _inside(value)
    return path(name) if name != TODAY and NAME.match(name) else None


def operands(value: str, view: Viewpoint, now: datetime) -> list[Any]:
    """Return the values a dynamic value stands for; several where its path leads to several.

    A span of time is one pair, its beginning and its end.
    """
    call = CALL.match(_inside(value))
    if not call:
        return _referred(_inside(value), view, now)
    found = _referred(call["of"], view, now)
    if call["name"] in AMOUNTS:
        numbers = [each for each in found if _is_number(each)]
        return [AMOUNTS[call["name"]](numbers)] if numbers else []
    moments = [each for each in map(moment, found) if each is not None]
    if call["name"] == RANGE:
        return [pair for each in moments for pair in _spans(each, call["span"])]
    return [PARTS[call["name"]](each) for each in moments]


def _spans(start: Moment, span: str) -> list[list[Moment]]:
    try:
        return [[start, later(start, span)]]
    except ValueError:
        return []


def _referred(name: str, view: Viewpoint, now: datetime) -> list[Any]:
    return [day_of(now)] if name == TODAY else view.values(path(name))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def _inside(value: object) -> str:
    found = BRACED.match(str(value).strip())
    return found["inside"] if found else ""
