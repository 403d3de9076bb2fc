"""The commands: each is imported when it is called, and what it needs when it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from mockserver.cli.loading import LazyCommands
from mockserver.cli.sections import Section, Sectioned, section
from mockserver.cli.setting import PREFIX
from mockserver.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDTH = 100
#: Where the commands are, in the order of the help; those of the control plane come behind them.
_PLACES = {
    "serve": "mockserver.cli.serve:serve",
    "run": "mockserver.cli.run:run",
    "demo": "mockserver.cli.demo:demo",
    "wait": "mockserver.cli.waiting:wait",
    "status": "mockserver.cli.lifecycle:status",
    "stop": "mockserver.cli.lifecycle:stop",
    "credentials": "mockserver.cli.credentials:credentials",
    "token": "mockserver.cli.token:token",
    "trust": "mockserver.cli.trust:trust",
    "untrust": "mockserver.cli.trust:untrust",
    "hosts": "mockserver.cli.credentials:hosts",
    "resources": "mockserver.cli.resources:resources",
    "openapi": "mockserver.cli.openapi:openapi",
    "verify": "mockserver.cli.verify:verify",
    "docs": "mockserver.cli.docs:docs",
    "logs": "mockserver.cli.lifecycle:logs",
    "repair": "mockserver.cli.repair:repair",
    "dump": "mockserver.cli.dump:dump",
    "node-preload": "mockserver.cli.run:node_preload",
    "help": "mockserver.cli.commands:help_",
}


def _control() -> Iterable[click.Command]:
    from mockserver.cli.control import commands as control  # noqa: PLC0415 - rarely needed

    return control()


@click.group(
    cls=Sectioned,
    commands=LazyCommands(_PLACES, _control),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """A stateful sandbox server that behaves like the Commerce Layer core API."""
    called = context.invoked_subcommand
    if called is None:
        click.echo(context.get_help())
    elif any(name.startswith(PREFIX) for name in os.environ):
        from mockserver.cli.unknown import warn  # noqa: PLC0415 - only where there may be some

        warn(context, commands.commands[called])


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
