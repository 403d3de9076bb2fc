"""A server in the background, for scripts without job control."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.cli.background import shorten
from mockserver.cli.ready import Document
from mockserver.programs import is_alive
from tests.cli.processes import Home, Run, Served, connect, port_of, until
from tests.cli.processes import run as run_in

QUICK = ("--no-seed", "--no-tls", "--port", "0")


@pytest.fixture
def detached(run: Run) -> Iterator[Document]:
    """Return what a server says of itself that was started in the background."""
    done = run("serve", "--detach", *QUICK)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(run("credentials", "--format", "json").stdout)
    assert f"mockserver runs at {said['http']} (pid {said['pid']})." in done.stdout
    yield said
    if is_alive(said["pid"]):
        os.kill(said["pid"], signal.SIGTERM)
        until(lambda: not is_alive(said["pid"]))


def test_it_is_ready_and_in_nobodys_way(home: Home, detached: Document) -> None:
    """It has a session of its own, so that no terminal ends it."""
    connection = connect(detached["http"])
    connection.request("GET", "/_mock/health")

    assert connection.getresponse().status == 200
    connection.close()
    assert os.getsid(detached["pid"]) == detached["pid"] != os.getsid(0)
    port = port_of(detached["http"])
    assert [path.name for path in (home / "logs").iterdir()] == [f"{port}.log"]


def test_its_log_is_what_it_says(detached: Document, run: Run) -> None:
    """The screen, and a line for each request; of a server that has ended too, by its port."""
    connection = connect(detached["http"])
    connection.request("GET", "/api/customers")
    connection.getresponse().read()
    connection.close()
    until(lambda: "GET /api/customers 401" in run("logs").stdout)
    whole = run("logs").stdout
    last = run("logs", "--lines", "1").stdout
    run("stop")
    port = str(port_of(detached["http"]))

    assert whole.startswith("mockserver ")
    assert last == whole.splitlines(keepends=True)[-1]
    assert run("logs", "--port", port).stdout.startswith(whole)
    assert run("logs").returncode == 2


def test_a_log_is_followed_to_the_end_of_its_server(home: Home, detached: Document) -> None:
    """What is said meanwhile is printed too."""
    with Served(home, "--no-tls", "--no-seed"):  # another one, which has nothing to do with it
        port = str(port_of(detached["http"]))
        with ThreadPoolExecutor() as pool:
            following = pool.submit(run_in, home, "logs", "--follow", "--port", port)
            run_in(home, "stop", "--port", port)
            done = following.result()

    assert done.returncode == 0
    assert "Stop with Ctrl-C." in done.stdout


def test_a_start_that_fails_says_what_the_server_says(home: Home, run: Run) -> None:
    """With its status; no log and no process is left."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--detach", "--no-seed", "--no-tls", "--port", port)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mockserver: cannot listen on 127.0.0.1:{port}")
    assert list((home / "logs").iterdir()) == []
    assert run("serve", "--detach", "--reload").returncode == 2


def test_a_ready_file_is_written_too(home: Home, detached: Document, run: Run) -> None:
    """As without; the file of settings may say all of it."""
    (home / "mockserver.toml").write_text(
        "detach = true\nport = 0\nno-tls = true\nno-seed = true\nready-file = 'r.json'\n"
    )
    done = run("serve")
    said = json.loads((home / "r.json").read_text())
    stopped = run("stop")

    assert done.returncode == 0
    assert stopped.stdout == f"The server at {said['http']} has ended.\n"
    assert not (home / "r.json").exists()
    assert is_alive(detached["pid"])


def test_stop_ends_the_one_that_is_meant(home: Home, detached: Document, run: Run) -> None:
    """Whoever has started it; of several one has to be chosen, or all of them."""
    with Served(home, "--no-seed", "--no-tls") as other:
        undecided = run("stop")
        named = run("stop", "--port", str(port_of(other.ready["http"])))

        assert undecided.returncode == 2
        assert named.stdout == f"The server at {other.ready['http']} has ended.\n"
        assert other.ended()[0] == 0
    assert run("stop", "--all").returncode == 0
    assert not is_alive(detached["pid"])
    again = run("stop", "--all")
    assert (again.returncode, again.stderr) == (2, "mockserver: no server runs\n")


def test_stop_lets_a_server_be_that_is_not_there(detached: Document, run: Run) -> None:
    """A port that was named is the only one that will do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    done = run("stop", "--port", str(port))

    message = f"mockserver: no server runs on port {port}; there runs: {detached['http']}\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_stop_ends_no_other_process(home: Home, detached: Document, run: Run) -> None:
    """Of a server in a container that shares the list, the number is that of another one here."""
    place = home / "running" / f"{port_of(detached['http'])}.json"
    place.write_text(json.dumps({**detached, "pid": os.getpid()}))

    done = run("stop")

    assert done.returncode == 2
    assert f"is not process {os.getpid()} here, but pid {detached['pid']} (" in done.stderr
    assert is_alive(detached["pid"])


def test_status_names_every_server(home: Home, detached: Document, run: Run) -> None:
    """Or the one that is asked for; without one, its status says so."""
    with Served(home, "--no-seed") as other:
        port = str(port_of(other.ready["http"]))
        every = run("status").stdout.splitlines()
        one = run("status", "--port", port).stdout.splitlines()

    assert every[0].split() == ["http", "https", "pid", "up", "for", "storage"]
    assert {line.split()[0] for line in every[1:]} == {detached["http"], other.ready["http"]}
    (row,) = one[1:]
    assert row.split()[:3] == [other.ready[n] for n in ("http", "https")] + [
        str(other.ready["pid"])
    ]
    assert row.split()[-1] == "memory"
    run("stop")
    assert run("status").returncode == 2


def test_a_log_is_bounded() -> None:
    """Its newer half stays, whole lines of it, and what comes is appended."""
    log = io.BytesIO(b"".join(b"line %d\n" % n for n in range(100)))
    whole = log.getvalue()

    shorten(log, len(whole))
    assert log.getvalue() == whole
    shorten(log, len(whole) - 1)

    assert whole.endswith(log.getvalue())
    assert log.getvalue().startswith(b"line ")
    assert len(whole) / 3 < len(log.getvalue()) < len(whole) / 2


def test_a_log_that_was_shortened_is_appended_to(tmp_path: Home) -> None:
    """By whoever has it open for that."""
    with (tmp_path / "log").open("a+b") as writer, (tmp_path / "log").open("a+b") as log:
        writer.write(b"0\n" * 10)
        writer.flush()
        shorten(log, 10)
        writer.write(b"1\n")

    assert (tmp_path / "log").read_bytes() == b"0\n" * 2 + b"1\n"
