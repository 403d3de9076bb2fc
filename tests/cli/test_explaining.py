"""Commands that ask as any client would, and say what struck them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mockserver.cli import explaining
from mockserver.cli.asking import Asking
from mockserver.cli.explaining import Explained
from mockserver.cli.stop import NoServer, Refused
from tests.cli.processes import Done, Home, Run, Served
from tests.cli.processes import run as run_in

QUICK = ("--no-tls", "--no-seed")
Break = Callable[..., Done]


@pytest.fixture(scope="module")
def shared(kept: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a data directory of the tests of this module."""
    return Home(shutil.copytree(kept, tmp_path_factory.mktemp("explaining") / "home"))


@pytest.fixture(scope="module")
def served(shared: Home) -> Iterator[Served]:
    """Return a server that faults are added to."""
    with Served(shared, *QUICK) as one:
        yield one


@pytest.fixture
def broken(served: Served, shared: Home) -> Iterator[Break]:
    """Return what asks for a token while a fault is in force, which is gone afterwards."""
    ask = partial(run_in, shared)
    at = ("--ready-file", str(served.ready_file))

    def break_(effect: str, *arguments: str) -> Done:
        assert ask("faults", "add", json.dumps({"effect": json.loads(effect)}), *at).returncode == 0
        return ask("token", *arguments, *at)

    yield break_
    ask("faults", "clear", *at)


#: What a fault does, and what is said before its name.
EFFECTS = {
    '{"error":"INVALID_TOKEN"}': "invalid_client: Client authentication failed",
    '{"error":"VALIDATION_ERROR"}': "invalid_request: The request body is malformed.",
    '{"oauth_error":"invalid_grant"}': "invalid_grant: ",
    '{"status":503}': "Service Unavailable: ",
    '{"status":200,"body":"<h1>"}': "the server answers 200, which is no answer",
    '{"rate_limit":true}': "too_many_requests: ",
    '{"mangle":"cut"}': "the server answers 200, which is no answer",
    '{"drop":"before"}': "no answer came from http://127.0.0.1:",
    '{"drop":"after"}': "no answer came from http://127.0.0.1:",
    '{"drop":"during"}': "no answer came from http://127.0.0.1:",
}


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("arguments", [(), ("--user",)], ids=["client", "user"])
def test_a_fault_is_named(broken: Break, effect: str, arguments: tuple[str, ...]) -> None:
    """With its id, its effect, and how to be rid of it; one line, as ever."""
    done = broken(effect, *arguments)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("mockserver: ")
    assert f" struck, {effect}: mockserver faults remove fault-" in done.stderr
    assert done.stderr.endswith(", mockserver faults clear removes all.\n")
    if not arguments:
        assert done.stderr.startswith(f"mockserver: {EFFECTS[effect]}")


def test_a_late_answer_is_explained(broken: Break) -> None:
    """The token is there, and alone on standard output."""
    done = broken('{"delay":1.2}')

    assert (done.returncode, done.stdout.count(".")) == (0, 2)
    assert done.stderr.startswith("mockserver: the answer was late: The fault fault-")
    assert 'struck, {"delay":1.2}: ' in done.stderr


def test_an_answer_that_never_comes(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not taken for a server that is not there."""
    monkeypatch.setattr("mockserver.cli.asking._TIMEOUT", 0.5)
    control = Asking(served.ready["http"], {"Content-Type": "application/json"})
    control.exchange("POST", "/_mock/faults", '{"effect": {"timeout": true}}')
    try:
        with pytest.raises(Refused, match=r"struck, .\"timeout\":true.: mockserver faults remove"):
            Explained(served.ready["http"], {}).exchange("GET", "/oauth/authorize")
    finally:
        control.exchange("DELETE", "/_mock/faults", None)


def test_without_a_journal(home: Home) -> None:
    """The faults that have struck are named."""
    with Served(home, *QUICK, "--journal-size", "0", "--control-token", "s") as one:
        at = ("--ready-file", str(one.ready_file), "--control-token", "s")
        ask: Run = partial(run_in, home)
        assert ask("faults", "add", '{"effect": {"status": 503}}', *at).returncode == 0
        done = ask("token", *at)

    told = "Faults have struck: fault-1; mockserver faults clear removes them.\n"
    assert done.returncode == 1
    assert done.stderr.endswith(told)


def test_what_is_no_fault(served: Served, shared: Home) -> None:
    """The reason is told that the answer keeps to itself; the rest stays as it is."""
    at = ("--ready-file", str(served.ready_file))
    refused = run_in(shared, "token", "--scope", "market:code:mars", *at)
    nowhere = Explained("http://127.0.0.1:9", {})

    assert refused.stderr.endswith(" The scope market:code:mars leads to nothing in test mode.\n")
    with pytest.raises(NoServer, match="no server answers at"):
        nowhere.exchange("GET", "/oauth/authorize")


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a control plane, a failure is what it was."""
    answer = (404, "", b"<h1>")
    monkeypatch.setattr(explaining.Asking, "exchange", lambda *_: answer)

    assert Explained("http://127.0.0.1:9", {}).explained(Refused("It failed.")).message == (
        "It failed."
    )
