"""Fixtures of the pytest plugin: the work they do, once a test asks for them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import orjson
import pytest

from mockserver.testing.journal import line
from mockserver.testing.server import MockServer
from mockserver.testing.settings import from_text
from mockserver.testing.sharing import Desk, ServerAddress, SharedServer
from mockserver.testing.situations import begin

if TYPE_CHECKING:
    from mockserver.testing.running import RunningServer
    from mockserver.testing.world import World

#: How much of a test's name its organization is called by, and how many digits tell it from others.
READABLE, DIGITS = 40, 12


def settings(config: pytest.Config, names: Iterable[str]) -> dict[str, Any]:
    """Return the settings that the ini file says.

    Raises:
        UsageError: one of them is not of its kind.
    """
    given = {name: config.getini(f"mockserver_{name}") for name in names}
    try:
        return {name: from_text(name, text) for name, text in given.items() if text}
    except ValueError as error:
        message = f"mockserver_{error}"
        raise pytest.UsageError(message) from None


@contextmanager
def server(given: Mapping[str, Any], address: ServerAddress | None) -> Iterator[RunningServer]:
    """Serve, or connect to the server that is shared."""
    if address is None:
        with MockServer(**given) as own:
            yield own
    else:
        common = SharedServer(address)
        try:
            yield common
        finally:
            common.close()


def shared(given: Mapping[str, Any]) -> tuple[MockServer, Desk]:
    """Start a server that other processes can use."""
    server = MockServer(**given).start()
    return server, Desk(server)


class Sandboxes:
    """The organizations of one test, from its beginning to its end."""

    def __init__(self, server: RunningServer, item: pytest.Item) -> None:
        """Make them on the server."""
        self._server = server
        self._item = item
        self._worlds: list[World] = []
        self._undo: Callable[[], None] = lambda: None
        #: The last exchange before the test, where the server is this test's alone.
        self._before: int | None = None

    def __enter__(self) -> Self:
        """Note how the server is, unless others use it at the same time."""
        if isinstance(self._server, MockServer):
            self._before = self._server.app.journal.last_id
            self._undo = _restoring(self._server)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove them all, and undo what the test has set for the whole server."""
        for world in self._worlds:
            world.delete()
        self._worlds.clear()
        self._undo()

    def make(self, name: str = "", **situation: Any) -> World:
        """Make an organization.

        Which ids it gives depends on the test and the name alone, not on what ran before or runs
        beside it.

        Args:
            name: of a further one; the one without a name is the ``sandbox``.
            **situation: as of the marker.

        Raises:
            Refusal: 404, 422: the situation is none.
            ValueError: the mode is neither test nor live.
        """
        world = begin(self._server, slug_of(self._item, name), **situation)
        self._worlds.append(world)
        return world

    def journal(self) -> str:
        """Return the requests, a line each, and the faults there were."""
        left = self._server.organizations
        return "\n".join(
            [
                *(text for world in self._worlds if world.slug in left for text in _lines(world)),
                *self._unattributed(),
            ]
        )

    def _unattributed(self) -> Iterator[str]:
        """Yield the requests whose token, client and host said nothing of an organization."""
        if self._before is not None:
            found = self._server.plane.journal.find({"after": self._before})["exchanges"]
            nobodys = [exchange for exchange in found if exchange["organization"] is None]
            if nobodys:
                yield "of no organization"
                yield from (f"  {line(exchange)}" for exchange in nobodys)


def _lines(world: World) -> Iterator[str]:
    yield f"{world.slug} ({world.mode} mode, {world.clock.now})"
    exchanges = world.journal.exchanges()
    yield from (f"  {line(exchange)}" for exchange in exchanges)
    if not exchanges:
        yield "  no requests"
    for fault in world.faults:
        effect = orjson.dumps(fault["effect"]).decode()
        yield (
            f"  {fault['id']} struck {fault['struck']} of the {fault['seen']} requests "
            f"that it matched: {effect}"
        )


def slug_of(item: pytest.Item, name: str = "") -> str:
    """Return the slug of a test's organization, on whichever worker it runs."""
    nodeid = item.nodeid
    group = item.get_closest_marker("xdist_group")
    if group:  # xdist appends the name of the group where it distributes by groups
        named = group.args[0] if group.args else group.kwargs.get("name", "default")
        nodeid = nodeid.removesuffix(f"@{named}")
    digest = hashlib.blake2b(f"{nodeid}\0{name}".encode(), digest_size=DIGITS // 2).hexdigest()
    words = f"{item.name.partition('[')[0]} {name}".lower()
    readable = re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:READABLE].rstrip("-")
    return f"{readable}-{digest}".lstrip("-")


def _restoring(server: MockServer) -> Callable[[], None]:
    """Return a function that undoes changes which are about all organizations."""
    plane = server.plane
    settings = plane.settings.settings()
    present = {
        id(book): {rule["id"] for rule in book.list()} for book in (plane.faults, plane.stubs)
    }

    def undo() -> None:
        for book in (plane.faults, plane.stubs):
            for rule in book.list():
                if rule["id"] not in present[id(book)]:
                    book.remove(rule["id"])
        # The requests counted for rate limits are forgotten on this occasion.
        plane.settings.change(settings)

    return undo
