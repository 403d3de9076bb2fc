"""The sections of ``mockserver --help``: what one wants, and the commands that do it.

Each command says beside its declaration where it belongs: ``@section(Section.SERVE)`` above a
function's, ``section=`` in the table of the control plane.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Placed = TypeVar("_Placed", bound=click.Command)
#: More than any sentence has letters: none is cut off.
_WHOLE = 1_000


class Section(Enum):
    """A purpose that commands have in common, in the order in which one comes to it."""

    SERVE = "Serve the sandbox"
    TRY = "Try it"
    SHAPE = "Shape a situation"
    LOOK = "Look at what happened"
    REPAIR = "Repair and convert what is stored"


_sections: dict[click.Command, Section] = {}


def section(where: Section) -> Callable[[_Placed], _Placed]:
    """Return a decorator that puts a command into a section."""

    def placed(command: _Placed) -> _Placed:
        _sections[command] = where
        return command

    return placed


def section_of(command: click.Command) -> Section | None:
    """Return where a command belongs; ``None`` if it was never said."""
    return _sections.get(command)


class Sectioned(click.Group):
    """A group whose help shows its commands by section, in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as it is called
        """Return the names as they were added."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, each text whole."""
        shown = [self.commands[name] for name in self.list_commands(ctx)]
        width = max(len(str(command.name)) for command in shown)
        for where in Section:
            rows = list(_rows(where, shown, width))
            if rows:
                with formatter.section(where.value):
                    formatter.write_dl(rows)


def _rows(
    where: Section, commands: Iterable[click.Command], width: int
) -> Iterable[tuple[str, str]]:
    for command in commands:
        if section_of(command) is where and not command.hidden:
            yield str(command.name).ljust(width), command.get_short_help_str(_WHOLE)
