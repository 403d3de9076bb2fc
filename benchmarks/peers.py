"""Servers that are compared, each a process of its own on a core of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.apps import data_directory

ROOT = Path(__file__).parents[1]
#: Where the peers and the load generator are installed, in the versions that were measured.
INSTALLED = Path(__file__).parent / "node_modules"
PACKAGES = ("autocannon@9.0.0", "json-server@1.0.0-beta.15")
#: The core of the server that is measured, and that of the load.
SERVER_CORE, LOAD_CORE = 0, 1
#: The clock ticks of a second, in which the kernel tells CPU time.
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """A server that runs.

    Attributes:
        name: what the results call it.
        url: where it is.
        process: its process.
        headers: what every request to it has.
    """

    name: str
    url: str
    process: subprocess.Popen[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """Return the CPU time that its process has used, threads included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_megabytes(self) -> int:
        """Return the most memory that it has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024

    def ask(self, path: str) -> Any:
        """Return the JSON that it answers with."""
        request = urllib.request.Request(f"{self.url}{path}", headers=dict(self.headers))
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def install() -> None:
    """Install peers and load generator, unless they are there."""
    if not all((INSTALLED / name.partition("@")[0]).is_dir() for name in PACKAGES):
        npm = shutil.which("npm") or "npm"
        command = [npm, "install", "--silent", "--no-save", "--no-package-lock", *PACKAGES]
        subprocess.run(command, cwd=INSTALLED.parent, check=True)


@contextmanager
def ours(name: str, *told: str, root: Path = ROOT) -> Iterator[Peer]:
    """Serve the sandbox from a tree of its source."""
    port = free_port()
    command = [sys.executable, "-m", "mockserver", "serve", "--port", str(port), "--no-tls"]
    # No line for each request: no peer writes one.
    command += ["--quiet", "--data-directory", str(data_directory()), *told]
    with _running(command, port, root) as process:
        url = f"http://127.0.0.1:{port}"
        yield Peer(name, url, process, {"Authorization": f"Bearer {_token(url)}"})


@contextmanager
def json_server(name: str, documents: Sequence[Any], directory: Path) -> Iterator[Peer]:
    """Serve the documents of the customers with json-server."""
    file, port = directory / "db.json", free_port()
    file.write_text(json.dumps({"customers": documents}))
    program = INSTALLED / "json-server" / "lib" / "bin.js"
    command = ["node", str(program), "--host", "127.0.0.1", "--port", str(port), str(file)]
    with _running(command, port, directory) as process:
        yield Peer(name, f"http://127.0.0.1:{port}", process)


@contextmanager
def constant(name: str, kind: str, sizes: Mapping[str, int]) -> Iterator[Peer]:
    """Serve constant bytes on our listener, by a Flask app or by nothing at all."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.constant", kind, str(port), json.dumps(sizes)]
    with _running(command, port, ROOT) as process:
        yield Peer(name, f"http://127.0.0.1:{port}", process)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str], port: int, directory: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on its core, and wait until it accepts."""
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL) as process:
        try:
            pin(process, SERVER_CORE)
            while process.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()


def pin(process: subprocess.Popen[bytes], core: int) -> None:
    """Keep a process, and what it starts, on a core."""
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core % (os.cpu_count() or 1)})


def _token(url: str) -> str:
    body = {
        "grant_type": "client_credentials",
        "client_id": "test_integration_client_id_".ljust(43, "0"),
        "client_secret": "test_integration_client_secret_".ljust(43, "0"),
    }
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/oauth/token", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["access_token"])
