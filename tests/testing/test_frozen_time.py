"""Where a test has frozen the time of its process: the sandbox goes on, by the machine's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import freezegun
import httpx
import pytest
import time_machine

from mockserver import MockServer
from mockserver.clock import monotonic
from mockserver.testing.world import World
from tests.webhooks.receiver import Receiver

MOMENT = datetime(2040, 1, 1, tzinfo=UTC)
Freeze = Callable[[datetime], AbstractContextManager[object]]
LIBRARIES: dict[str, Freeze] = {
    "freezegun": freezegun.freeze_time,
    "freezegun, nothing ignored": lambda at: freezegun.freeze_time(at, ignore=[]),
    "time-machine": lambda at: time_machine.travel(at, tick=False),
}


@pytest.fixture(params=LIBRARIES)
def freeze(request: pytest.FixtureRequest) -> Freeze:
    """Return what freezes the time of this process."""
    return LIBRARIES[request.param]


@pytest.fixture
def frozen(freeze: Freeze) -> Iterator[None]:
    """Freeze it, and see that it is."""
    with freeze(MOMENT):
        assert MOMENT == datetime.now(UTC)
        yield


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return what webhooks can call."""
    with Receiver() as receiver:
        yield receiver


@pytest.mark.usefixtures("frozen")
def test_a_delay_ends(sandbox: World) -> None:
    began = monotonic()
    sandbox.faults.add({"type": "customers"}, effect={"delay": 0.2})
    with sandbox.session() as session:
        assert 200 == session.get("/api/customers").status_code

    assert 0.2 <= monotonic() - began < 30


@pytest.mark.usefixtures("frozen")
def test_deliveries_are_waited_for(sandbox: World, receiver: Receiver) -> None:
    """Until they come, or until the time is over; a retry comes by the running clock."""
    receiver.answers.append(503)
    sandbox.test.create("webhooks", topic="customers.create", callback_url=receiver.url)
    sandbox.test.create("customers", email="jane@example.com")
    (delivered,) = sandbox.wait_for_deliveries(1)

    assert 2 == len(delivered["attempts"])
    with pytest.raises(AssertionError, match=r"waited 0\.05 seconds for 2 deliveries"):
        sandbox.wait_for_deliveries(2, timeout=0.05)
    page = httpx.get(f"{sandbox.url}/_mock/deliveries", params={"wait": 2, "timeout": 0.05}).json()
    assert not page["complete"]


@pytest.mark.usefixtures("frozen")
def test_jobs_are_done_by_themselves(sandbox: World) -> None:
    inputs = [{"email": "jane@example.com"}]
    made = sandbox.test.create("imports", resource_type="customers", inputs=inputs)
    deadline = monotonic() + 30
    while sandbox.test.retrieve("imports", made["id"])["status"] != "completed":
        assert monotonic() < deadline

    assert ["jane@example.com"] == [c["email"] for c in sandbox.test.list("customers")]


@pytest.mark.usefixtures("frozen")
def test_the_sandbox_goes_by_the_machines_clock(sandbox: World) -> None:
    """Also where time has been frozen before its token was asked for; a test can lead it along."""
    before = sandbox.clock.now
    sandbox.clock.freeze(datetime.now(UTC))
    made = sandbox.test.create("customers", email="jane@example.com")
    sandbox.clock.thaw()

    assert "2030" > before
    assert "2040-01-01T00:00:00.000Z" == made["created_at"]
    with sandbox.session() as session:
        assert 200 == session.get("/api/customers").status_code


def test_a_token_does_not_expire_with_the_tests_time(sandbox: World, freeze: Freeze) -> None:
    with sandbox.session() as session, freeze(MOMENT + timedelta(days=3650)):
        assert 200 == session.get("/api/customers").status_code


@pytest.mark.usefixtures("frozen")
def test_a_server_starts_and_stops(tmp_path: Path) -> None:
    """With a certificate that is good now; a client that is being answered is not waited for."""
    with MockServer(data_directory=tmp_path) as server:
        world = server.organization()
        with world.session() as session:
            assert 200 == session.get(f"{world.tls_url}/api/customers").status_code
        world.faults.add({"path": "/api/customers"}, effect={"timeout": True})
        with world.session() as session, pytest.raises(httpx.ReadTimeout):
            session.get("/api/customers", timeout=0.05)


SCRIPT = """
import {library}
with {freeze}:
    from mockserver import MockServer

    with MockServer(tls_port=None, data_directory={directory!r}) as server:
        world = server.organization()
        world.faults.add({{"type": "customers"}}, effect={{"delay": 0.01}})
        with world.session() as session:
            print(session.get("/api/customers").status_code, world.clock.now < "2040")
"""


@pytest.mark.parametrize(
    ("library", "freeze"),
    [
        ("freezegun", "freezegun.freeze_time('2040-01-01')"),
        ("time_machine", "time_machine.travel('2040-01-01', tick=False)"),
    ],
)
def test_what_is_imported_meanwhile_knows_the_time(
    tmp_path: Path, library: str, freeze: str
) -> None:
    script = SCRIPT.format(library=library, freeze=freeze, directory=str(tmp_path))
    script = script.replace(f"{str(tmp_path)!r}", f"__import__('pathlib').Path({str(tmp_path)!r})")
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert ("200 True\n", "") == (done.stdout, done.stderr)
