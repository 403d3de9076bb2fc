"""Regular expressions that a whole value has to match (commerce.md §7.1, §10.2).

They are those of other records, but for their ends: what is left of the value before or behind
makes it another one. Case counts unless ``(?i)`` says otherwise.
"""

from __future__ import annotations

from functools import lru_cache

from mockserver.automata import FINISH, START, Automaton, Sequence
from mockserver.effort import Allowance
from mockserver.errors import Refusal
from mockserver.expressions import PatternError
from mockserver.ruby_expressions import STEPS, RubyParser


class WholeValueParser(RubyParser):
    """Reads an expression that leaves nothing of a value over."""

    def automaton(self) -> Automaton:
        """Return the automaton that finds the expression between both ends of a value.

        Raises:
            PatternError: it is none, or one that no automaton finds.
        """
        part = self.choice(0)
        if self.at < len(self.text):
            raise PatternError
        return self._made(Sequence((START, part, FINISH)))


@lru_cache(maxsize=256)
def whole_value(expression: str) -> Automaton:
    """Return the test of whether a whole value matches.

    Raises:
        PatternError: it is no expression, or one that no automaton finds.
    """
    return WholeValueParser(expression).automaton()


def is_whole(expression: str, value: str) -> bool:
    """Say whether a whole value matches; not where that takes too long to find out."""
    try:
        with Allowance(STEPS):
            return whole_value(expression).is_in(value)
    except (PatternError, Refusal):
        return False


def is_expression(text: str) -> bool:
    """Say whether a text can be matched with."""
    try:
        whole_value(text)
    except PatternError:
        return False
    return True
