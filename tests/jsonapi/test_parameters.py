"""Query strings are read as the real service's framework reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import Refusal
from mockserver.jsonapi.parameters import parse, to_query

READINGS = {
    "nothing": ("", {}),
    "a plain value": ("sort=-email", {"sort": "-email"}),
    "brackets nest": ("page[size]=5&page[number]=2", {"page": {"size": "5", "number": "2"}}),
    "encoded brackets": ("page%5Bsize%5D=5", {"page": {"size": "5"}}),
    "three levels": ("filter[q][email_eq]=a%40b.c", {"filter": {"q": {"email_eq": "a@b.c"}}}),
    "plus is a space": ("filter[q][name_eq]=a+b%2Bc", {"filter": {"q": {"name_eq": "a b+c"}}}),
    "the last one wins": ("sort=a&sort=b", {"sort": "b"}),
    "a list": ("include[]=a&include[]=b", {"include": ["a", "b"]}),
    "no value": ("sort", {"sort": ""}),
    "a value with =": ("sort=a=b", {"sort": "a=b"}),
    "an unclosed bracket is part of the name": ("page[size=5", {"page[size": "5"}),
    "empty pairs are nothing": ("&&sort=a&", {"sort": "a"}),
}


@pytest.mark.parametrize(("query", "expected"), READINGS.values(), ids=READINGS)
def test_parse(query: str, expected: dict[str, object]) -> None:
    """A query string becomes nested parameters."""
    assert expected == parse(query)


REFUSED = {
    "broken escape": "sort=%zz",
    "cut escape": "sort=%4",
    "invalid UTF-8": "sort=%ff",
    "NUL": "sort=%00",
    "NUL in a name": "a%00=1",
    "text, then hash": "page=1&page[size]=2",
    "hash, then text": "page[size]=2&page=1",
    "list, then hash": "a[]=1&a[b]=2",
    "text, then list": "a=1&a[]=2",
    "too deep": "a" + "[b]" * 20 + "=1",
    "too many": "&".join(f"a{n}=1" for n in range(1001)),
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_refused(query: str) -> None:
    """What cannot be read is a bad request, not a guess."""
    with pytest.raises(Refusal) as refused:
        parse(query)

    assert (400, "BAD_REQUEST") == (refused.value.status, refused.value.errors[0]["code"])


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="[]"), min_size=1)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.dictionaries(names, values | st.dictionaries(names, values, min_size=1)))
def test_round_trip(parameters: dict[str, object]) -> None:
    """Whatever is written as a query string reads back the same."""
    assert parameters == parse(to_query(parameters))  # type: ignore[arg-type]


def test_links_are_sorted_and_encoded() -> None:
    """Page links are sorted after encoding, brackets and commas included (conventions.md §9)."""
    parameters = parse("sort=name&page[size]=3&page[number]=1&fields[markets]=id,name")

    expected = "fields%5Bmarkets%5D=id%2Cname&page%5Bnumber%5D=1&page%5Bsize%5D=3&sort=name"
    assert expected == to_query(parameters)
