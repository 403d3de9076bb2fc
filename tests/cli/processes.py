"""The processes of the tests: servers that run, and commands that run to their end."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import mockserver

PACKAGE = Path(mockserver.__file__).parent
ROOT = PACKAGE.parent
TIMEOUT = 30
CUSTOMER = {"data": {"type": "customers", "attributes": {"email": "late@example.com"}}}

#: A data directory, which is also the current directory of what runs there.
Home = Path
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def run(home: Home, *arguments: str, **variables: str) -> Done:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *arguments],
        cwd=home,
        env=environment(home, variables),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


class Served:
    """A ``mockserver serve`` on free ports, ready when entered and ended when left."""

    def __init__(
        self,
        home: Home,
        *arguments: str,
        root: Path = ROOT,
        prepare: Callable[[], object] = lambda: None,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        **variables: str,
    ) -> None:
        """Prepare to run the package below a root, in a home.

        Args:
            home: where it runs.
            arguments: further ones.
            root: where the package is.
            prepare: called in the process before it runs.
            stdout: what its output goes to.
            stderr: the same of its log.
            variables: of the environment.
        """
        self.ready_file = home / f"ready-{time.monotonic_ns()}.json"
        fixed = ["serve", "--port", "0", "--tls-port", "0", "--ready-file", str(self.ready_file)]
        self._command = [sys.executable, "-m", "mockserver", *fixed, *arguments]
        self._home = home
        self._prepare = prepare
        self._outputs = stdout, stderr
        self._variables = environment(home, variables, root)

    def __enter__(self) -> Self:
        """Start, and wait until it is ready."""
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            cwd=self._home,
            env=self._variables,
            stdout=self._outputs[0],
            stderr=self._outputs[1],
            text=True,
            preexec_fn=self._begin,  # noqa: PLW1509 - no threads take part in the tests
        )
        try:
            until(lambda: self.ready_file.exists() or self.process.poll() is not None)
            assert self.ready_file.exists(), "it has ended"
        except AssertionError as error:
            raise AssertionError(self.end()) from error
        self.ready = json.loads(self.ready_file.read_text())
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if it has not ended yet."""
        if self.process.poll() is None:
            self.end()

    def end(self, signum: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal and return the status and what was printed."""
        self.process.send_signal(signum)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end and return the status and what was printed."""
        try:
            out, err = self.process.communicate(timeout=TIMEOUT)
        finally:
            self.process.kill()
        return self.process.returncode, out, err

    def _begin(self) -> None:
        """Mind signals as a shell does, whatever the tests themselves were started to ignore."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_DFL)
        self._prepare()

    def ask(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the document of an answer."""
        connection = connect(self.ready["http"])
        connection.request(method, path, body and json.dumps(body), headers(token))
        answer = connection.getresponse()
        status, document = answer.status, json.loads(answer.read() or "null")
        connection.close()
        return status, document


def connect(url: str) -> http.client.HTTPConnection:
    """Return a connection to an http URL."""
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)


def headers(token: str) -> dict[str, str]:
    """Return the headers of a request with a token."""
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/vnd.api+json"}


def until(happened: Callable[[], object]) -> None:
    """Wait for something to happen."""
    end = time.monotonic() + TIMEOUT
    while not happened():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def claims(token: str) -> dict[str, Any]:
    """Return the payload of an access token."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "==="))
    return found


def port_of(url: str) -> int:
    """Return the port of a URL."""
    port = urlsplit(url).port
    assert port
    return port


def environment(home: Home, variables: dict[str, str], root: Path = ROOT) -> dict[str, str]:
    """Return the environment of a command that runs in a home, the package being below a root."""
    ours = {"MOCKSERVER_DATA_DIRECTORY": str(home), "PYTHONPATH": str(root), **variables}
    theirs = {k: v for k, v in os.environ.items() if not k.startswith("MOCKSERVER_")}
    return {**theirs, **ours}
