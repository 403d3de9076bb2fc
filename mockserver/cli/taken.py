"""Advice on a port that is taken: the ways out of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mockserver.cli.finding import running
from mockserver.cli.program import program
from mockserver.cli.ready import port_of, tls_port_of
from mockserver.cli.stop import NoServer, Stop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from mockserver.settings import Settings
    from mockserver.web.sockets import AddressUnavailable


def refused(error: AddressUnavailable, settings: Settings) -> Stop:
    """Return why a server does not start, and what can be done about it.

    Args:
        error: which ports it cannot have.
        settings: of the server.
    """
    wanted = {"--port": settings.port, "--tls-port": settings.tls_port}
    free = " ".join(f"{option} 0" for option, port in wanted.items() if port in error.taken)
    ways = [*_ends(error.taken, settings.data_directory)]
    if free:
        ways.append(f"{free} takes what is free")
    return Stop("; ".join([str(error), *ways]))


def _ends(taken: Collection[int], directory: Path) -> Iterator[str]:
    """Yield the commands that end those of our own servers that have the ports."""
    with suppress(NoServer):
        for document in running(directory):
            if {port_of(document), tls_port_of(document)} & set(taken):
                yield f"{program()} stop --port {port_of(document)} ends the mockserver that has it"
