"""The place where somebody follows a page: its programs become files, its commands are run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.clients.conftest import TIMEOUT, Environment, succeed
from tests.clients.install import HERE, node

_HEADING = re.compile(r"^#+ (.+)$")
_FENCE = re.compile(r"^```(\w*)$")
_FILE = re.compile(r"(?://|#) (\w+\.\w+)\n")

#: Programs that would leave the machine, or change it, and what stands in for them.
_STAND_INS = {
    "npm": "exit 0",
    "sudo": 'exec "$@"',
    "tee": "exec cat",
    "commercelayer": """
        if [ "$1" = plugins:install ]; then
          set -- plugins:link --no-install "{packages}/@commercelayer/cli-plugin-$2"
        fi
        exec "{node}" "{packages}/@commercelayer/cli/bin/run.js" "$@"
    """,
    "mockserver": 'exec "{python}" -m mockserver "$@"',
    "node": 'exec "{node}" "$@"',
    "python3": 'exec "{python}" "$@"',
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page.

    Attributes:
        name: of the file that its first line says it is, else the heading it is below.
        language: as the page says.
    """

    name: str
    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of code on a page, in its order; of several with a name, numbered ones."""
    heading, language, lines, names = "", None, [], {}
    for line in page.read_text().splitlines(keepends=True):
        fence = _FENCE.match(line)
        if language is None:
            if found := _HEADING.match(line):
                heading = found[1]
            elif fence:
                language, lines = fence[1], []
        elif fence:
            text = "".join(lines)
            file = _FILE.match(text)
            name = file[1] if file else heading
            names[name] = names.get(name, 0) + 1
            yield Block(name if names[name] == 1 else f"{name} {names[name]}", language, text)
            language = None
        else:
            lines.append(line)


class Desk:
    """A directory with what a page takes for granted, and a server other than it says."""

    def __init__(
        self,
        place: Path,
        ready: Mapping[str, Any] | None,
        environment: Environment,
        stand_ins: Mapping[str, str] | None = None,
    ) -> None:
        """Put everything there.

        Args:
            place: an empty directory.
            ready: of the server that is meant, if it has been started already.
            environment: of the commands; must say where the ready file is.
            stand_ins: shell commands in the place of further programs, or of those above.
        """
        self._place = place
        self.ports: dict[str, str] = {}
        self._bin = place / ".venv" / "bin"
        self._bin.mkdir(parents=True)
        facts = {"packages": HERE / "node_modules", "node": node(), "python": sys.executable}
        shells = {name: command.format(**facts) for name, command in _STAND_INS.items()}
        for name, command in {**shells, **(stand_ins or {})}.items():
            program = self._bin / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(f"#!/bin/sh\n{command}\n")
            program.chmod(0o755)
        (place / "node_modules").symlink_to(HERE / "node_modules")
        homes = {f"XDG_{kind}_HOME": str(place / kind) for kind in ("DATA", "CONFIG", "CACHE")}
        path = f"{self._bin}:{environment['PATH']}"
        own = {"HOME": str(place), "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
        self._environment = {**environment, **homes, **own}
        if ready:
            self.meet(ready)

    def meet(self, ready: Mapping[str, Any]) -> None:
        """Take the ports of a server for those that pages name."""
        self.ports["8080"] = str(urlsplit(ready["http"]).port)
        self.ports["8443"] = str(urlsplit(ready["https"]).port)
        # An old curl does not know by itself where names below localhost lead.
        hosts = (f"{name}.{ready['domain']}:127.0.0.1" for name in ("acme", "auth"))
        (self._place / ".curlrc").write_text("".join(f'resolve = "{host}"\n' for host in hosts))

    def put(self, block: Block) -> Path:
        """Make a file of a program, and return its path."""
        text = block.text
        for said, port in self.ports.items():
            text = text.replace(said, port)
        path = self._place / block.name
        path.write_text(text)
        return path

    def run(self, block: Block) -> str:
        """Do what a block says, and return what is printed."""
        path = self.put(block)
        if block.language == "js":
            return self.command(node(), str(path))
        if block.language == "python":
            return self.command(sys.executable, str(path))
        if "curl" in block.text and not shutil.which("curl"):
            pytest.skip("there is no curl")
        return self.command("bash", "-euo", "pipefail", str(path))

    def script(self, text: str, name: str) -> str:
        """Run a shell script, and return what it prints, errors included.

        What it leaves running in the background is ended, as by closing the terminal.
        """
        path, log = self.put(Block(name, "sh", text)), self._place / f"{name}.log"
        with (
            log.open("w") as output,
            subprocess.Popen(  # noqa: S603 - our own page
                ("bash", "-euo", "pipefail", str(path)),  # noqa: S607
                cwd=self._place,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as shell,
        ):
            try:
                status = shell.wait(TIMEOUT)
            finally:
                with suppress(ProcessLookupError):  # nothing was left
                    os.killpg(shell.pid, signal.SIGTERM)
        if status:
            pytest.fail(f"status {status}\n{log.read_text()}", pytrace=False)
        return log.read_text()

    def command(self, *command: str, **variables: str) -> str:
        """Run a command there, and return what it prints."""
        return succeed(command, {**self._environment, **variables}, self._place).stdout
