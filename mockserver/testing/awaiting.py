"""Waiting that holds nobody up: an event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *args: P.args, **words: P.kwargs) -> T:
    """Make a call in a thread of its own, and return or raise the same as it does.

    Who is cancelled no longer waits; the thread then ends by itself and keeps nobody from ending,
    unlike one of the loop's executor.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(lambda: None if done.done() else settle())

    def run() -> None:
        try:
            result = call(*args, **words)
        except BaseException as error:  # noqa: BLE001 - it belongs to who waits
            tell(partial(done.set_exception, error))
        else:
            tell(partial(done.set_result, result))

    Thread(target=copy_context().run, args=(run,), name="mockserver-await", daemon=True).start()
    return await done
