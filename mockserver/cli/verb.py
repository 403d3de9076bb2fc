"""One command of the control plane, and the parameters that many of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from mockserver.cli.bodies import Body
from mockserver.cli.sections import Section
from mockserver.late_dataclass import dataclass

EVERY = click.Option(["--organization"], metavar="SLUG", help="Else all of them.")
ID = click.Argument(["id_"], metavar="ID")


@dataclass(frozen=True, slots=True)
class Verb:
    """One command and what it asks.

    Attributes:
        help: one line.
        method: of the request.
        path: below the prefix; ``{name}`` stands for a parameter, ``{organization}`` for the
            organization's own path or that of the first one.
        params: the options.
        body: makes the JSON body of their values; ``None``: there is none.
        query: the parameters that go into the query.
        section: of the help, where the command is none of a group.
    """

    help: str
    method: str
    path: str
    params: Sequence[click.Parameter] = ()
    body: Body | None = None
    query: Sequence[str] = ()
    section: Section | None = None


#: A command, or what a group does, its commands, and its section of the help.
Verbs = Mapping[str, Verb | tuple[str, Mapping[str, Verb], Section]]
