"""Recordings of the wire are equal where the wire is, and a byte that differs is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import ROOT
from tests.wire.__main__ import main
from tests.wire.comparing import Exchange, Recording, compare, read

pytest_plugins = ["pytester"]

#: A test of an application that tells everything which is never the same twice.
TESTS = """
import socket
import flask
from mockserver.clock import Clock
from mockserver.entropy import Entropy

app = flask.Flask("x")

@app.get("/<name>")
def view(name):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {"at": Clock().timestamp(), "id": Entropy().uuid(), "port": port}, 200, {"X-A": VALUE}

def test_one():
    app.test_client().get("/one")
    app.test_client().get("/two?x=1", headers={"X-B": "b"})
"""


def exchange(**changed: object) -> Exchange:
    """Return one, with something of its own."""
    return {
        "method": "GET",
        "url": "/api/tags?",
        "sent headers": [["HTTP_ACCEPT", "*/*"]],
        "sent body": "",
        "status": "200 OK",
        "headers": [["ETag", "a"], ["Vary", "Origin"]],
        "body": "{}",
        **changed,
    }


BEFORE: Recording = {"tests/web/test_a.py::test_a": [exchange(), exchange()]}
CHANGES: dict[str, tuple[dict[str, object], str]] = {
    "one-byte-of-a-header": ({"headers": [["ETag", "b"], ["Vary", "Origin"]]}, "answered"),
    "the-order-of-headers": ({"headers": [["Vary", "Origin"], ["ETag", "a"]]}, "answered"),
    "the-status": ({"status": "201 CREATED"}, "answered"),
    "the-body": ({"body": "{ }"}, "answered"),
    "the-request": ({"url": "/api/tags?x"}, "asked"),
}


@pytest.mark.parametrize(("changed", "kind"), CHANGES.values(), ids=CHANGES)
def test_a_difference_is_found(changed: dict[str, object], kind: str) -> None:
    """Wherever it is; what was asked otherwise is told apart from what was answered otherwise."""
    after = {"tests/web/test_a.py::test_a": [exchange(), exchange(**changed)]}
    result = compare(BEFORE, after)

    assert [kind] == [each.kind for each in result.differences]
    assert "exchange 2: GET /api/tags?" in result.text(1)


def test_what_is_equal() -> None:
    """Also where the test has moved to another directory, and others are new."""
    (said,) = BEFORE.values()
    result = compare(BEFORE, {"tests/x/test_a.py::test_a": said, "tests/x/test_b.py::test_b": said})

    assert ([], 1, 2, 1) == (result.differences, result.compared, result.exchanges, result.new)


@pytest.mark.parametrize("after", [{}, {"test_a.py::test_a": [exchange()]}], ids=["none", "fewer"])
def test_what_is_missing_is_a_difference(after: Recording) -> None:
    """A test, or an exchange at its end."""
    assert 1 == len(compare(BEFORE, after).differences)


def record(pytester: pytest.Pytester, name: str, value: str) -> Path:
    """Record the tests with a value of the header; return where the recording is."""
    pytester.makepyfile(test_wire=f"VALUE = {value!r}\n{TESTS}")
    recording = ("-p", "tests.wire.recording", "--record-wire", name, "-p", "no:cacheprovider")
    result = pytester.runpytest_inprocess(*recording)
    result.assert_outcomes(passed=1)
    return pytester.path / name


def test_recordings(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Clock, chance and ports are the same every time; a byte of a header is not lost."""
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    first, second, other = (
        record(pytester, name, value) for name, value in [("a", "1"), ("b", "1"), ("c", "2")]
    )

    assert 0 == main(["compare", str(first), str(second)])
    assert 1 == main(["compare", str(first), str(other)])
    assert "X-A: 2" in capsys.readouterr().out
    assert [2] == [len(said) for said in read(first).values()]


def test_both_ways_of_dispatch_answer_alike() -> None:
    """A request of every kind of refusal and what is let in; `make both-ways` asks all the rest."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.wire.recording", "--both-ways"]

    done = subprocess.run(  # noqa: S603 - our own
        [*command, "-p", "no:cacheprovider", "tests/web/test_order_of_checks.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-4000:]
