"""The regular expressions that records hold (catalogue.md §1.4)."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver import effort
from mockserver.errors import Refusal
from mockserver.expressions import PatternError
from mockserver.ruby_expressions import is_found, pattern

#: An expression, a code, and whether some of it matches.
MATCHES: dict[str, tuple[str, str, bool]] = {
    "anywhere": ("SHIRT", "TSHIRTMM", True),
    "case": ("shirt", "TSHIRTMM", False),
    "any-case": ("(?i)shirt", "TSHIRTMM", True),
    "whole": ("^TSHIRT[A-Z]{2}$", "TSHIRTMM", True),
    "not-whole": ("^SHIRT$", "TSHIRTMM", False),
    "one-of": ("^(BABY|TODDLER).*XL$", "BABYONBU6XL", True),
    "dot": ("^T.H", "TSH", True),
    "literal-dot": (r"^T\.H", "TSH", False),
    "sets": (r"^[^A-M][\d_]+\w-\s$", "T12_x- ", True),
    "set-of-brackets": ("^[]a[]+$", "[]a", True),
    "set-with-operators": ("^[a&&b||~~-]+$", "a&b|~-", True),
    "set-from-a-dash": ("^[+--]$", ",", True),
    "named-set": ("^[[:upper:][:digit:]-]+$", "AB-1", True),
    "optional": ("^AB?C$", "AC", True),
    "some": ("^A+$", "AAA", True),
    "just-so-many": ("^A{3}$", "AAAA", False),
    "at-least": ("^A{2,}$", "AAAA", True),
    "up-to": ("^A{0,3}$", "AAAA", False),
    "lazy": ("^A+?B??$", "AAAB", True),
    "brace": ("A{x}", "A{x}", True),
    "groups": ("^(?:A(?<letter>B)){2}$", "ABAB", True),
    "followed": ("^A(?=B)", "AB", True),
    "not-followed": ("^(?!GIFT)", "GIFTCARD", False),
    "word": (r"\bAB\b", "X-AB-Y", True),
    "inside-a-word": (r"\BAB", "XAB", True),
    "start-and-end": (r"\AAB\z", "AB", True),
    "start-of-a-line": ("^B", "A\nB", True),
    "start-of-all": (r"\AB", "A\nB", False),
    "end-of-a-line": ("A$", "A\nB", True),
    "before-the-last-line-feed": (r"A\Z", "A\n", True),
    "end-of-all": (r"A\z", "A\n", False),
    "dot-in-a-line": ("A.B", "A\nB", False),
    "dot-across-lines": ("(?m)A.B", "A\nB", True),
    "any-case-of-some": ("^(?i:t)SHIRT$", "tSHIRT", True),
    "any-case-of-some-only": ("^(?i:t)SHIRT$", "tshirt", False),
    "any-case-from-here": ("^T(?i)SHIRT|MUG$", "Tmug", True),
    "any-case-within-a-group": ("^(T(?i)S)HIRT$", "TsHIRT", True),
    "not-beyond-it": ("^(T(?i)S)HIRT$", "Tshirt", False),
    "any-case-no-more": ("(?i)t(?-i)SHIRT", "TSHIRT", True),
    "as-written-out-by-ruby": ("(?-mix:^A)", "AB", True),
    "preceded": ("(?<=A)B", "AB", True),
    "not-preceded": ("(?<!A)B", "AB", False),
    "at-most": ("^A{,2}$", "AAA", False),
    "countries": ("AT|BE|BG", "BE", True),
    "recorded": (r"//[^\r\n]*[\r\n]", "http://shop\n", True),
    "escapes": (r"^\x41\u0042\/\-$", "AB/-", True),
    "nothing": ("", "AB", True),
    "one-of-nothing": ("^(|A)$", "", True),
    "beyond-ascii": ("^Größe$", "Größe", True),
}


@pytest.mark.parametrize(("expression", "code", "expected"), MATCHES.values(), ids=MATCHES)
def test_matches(expression: str, code: str, expected: bool) -> None:  # noqa: FBT001 - of a table
    """Some of the code, unless the expression is anchored."""
    assert pattern(expression).is_in(code) is expected


@pytest.mark.parametrize(
    "expression",
    [
        *("[a", "(a", "a)", "(?:a", "a\\", "*a", "+", "?", "{2}", "a|*", "(*)", "^(?", "[]"),
        *("a**", "a+{2}", "a{3,2}", "[z-a]", "[[:none:]]"),
        *(r"(a)\1", "(?>a)", "a++", "(?x)a b", "(?P<n>a)", "(?i:a", r"\q", r"\p{L}"),
        "(" * 60 + "a" + ")" * 60,
        *("(a{1,9999}){1,9999}x", "(?=a)" * 21),
    ],
)
def test_what_is_no_pattern(expression: str) -> None:
    """A mistake, or what is not supported: references back, looking behind, too much of it."""
    with pytest.raises(PatternError):
        pattern(expression)


ATOMS = st.sampled_from(
    [*"ab1-.^$", "[ab]", "[^a]", r"\d", r"\w", r"\b", r"\B", r"\W", "(?=b)", "(?!a)"]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(%s|%s)".__mod__),
        st.tuples(
            inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,2}", "{2,}", "{0,3}"])
        ).map("(?:%s)%s".__mod__),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, st.text("ab1-B", min_size=1, max_size=8))
def test_as_others_match(expression: str, code: str) -> None:
    """What Python's own matcher says; of no text it has an opinion of its own."""
    try:
        expected = re.compile(expression, re.MULTILINE)
    except re.error:
        assume(False)

    assert pattern(expression).is_in(code) is bool(expected.search(code))


@given(st.text(r"ab[](){}|*+?^$\-:=!<>1,.", max_size=12), st.text("ab1", max_size=4))
def test_whatever_is_sent(expression: str, code: str) -> None:
    """It is read or refused, and nothing else."""
    with suppress(PatternError):
        pattern(expression).is_in(code)


@pytest.mark.parametrize(
    "expression",
    [
        *("(a+)+$x", "(a|a)*x", "(.*)*x", ".*.*.*.*.*.*.*x", "(?=(a+)+x)", "(.?a){99}x"),
        *("((a?){40}){40}x", "(" * 20 + "a" + "+)" * 20 + "x"),
    ],
)
def test_none_takes_for_ever(expression: str) -> None:
    """What keeps a backtracking matcher busy for ages, and a code of more letters than any has."""
    with effort.bounded():
        assert not pattern(expression).is_in("a" * 10_000)


#: An expression of very many places, and a text that leads through all of them.
SLOW, LONG = "(?:.?A){1500}x", "A" * 4000 + "x"


def test_what_takes_longer_does_not_match() -> None:
    """Nobody waits for it; it would match if there were time."""
    assert pattern(SLOW).is_in(LONG)
    assert not is_found(SLOW.replace("A", "[A]"), LONG)
    assert is_found("x", LONG)
    assert not is_found("(", LONG)


def look_for_many() -> None:
    """Look for expressions that take longer, each another one."""
    for number in range(100):
        is_found(f"{SLOW}{number}", LONG)


def test_what_takes_longer_many_times_is_refused() -> None:
    """Each is given up, and all together are too much for one request."""
    with effort.bounded(), pytest.raises(Refusal, match="steps of work"):
        look_for_many()
