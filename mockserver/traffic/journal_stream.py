"""The journal as it is written: server-sent events, for one client each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import orjson

from mockserver.traffic.exchange import Exchange
from mockserver.traffic.journal import RequestJournal
from mockserver.traffic.journal_search import EVERY, Search

#: Gives the JSON of an exchange.
Shown = Callable[[Exchange], dict[str, Any]]
#: Exchanges that wait for a slow client; one that leaves more than these is dropped, with a word.
WAITING = 1000
DROPPED = orjson.dumps({"error": "You read too slowly: ask for what comes after your last id."})
LAST_WORD = b"event: dropped\ndata: %s\n\n" % DROPPED
#: Seconds of silence after which a comment keeps the connection alive.
SILENCE = 15.0


def events(
    journal: RequestJournal,
    search: Search = EVERY,
    *,
    shown: Shown = Exchange.serialized,
    silence: float = SILENCE,
) -> AsyncGenerator[bytes, None]:
    """Return the exchanges from now on as server-sent events, one for each.

    Args:
        journal: where they are added, on whatever thread.
        search: which of them; with ``after``, first those since, as far as they are kept.
        shown: gives the JSON of each.
        silence: seconds after which a comment is sent.
    """
    start = search.after or journal.last_id
    wanted = replace(search, after=start, limit=None, offset=0)
    return _events(journal, wanted, shown, silence)


async def _events(
    journal: RequestJournal, search: Search, shown: Shown, silence: float
) -> AsyncGenerator[bytes, None]:
    queue: asyncio.Queue[Exchange | None] = asyncio.Queue(WAITING + 1)
    stop = journal.listen(_forwarding(queue, asyncio.get_running_loop()))
    try:
        yield b": listening\n\n"
        sent = search.after
        for exchange in journal.find(search):
            sent = exchange.id
            yield _event(exchange, shown)
        while True:
            found = await _next(queue, silence)
            if found == "silent":
                yield b": still here\n\n"
            elif found is None:
                yield LAST_WORD
                return
            elif found.id > sent and _is_wanted(found, search, journal):
                yield _event(found, shown)
    except TimeoutError:  # whoever hands this on says that nobody reads it
        yield LAST_WORD
    finally:
        stop()


def _forwarding(
    queue: asyncio.Queue[Exchange | None], loop: asyncio.AbstractEventLoop
) -> Callable[[Exchange], None]:
    def put(exchange: Exchange) -> None:
        with suppress(asyncio.QueueFull):
            # None, in the last place: it ends here, as there would be a gap.
            queue.put_nowait(exchange if queue.qsize() < WAITING else None)

    def forward(exchange: Exchange) -> None:
        with suppress(RuntimeError):  # the loop is closed, the client gone
            loop.call_soon_threadsafe(put, exchange)

    return forward


async def _next(
    queue: asyncio.Queue[Exchange | None], silence: float
) -> Exchange | Literal["silent"] | None:
    try:
        async with asyncio.timeout(silence):
            return await queue.get()
    except TimeoutError:
        return "silent"


def _is_wanted(exchange: Exchange, search: Search, journal: RequestJournal) -> bool:
    journal.notice(exchange)
    return search.finds(exchange)


def _event(exchange: Exchange, shown: Shown) -> bytes:
    data = orjson.dumps(shown(exchange))
    return b"id: %d\nevent: exchange\ndata: %s\n\n" % (exchange.id, data)
