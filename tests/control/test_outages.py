"""Outages: the whole API down, and up again, without a word to other faults."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver import MockServer
from mockserver.app import MockServerApp
from mockserver.control.outages import DOWN
from tests.client import Api
from tests.control_clients import client_of, refused


@pytest.fixture
def clients(fresh: MockServerApp) -> dict[str, Api]:
    """Return a client of each of two organizations."""
    worlds = fresh.plane.organizations
    return {
        "acme": client_of(fresh, worlds.retrieve("acme")),
        "shop": client_of(fresh, worlds.create({"slug": "shop"})),
    }


def statuses(clients: dict[str, Api], path: str = "/api/customers") -> list[int]:
    """Return what each organization answers."""
    return [client.get(path).status_code for client in clients.values()]


@pytest.mark.parametrize(
    ("organization", "down"), [(None, [503, 503]), ("shop", [200, 503])], ids=["all", "one"]
)
def test_on_and_off(
    fresh: MockServerApp, clients: dict[str, Api], organization: str | None, down: list[int]
) -> None:
    """The API of all, or of one, fails until the outage is over."""
    outages = fresh.plane.outages
    made = outages.on({}, organization)

    assert statuses(clients) == down
    assert statuses(clients, "/api/orders/nobody") == [404 if s == 200 else s for s in down]
    assert [made["id"]] == [outage["id"] for outage in outages.list(organization)]
    assert fresh.test_client().get("/").status_code == 200
    outages.off(organization)
    assert statuses(clients) == [200, 200]
    assert outages.list() == []
    outages.off(organization)


def test_tokens_can_be_had(fresh: MockServerApp) -> None:
    """It is the API that is down."""
    fresh.plane.outages.on()
    assert (
        client_of(fresh, fresh.plane.organizations.retrieve("acme")).get("/api/tags").status_code
        == 503
    )


def test_other_faults_stay(fresh: MockServerApp, clients: dict[str, Api]) -> None:
    """They wait behind the outage, whose end takes nothing but itself away."""
    fault = {"match": {"type": "customers"}, "effect": {"status": 500}, "times": 1}
    added = fresh.plane.faults.add(fault)
    fresh.plane.outages.on()
    fresh.plane.outages.on({}, "shop")

    assert statuses(clients) == [503, 503]
    fresh.plane.outages.off()
    assert statuses(clients) == [500, 503]
    fresh.plane.outages.off("shop")
    assert statuses(clients) == [200, 200]
    assert [added["id"]] == [rule["id"] for rule in fresh.plane.faults.list()]


@pytest.mark.parametrize(
    ("effect", "status"),
    [("500", 500), ("INVALID_TOKEN", 401), ({"status": 502, "body": "down"}, 502)],
    ids=str,
)
def test_in_words(fresh: MockServerApp, clients: dict[str, Api], effect: Any, status: int) -> None:
    """What happens is said as for a fault, and the last word counts."""
    fresh.plane.outages.on()
    fresh.plane.outages.on({"effect": effect})

    assert statuses(clients) == [status, status]
    assert len(fresh.plane.faults.list()) == 1


@pytest.mark.parametrize(
    ("body", "organization", "expected"),
    [
        ({}, "nobody", [(404, "")]),
        ({"effect": "50x"}, None, [(422, "/effect")]),
        ({"effect": {"status": 99}}, None, [(422, "/effect/status")]),
        ({"status": 503}, None, [(422, "/status")]),
        ([], None, [(422, "")]),
    ],
    ids=str,
)
def test_refused(
    fresh: MockServerApp, body: Any, organization: str | None, expected: list[tuple[int, str]]
) -> None:
    """What makes no sense is refused, and the outage there was goes on."""
    outages = fresh.plane.outages
    before = outages.on()

    assert refused(lambda: outages.on(body, organization)) == expected
    assert [before] == outages.list()


def test_in_python() -> None:
    """A test says it in one call, for its organization or for all."""
    with MockServer(tls_port=None) as server:
        world, other = server.organization(), server.create_organization("other")
        with world.session() as session, other.session() as elsewhere:
            world.outage.on()
            assert (bool(world.outage), bool(other.outage)) == (True, False)
            assert session.get("/api/customers").status_code == int(DOWN)
            assert elsewhere.get("/api/customers").status_code == 200
            world.outage.off()
            assert session.get("/api/customers").status_code == 200
            server.outage.on("502")
            assert elsewhere.get("/api/customers").status_code == 502
            assert bool(world.outage)
            server.outage.off()
