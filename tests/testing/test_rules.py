"""Faults and stubs from a test, seen by a client like the SDKs that people use."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self

import httpx
import pytest
import requests

from mockserver import MockServer, Refusal
from mockserver.testing.world import World

REFRESH = {"INVALID_TOKEN"}
CREATE = {"type": "customers", "action": "create"}
IMPATIENT = httpx.Timeout(5, read=0.05)


class Client:
    """As the official SDKs do it: an expired token is renewed once, and the request repeated."""

    def __init__(self, world: World) -> None:
        """Know the credentials, and no token yet."""
        credential = world.credential()
        self._http = httpx.Client(base_url=world.url, timeout=5)
        self._who = {
            "grant_type": "client_credentials",
            "client_id": credential.client_id,
            "client_secret": credential.client_secret,
        }
        self._token = "none"

    def get(self, path: str) -> httpx.Response:
        """Read, with a token that is good."""
        answer = self._send(path)
        if answer.status_code == 401 and answer.json()["errors"][0]["code"] in REFRESH:
            self._token = self._http.post("/oauth/token", json=self._who).json()["access_token"]
            answer = self._send(path)
        return answer

    def _send(self, path: str) -> httpx.Response:
        return self._http.get(path, headers={"Authorization": f"Bearer {self._token}"})

    def __enter__(self) -> Self:
        """Ask for the first token."""
        self.get("/api/customers")
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()


# --- what clients see ----------------------------------------------------------------------------


def test_a_client_refreshes_after_an_invalid_token(sandbox: World) -> None:
    """Whether a fault says so or the time that has passed."""
    with Client(sandbox) as client:
        sandbox.journal.clear()
        sandbox.faults.add({"path": "/api/*"}, effect={"error": "INVALID_TOKEN"}, times=1)
        answer = client.get("/api/customers")

        assert 200 == answer.status_code
        refused, _, repeated = sandbox.journal.exchanges()
        assert (401, 200) == (refused["response"]["status"], repeated["response"]["status"])
        sandbox.journal.assert_requested("POST", "/oauth/token", times=1)

        sandbox.clock.advance("P1D")

        assert 200 == client.get("/api/customers").status_code
        sandbox.journal.assert_requested("POST", "/oauth/token", times=2)


def test_a_request_that_is_never_answered_times_out(sandbox: World, sandbox_session: Any) -> None:
    """And is not carried out; others go on meanwhile."""
    sandbox.faults.add(CREATE, effect={"timeout": True}, times=1)
    body = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    with pytest.raises(httpx.ReadTimeout):
        sandbox_session.post("/api/customers", json=body, timeout=IMPATIENT)

    assert 0 == sandbox.test.count("customers")
    assert 201 == sandbox_session.post("/api/customers", json=body).status_code


@pytest.mark.parametrize(("drop", "stored"), [("before", 0), ("during", 1), ("after", 1)])
def test_a_connection_is_reset(sandbox: World, drop: str, stored: int) -> None:
    """Of a write, it depends on the moment whether it was applied; requests sees it too."""
    sandbox.faults.add(CREATE, effect={"drop": drop})
    headers = {
        "Authorization": f"Bearer {sandbox.token()}",
        "Content-Type": "application/vnd.api+json",
    }
    body = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.post(f"{sandbox.url}/api/customers", json=body, headers=headers, timeout=5)

    assert stored == sandbox.test.count("customers")
    assert not sandbox.journal.exchanges()[0]["delivered"]


def test_a_delay_holds_up_nobody_else(sandbox: World) -> None:
    """A second request is answered while the first one waits."""
    sandbox.faults.add({"path": "/api/customers"}, effect={"delay": 0.5})

    async def race() -> tuple[bool, float]:
        async with sandbox.async_session() as client:
            began = time.perf_counter()
            slow = asyncio.create_task(client.get("/api/customers"))
            while not sandbox.journal.count():  # noqa: ASYNC110 - nothing there tells
                await asyncio.sleep(0.001)
            await client.get("/api/markets")
            overtaken = not slow.done()
            await slow
            return overtaken, time.perf_counter() - began

    overtaken, whole = asyncio.run(race())

    assert overtaken
    assert whole >= 0.5


def test_an_answer_can_be_anything(sandbox: World, sandbox_session: Any) -> None:
    sandbox.faults.add(
        {"method": "GET"}, effect={"status": 503, "body": "down", "headers": {"Retry-After": "1"}}
    )
    answer = sandbox_session.get("/api/customers")

    assert (503, "down", "1") == (answer.status_code, answer.text, answer.headers["Retry-After"])


def test_a_stub_answers_what_the_sandbox_does_not_know(
    sandbox: World, sandbox_session: Any
) -> None:
    stub = sandbox.stubs.add(
        {"path": "/api/skus/*"},
        response={"status": 200, "body": {"data": {"type": "skus", "id": "{{path.2}}"}}},
    )
    answer = sandbox_session.get("/api/skus/abc")

    assert {"data": {"type": "skus", "id": "abc"}} == answer.json()
    (exchange,) = sandbox.journal.exchanges(stub=stub["id"])
    assert "/api/skus/abc" == exchange["request"]["path"]


# --- rules of one organization -------------------------------------------------------------------


def test_rules_are_listed_counted_and_removed(sandbox: World, sandbox_session: Any) -> None:
    rules = sandbox.faults
    first = rules.add(CREATE, effect={"error": "UNAUTHORIZED"})
    second = rules.add({"type": "customers"}, effect={"delay": 0.001}, nth=[1, 3])
    for _ in range(3):
        sandbox_session.get("/api/customers")

    assert [(first["id"], 0, 0), (second["id"], 3, 2)] == [
        (rule["id"], rule["seen"], rule["struck"]) for rule in rules
    ]

    rules.remove(first["id"])

    assert [second["id"]] == [rule["id"] for rule in rules]

    rules.clear()

    assert 0 == len(rules)


def test_rules_of_others_are_out_of_reach(
    sandbox: World, make_sandbox: Callable[..., World], mockserver: MockServer
) -> None:
    """Neither struck nor seen nor removed."""
    other = make_sandbox("other")
    theirs = other.faults.add(effect={"error": "UNAUTHORIZED"})
    with sandbox.session() as session:
        assert 200 == session.get("/api/customers").status_code
    assert [] == list(sandbox.faults)
    with pytest.raises(Refusal, match="404"):
        sandbox.faults.remove(theirs["id"])

    sandbox.faults.clear()

    assert [theirs["id"]] == [rule["id"] for rule in other.faults]
    with pytest.raises(Refusal, match=f"only be about '{sandbox.slug}'"):
        sandbox.faults.add({"organization": other.slug}, effect={"timeout": True})

    other.delete()

    assert [] == mockserver.plane.faults.list()


@pytest.mark.parametrize(
    ("match", "rule", "pointer"),
    [
        ({}, {"effect": {"error": "NO_SUCH_ERROR"}}, "/effect/error"),
        ({"type": "customer"}, {"effect": {"timeout": True}}, "/match/type"),
        ({}, {"effect": {"timeout": True}, "nth": 0}, "/nth"),
        ({}, {}, "/effect"),
    ],
)
def test_a_bad_rule_is_refused_with_its_pointer(
    sandbox: World, match: dict[str, Any], rule: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Refusal) as refused:
        sandbox.faults.add(match, **rule)

    assert pointer == refused.value.errors[0]["source"]["pointer"]


def test_faults_that_have_not_struck_are_named(sandbox: World) -> None:
    """As often as their times, or their list of places, says; once where nothing does."""
    sandbox.faults.assert_all_struck()
    sandbox.faults.add("503", match={"type": "tags"})
    sandbox.faults.add("503", match={"type": "customers"}, times=2)
    sandbox.faults.add("delay=0", match={"type": "orders"}, nth=[1, 2])
    with sandbox.session() as session:
        for path in ("tags", "customers", "orders"):
            session.get(f"/api/{path}")
        with pytest.raises(AssertionError) as raised:
            sandbox.faults.assert_all_struck()
        for path in ("customers", "orders"):
            session.get(f"/api/{path}")
    sandbox.faults.assert_all_struck()

    first, *lines = str(raised.value).splitlines()
    assert "these faults have not struck:" == first
    assert ["struck 1 of 2 times, 1 requests matched"] * 2 == [
        line.split(": {")[0].split(" ", 3)[3] for line in lines
    ]
