"""How much of a kind one request may ask for: far more than a client ever does."""

from __future__ import annotations

from typing import Any

from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.errors import refusal, require_at_most
from mockserver.storage.conditions import members

#: Conditions in the filters of a request, each value of ``_any`` and ``_all`` counted.
MOST_CONDITIONS = 500
#: Values of ``in``, the ids of ``filter[ids]`` included.
MOST_VALUES = 10_000
#: Characters of what ``matches``, ``cont``, ``start`` and ``end`` look for.
LONGEST_PATTERN = 1_000
#: Values in the object of ``jcont``, those within others included.
MOST_MEMBERS = 1_000
#: Criteria of ``sort``.
MOST_CRITERIA = 50
#: Paths of ``include``.
MOST_PATHS = 1_000


def require_conditions(count: int) -> None:
    """Refuse too many conditions."""
    require_at_most(count, MOST_CONDITIONS, "conditions in the filters")


def require_values(count: int) -> None:
    """Refuse a list with too many values."""
    require_at_most(count, MOST_VALUES, "values in one filter")


def require_pattern(text: str) -> None:
    """Refuse a pattern that is too long."""
    require_at_most(len(text), LONGEST_PATTERN, "characters in the pattern of a filter")


def require_object(value: Any) -> None:
    """Refuse an object that is too large, or too deep, to be compared with others."""
    if is_deeper_than(value):
        reason = f"An object in a filter is nested more than {DEEPEST} deep"
        raise refusal("BAD_REQUEST", reason=reason)
    require_at_most(members(value), MOST_MEMBERS, "values in the object of a filter")
