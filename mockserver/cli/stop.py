"""The only place that knows how a command gives up: one clear line and a status, no traceback."""

from __future__ import annotations

import click


class Stop(click.ClickException):
    """The command cannot do what it was asked; the text says why, in one line."""

    exit_code = 2


class NoServer(Stop):
    """None runs that could be asked."""


class Silent(NoServer):
    """One listens there, and does not answer in time."""


class Refused(click.ClickException):
    """The server was asked, and refused; the text is what it says."""

    exit_code = 1
