"""Files that ``mockserver run`` leaves for whoever asks afterwards what happened: journal, log.

They are there however the command has ended: a job of CI keeps them where its tests have failed.
"""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from mockserver.cli.stop import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.app import MockServerApp

JOURNAL = click.Option(
    ["--journal"],
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Where to write the journal at the end, as an HTTP archive, however the command ends.",
)
LOG = click.Option(
    ["--log"],
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Where to write a line for each request, and what the sandbox logs.",
)


@contextmanager
def left_behind(
    app: MockServerApp, journal: Path | None, log: Path | None, *, form: str, line_format: str
) -> Iterator[None]:
    """Write the log while a sandbox runs, and its journal afterwards, to files that are emptied.

    Args:
        app: the sandbox.
        journal: where to; ``None``: nowhere.
        log: likewise.
        form: of the lines for requests.
        line_format: of what else is logged.

    Raises:
        Stop: there is no writing there, which is known before anything has happened.
    """
    with ExitStack() as files:
        archive = files.enter_context(_emptied(journal)) if journal else None
        lines = files.enter_context(_emptied(log)) if log else None
        if lines:
            files.enter_context(_logged(app, lines, form, line_format))
        try:
            yield
        finally:
            if archive:
                from mockserver.traffic.har_and_curl import har  # noqa: PLC0415 - loaded by the app

                json.dump(har(app.journal.find()), archive, indent=2)


@contextmanager
def _emptied(path: Path) -> Iterator[TextIO]:
    try:
        file = path.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise Stop(message) from error
    with file:
        yield file


@contextmanager
def _logged(app: MockServerApp, lines: TextIO, form: str, line_format: str) -> Iterator[None]:
    from mockserver.cli.request_log import RequestLog  # noqa: PLC0415 - loads the control plane

    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter(line_format))
    logging.getLogger().addHandler(handler)
    mute = app.journal.listen(RequestLog(lines, form).note)
    try:
        yield
    finally:
        mute()
        logging.getLogger().removeHandler(handler)
