"""The regular expressions of faults, stubs and journal searches."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockserver.effort import bounded
from mockserver.expressions import PatternError
from mockserver.traffic.expressions import LONGEST, expression

ATOMS = st.sampled_from(
    [
        *("a", "b", "A", "1", "-", ".", "^", "$", "\\n", "[ab]", "[^a]", "[]a]", "[[:a]"),
        *(r"\d", r"\w", r"\b", r"\B", r"\W", r"\s", r"\A", r"\Z", r"\x61", "(?P<n>a)?"),
        *("(?=b)", "(?!a)", "(?<=a)", "(?<!b)", "(?=(?<=a)b*$)", "{", "a{2", "{,"),
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(%s|%s)".__mod__),
        st.tuples(
            inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,2}", "{2,}", "{,3}"])
        ).map("(?:%s)%s".__mod__),
        inner.map("(?=%s)".__mod__),
        inner.map("(?!%s)".__mod__),
    ),
    max_leaves=8,
)
FLAGS = st.sampled_from(["", "(?i)", "(?s)", "(?m)", "(?ims)"])


@given(FLAGS, EXPRESSIONS, st.text("abA1-\n", min_size=1, max_size=8))
def test_as_python_matches(flags: str, text: str, searched: str) -> None:
    """Whatever is taken finds what Python's own matcher finds."""
    try:
        expected = re.compile(flags + text)
    except (re.error, FutureWarning):
        assume(False)

    assert expression(flags + text).is_in(searched) is bool(expected.search(searched))


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+$",
        "(a|a)+$",
        "(.*)*x",
        "(a?){30}a{30}$",
        "(?=(a+)+$)",
        "((((){999}){999}){999}){999}x",
    ],
)
def test_none_takes_for_ever(text: str) -> None:
    """What keeps Python's own matcher busy for minutes is done at once."""
    with bounded():
        assert not expression(text).is_in("a" * 29 + "b")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(a", "no regular expression: missing"),
        (r"(a)\1", "take for ever"),
        ("(?P<n>a)(?P=n)", "take for ever"),
        ("(?>a)", "take for ever"),
        ("a++", "take for ever"),
        ("(?x) a", "take for ever"),
        ("a" * (LONGEST + 1), f"longer than {LONGEST} characters"),
        ("(a{1,999}){1,999}", "too large"),
        ("a{10000}", "more than 9999 times"),
        ("(?=a)" * 21, "more than 20 times"),
        ("(" * 60 + ")" * 60, "more than 50 deep"),
        ("a{99999999999999999999}", "no regular expression"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_refused_says_why(text: str, reason: str) -> None:
    """A mistake, what is not supported, and what is too large."""
    with pytest.raises(PatternError, match=reason):
        expression(text)
