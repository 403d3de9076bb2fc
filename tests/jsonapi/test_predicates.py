"""Every predicate of conventions.md §13.2, against a small column of values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import Refusal
from mockserver.jsonapi.predicates import PREDICATES, Subject, Unusable, condition, split
from mockserver.storage.matching import matcher

TEXTS = ["anna", "Anna", "bob", "bo%b", "b_b", "a.b", "back\\slash", "", None]
NUMBERS = [1, 2, 3, None]
MOMENTS: list[Any] = [
    "2024-12-31T23:59:59.999Z",
    "2025-01-01T00:00:00.000Z",
    "2025-06-01T12:00:00.000Z",
    None,
]
BOOLEANS = [True, False, None]
OBJECTS = [{"vip": True}, {"vip": True, "tier": {"n": 1, "m": 2}}, {"tags": ["a", "b"]}, {}, None]
COLUMNS: dict[str, list[Any]] = {
    "string": TEXTS,
    "integer": NUMBERS,
    "float": NUMBERS,
    "datetime": MOMENTS,
    "boolean": BOOLEANS,
    "object": OBJECTS,
}


def select(kind: Any, predicate: str, text: str) -> list[Any]:
    """Return the values of the column that satisfy the predicate."""
    made, _ = condition(predicate, Subject("x", kind, lambda _: None), text)
    matches = matcher(made, lambda _: frozenset())
    return [value for value in COLUMNS[kind] if matches({"x": value})]


NOT_NULL = [text for text in TEXTS if text is not None]
CASES: list[tuple[str, str, str, list[Any]]] = [
    ("string", "eq", "anna", ["anna"]),
    ("string", "not_eq", "anna", [t for t in NOT_NULL if t != "anna"]),
    ("string", "eq_or_null", "anna", ["anna", None]),
    ("string", "not_eq_or_null", "anna", [t for t in TEXTS if t != "anna"]),
    ("string", "not_eq_all", "anna,bob", [t for t in NOT_NULL if t not in ("anna", "bob")]),
    ("string", "not_eq_any", "anna,bob", NOT_NULL),
    ("string", "eq_any", "anna,bob", ["anna", "bob"]),
    ("string", "eq_all", "anna,bob", []),
    ("string", "eq_all", "bob,bob", ["bob"]),
    ("string", "in", "anna,bob", ["anna", "bob"]),
    ("string", "in", "anna, bob", ["anna"]),
    ("string", "not_in", "anna,bob", [t for t in NOT_NULL if t not in ("anna", "bob")]),
    ("string", "in_or_null", "anna", ["anna", None]),
    ("string", "not_in_or_null", "anna,bob", [t for t in TEXTS if t not in ("anna", "bob")]),
    ("integer", "lt", "2", [1]),
    ("integer", "lteq", "2", [1, 2]),
    ("integer", "gt", "2", [3]),
    ("integer", "gteq", "2", [2, 3]),
    ("float", "gteq", "2.5", [3]),
    ("integer", "lt_any", "1,3", [1, 2]),
    ("integer", "lt_all", "2,3", [1]),
    ("integer", "lteq_any", "1,2", [1, 2]),
    ("integer", "lteq_all", "1,2", [1]),
    ("integer", "gt_any", "1,2", [2, 3]),
    ("integer", "gt_all", "1,2", [3]),
    ("integer", "gteq_any", "2,3", [2, 3]),
    ("integer", "gteq_all", "2,3", [3]),
    ("integer", "eq", "two", []),
    ("datetime", "gteq", "2025-01-01", MOMENTS[1:3]),
    ("datetime", "lt", "2025-01-01T01:00:00+01:00", MOMENTS[:1]),
    ("datetime", "eq", "2025-06-01T12:00:00Z", MOMENTS[2:3]),
    ("string", "matches", "an%", ["anna", "Anna"]),
    ("string", "matches", "b_b", ["bob", "b_b"]),
    ("string", "does_not_match", "%b%", ["anna", "Anna", ""]),
    ("string", "matches_any", "an%,%slash", ["anna", "Anna", "back\\slash"]),
    ("string", "matches_all", "b%,%o%", ["bob", "bo%b"]),
    ("string", "does_not_match_any", "a%,b%", NOT_NULL),
    ("string", "does_not_match_all", "a%,b%", [""]),
    ("string", "start", "AN", ["anna", "Anna"]),
    ("string", "not_start", "b", ["anna", "Anna", "a.b", ""]),
    ("string", "end", "b", ["bob", "bo%b", "b_b", "a.b"]),
    ("string", "not_end", "b", ["anna", "Anna", "back\\slash", ""]),
    ("string", "cont", "%", ["bo%b"]),
    ("string", "cont", "_", ["b_b"]),
    ("string", "cont", ".", ["a.b"]),
    ("string", "cont", "\\", ["back\\slash"]),
    ("string", "not_cont", "b", ["anna", "Anna", ""]),
    ("string", "start_any", "an,bo", ["anna", "Anna", "bob", "bo%b"]),
    ("string", "start_all", "b,bo", ["bob", "bo%b"]),
    ("string", "end_any", "na,ob", ["anna", "Anna", "bob"]),
    ("string", "end_all", "b,ob", ["bob"]),
    ("string", "cont_any", "nn,sl", ["anna", "Anna", "back\\slash"]),
    ("string", "cont_all", "a,b", ["a.b", "back\\slash"]),
    ("string", "not_start_any", "an,bo", NOT_NULL),
    ("string", "not_start_all", "an,bo", ["b_b", "a.b", "back\\slash", ""]),
    ("string", "not_end_any", "a,b", NOT_NULL),
    ("string", "not_end_all", "a,b", ["back\\slash", ""]),
    ("string", "not_cont_any", "a,zz", NOT_NULL),
    ("string", "not_cont_all", "a,o", ["b_b", ""]),
    ("string", "i_cont", "ANN", ["anna", "Anna"]),
    ("string", "i_cont_any", "ANN,SLASH", ["anna", "Anna", "back\\slash"]),
    ("string", "i_cont_all", "A,B", ["a.b", "back\\slash"]),
    ("string", "not_i_cont", "B", ["anna", "Anna", ""]),
    ("string", "not_i_cont_any", "A,ZZ", NOT_NULL),
    ("string", "not_i_cont_all", "A,O", ["b_b", ""]),
    ("string", "present", "true", [t for t in TEXTS if t]),
    ("string", "present", "false", ["", None]),
    ("string", "blank", "1", ["", None]),
    ("string", "blank", "f", [t for t in TEXTS if t]),
    ("integer", "present", "t", [1, 2, 3]),
    ("string", "null", "TRUE", [None]),
    ("string", "null", "0", NOT_NULL),
    ("string", "not_null", "true", NOT_NULL),
    ("string", "not_null", "false", [None]),
    ("boolean", "true", "1", [True]),
    ("boolean", "true", "false", [False]),
    ("boolean", "false", "t", [False]),
    ("boolean", "false", "F", [True]),
    ("boolean", "eq", "true", [True]),
    ("boolean", "not_eq", "t", [False]),
    ("object", "jcont", '{"vip":true}', OBJECTS[:2]),
    ("object", "jcont", '{"tier":{"n":1}}', OBJECTS[1:2]),
    ("object", "jcont", '{"tags":["b"]}', OBJECTS[2:3]),
    ("object", "jcont", "{}", OBJECTS[:4]),
    ("object", "jcont", '{"vip":1}', []),
    ("object", "null", "true", [None]),
]


@pytest.mark.parametrize(
    ("kind", "predicate", "text", "expected"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_selects(kind: str, predicate: str, text: str, expected: list[Any]) -> None:
    """The predicate selects these values of the column and no other."""
    assert expected == select(kind, predicate, text)


def test_every_predicate_has_a_case() -> None:
    """Nothing is in the table of predicates that the table of cases does not show."""
    assert set(PREDICATES) == {predicate for _, predicate, _, _ in CASES}


MOMENT_PREDICATES = [
    name
    for name, predicate in PREDICATES.items()
    if "datetime" in predicate.kinds and predicate.takes in ("scalar", "list")
]


@pytest.mark.parametrize("predicate", MOMENT_PREDICATES)
@pytest.mark.parametrize("text", ["2025/01/01", "1 January 2025", '"2025-01-01t00:00:00z"'])
def test_every_predicate_reads_moments_alike(predicate: str, text: str) -> None:
    """Whatever the form of the moment, the same is selected."""
    assert select("datetime", predicate, MOMENTS[1]) == select("datetime", predicate, text)


DROPPED = [
    ("string", "eq", ""),
    ("string", "in", ""),
    ("string", "in", ",,"),
    ("string", "present", "maybe"),
    ("boolean", "eq", "maybe"),
    ("boolean", "true", "yes"),
    ("datetime", "gteq", "yesterday"),
    ("datetime", "in", "soon,later"),
    ("object", "jcont", ""),
]


@pytest.mark.parametrize(("kind", "predicate", "text"), DROPPED)
def test_dropped(kind: str, predicate: str, text: str) -> None:
    """An empty or unreadable value drops the condition, as if it had not been sent."""
    with pytest.raises(Unusable):
        select(kind, predicate, text)


@pytest.mark.parametrize("text", ["{", "[1]", "3", "vip", '{"a":NaN}'])
def test_jcont_needs_an_object(text: str) -> None:
    """Anything but a JSON object is refused, in the contract's words."""
    with pytest.raises(Refusal) as refused:
        condition("jcont", Subject("metadata", "object", lambda _: None), text)

    error = refused.value.errors[0]
    assert "INVALID_FILTER_VALUE" == error["code"]
    assert f"{text} is not a valid value for metadata_jcont." == error["detail"]


