"""What the system says of other programs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from mockserver.programs import Holder, holder_of, is_alive
from tests.cli.processes import until


def test_a_program_that_runs_is_alive() -> None:
    """One that has ended is not, though nobody has asked for its end yet."""
    assert is_alive(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        until(lambda: not is_alive(ended.pid))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_who_listens_on_a_port(address: str) -> None:
    """Whichever the address; a port that nobody listens on has no holder."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as listening:
        port = listening.getsockname()[1]
        found = holder_of(port)

    assert found is not None
    assert found.pid == os.getpid()
    assert found.command
    assert holder_of(port) is None


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        (Holder(None), "a program of another user"),
        (Holder(7), "pid 7"),
        (Holder(7, "nginx -g x"), "pid 7 (nginx -g x)"),
        (Holder(7, "x" * 101), f"pid 7 ({'x' * 100}…)"),
    ],
    ids=str,
)
def test_how_it_is_called(holder: Holder, words: str) -> None:
    """A long command is cut."""
    assert str(holder) == words
