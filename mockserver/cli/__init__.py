"""The commands. What they need is imported when they run: ``--help`` answers at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from mockserver import __version__
from mockserver.cli.control import commands as control_commands
from mockserver.cli.credentials import credentials, hosts
from mockserver.cli.docs import docs
from mockserver.cli.dump import dump
from mockserver.cli.lifecycle import logs, status, stop
from mockserver.cli.repair import repair
from mockserver.cli.resources import resources
from mockserver.cli.run import node_preload, run
from mockserver.cli.sections import Section, Sectioned, section
from mockserver.cli.serve import serve
from mockserver.cli.stop import in_words
from mockserver.cli.token import token
from mockserver.cli.trust import trust, untrust
from mockserver.cli.waiting import wait

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 100


@click.group(
    cls=Sectioned,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """A stateful sandbox server that behaves like the Commerce Layer core API."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@section(Section.TRY)
@click.command(name="help")
@click.argument("words", metavar="[COMMAND]...", nargs=-1)
@click.pass_context
def help_(context: click.Context, words: Sequence[str]) -> None:
    """Print the help of a command, or this."""
    about = context.find_root()
    for word in words:
        if not isinstance(about.command, click.Group):
            message = f"{about.command_path!r} has no commands: there is no help of {word!r}."
            raise click.UsageError(message)
        name, command, _ = about.command.resolve_command(about, [word])
        about = click.Context(command or about.command, info_name=name, parent=about)
    click.echo(about.command.get_help(about))


_OWN = (
    *(serve, run, wait, status, stop, credentials, token, trust, untrust, hosts),
    *(resources, docs, logs, repair, dump, node_preload, help_),
)
for command in _OWN:
    commands.add_command(command)
for command in control_commands():
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 when done, 1 refused by a server, 2 not able to start.

    Args:
        arguments: what stands behind ``mockserver``; those of the process when left out.
    """
    try:
        status = commands.main(arguments, prog_name="mockserver", standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"mockserver: {in_words(error)}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:  # of the disk or the terminal, which no traceback explains
        click.echo(f"mockserver: {error}", err=True)
        sys.exit(2)
    sys.exit(status or 0)
