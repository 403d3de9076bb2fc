"""Regular expressions, matched in time that grows with the text."""

from __future__ import annotations

import pytest

from mockserver.automata import KEPT, REMEMBERED, Automaton
from mockserver.effort import bounded
from mockserver.entropy import Entropy
from mockserver.errors import Refusal
from mockserver.traffic.expressions import MatcherParser


def made(expression: str) -> Automaton:
    """Return what finds an expression, unknown to any other test."""
    return MatcherParser(expression).automaton()


def letters(count: int) -> str:
    """Return so many letters in no order."""
    drawn = Entropy(1, "letters")
    return "".join(drawn.choice("ab") for _ in range(count))


def test_what_is_remembered_is_bounded() -> None:
    """An expression with a new set of places after each letter is forgotten now and then."""
    automaton = made("a(a|b){200}c")

    assert not automaton.is_in(letters(5000))
    assert automaton._size <= REMEMBERED + 1000

    assert automaton.is_in("a" + "b" * 200 + "c")
    assert automaton._size <= KEPT


def test_what_takes_too_many_steps_is_refused() -> None:
    """An expression of many places on a text of many letters."""
    automaton = made("a(a|b){1000}c")

    with bounded(), pytest.raises(Refusal, match="steps of work"):
        automaton.is_in(letters(100_000))


def test_the_text_itself_is_paid_for() -> None:
    """Megabytes are refused before they are looked at."""
    with bounded(), pytest.raises(Refusal, match="steps of work"):
        made(r"\bx(?=y)").is_in("a" * 10_000_000)
