"""The only place that says where commands keep things: where they are told, else with the user.

The home of a build machine or of a container is not always there, or not writable. A temporary
directory takes its place, the same one for all commands of a user, so that they find each other.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

import click

from mockserver.cli.stop import Stop
from mockserver.settings import data_directory

_NAME = "commercelayer-mockserver"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def looked_up(given: Path | None) -> Path:
    """Return the data directory to look in, which need not exist.

    Args:
        given: by whoever runs the command.
    """
    if given:
        return given
    users = data_directory()
    if _is_writable(users):
        return users
    temporary = _temporary()
    # What somebody else has put there speaks of no server of ours.
    return users if temporary is None or _is_foreign(temporary) else temporary


def prepared(given: Path | None) -> Path:
    """Return the data directory to look in, made where it can be: nothing is said if not."""
    directory = looked_up(given)
    private = directory == _temporary()
    with suppress(OSError):
        directory.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
    return directory


def provided(given: Path | None) -> Path:
    """Return the data directory to write to; where the user has none, say which one it is instead.

    Args:
        given: by whoever runs the command; whether it can be written is for them to see.

    Raises:
        Stop: there is no place at all.
    """
    if given or _is_writable(data_directory()):
        return given or data_directory()
    place = _made()
    click.echo(
        f"mockserver: cannot write to {data_directory()}; certificate authority, signing key and "
        f"the list of running servers are in {place} for now: --data-directory names a place "
        "that lasts",
        err=True,
    )
    return place


def _is_writable(directory: Path) -> bool:
    """Say whether it can be written, or made; a path that is not absolute has no home in it."""
    if not directory.is_absolute():
        return False
    there = next((path for path in (directory, *directory.parents) if path.exists()), directory)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _temporary() -> Path | None:
    from tempfile import gettempdir  # noqa: PLC0415 - only without a home

    owner = "" if sys.platform == "win32" else f"-{os.getuid()}"
    try:
        return Path(gettempdir()) / f"{_NAME}{owner}"
    except FileNotFoundError:
        return None


def _made() -> Path:
    from tempfile import mkdtemp  # noqa: PLC0415 - only without a home

    place = _temporary()
    try:
        if place is None:
            raise FileNotFoundError
        place.mkdir(mode=0o700, exist_ok=True)
        # What somebody else has put there is not where a key belongs.
        return Path(mkdtemp(prefix="mockserver-")) if _is_foreign(place) else place
    except OSError as error:
        message = (
            f"cannot write to {data_directory()}, nor to a temporary directory: name a place with "
            "--data-directory"
        )
        raise Stop(message) from error


def _is_foreign(path: Path) -> bool:
    """Say whether there is anything but a directory of the user's that only they can use."""
    try:
        found = path.lstat()
    except OSError:
        return False  # there is nothing
    if sys.platform == "win32":
        return not stat.S_ISDIR(found.st_mode)
    is_theirs = found.st_uid == os.getuid() and not found.st_mode & _OTHERS
    return not (stat.S_ISDIR(found.st_mode) and is_theirs)
