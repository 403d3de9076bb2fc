"""``mockserver dump``: what is stored, in the file formats of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mockserver.cli.asking import Asking
from mockserver.cli.control import answered
from mockserver.cli.finding import find
from mockserver.cli.running import CONTROL_TOKEN, RUNNING
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop
from mockserver.cli.writing import write

_STORED = click.Argument(
    ["stored"], type=click.Path(path_type=Path, dir_okay=False), required=False
)
_TINYDB = click.Option(
    ["--tinydb"],
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    required=True,
    help="Where the plain TinyDB file goes; -: standard output.",
)


@section(Section.REPAIR)
@click.command(params=[_STORED, _TINYDB, CONTROL_TOKEN, *RUNNING])
def dump(stored: Path | None, tinydb: Path, control_token: str | None, **which: Any) -> None:
    """Write everything that is stored to a plain TinyDB file.

    Of the running server, whatever its storage is; or of the file STORED, which no server has to
    run on, and one may.
    """
    tables = _read(stored) if stored else _asked(control_token, which)
    write(json.dumps(tables, ensure_ascii=False), tinydb)


def _asked(control_token: str | None, which: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {control_token}"} if control_token else {}
    return json.loads(answered(Asking(find(**which)["http"], headers), "GET", "/_mock/dump"))


def _read(stored: Path) -> Any:
    from mockserver.storage.base import StorageError  # noqa: PLC0415 - only when it is asked for
    from mockserver.storage.conversion import is_plain  # noqa: PLC0415
    from mockserver.storage.tinydb import JournalStorage  # noqa: PLC0415

    if not stored.exists():  # TinyDB would make it
        message = f"{stored} does not exist"
        raise Stop(message)
    if is_plain(stored):
        message = f"{stored} is plain already, or no stored file"
        raise Stop(message)
    try:
        storage = JournalStorage(stored)
        try:
            return storage.read() or {}
        finally:
            storage.close()
    except StorageError as error:
        raise Stop(str(error)) from error
