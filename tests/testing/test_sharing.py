"""One server used from several processes: the same interface, the same errors."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from mockserver import MockServer, Refusal
from mockserver.oauth.errors import OAuthError
from mockserver.testing.sharing import Desk, ServerAddress, SharedServer


@pytest.fixture
def desk(mockserver: MockServer) -> Iterator[Desk]:
    opened = Desk(mockserver)
    yield opened
    opened.close()


@pytest.fixture
def shared(desk: Desk) -> Iterator[SharedServer]:
    server = SharedServer(desk.address)
    yield server
    server.close()


def test_it_is_where_the_server_is(mockserver: MockServer, shared: SharedServer) -> None:
    assert (mockserver.url, mockserver.tls_url, mockserver.domain, mockserver.ca) == (
        shared.url,
        shared.tls_url,
        shared.domain,
        shared.ca,
    )
    assert mockserver.organizations == shared.organizations


def test_everything_works_from_elsewhere(mockserver: MockServer, shared: SharedServer) -> None:
    """Records, time, faults, stubs, journal, tokens, situations, variables."""
    with shared.create_organization("distant", mode="live", customers=2) as world:
        world.clock.freeze("2026-01-15T10:00:00Z")
        fault = world.faults.add({"type": "customers"}, effect={"status": 503}, times=1)
        world.stubs.add({"path": "/hello"}, response={"body": "hi"})
        made = world.data.create("customers", email="jane@example.com")
        snapshot = world.snapshot()
        world.seed(customers=1)
        world.restore(snapshot)
        with world.session() as session:
            assert 503 == session.get("/api/customers").status_code
            assert 200 == session.get(f"/api/customers/{made['id']}").status_code
        near = mockserver.organization("distant")

        assert "2026-01-15T10:00:00.000Z" == made["created_at"] == near.clock.now
        assert 3 == near.live.count("customers")
        assert [fault["id"]] == [rule["id"] for rule in near.faults]
        assert world.journal.printed() == near.journal.printed()
        assert near.token("sales_channel") == world.token("sales_channel", "test")
        assert "distant" == world.environment()["CL_ORGANIZATION"]
    assert "distant" not in mockserver.organizations


def test_errors_travel(shared: SharedServer) -> None:
    with pytest.raises(Refusal, match="404") as refused:
        shared.organization("nowhere")
    world = shared.organization()
    with pytest.raises(Refusal, match="can't be blank"):
        world.test.create("customers")
    with pytest.raises(LookupError, match="did you mean 'customers'"):
        world.test.list("customer")
    with pytest.raises(OAuthError, match="invalid_scope"):
        world.token("sales_channel", scope="market:code:nowhere")
    with pytest.raises(AttributeError):
        world.test.destroy("customers")  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        world.test._sandbox  # noqa: B018 - nothing private is to be seen

    assert 404 == refused.value.status


def test_threads_take_turns(shared: SharedServer) -> None:
    with shared.create_organization() as world, ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(world.test.create, "customers", email=f"{number}@example.com")
            for number in range(20)
        ]

        assert 20 == len({each.result()["id"] for each in made}) == world.test.count("customers")


PROGRAM = """
import json, sys
from mockserver.testing.sharing import SharedServer
address = json.load(sys.stdin)
server = SharedServer(address)
print(server.organization("common").test.create("customers", email=sys.argv[1])["id"])
server.close()
"""


def test_processes_share_it(mockserver: MockServer, desk: Desk) -> None:
    with mockserver.create_organization("common") as world:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, "jane@example.com"],
            input=json.dumps(desk.address),
            capture_output=True,
            text=True,
            check=True,
        )
        (made,) = world.test.list("customers")

    assert (made["id"], "jane@example.com") == (done.stdout.strip(), made["email"])


def test_only_who_knows_the_key_is_answered(desk: Desk) -> None:
    """And nobody who says nothing holds up the others."""
    where = urlsplit(desk.address["url"])
    silent = socket.create_connection((where.hostname, where.port))
    wrong: ServerAddress = {**desk.address, "key": "guessed"}
    with silent, pytest.raises(PermissionError, match="401"):
        SharedServer(wrong)

    right = SharedServer(desk.address)
    right.close()


def test_it_needs_no_control_plane() -> None:
    """That is for other programs; and what tests do is neither in a journal nor refused."""
    with MockServer(control=False, tls_port=None) as server:
        shared = SharedServer(Desk(server).address)
        with shared.create_organization() as world:
            world.faults.add({}, effect={"status": 503})
            world.data.create("customers", email="jane@example.com")
            world.clock.advance("P1D")

            assert [] == world.journal.exchanges()
        shared.close()


def test_a_closed_desk_answers_nobody(mockserver: MockServer) -> None:
    desk = Desk(mockserver)
    address = desk.address
    desk.close()
    with pytest.raises(OSError, match="refused"):
        SharedServer(address)
