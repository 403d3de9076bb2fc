"""Faults: when they strike, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from mockserver.pointers import pointers
from mockserver.traffic.faults import Faults
from mockserver.traffic.recorded_request import RecordedRequest

EFFECT = {"error": "INVALID_TOKEN"}
GET = RecordedRequest("GET", "/api/customers", organization="acme")
POST = RecordedRequest("POST", "/api/customers", organization="acme")
OTHER = RecordedRequest("GET", "/api/customers", organization="other")


def struck(faults: Faults, recorded: RecordedRequest = GET, times: int = 6) -> list[bool]:
    return [faults.strike(recorded) is not None for _ in range(times)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [True] * 6),
        ({"nth": 2}, [False, True, False, False, False, False]),
        ({"nth": [1, 3, 6]}, [True, False, True, False, False, True]),
        ({"times": 2}, [True, True, False, False, False, False]),
        ({"nth": [2, 4, 6], "times": 2}, [False, True, False, True, False, False]),
        ({"probability": 0}, [False] * 6),
        ({"probability": 1}, [True] * 6),
        ({"match": {"method": "POST"}}, [False] * 6),
    ],
    ids=str,
)
def test_how_often(rule: dict[str, Any], expected: list[bool]) -> None:
    """A fault strikes the nth requests that match, so many times."""
    faults = Faults()
    faults.add({**rule, "effect": EFFECT})

    assert expected == struck(faults)


@given(st.integers(), st.floats(0.2, 0.8))
def test_probability_is_drawn_from_the_seed(seed: int, probability: float) -> None:
    """The same seed strikes the same requests."""
    runs = []
    for _ in range(2):
        faults = Faults(seed)
        faults.add({"probability": probability, "effect": EFFECT})
        runs.append(struck(faults, times=50))

    assert runs[0] == runs[1]
    assert any(runs[0])
    assert not all(runs[0])


def test_what_others_do_changes_no_draw() -> None:
    """Faults of different organizations draw from streams of their own, whatever comes between."""
    rule = {"probability": 0.5, "effect": EFFECT}
    alone, crowded = Faults(1), Faults(1)
    alone.add(rule, "acme")
    crowded.add(rule, "other")
    struck(crowded, OTHER, 7)
    crowded.add(rule, "acme")

    assert struck(alone, times=40) == struck(crowded, times=40)


def test_clearing_an_organization_starts_its_draws_again() -> None:
    """A test that clears its faults and adds them again sees the same strikes."""
    faults = Faults(1)
    runs = []
    for _ in range(2):
        faults.add({"probability": 0.5, "effect": EFFECT}, "acme")
        runs.append(struck(faults, times=40))
        faults.clear("acme")

    assert runs[0] == runs[1]


def test_first_that_strikes_counts() -> None:
    """Faults are asked in the order they were added; those behind are not counted."""
    faults = Faults()
    first = faults.add({"effect": EFFECT, "times": 1})
    second = faults.add({"effect": {"status": 500}})

    assert [first, second, second] == [faults.strike(GET) for _ in range(3)]
    assert [(fault.seen, fault.struck) for fault in faults.all()] == [(1, 1), (2, 2)]


def test_listing_and_removing() -> None:
    """A fault is shown as it was given, with its id and its counts."""
    faults = Faults()
    source = {"match": {"mode": "test"}, "effect": EFFECT, "times": 3}
    fault = faults.add(source)
    source["times"] = 4

    assert fault.serialized() == {
        "id": "fault-1",
        "match": {"mode": "test"},
        "effect": EFFECT,
        "times": 3,
        "seen": 0,
        "struck": 0,
    }
    assert fault is faults.get("fault-1")
    assert faults.get("fault-2") is None
    assert faults.remove("fault-1")
    assert not faults.remove("fault-1")
    assert not faults


def test_of_one_organization() -> None:
    """A fault that is added for an organization strikes nobody else, and goes when it goes."""
    faults = Faults()
    own = faults.add({"match": {"method": "GET"}, "effect": EFFECT}, "acme")
    everybody = faults.add({"effect": {"status": 500}})

    assert own is faults.strike(GET)
    assert everybody is faults.strike(OTHER)
    assert own.serialized()["match"] == {"method": "GET", "organization": "acme"}
    assert [own] == faults.all("acme")
    faults.clear("acme")
    assert [everybody] == faults.all()
    faults.clear()
    assert faults.all() == []


@pytest.mark.parametrize(
    ("source", "pointer", "part"),
    [
        ({}, "/effect", "Missing data"),
        ({"effect": EFFECT, "nth": 0}, "/nth", "positive integer"),
        ({"effect": EFFECT, "nth": []}, "/nth", "positive integer"),
        ({"effect": EFFECT, "nth": [1, True]}, "/nth", "positive integer"),
        ({"effect": EFFECT, "probability": 2}, "/probability", "less than or equal to 1"),
        ({"effect": EFFECT, "times": 0}, "/times", "greater than or equal to 1"),
        ({"effect": {"error": "X"}}, "/effect/error", "Must be one of"),
        ({"effect": {}}, "/effect", "An effect needs"),
        ({"effect": EFFECT, "match": {"mode": "dev"}}, "/match/mode", "not one of"),
        ({"effect": EFFECT, "match": {"headers": {"a": 1}}}, "/match/headers/a", "Not a text"),
        (
            {"effect": EFFECT, "match": {"organization": "other"}},
            "/match/organization",
            "only be about 'acme'",
        ),
        ({"effect": EFFECT, "often": 1}, "/often", "Unknown field"),
        ({"effect": EFFECT, "times": {1}}, "", "Not JSON"),
    ],
    ids=str,
)
def test_invalid_fault(source: Any, pointer: str, part: str) -> None:
    """An invalid rule is refused with the offending pointer, and is not in force."""
    faults = Faults()
    with pytest.raises(ValidationError) as caught:
        faults.add(source, "acme")
    found = pointers(caught.value)[0]

    assert pointer == found["pointer"]
    assert part in found["detail"]
    assert not faults


def test_pointers_have_a_base() -> None:
    """Whoever loads a rule out of a larger document says where it stood."""
    with pytest.raises(ValidationError) as caught:
        Faults().add({"effect": {"error": "X"}})

    assert pointers(caught.value, "/rules/3")[0]["pointer"] == "/rules/3/effect/error"


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("503; delay=2", {"status": 503, "delay": 2.0}),
        (" INVALID_TOKEN ", {"error": "INVALID_TOKEN"}),
        ("delay=0.5..2", {"delay": {"uniform": [0.5, 2.0]}}),
        ('{"error": "LOCKED"}', {"error": "LOCKED"}),
    ],
)
def test_words_of_the_header(words: str, effect: dict[str, Any]) -> None:
    """The effect of a fault may be said as one request does; it is shown as JSON."""
    faults = Faults()
    faults.add({"match": {"method": "GET"}, "effect": words})

    assert [effect] == [rule.serialized()["effect"] for rule in faults.all()]
    assert [True] == struck(faults, times=1)
    assert [False] == struck(faults, POST, times=1)


@pytest.mark.parametrize(
    ("words", "pointer", "says"),
    [
        ("50x", "/effect", "'50x' is not an error code"),
        ("503; 504", "/effect", "status is there twice."),
        ("", "/effect", "An effect needs one of"),
        ("{", "/effect", "Not JSON"),
        ("delay=soon", "/effect/delay", "Not seconds"),
    ],
)
def test_words_that_mean_nothing(words: str, pointer: str, says: str) -> None:
    """They are refused with the reason, and no fault is in force."""
    faults = Faults()
    with pytest.raises(ValidationError) as refused:
        faults.add({"effect": words})

    assert [pointer] == [found["pointer"] for found in pointers(refused.value)]
    assert says in pointers(refused.value)[0]["detail"]
    assert [] == faults.all()