SPLITS = {
    "reference_not_eq_or_null": ("reference", "not_eq_or_null"),
    "name_i_cont": ("name", "i_cont"),
    "email_or_reference_start": ("email_or_reference", "start"),
    "tags_id_in": ("tags_id", "in"),
    "status_not_in": ("status", "not_in"),
    "email_does_not_match_all": ("email", "does_not_match_all"),
}


@pytest.mark.parametrize(("key", "expected"), SPLITS.items())
def test_the_longest_predicate_is_stripped(key: str, expected: tuple[str, str]) -> None:
    """A key ends in the longest predicate that fits."""
    assert expected == split(key)


@pytest.mark.parametrize("key", ["email", "eq", "_eq_", "email_equals", ""])
def test_no_predicate(key: str) -> None:
    """A key without a predicate has no reading."""
    assert split(key) is None


@given(st.sampled_from(sorted(PREDICATES)), st.sampled_from(sorted(COLUMNS)), st.text())
def test_any_value_is_selected_dropped_or_refused(predicate: str, kind: str, text: str) -> None:
    """Whatever the value, a predicate that fits the column never fails in another way."""
    kinds = PREDICATES[predicate].kinds
    if kinds and kind not in kinds:
        return
    try:
        found = select(kind, predicate, text)
    except (Unusable, Refusal):
        return

    assert all(value in COLUMNS[kind] for value in found)


@given(st.sampled_from(["start", "end", "cont", "i_cont"]), st.text(min_size=1, max_size=5))
def test_wildcards_in_a_value_are_literal(predicate: str, text: str) -> None:
    """The value of a substring predicate is taken literally, without regard to case."""
    checks = {"start": str.startswith, "end": str.endswith}
    folded = text.lower()
    check = checks.get(predicate, str.__contains__)
    made, _ = condition(predicate, Subject("x", "string", lambda _: None), text)
    matches = matcher(made, lambda _: frozenset())

    for value in (t for t in TEXTS if t is not None):
        if folded == text and value.isascii() and text.isascii():
            assert check(value.lower(), folded) == bool(matches({"x": value}))
