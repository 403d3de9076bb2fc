"""Regular expressions that a whole value has to match (commerce.md §7.1, §10.2)."""

from __future__ import annotations

import pytest

from mockserver.commerce.rules.whole_values import is_whole

#: An expression, a value, and whether all of the value matches.
MATCHES: dict[str, tuple[str, str, bool]] = {
    "whole": ("US", "US", True),
    "part": ("US", "USA", False),
    "behind": ("US", "RUS", False),
    "one of": ("US|CA", "CA", True),
    "one of, part": ("US|CA", "CAN", False),
    "longer alternative": ("9|94.*", "94105", True),
    "case": ("us", "US", False),
    "any case": ("(?i)us", "US", True),
    "any case, part": ("(?i)us|ca", "CAN", False),
    "anchors": ("^US$", "US", True),
    "not of one line": ("^US$", "US\nCA", False),
    "malformed": ("(US", "(US", False),
    "closing too much": ("US)|(CA", "CA", False),
    "too much work": ("(x?){40}x{40}" * 40, "x" * 20_000, False),
}


@pytest.mark.parametrize(("expression", "value", "expected"), MATCHES.values(), ids=MATCHES)
def test_a_whole_value_matches(expression: str, value: str, *, expected: bool) -> None:
    assert is_whole(expression, value) is expected
