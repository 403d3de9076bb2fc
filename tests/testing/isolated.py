# ruff: noqa: ARG001 - twenty of a kind are told apart by a number, which not all of them use
"""The project that ``test_isolation.py`` runs in several ways: 200 tests that do what they like.

Each writes down everything it has seen; some of them leave behind as much as they can.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from mockserver.testing.running import RunningServer
from mockserver.testing.world import World

NOON = "2026-01-15T12:00:00Z"
CREATE = {"type": "customers", "action": "create"}
TWENTY = pytest.mark.parametrize("number", range(20))
Seen = Callable[..., None]

pytestmark = pytest.mark.mockserver(frozen=NOON)


@pytest.fixture
def seen(request: pytest.FixtureRequest, sandbox: World) -> Iterator[Seen]:
    """Return what writes down what a test has seen: ids, bodies, headers."""
    noted: list[Any] = [sandbox.slug, sandbox.id, [c.client_id for c in sandbox.credentials]]

    def note(*values: Any) -> None:
        noted.extend(map(_comparable, values))

    yield note
    # Ports are free ones, and differ even between two runs that are otherwise the same.
    text = json.dumps(noted, indent=1).replace(sandbox.domain, "DOMAIN").replace(sandbox.url, "URL")
    Path(os.environ["SEEN"], f"{sandbox.slug}.json").write_text(f"{request.node.name}\n{text}\n")


def _comparable(value: Any) -> Any:
    if not isinstance(value, httpx.Response):
        return value
    limits = {n: v for n, v in value.headers.items() if n.startswith("x-ratelimit")}
    return [value.status_code, limits, value.json() if value.content else None]


def customer(number: int, **attributes: Any) -> dict[str, Any]:
    """Return the document of a customer."""
    return {
        "data": {
            "type": "customers",
            "attributes": {"email": f"{number}@example.com", **attributes},
        }
    }


@TWENTY
def test_write(sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    made = sandbox_session.post("/api/customers", json=customer(number))
    seen(made, sandbox_session.post("/api/customers", json=customer(number)))
    id_ = made.json()["data"]["id"]
    sandbox_session.post("/api/addresses", json={"data": {"type": "addresses", "attributes": {}}})
    seen(sandbox_session.get(f"/api/customers/{id_}?include=orders"))
    seen(sandbox_session.delete(f"/api/customers/{id_}"))
    assert 404 == sandbox_session.get(f"/api/customers/{id_}").status_code


@TWENTY
@pytest.mark.mockserver(customers=5)
def test_seeded(sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    """Every test is seeded differently, and always with the same."""
    seen(sandbox_session.get("/api/customers?include=customer_group,orders&sort=-created_at"))
    seen(sandbox.test.list("orders"))
    assert 5 == sandbox.test.count("customers") == sandbox.live.count("customers")


@TWENTY
@pytest.mark.mockserver(mode="live", scenario="gdpr")
def test_scenario(sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    sandbox.seed(customers=number % 3 + 1)
    seen(sandbox_session.get("/api/customers?page[size]=25"))
    sandbox.reset()
    seen(sandbox.snapshot())


@TWENTY
def test_probable_faults(
    sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int
) -> None:
    """Whom they strike depends on nobody else."""
    sandbox.faults.add(CREATE, effect={"error": "TOO_MANY_REQUESTS"}, probability=0.4)
    sandbox.faults.add({"method": "GET"}, effect={"delay": {"uniform": [0, 0.001]}}, nth=2)
    for attempt in range(6):
        seen(sandbox_session.post("/api/customers", json=customer(attempt)).status_code)
    seen([rule["struck"] for rule in sandbox.faults], sandbox_session.get("/api/customers"))


@TWENTY
def test_time(sandbox: World, seen: Seen, number: int) -> None:
    """Tokens are issued and expire by the test's own clock."""
    token = sandbox.token("sales_channel")
    seen(jwt.decode(token, options={"verify_signature": False}))
    with sandbox.session() as session:
        sandbox.clock.advance(f"PT{number}M")
        seen(session.post("/api/customers", json=customer(number)))
        sandbox.clock.advance("PT4H")
        seen(session.get("/api/customers"))


@TWENTY
def test_journal(sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    for each in range(number % 5 + 1):
        sandbox_session.post("/api/customers", json=customer(each))
    sandbox_session.get("/api/customer")
    sandbox.journal.assert_requested("POST", "/api/customers", times=number % 5 + 1)
    seen(sandbox.journal.printed())


@TWENTY
def test_failing(sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    """Of these, some fail: the same ones each time."""
    seen(sandbox_session.get("/api/customers"))
    assert number % 7


@TWENTY
def test_forgetful(
    sandbox: World,
    sandbox_session: httpx.Client,
    make_sandbox: Callable[..., World],
    seen: Seen,
    number: int,
) -> None:
    """Leaves records, faults, stubs, a moved clock, an open client, another organization."""
    sandbox.clock.shift("-P3D")
    sandbox.faults.add(effect={"error": "UNAUTHORIZED"})
    sandbox.stubs.add({"path": "/api/*"}, response={"status": 418})
    other = make_sandbox("other", customers=2)
    other.clock.freeze(NOON)
    seen(other.test.list("customers"), sandbox_session.get("/api/customers"))
    sandbox.test.create("customers", email="left@example.com")
    sandbox.session("sales_channel").__enter__()


@TWENTY
def test_reckless(
    sandbox: World,
    sandbox_session: httpx.Client,
    mockserver: RunningServer,
    seen: Seen,
    number: int,
) -> None:
    """Where the server is not shared, changes it for everybody, and does not change it back."""
    if os.environ["SHARED"] == "no":
        mockserver.clock.advance("P1Y" if number < 0 else "P400D")
        mockserver.change_settings(rate_limits={"scale": 0.1}, strict_filters=True, advice=True)
        mockserver.plane.faults.add({"effect": {"error": "UNAUTHORIZED"}, "match": CREATE})
        mockserver.plane.stubs.add({"match": {"path": "/api/markets"}, "response": {}})
        for _ in range(3):
            sandbox_session.get("/api/customers")
    sandbox.delete()
    seen(number)


@TWENTY
def test_filters(sandbox: World, sandbox_session: httpx.Client, seen: Seen, number: int) -> None:
    """Sees nothing of the reckless: ignored as ever, by one's own rate limit and clock."""
    seen(sandbox_session.get("/api/customers?filter[q][colour_eq]=red"))
    seen(sandbox_session.get("/api/markets"), sandbox.clock.now)
    seen(sandbox_session.post("/api/customers", json=customer(number)))
    assert 1 == sandbox.test.count("customers")
