"""A reset clears the situation, and not only the records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.errors import Refusal

RULE = {"match": {"type": "orders"}, "effect": {"status": 503}}
STUB = {"match": {"path": "/x"}, "response": {"body": "x"}}
NOON = "2030-01-01T12:00:00.000Z"


@pytest.fixture
def server() -> Iterator[MockServer]:
    """Return a server of the test's own, with one organization."""
    with MockServer(customers=1, tls_port=None) as running:
        yield running


def _disturb(server: MockServer) -> None:
    for plane, rule in ((server.plane.faults, RULE), (server.plane.stubs, STUB)):
        plane.add(rule)
        plane.add(rule, "acme")
    server.plane.clocks.set({"frozen_at": NOON})


def _left(server: MockServer) -> dict[str, Any]:
    return {
        "faults": len(server.plane.faults.list()),
        "stubs": len(server.plane.stubs.list()),
        "clock": server.plane.clocks.retrieve("acme")["frozen_at"],
    }


NOTHING = {"faults": 0, "stubs": 0, "clock": None}
ALL = {"faults": 2, "stubs": 2, "clock": NOON}


@pytest.mark.parametrize(
    ("keep", "left"),
    [((), NOTHING)]
    + [((name,), {**NOTHING, name: ALL[name]}) for name in ALL]
    + [(tuple(ALL), ALL)],
    ids=",".join,
)
def test_what_is_cleared(server: MockServer, keep: tuple[str, ...], left: dict[str, Any]) -> None:
    """Everything, of the only organization there is, unless it is kept."""
    _disturb(server)
    server.organization().reset(keep=keep)

    assert _left(server) == left


def test_what_is_everybodys_stays_while_there_are_others(server: MockServer) -> None:
    """A fault that names no organization, and the clock that all were set to."""
    server.create_organization("shop")
    _disturb(server)
    server.plane.clocks.set({"offset": "P1D"}, "acme")
    server.organization().reset()

    assert _left(server) == {"faults": 1, "stubs": 1, "clock": NOON}


def test_all_of_them(server: MockServer) -> None:
    """Their records, and what is everybody's."""
    shop = server.create_organization("shop")
    _disturb(server)
    made = shop.test.create("customers", email="jane@example.com")
    server.reset_all()

    assert _left(server) == NOTHING
    assert server.plane.clocks.retrieve()["frozen_at"] is None
    assert made["id"] not in [customer["id"] for customer in shop.test.list("customers")]


@pytest.mark.parametrize("body", [{"keep": ["records"]}, {"keep": "clock"}, {"all": 1}, {"x": 1}])
def test_what_cannot_be_meant(server: MockServer, body: Any) -> None:
    """Nothing has changed."""
    _disturb(server)
    made = server.organization().test.create("customers", email="jane@example.com")

    with pytest.raises(Refusal) as refused:
        server.plane.organizations.reset("acme", body)

    assert refused.value.status == 422
    assert _left(server) == ALL
    assert server.organization().test.retrieve("customers", made["id"])["id"] == made["id"]
