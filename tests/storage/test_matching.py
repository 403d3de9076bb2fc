"""The compiled conditions, as tables of cases; the conformance suite asks a store with them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.storage.conditions import All, Any_, Compare, Not, Null, Related
from mockserver.storage.ilike import like, literal, part_alone
from mockserver.storage.matching import contains, finder, matcher
from mockserver.storage.memory import copy_record
from mockserver.storage.values import differ, differing, key, rank


def matches(condition: Any, record: dict[str, Any]) -> bool:
    return bool(matcher(condition, lambda _: frozenset({"g1", 7}))(record))


LIKE = [
    ("abc", "abc", True),
    ("abc", "ABC", True),
    ("abc", "abcd", False),
    ("abc", "xabc", False),
    ("", "", True),
    ("", "a", False),
    ("%", "", True),
    ("%", "a\nb", True),
    ("%%", "abc", True),
    ("a%", "abc", True),
    ("a%", "bac", False),
    ("%c", "abc", True),
    ("%c", "abcd", False),
    ("%b%", "abc", True),
    ("%b%", "ac", False),
    ("a%c", "ac", True),
    ("a%a", "a", False),
    ("ab%ba", "aba", False),
    ("%a%a", "a", False),
    ("%ab%b", "abab", True),
    ("%ab%c", "ababc", True),
    ("a%b%c%d", "a1b2c3d", True),
    ("a%b%c%d", "abdc", False),
    ("%a_c%", "abbabc", True),
    ("_", "a", True),
    ("_", "", False),
    ("_", "ab", False),
    ("__%", "a", False),
    ("__%", "ab", True),
    ("%_", "", False),
    ("a_c", "a\nc", True),
    (r"\%", "%", True),
    (r"\%", "a", False),
    (r"\_", "_", True),
    (r"\_", "a", False),
    (r"\\", "\\", True),
    (r"a\bc", "abc", True),
    ("a\\", "a\\", True),
    ("a.c", "abc", False),
    ("a*", "aaa", False),
    ("[ab](c)?^$|{2}", "[ab](c)?^$|{2}", True),
    ("ÉTÉ%", "été 2024", True),
    ("%\N{GREEK CAPITAL LETTER SIGMA}%", "a\N{GREEK SMALL LETTER FINAL SIGMA}", True),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), LIKE)
def test_like(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert like(pattern)(text) is expected


def test_a_hostile_pattern_takes_no_longer_than_its_size() -> None:
    started = time.perf_counter()
    for end in ("b", "%b", "_b", "%b%"):
        assert not like("%a" * 200 + end)("a" * 5000)
    assert time.perf_counter() - started < 10


CONTAINS = [
    ({"a": 1, "b": 2}, {"a": 1}, True),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ({"a": 1}, {"a": 2}, False),
    ({"a": 1}, {}, True),
    ({}, {"a": None}, False),
    ({"a": None}, {"a": None}, True),
    ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"d": 2}}}, True),
    ({"a": {"b": 1}}, {"a": 1}, False),
    ({"a": {"b": 1}}, {"a": {}}, True),
    ({"a": [1, 2, 3]}, {"a": [3, 1]}, True),
    ({"a": [1, 2]}, {"a": [1, 1]}, True),
    ({"a": [1, 2]}, {"a": [4]}, False),
    ({"a": [1, 2]}, {"a": []}, True),
    ({"a": [1, 2]}, {"a": 1}, False),
    ({"a": 1}, {"a": [1]}, False),
    ({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}]}, True),
    ({"a": [[1, 2]]}, {"a": [[2]]}, True),
    ({"a": [[1, 2]]}, {"a": [2]}, False),
    ({"a": 1}, {"a": 1.0}, True),
    ({"a": 1}, {"a": True}, False),
    ({"a": False}, {"a": 0}, False),
    ({"a": "1"}, {"a": 1}, False),
    ({"a": "X"}, {"a": "x"}, False),
    ({"a": "x"}, {"a": None}, False),
    ({"a": "x", "b": "y"}, {"b": "y", "a": "x"}, True),
    ({str(n): n for n in range(30)}, {str(n): n for n in range(25)}, True),
    ({str(n): n for n in range(30)}, {str(n): 0 for n in range(25)}, False),
    ([1], {}, False),
    ([1, 2], [2], True),
    ("text", {}, False),
]


@pytest.mark.parametrize(("value", "part", "expected"), CONTAINS)
def test_contains(value: Any, part: Any, expected: bool) -> None:  # noqa: FBT001 - a table
    assert contains(value, part) is expected
    assert matches(Compare("f", "contains", part), {"f": value}) is expected
    assert matches(Compare("f", "contains", part, negated=True), {"f": value}) is not expected


COMPARE = [
    ("eq", "a", "a", True),
    ("eq", "a", "A", False),
    ("eq", 1, True, False),
    ("eq", True, 1, False),
    ("eq", True, True, True),
    ("eq", 0, False, False),
    ("eq", 1.0, 1, True),
    ("eq", "1", 1, False),
    ("eq", [1], [1], True),
    ("eq", [1], [True], False),
    ("eq", {"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    ("in", "a", frozenset({"a", "b"}), True),
    ("in", "c", frozenset({"a", "b"}), False),
    ("in", 1, frozenset({"a", 1}), True),
    ("in", True, frozenset({1, 0}), False),
    ("in", ["a"], frozenset({"a"}), False),
    ("in", {"a": 1}, frozenset({1}), False),
    ("in", "a", frozenset({None, "a"}), True),
    ("lt", "a", "b", True),
    ("lt", "B", "a", True),
    ("lt", 1, 1.5, True),
    ("lt", 1, "2", False),
    ("lt", "1", 2, False),
    ("lt", False, True, True),
    ("lt", False, 1, False),
    ("lteq", 2, 2, True),
    ("gt", 2, 2, False),
    ("gteq", 2, 2, True),
    ("gteq", [2], [1], False),
    ("gt", {"a": 1}, {}, False),
    ("gt", [2], 1, False),
    ("like", "abc", "A%", True),
    ("like", 123, "1%", False),
    ("like", ["abc"], "%", False),
]


@pytest.mark.parametrize(("operator", "value", "given", "expected"), COMPARE)
def test_compare(operator: Any, value: Any, given: Any, expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(Compare("f", operator, given), {"f": value}) is expected
    assert matches(Compare("f", operator, given, negated=True), {"f": value}) is not expected


@pytest.mark.parametrize("operator", ["eq", "in", "lt", "lteq", "gt", "gteq", "like", "contains"])
@pytest.mark.parametrize("negated", [False, True])
def test_a_null_satisfies_nothing(operator: Any, negated: bool) -> None:  # noqa: FBT001 - a table
    given: dict[str, Any] = {"in": frozenset({"a"}), "like": "%", "contains": {}}
    condition = Compare("f", operator, given.get(operator, "a"), negated)

    assert not matches(condition, {"f": None})
    assert not matches(condition, {})
    assert matches(Not(condition), {"f": None})


def test_a_name_or_a_value_never_becomes_code() -> None:
    hostile = "'] or __import__('os').abort() or r['"
    condition = All((Compare(hostile, "eq", hostile), Any_((Null(hostile, negated=True),))))

    assert matches(condition, {hostile: hostile})
    assert not matches(condition, {})


def test_conditions_of_one_shape_do_not_share_values() -> None:
    first, second = (matcher(Compare("f", "eq", value), lambda _: frozenset()) for value in "ab")

    assert (first({"f": "a"}), first({"f": "b"})) == (True, False)
    assert (second({"f": "a"}), second({"f": "b"})) == (False, True)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("g1", True),
        ("g2", False),
        (None, False),
        (["x", "g1"], True),
        (["x"], False),
        ([], False),
        (7, True),
        ([{"a": 1}, 7], True),
        ({"a": 1}, False),
    ],
)
def test_related(own: Any, expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(Related("groups", "f", "id", All(())), {"f": own}) is expected


def test_many_alternatives_are_no_problem() -> None:
    condition = Any_(tuple(Compare("f", "eq", str(n)) for n in range(3000)))

    assert matches(condition, {"f": "2999"})


VALUES: list[Any] = [False, True, -1, 0.5, 1, 2, "", "A", "a", "b", "é"]


def test_rank_orders_each_kind_and_puts_null_last() -> None:
    shuffled = sorted([*VALUES, None, [1], {"a": 1}], key=repr)
    ordered = sorted(shuffled, key=rank)

    assert ordered[: len(VALUES)] == VALUES
    assert ordered[-1] is None


def test_key_tells_kinds_apart() -> None:
    different = [*VALUES, 0, [], {}, "[]", [1], [True], ["1"], {"a": 1}, {"a": "1"}]

    assert len({key(value) for value in different}) == len(different)
    assert key({"a": 1, "b": 2}) == key({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, None, False),
        (None, 0, True),
        (False, None, True),
        (1, True, True),
        (0, False, True),
        (1, 1.0, True),
        (1, 1, False),
        ("a", "a", False),
        ("a", "A", True),
        ([1, "a"], [1, "a"], False),
        ([1, "a"], ["a", 1], True),
        ([1], [True], True),
        ([1], [1, 1], True),
        ([], {}, True),
        ({"a": 1, "b": [{}]}, {"b": [{}], "a": 1}, False),
        ({"a": {"b": 1}}, {"a": {"b": 1.0}}, True),
        ({"a": None}, {}, True),
        ({"a": None}, {"b": None}, True),
    ],
)
def test_what_is_written_otherwise_differs(one: Any, other: Any, *, expected: bool) -> None:
    assert differ(one, other) is differ(other, one) is expected


def test_the_fields_that_differ() -> None:
    before = {"same": [1], "none": None, "gone": 1, "other": 1, "nested": {"a": [1]}}
    after = {"same": [1], "null": None, "new": "x", "other": True, "nested": {"a": [2]}}

    assert differing(before, after) == {"gone", "new", "other", "nested"}


def test_a_copy_shares_nothing_that_changes() -> None:
    record = {"a": [{"b": [1]}], "c": {"d": {"e": []}}, "f": "text"}
    copied = copy_record(record)
    copied["a"][0]["b"].append(2)
    copied["c"]["d"]["e"].append(3)

    assert record == {"a": [{"b": [1]}], "c": {"d": {"e": []}}, "f": "text"}


PIECES = st.lists(st.sampled_from(["a", "B", "ab", "%", "_", "\\", "é", "É", "\n"]), max_size=8)


@given(PIECES, st.text("abBéÉ\n", max_size=8), st.integers(1, 300))
def test_like_as_a_plain_reading_says(pieces: list[str], text: str, times: int) -> None:
    """Short or long, ASCII or not: what trying every way says."""
    pattern, long = "".join(pieces), text * times

    assert like(pattern)(text) is like(pattern).fits(text) is fits(pattern, text)
    assert like(pattern)(long) is like(pattern).fits(long)


def fits(pattern: str, text: str) -> bool:
    """Say whether a text fits a pattern, by the definition."""
    if not pattern:
        return not text
    first, rest = pattern[0], pattern[1:]
    if first == "%":
        return any(fits(rest, text[at:]) for at in range(len(text) + 1))
    if first == "\\" and rest:
        first, rest = rest[0], rest[1:]
    elif first == "_":
        return bool(text) and fits(rest, text[1:])
    return bool(text) and text[0].lower() == first.lower() and fits(rest, text[1:])


LITERAL = [
    ("%Ab%", "ab", "ab"),
    ("%ab", "ab", ""),
    ("ab", "ab", ""),
    ("%a_cd%", "cd", ""),
    (r"%a\_b%", "a_b", "a_b"),
    (r"%a\%b%", "a%b", "a%b"),
    ("%a%bcd%", "bcd", ""),
    ("%%ab%%", "ab", "ab"),
    ("%é%", "", ""),
    ("%", "", ""),
    ("", "", ""),
    ("___", "", ""),
]


@pytest.mark.parametrize(("pattern", "longest", "alone"), LITERAL)
def test_the_part_to_look_for(pattern: str, longest: str, alone: str) -> None:
    """Every text of ASCII that fits has it in it; where it is all that counts, no other does."""
    assert (literal(pattern), part_alone(pattern)) == (longest, alone)


@given(pattern=st.text("aB%_k\\é", max_size=6), text=st.text("abKk\u017f\u212aé%", max_size=6))
def test_parts_are_found_as_patterns_fit(pattern: str, text: str) -> None:
    """Whichever way a pattern is compiled."""
    record = {"x": text}
    condition = Compare("x", "like", pattern)
    fits = like(pattern)(text)

    assert matches(condition, record) == fits
    assert finder(condition, lambda _: frozenset())([record]) == ([record] if fits else [])
    if fits and text.isascii():
        assert literal(pattern) in text.lower()
