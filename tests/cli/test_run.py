"""A command runs with a sandbox of its own: what it finds, and how both end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import TIMEOUT, Home, Run, claims, port_of, until

#: A sandbox that starts sooner.
QUICK = ("--no-tls", "--no-seed")

#: What the variables of the command are.
Found = dict[str, str]
Tell = Callable[..., Found]
Python = Callable[..., str]


@pytest.fixture
def python(run: Run) -> Python:
    """Return a function that runs a program in a sandbox and returns what it prints."""

    def run_it(program: str, *options: str, **variables: str) -> str:
        done = run("run", *options, "--", sys.executable, "-c", program, **variables)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run_it


@pytest.fixture
def tell(python: Python) -> Tell:
    """Return a function that runs a command which tells its environment."""

    def run_it(*options: str, **variables: str) -> Found:
        program = "import json, os; print(json.dumps(dict(os.environ)))"
        found: Found = json.loads(python(program, *options, **variables))
        return found

    return run_it


def test_the_options_are_those_of_serve(tell: Tell) -> None:
    found = tell(
        *("--no-tls", "--domain", "shop.test", "--control-token", "open-sesame"), SSL_CERT_FILE=""
    )

    port = port_of(found["CL_HTTP_URL"])
    assert found["CL_BASE_URL"] == f"http://acme.shop.test:{port}"
    assert found["CL_DOMAIN"] == f"shop.test:{port}"
    assert found["MOCKSERVER_CONTROL_TOKEN"] == "open-sesame"
    assert not {"CL_CA", "MOCKSERVER_TLS_URL"} & found.keys()
    assert found["SSL_CERT_FILE"] == ""


def test_ports_are_free_unless_they_are_given(tell: Tell, home: Home) -> None:
    """Those of the file of settings and of the environment are those of `serve`."""
    (home / "mockserver.toml").write_text("tls-port = 9\nport = 9\ndomain = 'shop.test'\n")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    given = tell("--port", str(port), MOCKSERVER_TLS_PORT="9")

    assert given["MOCKSERVER_URL"] == f"http://127.0.0.1:{port}"
    assert given["MOCKSERVER_DOMAIN"] == "shop.test"
    assert port_of(given["MOCKSERVER_TLS_URL"]) != 9


def test_where_it_is_can_be_said(run: Run) -> None:
    """To people, beside what the command prints: with what leads Chromium there."""
    rules = "$MOCKSERVER_HOST_RESOLVER_RULES"
    done = run("run", "--no-seed", "--verbose", "sh", "-c", f'echo "$CL_URL"; echo "{rules}"')

    url, rules = done.stdout.splitlines()
    port = re.search(r"https   https://127.0.0.1:(\d+)\n", done.stderr)
    assert port
    assert rules == f"MAP *.cl.localhost:443 127.0.0.1:{port[1]}"
    assert f'chromium --host-resolver-rules="{rules}"\n' in done.stderr
    assert f"  http    {url}\n" in done.stderr
    assert "test_integration_client_id_" in done.stderr


def test_clients_of_python_trust_the_sandbox(python: Python) -> None:
    program = """
import os, urllib.request, httpx, requests
url = os.environ["MOCKSERVER_TLS_URL"] + "/.well-known/jwks.json"
print(requests.get(url).status_code, httpx.get(url).status_code, urllib.request.urlopen(url).status)
"""

    assert python(program) == "200 200 200\n"


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_curl_trusts_the_sandbox_and_finds_its_names(run: Run) -> None:
    script = 'curl --silent --show-error --write-out "%{http_code}" "$CL_BASE_URL/api/customers"'

    done = run("run", "sh", "-c", script)

    assert (done.stderr, done.stdout[-3:]) == ("", "401")


def test_other_commands_ask_the_sandbox(run: Run) -> None:
    """Within the command, whatever servers run elsewhere."""
    done = run("run", "--", sys.executable, "-m", "mockserver", "token")

    assert claims(done.stdout.strip())["organization"]["slug"] == "acme"


def test_the_variables_are_those_of_credentials(python: Python) -> None:
    """Whoever starts a server, programs are told of it by the same names and values."""
    program = """
import json, os, shlex, subprocess, sys
asked = [sys.executable, "-m", "mockserver", "credentials", "--format", "env"]
printed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
print(json.dumps([dict(os.environ), dict(word.split("=", 1) for word in shlex.split(printed))]))
"""
    found, said = json.loads(python(program, "--no-seed"))

    ours = {name: value for name, value in found.items() if name.startswith("CL_")}
    urls = ("MOCKSERVER_URL", "MOCKSERVER_TLS_URL", "MOCKSERVER_HOST_RESOLVER_RULES")
    assert said == ours | {name: found[name] for name in urls}
    assert {"CL_BASE_URL", "CL_HTTP_URL", "CL_CLIENT_ID", "CL_SCOPE"} <= said.keys()


ASKING = """
import os, signal, sys
from urllib.error import HTTPError
from urllib.request import urlopen
for _ in range(120):
    try:
        urlopen(os.environ["CL_HTTP_URL"] + "/api/customers?page[size]=1")
    except HTTPError as error:
        assert error.code == 401
