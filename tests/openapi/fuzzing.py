"""Schemathesis, run on a sandbox of its own, by ``make fuzz`` for instance."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.cli.processes import Served, connect

HERE = Path(__file__).resolve().parent
RULES = HERE / "schemathesis.toml"
TEN_MINUTES = ("--max-time", "600")


def fuzz(sandbox: Mapping[str, Any], *arguments: str) -> int:
    """Hold a running sandbox against its document; return 0 if nothing was found.

    Args:
        sandbox: its ready file.
        arguments: of ``schemathesis run``.
    """
    program = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(RULES), "run")
    document = f"{sandbox['http']}/_mock/openapi.json"
    header = ("--header", f"Authorization: Bearer {token(sandbox)}")
    variables = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    command = (*program, document, *header, "--no-color", *arguments)
    with TemporaryDirectory() as elsewhere:  # it leaves examples behind
        return subprocess.run(command, cwd=elsewhere, env=variables, check=False).returncode  # noqa: S603 - ours


def token(sandbox: Mapping[str, Any]) -> str:
    """Return an access token of the first credentials, which may do anything."""
    credentials = sandbox["organizations"][0]["credentials"][0]
    asked = {"grant_type": "client_credentials"}
    asked |= {name: credentials[name] for name in ("client_id", "client_secret")}
    connection = connect(sandbox["http"])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth/token", urlencode(asked), form)
    found: str = orjson.loads(connection.getresponse().read())["access_token"]
    connection.close()
    return found


def main(arguments: Sequence[str]) -> int:
    """Serve a sandbox, and fuzz it."""
    with (
        TemporaryDirectory() as home,
        Served(Path(home), "--no-tls", stderr=subprocess.DEVNULL) as it,
    ):
        return fuzz(it.ready, *(arguments or TEN_MINUTES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
