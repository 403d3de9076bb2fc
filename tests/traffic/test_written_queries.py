"""A query that is written into a path is what it looks like, wherever requests are described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.errors import Refusal
from mockserver.testing.world import World

PATH = "/api/customers"
ASKED = f"{PATH}?page[size]=3&filter[q][email_eq]=a%40b.c"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Return an organization that was asked once."""
    with MockServer(tls_port=None, seeded=False) as server:
        asked = server.organization()
        with asked.session() as client:
            client.get(ASKED)
        yield asked


#: What finds the request: a path as it was copied, and what else is said of the query.
FINDING: dict[str, tuple[str, dict[str, Any]]] = {
    "as it was asked": (ASKED, {}),
    "some of it": (f"{PATH}?page[size]=3", {}),
    "encoded": (f"{PATH}?page%5Bsize%5D=3", {}),
    "an empty one": (f"{PATH}?", {}),
    "with more of it beside": (f"{PATH}?page[size]=3", {"filter[q][email_eq]": "a@b.c"}),
    "a number": (PATH, {"page[size]": 3}),
    "a text": (PATH, {"page[size]": "3"}),
    "below a pattern": ("/api/*?page[size]=3", {}),
}


@pytest.mark.parametrize(("path", "query"), FINDING.values(), ids=FINDING)
def test_it_finds_the_request(world: World, path: str, query: dict[str, Any]) -> None:
    """In an assertion, and in a search."""
    world.journal.assert_requested("GET", path, times=1, **({"query": query} if query else {}))


@pytest.mark.parametrize("path", [f"{PATH}?page[size]=4", f"{PATH}?page[number]=3"])
def test_it_finds_no_other(world: World, path: str) -> None:
    world.journal.assert_not_requested("GET", path)


@pytest.mark.parametrize(
    "match",
    [
        {"path": [f"{PATH}?a=b", "/api/tags"]},
        {"path": f"{PATH}?a=b", "query": {"a": "c"}},
        {"path": f"{PATH}?a=b", "query": 7},
        {"query": {"a": ["b"]}},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_in_words(world: World, match: dict[str, Any]) -> None:
    """With a pointer."""
    with pytest.raises(Refusal) as refused:
        world.faults.add(match=match, effect={"status": 503})

    (error,) = refused.value.errors
    assert error["status"] == "422"
    assert error["source"]["pointer"].startswith("/match/")


def test_faults_and_stubs_are_about_it_too(world: World) -> None:
    """Only requests with the query are struck."""
    world.faults.add(match={"path": f"{PATH}?page[size]=7"}, effect={"status": 503})
    with world.session() as client:
        found = [client.get(f"{PATH}?page[size]={size}").status_code for size in (6, 7)]
    world.faults.clear()

    assert found == [200, 503]
