"""Warnings of variables that look like settings and are none: a typing error says nothing."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from mockserver.cli.setting import PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

#: What `run` and `credentials --format env` tell programs besides settings.
TOLD = (
    *("MOCKSERVER_URL", "MOCKSERVER_TLS_URL", "MOCKSERVER_HOST_RESOLVER_RULES"),
    "MOCKSERVER_MAP_HOSTS",
)


def warn(context: click.Context, command: click.Command) -> None:
    """Say which variables are ignored: those of any command are none of them.

    Args:
        context: of all commands.
        command: the one that is called; where it has them all, no other is looked at.
    """
    given = {name for name in os.environ if name.startswith(PREFIX)}
    if given <= {*_variables(command), *TOLD}:
        return
    for warning in warnings(os.environ, set(_variables(context.command))):
        click.echo(f"mockserver: {warning}", err=True)


def _variables(command: click.Command) -> Iterator[str]:
    for param in command.params:
        yield from (param.envvar,) if isinstance(param.envvar, str) else ()
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _variables(inner)


def warnings(variables: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each variable that is called like a setting, and is none.

    Args:
        variables: of the environment.
        known: the variables of all settings.
    """
    names = [name.removeprefix(PREFIX) for name in known]
    for name in sorted(variables):
        if name.startswith(PREFIX) and name not in known and name not in TOLD:
            near = get_close_matches(name.removeprefix(PREFIX), names, 1)
            hint = (
                f"did you mean {PREFIX}{near[0]}?" if near else "there is no setting of that name"
            )
            yield f"{name} is ignored: {hint}"
