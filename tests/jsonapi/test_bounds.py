"""What one query may ask for at most, and that what it may ask for ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.effort import bounded
from mockserver.errors import Refusal
from mockserver.jsonapi.query_parser import QueryParser
from mockserver.resources.registry import registry
from mockserver.storage.conditions import Compare, Condition
from mockserver.storage.matching import matcher

CUSTOMERS = registry()["customers"]


def page(query: str) -> Any:
    """Return what is read of a query for customers."""
    return QueryParser(registry(), lambda *_: 1).page(query, CUSTOMERS)


def deep(levels: int) -> str:
    """Return an object in an object, so many levels deep."""
    return '{"a":' * levels + "1" + "}" * levels


#: A query that is over a limit, and what the detail says of it.
OVER = {
    "joined": (f"filter[q][{'_and_'.join(['email'] * 501)}_eq]=a", "conditions in the filters"),
    "any": (f"filter[q][email_cont_any]={','.join('ab' for _ in range(501))}", "501, at most 500"),
    "joined any": (
        f"filter[q][{'_or_'.join(['email'] * 30)}_eq_any]={','.join('ab' for _ in range(30))}",
        "conditions in the filters: 510, at most 500",
    ),
    "bracketed any": ("filter[q][email_eq_all][]=a," + "a," * 501, "at most 500"),
    "keys": (
        "&".join(f"filter[q][nothing_{n}_eq]=1" for n in range(501)),
        "conditions in the filters: 501, at most 500",
    ),
    "in": (f"filter[q][id_in]={','.join('a' for _ in range(10_001))}", "10001, at most 10000"),
    "ids": (f"filter[ids]={','.join('a' for _ in range(10_001))}", "10001, at most 10000"),
    "pattern": (f"filter[q][email_matches]={'%25a' * 501}", "pattern of a filter: 1002, at most"),
    "part": (f"filter[q][email_cont]={'a' * 1001}", "pattern of a filter: 1001, at most 1000"),
    "object": (
        "filter[q][metadata_jcont]=" + json.dumps({f"m{n}": n for n in range(1000)}),
        "values in the object of a filter: 1001, at most 1000",
    ),
    "depth": (f"filter[q][metadata_jcont]={deep(101)}", "nested more than 100 deep"),
    "sort": (f"sort={','.join(['email'] * 51)}", "criteria to sort by: 51, at most 50"),
    "include": (f"include={','.join(['orders'] * 1001)}", "paths to include: 1001, at most 1000"),
}


@pytest.mark.parametrize(("query", "words"), OVER.values(), ids=OVER)
def test_more_than_anybody_sends_is_refused(query: str, words: str) -> None:
    """400, and the detail names the limit."""
    with pytest.raises(Refusal, match=f"400 BAD_REQUEST.*{words}"):
        page(query)


#: A query that is just within a limit.
WITHIN = {
    "joined": f"filter[q][{'_and_'.join(['email'] * 500)}_eq]=a",
    "any": f"filter[q][email_cont_any]={','.join('ab' for _ in range(500))}",
    "in": f"filter[q][id_in]={','.join('a' for _ in range(10_000))}",
    "pattern": f"filter[q][email_matches]={'%25a' * 500}",
    "object": "filter[q][metadata_jcont]=" + json.dumps({f"m{n}": n for n in range(999)}),
    "depth": f"filter[q][metadata_jcont]={deep(100)}",
    "sort": f"sort={','.join(['email'] * 50)}",
}


@pytest.mark.parametrize("query", WITHIN.values(), ids=WITHIN)
def test_what_is_within_the_limits_is_read(query: str) -> None:
    """It can be asked of records too."""
    matcher(page(query).condition, lambda _: frozenset())({"email": "a", "metadata": {}})


OBJECTS = [{"k": n, "v": [n]} for n in range(3000)]


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (Compare("f", "contains", {"l": [{"k": 2999}] * 900}), {"l": OBJECTS}),
        (Compare("f", "like", "%" + "_" * 900 + "b%"), "a" * 1_000_000),
        (Compare("f", "like", "%" + "é" * 900 + "b%"), "é" * 1_000_000),
    ],
    ids=["objects", "characters", "letters"],
)
def test_what_takes_long_for_one_record_is_refused(condition: Condition, value: Any) -> None:
    """Large values are paid for in steps of work, and a request has only so many."""
    matches = matcher(condition, lambda _: frozenset())

    with bounded(), pytest.raises(Refusal, match="steps of work"):
        list(map(matches, [{"f": value}] * 100))


def test_long_texts_are_looked_through_in_no_time() -> None:
    """What is found in linear time costs next to nothing, whatever the pattern."""
    matches = matcher(Compare("f", "like", "%" + "a" * 900 + "b%"), lambda _: frozenset())

    with bounded():
        assert not any(matches({"f": "a" * 1_000_000}) for _ in range(100))
