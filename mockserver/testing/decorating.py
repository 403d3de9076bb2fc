"""A sandbox without fixtures: for unittest, for scripts, for any function."""

from __future__ import annotations

import atexit
import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, overload

from mockserver.testing.server import MockServer
from mockserver.testing.situations import begin
from mockserver.testing.world import World

F = TypeVar("F", bound=Callable[..., Any])
#: By which name a function gets its sandbox.
ARGUMENT = "sandbox"


@cache
def server() -> MockServer:
    """Return the server of this process, started when it is first asked for."""
    started = MockServer().start()
    atexit.register(started.stop)
    return started


class SandboxContext:
    """A fresh organization for a block, or for each call of a function."""

    def __init__(self, situation: dict[str, Any]) -> None:
        """Begin in the situation, once it is entered."""
        self._situation = situation
        self._worlds: list[World] = []

    def __enter__(self) -> World:
        """Return a new organization."""
        world = begin(server(), None, **self._situation)
        self._worlds.append(world)
        return world

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        self._worlds.pop().delete()

    def __call__(self, function: F) -> F:
        """Return a function that gets one each time, as ``sandbox``."""
        if inspect.iscoroutinefunction(function):
            return self._wrapped(function, self._awaited(function))
        return self._wrapped(function, self._called(function))

    def _called(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def inside(*args: Any, **words: Any) -> Any:
            with SandboxContext(self._situation) as sandbox:
                return function(*args, **{**words, ARGUMENT: sandbox})

        return inside

    def _awaited(self, function: Callable[..., Any]) -> Callable[..., Any]:
        async def inside(*args: Any, **words: Any) -> Any:
            with SandboxContext(self._situation) as sandbox:
                return await function(*args, **{**words, ARGUMENT: sandbox})

        return inside

    @staticmethod
    def _wrapped(function: F, inside: Callable[..., Any]) -> F:
        """Return the function that is called in its place: with its name, without that argument."""
        wrapper: Any = wraps(function)(inside)
        signature = inspect.signature(function)
        left = [each for each in signature.parameters.values() if each.name != ARGUMENT]
        wrapper.__signature__ = signature.replace(parameters=left)
        found: F = wrapper
        return found


@overload
def sandbox(function: F, /) -> F: ...
@overload
def sandbox(**situation: Any) -> SandboxContext: ...
def sandbox(function: F | None = None, /, **situation: Any) -> F | SandboxContext:
    """Give a function, or a block, a fresh organization, which is removed at its end.

    ``@mockserver.sandbox`` and ``@mockserver.sandbox(customers=3)`` hand it on as the argument
    ``sandbox``; ``with mockserver.sandbox(frozen="2026-01-15") as sandbox:`` is the same for a
    block. All are on one server, started with the first of them; it ends with the process.

    Args:
        function: what is decorated.
        **situation: the words of the marker ``mockserver``, see ``docs/testing.md``.

    Raises:
        Refusal: the situation is none; when it is entered.
    """
    made = SandboxContext(situation)
    return made if function is None else made(function)
