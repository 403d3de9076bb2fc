"""What waits has a twin that does not hold up the event loop: receivers may live in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.testing.clocks import Clock
from mockserver.testing.running import RunningServer
from mockserver.testing.world import World

ANSWER = b"HTTP/1.1 %d Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
Status = Callable[[], int]


@asynccontextmanager
async def receiving(world: World, status: Status = lambda: 200) -> AsyncIterator[list[int]]:
    """Receive webhooks in this event loop; each asks the sandbox before it answers."""
    asked: list[int] = []
    session = world.async_session()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        asked.append((await session.get("/api/customers")).status_code)
        writer.write(ANSWER % status())
        await writer.drain()
        writer.close()

    async with session, await asyncio.start_server(take, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        world.data.create("webhooks", topic="customers.create", callback_url=url)
        world.data.create("webhooks", topic="customers.anonymization_completed", callback_url=url)
        yield asked


@pytest.mark.asyncio
async def test_deliveries_to_the_same_loop(mockserver: RunningServer, sandbox: World) -> None:
    """Of the sandbox, and of the whole server."""
    async with receiving(sandbox) as asked:
        sandbox.test.create("customers", email="jane@example.com")
        (delivery,) = await sandbox.async_wait_for_deliveries(1)
        found = await mockserver.async_wait_for_deliveries(organization=sandbox.slug)

    assert ([200], "delivered", [delivery]) == (asked, delivery["status"], found)
    with pytest.raises(AssertionError, match=r"waited 0\.05 seconds for 2 deliveries"):
        await sandbox.async_wait_for_deliveries(2, timeout=0.05)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "move",
    [
        lambda clock: clock.async_advance(timedelta(minutes=1)),
        lambda clock: clock.async_freeze("2026-01-15T11:00:00Z"),
        lambda clock: clock.async_shift("P1D"),
        lambda clock: clock.async_thaw(),
    ],
    ids=["advance", "freeze", "shift", "thaw"],
)
async def test_retries_on_the_way(sandbox: World, move: Callable[[Clock], Any]) -> None:
    """Those are received, and answered, before the clock has arrived."""
    answers = [503, 200]
    await sandbox.clock.async_freeze("2026-01-15T10:00:00Z")
    async with receiving(sandbox, lambda: answers.pop(0)):
        sandbox.test.create("customers", email="jane@example.com")
        await sandbox.async_wait_for_deliveries("idle")
        assert [200] == answers
        await move(sandbox.clock)

        assert [] == answers


@pytest.mark.asyncio
async def test_jobs_whose_webhooks_come_here(sandbox: World) -> None:
    async with receiving(sandbox) as asked:
        ids = [sandbox.test.create("customers", email=f"{n}@a.it")["id"] for n in range(4)]
        assert "completed" == (await sandbox.async_anonymize(ids[0]))["anonymization_status"]
        for id_ in ids[1:]:
            await sandbox.async_anonymize(id_, until="requested")
        jobs = [job["id"] for job in sandbox.jobs()]
        outcomes = [
            (await sandbox.async_run_job(jobs[0]))["outcome"],
            (await sandbox.async_fail_job(jobs[1]))["outcome"],
            *(done["outcome"] for done in await sandbox.async_run_jobs()),
        ]
        await sandbox.async_wait_for_deliveries()

    assert (["done", "failed", "done", "done", "done"], [200] * 7) == (outcomes, asked)


@pytest.mark.asyncio
async def test_a_server_and_its_organizations_in_a_loop(tmp_path: Path) -> None:
    """Both end with their blocks."""
    async with MockServer(tls_port=None, data_directory=tmp_path) as server:
        async with server.create_organization("shop") as world, world.async_session() as session:
            assert 200 == (await session.get("/api/customers")).status_code
        assert ["acme"] == server.organizations
    with pytest.raises(RuntimeError, match="is stopped"):
        assert server.url


@pytest.mark.asyncio
async def test_who_is_cancelled_no_longer_waits(sandbox: World) -> None:
    waiting = asyncio.create_task(sandbox.async_wait_for_deliveries(1, timeout=600))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_loop_ends_though_somebody_waits(sandbox: World) -> None:
    """The thread keeps nobody."""

    async def main() -> None:
        waiting = asyncio.create_task(sandbox.async_wait_for_deliveries(1, timeout=600))
        await asyncio.sleep(0.01)
        assert not waiting.done()

    asyncio.run(main())


def test_every_call_that_waits_has_a_twin() -> None:
    """Of the same parameters, and named like it."""
    waiting = {
        World: ("wait_for_deliveries", "run_jobs", "run_job", "fail_job", "anonymize"),
        RunningServer: ("wait_for_deliveries", "run_jobs", "run_job", "fail_job"),
        Clock: ("freeze", "advance", "shift", "thaw"),
        MockServer: ("start", "stop"),
    }

    assert [] == [
        f"{kind.__name__}.async_{name}"
        for kind, names in waiting.items()
        for name in names
        if not asyncio.iscoroutinefunction(getattr(kind, f"async_{name}", None))
    ]
