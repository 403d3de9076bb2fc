"""What a server says never holds it, whoever does not read it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from mockserver.cli.output import WAITING, Outlet
from tests.cli.processes import Home, Served, until

QUICK = ("--no-tls", "--no-seed", "--auth", "off")
#: A receiver that may not be delivered to: each delivery is a line of the log.
HOOK = {
    "data": {
        "type": "webhooks",
        "attributes": {"topic": "customers.create", "callback_url": "http://203.0.113.7/hook"},
    }
}


@pytest.fixture
def full() -> Iterator[tuple[int, int]]:
    """Return both ends of a pipe that takes nothing more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 1024)
    os.set_blocking(writing, True)
    yield reading, writing
    for descriptor in (reading, writing):
        os.close(descriptor)


def broken() -> int:
    """Return the end of a pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def work(served: Served, lines: int) -> None:
    """Have a server say so many lines, and answer after each."""
    assert served.ask("POST", "/api/webhooks", "", HOOK)[0] == 201
    for number in range(lines):
        attributes = {"email": f"{number}@example.com"}
        body = {"data": {"type": "customers", "attributes": attributes}}
        assert served.ask("POST", "/api/customers", "", body)[0] == 201
    path = f"/_mock/deliveries?status=refused&wait={lines}&timeout=30&limit=1"
    assert served.ask("GET", path, "")[1]["total"] == lines


@pytest.mark.parametrize("names", [("stdout",), ("stderr",), ("stdout", "stderr")], ids=str)
def test_a_pipe_that_nobody_reads(home: Home, full: tuple[int, int], names: list[str]) -> None:
    """It starts, answers and ends in time."""
    with Served(home, *QUICK, **dict.fromkeys(names, full[1])) as served:
        work(served, 20)

        assert served.end()[0] == 0
    assert not served.ready_file.exists()


OUTPUTS: dict[str, Callable[[], int]] = {
    "closed by its reader": broken,
    "on a full disk": lambda: os.open("/dev/full", os.O_WRONLY),
}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_an_output_that_takes_nothing(home: Home, output: Callable[[], int]) -> None:
    """Is no reason to fail."""
    descriptor = output()
    with Served(home, *QUICK, stdout=descriptor, stderr=descriptor) as served:
        work(served, 5)

        assert served.end()[0] == 0
    os.close(descriptor)


def test_an_output_that_is_closed(home: Home) -> None:
    """From the start: by a shell, with `>&- 2>&-`."""
    with Served(home, *QUICK, prepare=lambda: os.closerange(1, 3)) as served:
        work(served, 5)

        assert served.end()[0] == 0


def test_a_command_beside_an_output_that_nobody_reads(home: Home, full: tuple[int, int]) -> None:
    """Of `run`, whose status is that of its command, says so too."""
    command = ("run", "--no-tls", "--no-seed", "--", "sh", "-c", "exit 7")
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *command],
        cwd=home,
        env={**os.environ, "MOCKSERVER_DATA_DIRECTORY": str(home)},
        stdout=full[1],
        stderr=full[1],
    ) as process:
        assert process.wait(20) == 7


def test_what_is_refused_at_the_start_waits_for_nobody(home: Home, full: tuple[int, int]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--storage", "nonsense"],
        cwd=home,
        env={**os.environ, "MOCKSERVER_DATA_DIRECTORY": str(home)},
        stderr=full[1],
    ) as process:
        assert process.wait(20) == 2


# --- the stream ----------------------------------------------------------------------------------


def outlet(descriptor: int) -> Outlet:
    return Outlet(descriptor, sys.__stderr__ or sys.stderr)


def read(descriptor: int, end: bytes) -> bytes:
    found = b""
    while not found.endswith(end):
        found += os.read(descriptor, 65536)
    return found


def test_lines_that_nobody_took_are_counted(full: tuple[int, int]) -> None:
    """What there is room for comes later, and then how many lines there was none for."""
    reading, writing = full
    stream = outlet(writing)
    stream.write("first\n")
    until(lambda: not stream._lines)
    for number in range(WAITING + 5):
        print(number, file=stream)
    lines = read(reading, b"as nobody took them\n").lstrip(b".").decode().splitlines()
    print("again", file=stream)

    told = "mockserver: 5 lines were dropped here, as nobody took them"
    assert lines == ["first", *map(str, range(WAITING)), told]
    assert read(reading, b"\n") == b"again\n"


def test_a_disk_that_is_full_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has not taken is counted, and told of once there is space."""
    reading, writing = os.pipe()
    write, failing = os.write, [True]

    def writing_to(descriptor: int, data: bytes) -> int:
        if failing and descriptor == writing:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", writing_to)
    stream = outlet(writing)
    print("lost", file=stream)
    until(lambda: stream._dropped == 1)
    failing.clear()
    print("kept", file=stream)
    found = read(reading, b"took them\n")
    os.close(reading)

    assert found == b"kept\nmockserver: 1 lines were dropped here, as nobody took them\n"


def test_a_descriptor_that_does_not_block() -> None:
    """As node shares them: what is written waits until there is room."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    stream, text = outlet(writing), "x" * 1_000_000
    reader = Thread(target=lambda: found.append(read(reading, b"\n")), daemon=True)
    found: list[bytes] = []
    print(text, file=stream)
    reader.start()
    reader.join(10)
    os.close(reading)

    assert found == [f"{text}\n".encode()]


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    """As other streams do, so that whoever writes to them writes to it."""
    with (tmp_path / "log").open("w") as file:
        stream = Outlet(file.fileno(), file)

        assert (stream.fileno(), stream.isatty()) == (file.fileno(), False)
        assert (stream.encoding, stream.errors) == (file.encoding, file.errors)
        assert stream.writable()
        with pytest.raises(TypeError):
            stream.write(b"bytes")  # type: ignore[arg-type]


def test_all_of_it_is_there_in_the_end(home: Home) -> None:
    """Of an output that is read."""
    with Served(home, *QUICK, "--quiet") as served:
        work(served, 3)
        status, said, logged = served.end(signal.SIGINT)

    assert (status, said.splitlines()[-1]) == (0, "Stop with Ctrl-C.")
    assert len(logged.splitlines()) == 3
