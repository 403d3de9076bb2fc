"""Regular expressions that records hold: whether they can be used, and what they are found in.

They are compiled when one is looked at, which few requests do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.schema.protocols import Change, Check

if TYPE_CHECKING:
    from mockserver.automata import Automaton


def usable_patterns(*names: str) -> Check:
    """Return the check of new expressions: their length, and their syntax (catalogue.md §1.4)."""

    def check(change: Change) -> None:
        for name in names:
            text = change.record.get(name)
            if text and text != (change.before or {}).get(name):
                _check(change, name, text)

    return check


def _check(change: Change, name: str, text: str) -> None:
    limit = change.engine.setting("api_max_regex_length")
    if len(text) > limit:
        change.invalid(name, "too_long", count=limit)
    elif compiled(text) is None:
        change.invalid(name, "invalid", value=text)


def compiled(text: str) -> Automaton | None:
    """Return the automaton that finds an expression, ``None`` if it is none."""
    from mockserver.expressions import PatternError  # noqa: PLC0415 - slow, seldom needed
    from mockserver.ruby_expressions import pattern  # noqa: PLC0415 - as above

    try:
        return pattern(text)
    except PatternError:
        return None