"""


@pytest.mark.parametrize(
    ("ending", "status"),
    [("", 0), ("sys.exit(3)", 3), ("os.kill(os.getpid(), signal.SIGKILL)", 128 + 9)],
    ids=["well", "with a failure", "killed"],
)
def test_what_was_asked_is_kept(run: Run, home: Home, ending: str, status: int) -> None:
    """However the command ends; what an earlier run has left there is gone."""
    (home / "out.har").write_text("old" * 10**6)
    kept = ("--journal", "out.har", "--log", "out.log")
    done = run("run", *QUICK, *kept, "--", sys.executable, "-c", ASKING + ending)

    assert (done.returncode, done.stderr) == (status, "")
    entries = json.loads((home / "out.har").read_text())["log"]["entries"]
    lines = (home / "out.log").read_text().splitlines()
    assert len(entries) == len(lines) == 120
    assert entries[0]["request"]["url"].endswith("/api/customers?page[size]=1")
    assert lines[0].startswith("GET /api/customers?page[size]=1 401 INVALID_TOKEN")


def test_what_was_asked_is_kept_of_an_interrupted_run(home: Home) -> None:
    """Whoever cancels a job sends it a signal."""
    kept = ("--journal", "out.har", "--log", "out.log", "--log-format", "json")
    program = f"{ASKING}print('asked', flush=True); signal.pause()"
    command = [sys.executable, "-m", "mockserver", "run", *QUICK, *kept, "--"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, sys.executable, "-c", program],
        cwd=home,
        env={**os.environ, "MOCKSERVER_DATA_DIRECTORY": str(home)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "asked\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(TIMEOUT) == 128 + signal.SIGTERM

    lines = (home / "out.log").read_text().splitlines()
    assert len(json.loads((home / "out.har").read_text())["log"]["entries"]) == 120
    assert {json.loads(line)["code"] for line in lines} == {"INVALID_TOKEN"}


@pytest.mark.parametrize("option", ["--journal", "--log"])
def test_a_place_where_nothing_can_be_kept(run: Run, home: Home, option: str) -> None:
    """Is told before the command runs, not after."""
    done = run("run", *QUICK, option, "no/such/file", "--", "touch", "ran")

    said = "mockserver: cannot write no/such/file: No such file or directory\n"
    assert (done.returncode, done.stderr) == (2, said)
    assert not (home / "ran").exists()


def test_the_ready_file_is_where_it_is_wanted(tell: Tell, home: Home) -> None:
    """While the command runs, and in its environment; other servers' lists do not know of it."""
    found = tell("--ready-file", "here.json")

    assert found["MOCKSERVER_READY_FILE"] == str(home / "here.json")
    assert not (home / "here.json").exists()
    assert not (home / "running").exists()


def test_a_sandbox_in_a_sandbox(run: Run) -> None:
    """The inner one is found, and hosts are mapped only if that is asked for again."""
    inner = (sys.executable, "-m", "mockserver", "run", "env")
    outer = ("run", "--map-production", "--", "sh", "-c", f'echo "$CL_URL"; {" ".join(inner)}')

    url, *lines = run(*outer).stdout.splitlines()

    found = dict(line.split("=", 1) for line in lines if line.startswith(("CL_", "MOCK")))
    assert found["CL_URL"] != url
    assert "MOCKSERVER_MAP_HOSTS" not in found


