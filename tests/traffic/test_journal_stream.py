"""The journal as server-sent events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

import orjson

from mockserver.traffic import journal_stream
from mockserver.traffic.journal import RequestJournal
from mockserver.traffic.journal_search import Search
from mockserver.traffic.journal_stream import events
from tests.exchanges import exchange, journal


async def taken(source: AsyncGenerator[bytes, None], count: int) -> list[bytes]:
    return [await asyncio.wait_for(anext(source), 5) for _ in range(count)]


def ids(chunks: list[bytes]) -> list[int]:
    return [int(c.split(b"\n")[0].removeprefix(b"id: ")) for c in chunks if c.startswith(b"id")]


def test_event() -> None:
    """An event is the printed exchange on one line, under its id."""

    async def run() -> list[bytes]:
        kept = journal(exchange())
        kept.resize(0)
        source = events(kept, silence=5)
        first = await taken(source, 1)
        kept.add(exchange("POST", body=b'{"password": "x"}'))
        found = [*first, *await taken(source, 1)]
        await source.aclose()
        assert not kept.on
        return found

    opening, event = asyncio.run(run())
    id_, name, data, *rest = event.split(b"\n")

    assert opening == b": listening\n\n"
    assert (id_, name, rest) == (b"id: 2", b"event: exchange", [b"", b""])
    serialized: dict[str, Any] = orjson.loads(data.removeprefix(b"data: "))
    assert serialized["request"]["body"] == {"password": "***"}


def test_exchanges_of_another_thread() -> None:
    """What any thread adds arrives, in order, each once; what does not match does not."""

    async def run() -> list[int]:
        kept = RequestJournal(0)
        source = events(kept, Search.load({"match": {"method": "POST"}}))
        await taken(source, 1)

        def add() -> None:
            for index in range(100):
                kept.add(exchange("POST" if index % 2 else "GET"))

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        found = ids(await taken(source, 100))
        for thread in threads:
            thread.join()
        await source.aclose()
        return found

    found = asyncio.run(run())

    assert len(set(found)) == 100
    assert sorted(found) == found


def test_since() -> None:
    """Who has been away asks for what came after the last event."""

    async def run() -> list[int]:
        kept = journal(*(exchange() for _ in range(5)))
        source = events(kept, Search.load({"after": 2, "limit": 1}))
        found = ids(await taken(source, 4))
        await source.aclose()
        return found

    assert asyncio.run(run()) == [3, 4, 5]


def test_silence() -> None:
    """A comment keeps the connection alive."""

    async def run() -> list[bytes]:
        source = events(RequestJournal(), silence=0.01)
        found = await taken(source, 2)
        await source.aclose()
        return found

    assert asyncio.run(run())[1] == b": still here\n\n"


def test_slow_client(monkeypatch: Any) -> None:
    """It gets what was waiting, and is dropped with a word."""
    monkeypatch.setattr(journal_stream, "WAITING", 3)

    async def run() -> list[bytes]:
        kept = RequestJournal(0)
        source = events(kept, silence=0.05)
        await taken(source, 1)
        for _ in range(10):
            kept.add(exchange())
        await asyncio.sleep(0)
        found = [chunk async for chunk in source]
        assert not kept.on
        return found

    *found, last = asyncio.run(run())
    assert ids(found) == [1, 2, 3]
    assert last == journal_stream.LAST_WORD


def test_client_that_does_not_read() -> None:
    """Whoever hands the events on says so; there is one last word."""

    async def run() -> list[bytes]:
        source = events(RequestJournal(0))
        first = await taken(source, 1)
        last = await source.athrow(TimeoutError())
        return [*first, last, *[chunk async for chunk in source]]

    assert asyncio.run(run()) == [b": listening\n\n", journal_stream.LAST_WORD]


def test_client_that_left() -> None:
    """A stream whose loop is gone harms nobody."""
    kept = RequestJournal()

    async def run() -> AsyncGenerator[bytes, None]:
        source = events(kept)
        await taken(source, 1)
        return source

    loop = asyncio.new_event_loop()
    source = loop.run_until_complete(run())
    loop.close()
    kept.add(exchange())

    assert [e.id for e in kept.find()] == [1]
    del source
