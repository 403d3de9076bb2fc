"""``mockserver wait`` ends with the server that it waits for: ready, or never."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockserver.cli import attempts
from tests.cli.processes import TIMEOUT, Home, Run, Served, environment, until

READY = ("--ready-file", "ready.json")
QUICK = ("--no-seed", "--no-tls")


@contextmanager
def background(home: Home, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the test, as ``&`` does."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *arguments],
        cwd=home,
        env=environment(home, variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=TIMEOUT)


def test_it_returns_with_the_url_once_the_server_is_ready(home: Home, run: Run) -> None:
    """Started before the server, or after it."""
    serve = ("serve", "--port", "0", *QUICK, *READY)
    with background(home, "wait", *READY) as early, background(home, *serve):
        late = run("wait", *READY)
        url = json.loads((home / "ready.json").read_text())["http"]
        out, err = early.communicate(timeout=TIMEOUT)

    assert (early.returncode, out, err) == (0, f"{url}\n", "")
    assert (late.returncode, late.stdout) == (0, f"{url}\n")


#: Starts that fail, each at another moment, and what is said of them.
FAILING = {
    "a bad value": (("--port", "many"), "'many' is not a valid integer"),
    "no such storage": (("--storage", "drawer"), "unknown storage 'drawer'"),
    "no such scenario": (("--no-tls", "--scenario", "nothing"), "nothing"),
    "a taken port": (("--no-tls", "--port", "{taken}"), "cannot listen on 127.0.0.1:{taken}"),
}


@pytest.mark.parametrize(("arguments", "reason"), FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("command", ["serve", "run"])
def test_it_says_why_the_server_cannot_start(
    run: Run, command: str, arguments: tuple[str, ...], reason: str
) -> None:
    """Instead of waiting for the time to be over; and once only."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [word.replace("{taken}", port) for word in arguments]
        command_of_run = ("true",) if command == "run" else ()
        failed = run(command, "--no-seed", *READY, *words, *command_of_run)
        waited = run("wait", *READY, "--timeout", "20")

    assert failed.returncode == 2
    assert (waited.returncode, waited.stdout) == (2, "")
    assert waited.stderr.startswith("mockserver: the server does not start: ")
    assert reason.replace("{taken}", port) in waited.stderr
    assert run("wait", *READY, "--timeout", "0").returncode == 1


def test_without_a_ready_file_it_is_the_one_on_the_port(home: Home, run: Run) -> None:
    """Also for a data directory that nothing has been in."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fresh = {"MOCKSERVER_DATA_DIRECTORY": str(home / "fresh"), "MOCKSERVER_PORT": port}
        failed = run("serve", *QUICK, **fresh)
        waited = run("wait", **fresh)

    assert failed.returncode == 2
    assert waited.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in waited.stderr


def test_what_an_earlier_start_has_left_is_not_held_against_the_next(home: Home, run: Run) -> None:
    """A start that begins while one waits takes the note of the last one away."""
    assert run("serve", "--storage", "drawer", *READY).returncode == 2
    serve = ("serve", "--port", "0", *QUICK, *READY)
    with background(home, "wait", *READY) as waiting, background(home, *serve):
        out, err = waiting.communicate(timeout=TIMEOUT)

    assert (waiting.returncode, err) == (0, "")
    assert out.startswith("http://127.0.0.1:")


def test_a_server_that_was_killed(home: Home, run: Run) -> None:
    """Its ready file is still there, and so is the note of one that was killed before."""
    with Served(home, *QUICK) as served:
        served.end(signal.SIGKILL)
    ended = run("wait", "--ready-file", str(served.ready_file))
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    text = json.dumps({"pid": dead.pid, "failure": None})
    attempts.place(home / "never.json").write_text(text)
    before = run("wait", "--ready-file", "never.json")

    assert ended.returncode == before.returncode == 2
    assert ended.stderr.endswith(f": the one of {served.ready_file} has ended\n")
    assert f"it has ended before it was ready (pid {dead.pid})" in before.stderr


def test_a_server_that_is_still_starting(home: Home, run: Run) -> None:
    """It is waited for, as long as one was told to wait."""
    attempts.place(home / "ready.json").write_text(
        json.dumps({"pid": os.getpid(), "failure": None})
    )
    begun = time.monotonic()

    done = run("wait", *READY, "--timeout", "0.5")

    assert time.monotonic() - begun >= 0.5
    assert (done.returncode, done.stderr) == (
        1,
        f"mockserver: no server is ready after 0.5 seconds: it starts (pid {os.getpid()})\n",
    )


def test_a_server_that_nobody_starts(run: Run) -> None:
    """The time is over some day."""
    done = run("wait", *READY, "--timeout", "0.2")

    assert (done.returncode, done.stderr) == (
        1,
        "mockserver: no server is ready after 0.2 seconds: nobody has begun to start one\n",
    )


def test_a_server_that_is_ready_leaves_no_note(home: Home) -> None:
    """Nor does one that has ended."""
    with Served(home, *QUICK) as served:
        until(lambda: not attempts.place(served.ready_file).exists())
    assert [path.name for path in home.rglob(".*.start")] == []
