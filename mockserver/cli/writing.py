"""Write a text to a file, whole or not at all, or to standard output."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from mockserver.cli.stop import Stop

if TYPE_CHECKING:
    from pathlib import Path

_STANDARD_OUTPUT = "-"


def write(text: str, path: Path) -> None:
    """Have the text there whole, or the file as it was; ``-`` is standard output.

    Raises:
        Stop: it cannot be written.
    """
    if str(path) == _STANDARD_OUTPUT:
        click.echo(text)
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise Stop(message) from error
    finally:
        draft.unlink(missing_ok=True)
