"""The journal as the control plane shows it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from tests.control_clients import client_of, refused


@pytest.fixture(autouse=True)
def _asked(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Ask for five things, two of which the API does not know, in two organizations."""
    for world in (
        plane.organizations.retrieve("acme"),
        plane.organizations.create({"slug": "shop"}),
    ):
        api = client_of(fresh, world)
        api.get("/api/tags")
        api.get("/api/custmers")
    api.create("tags", name="x")


def paths(found: Any) -> list[str]:
    return [exchange["request"]["path"] for exchange in found["exchanges"]]


def test_a_page(plane: ControlPlane) -> None:
    """With how many there are in all."""
    found = plane.journal.list({"limit": "2", "order": "newest", "organization": "shop"})

    assert (paths(found), found["total"]) == (["/api/tags", "/api/custmers"], 3)
    same = {"match": {"organization": "shop"}, "limit": 2, "order": "newest"}
    assert found == plane.journal.find(same)
    assert plane.journal.count(same) == {"count": 3}


def test_unmatched(plane: ControlPlane) -> None:
    """Those that the API does not know, whatever else is asked for."""
    found = plane.journal.unmatched({"organization": "acme"})

    assert paths(found) == ["/api/custmers"]
    assert found["exchanges"][0]["unmatched"]["nearest"] == "/api/customers"


def test_one(plane: ControlPlane) -> None:
    listed = plane.journal.list({})["exchanges"][2]

    assert listed == plane.journal.retrieve(listed["id"])
    assert refused(lambda: plane.journal.retrieve(99)) == [(404, "")]


def test_exports(plane: ControlPlane) -> None:
    """Of what is searched for."""
    parameters = {"action": "create"}

    assert len(plane.journal.har(parameters)["log"]["entries"]) == 1
    assert plane.journal.curl(parameters).count("\n") == 1
    assert "/api/tags" in plane.journal.curl(parameters)


def test_stream(fresh: MockServerApp, plane: ControlPlane) -> None:
    """From now on, of what is searched for."""
    api = client_of(fresh, plane.organizations.retrieve("acme"))

    async def listened() -> list[bytes]:
        events = plane.journal.stream({"action": "list"})
        found = [await anext(events)]
        api.create("tags", name="y")
        api.get("/api/tags")
        found.append(await anext(events))
        await events.aclose()
        return found

    first, second = asyncio.run(listened())
    assert first.startswith(b":")
    assert b'"action":"list"' in second


@pytest.mark.parametrize("slug", ["shop", None])
def test_clear(plane: ControlPlane, slug: str | None) -> None:
    plane.journal.clear(slug)

    assert plane.journal.list({})["total"] == (2 if slug else 0)


@pytest.mark.parametrize(
    ("call", "argument", "pointer"),
    [
        ("list", {"limit": "many"}, "/limit"),
        ("list", {"nope": "x"}, "/nope"),
        ("list", {"type": "custmers"}, "/match/type"),
        ("find", {"match": {"body": {"x": 1}}}, "/match/body/x"),
        ("find", [], ""),
        ("count", {"status": "4x"}, "/status"),
        ("unmatched", {"since": "soon"}, "/since"),
        ("har", {"limit": "0"}, "/limit"),
        ("curl", {"offset": "-1"}, "/offset"),
        ("stream", {"mode": "prod"}, "/match/mode"),
    ],
)
def test_no_search(plane: ControlPlane, call: str, argument: Any, pointer: str) -> None:
    """Refused with the pointer into its JSON form."""
    assert refused(lambda: getattr(plane.journal, call)(argument)) == [(422, pointer)]
