"""``mockserver repair``: keep what is readable of a damaged storage file."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop


@section(Section.REPAIR)
@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def repair(path: Path) -> None:
    """Keep what is readable of a damaged storage file; the original stays beside it."""
    from mockserver.storage import repair as storage  # noqa: PLC0415 - only when it is run
    from mockserver.storage.base import StorageError  # noqa: PLC0415

    try:
        done = storage.repair(path)
    except StorageError as error:
        raise Stop(str(error)) from error
    if done.original is None:
        click.echo(f"{path} is not damaged.")
        return
    for loss in done.lost:
        click.echo(str(loss))
    click.echo(f"Kept {done.kept} lines; the original is {done.original}.")
