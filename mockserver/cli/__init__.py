"""The command line: ``mockserver`` and its commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mockserver.garbage import uncollected

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 when done, 1 refused by a server, 2 not able to start.

    Args:
        arguments: what stands behind ``mockserver``; those of the process when left out.
    """
    commands = _imported()
    import click  # noqa: PLC0415 - imported by now

    try:
        status = commands.main(arguments, prog_name="mockserver", standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        from mockserver.cli.stop import in_words  # noqa: PLC0415 - only then

        click.echo(f"mockserver: {in_words(error)}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:  # of the disk or the terminal, which no traceback explains
        click.echo(f"mockserver: {error}", err=True)
        sys.exit(2)
    sys.exit(status or 0)


def _imported() -> click.Group:
    """Return the commands; nothing that is imported becomes garbage, so none is looked for."""
    with uncollected():
        from mockserver.cli.commands import commands  # noqa: PLC0415 - as said

        return commands