# --- how it ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 3", 3), ("kill -9 $$", 137)],
    ids=["ended", "killed"],
)
def test_the_status_is_that_of_the_command(run: Run, command: str, status: int) -> None:
    done = run("run", *QUICK, "sh", "-c", command)

    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize(
    ("command", "status", "reason"),
    [
        ("no-such-command", 127, "No such file or directory"),
        ("./notes.txt", 126, "Permission denied"),
    ],
    ids=["missing", "not executable"],
)
def test_a_command_that_cannot_be_run(
    run: Run, home: Home, command: str, status: int, reason: str
) -> None:
    """It is said in one line."""
    (home / "notes.txt").touch(0o644)

    done = run("run", *QUICK, "--", command)

    assert done.returncode == status
    assert done.stderr == f"mockserver: cannot run {command}: {reason}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'COMMAND...'"),
        (["--map-production", "--no-tls", "true"], "--map-production needs https"),
        (["--storage", "drawer", "true"], "unknown storage 'drawer'"),
        (["--ready-file", "no/such/place.json", "true"], "cannot write the ready file"),
    ],
    ids=["no command", "no https", "no such storage", "no such place"],
)
def test_a_sandbox_that_cannot_be_had(run: Run, arguments: list[str], message: str) -> None:
    done = run("run", *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith(f"mockserver: {message}")
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("run", "--port", str(taken.getsockname()[1]), "echo", "started")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mockserver: cannot listen on 127.0.0.1:")


# --- signals and streams -------------------------------------------------------------------------

CONTROL_C, CONTROL_BACKSLASH = "\x03", "\x1c"
#: Says where the sandbox is, and which signals come until SIGTERM does.
PATIENT = """
import os, signal, sys, time
def say(signum, _):
    print(signal.Signals(signum).name, flush=True)
    if signum == signal.SIGTERM:
        sys.exit(5)
for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(signum, say)
print(os.environ["MOCKSERVER_URL"], os.environ["MOCKSERVER_READY_FILE"], flush=True)
while True:
    time.sleep(60)
"""


def start(home: Home, *command: str) -> subprocess.Popen[str]:
    """Start a command with a sandbox, away from the terminal of the tests."""
    return subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=home,
        env={**os.environ, "MOCKSERVER_DATA_DIRECTORY": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ours(*command: str) -> tuple[str, ...]:
    """Return our command for theirs."""
    return sys.executable, "-m", "mockserver", "run", *QUICK, "--", *command


def test_signals_are_handed_on(home: Home) -> None:
    """The command decides what comes of them; the sandbox ends after it, with all it has made."""
    with start(home, *ours(sys.executable, "-c", PATIENT)) as process:
        assert process.stdout
        url, ready_file = process.stdout.readline().split()
        socket.create_connection(("127.0.0.1", port_of(url))).close()

        for name in ("SIGHUP", "SIGINT", "SIGTERM"):
            process.send_signal(getattr(signal, name))
            assert process.stdout.readline() == f"{name}\n"

        assert process.wait(TIMEOUT) == 5
    assert not Path(ready_file).parent.exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port_of(url)))


def test_a_signal_that_ends_the_command(home: Home) -> None:
    with start(home, *ours("sh", "-c", "echo; exec sleep 60")) as process:
        assert process.stdout
        process.stdout.readline()

        process.terminate()

        assert process.wait(TIMEOUT) == 128 + signal.SIGTERM


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_a_signal_while_the_sandbox_starts(home: Home) -> None:
    """The command is not started any more."""
    slow = (sys.executable, "-m", "mockserver", "run", "--customers", "2000")
    with start(home, *slow, "echo", "started") as process:
        status = Path(f"/proc/{process.pid}/status")
        until(lambda: int(_caught(status), 16) & 1 << signal.SIGTERM - 1)

        process.terminate()

        assert process.wait(TIMEOUT) == 128 + signal.SIGTERM
        assert process.stdout
        assert process.stdout.read() == ""


def _caught(status: Path) -> str:
    lines = status.read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("SigCgt"))


def in_terminal(home: Home, program: str) -> subprocess.Popen[str]:
    """Start a program with a sandbox in a terminal of its own, whose keys are its input."""
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    return start(home, sys.executable, "-c", spawn, *ours(sys.executable, "-c", program))


def press(key: str, process: subprocess.Popen[str]) -> None:
    """Press a key once the program has said something."""
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline()
    process.stdin.write(key)
    process.stdin.flush()


def test_keys_of_the_terminal_reach_the_command(home: Home) -> None:
    """What comes of them is its business."""
    with in_terminal(home, PATIENT) as process:
        press(CONTROL_C, process)
        press(CONTROL_BACKSLASH, process)  # once it has said SIGINT

        assert process.wait(TIMEOUT) == 128 + signal.SIGQUIT


def test_keys_of_the_terminal_are_not_handed_on(home: Home) -> None:
    """They reach all that runs there: what has left is not run after."""
    has_left = f"import os; os.setpgrp(){PATIENT.partition('while')[0]}time.sleep(0.5)"
    with in_terminal(home, has_left) as process:
        press(CONTROL_C, process)

        assert process.stdout
        assert "SIGINT" not in process.stdout.read()
        assert process.wait(TIMEOUT) == 0


def test_the_streams_are_those_of_the_command(home: Home) -> None:
    with start(home, *ours("cat")) as process:
        out, _ = process.communicate("from here\n", TIMEOUT)

    assert (out, process.returncode) == ("from here\n", 0)
