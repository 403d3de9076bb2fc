"""Regular expressions that a whole value has to match (commerce.md §7.1, §10.2).

Case counts unless an expression begins with ``(?i)``. The time to match grows with the value alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.automata import FINISH, START, Automaton, Sequence
from mockserver.commerce.catalogue.sku_patterns import IGNORING_CASE, CodeParser
from mockserver.expressions import PatternError


class WholeValueParser(CodeParser):
    """Reads an expression that leaves nothing of a value over."""

    def automaton(self) -> Automaton:
        """Return the automaton that finds the expression between both ends of a value.

        Raises:
            PatternError: it is none.
        """
        part = self.choice(0)
        if self.at < len(self.text):
            raise PatternError
        return self._made(Sequence((START, part, FINISH)))


@lru_cache(maxsize=256)
def whole_value(text: str) -> Automaton:
    """Return what says whether a whole value matches the expression that a text is.

    Raises:
        PatternError: it is none.
    """
    ignoring = text.startswith(IGNORING_CASE)
    parser = WholeValueParser(text, len(IGNORING_CASE) * ignoring)
    parser.flags |= re.IGNORECASE * ignoring
    return parser.automaton()
