"""The only place that knows how a command gives up: one clear line and a status, no traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


class Stop(click.ClickException):
    """The command cannot do what it was asked; the text says why, in one line."""

    exit_code = 2


class NoServer(Stop):
    """None runs that could be asked."""

    #: Why, in the words of the system, if they are known.
    reason = "it does not answer"


class Silent(NoServer):
    """One listens there, and does not answer in time."""


class Refused(click.ClickException):
    """The server was asked, and refused; the text is what it says."""

    exit_code = 1


def in_words(error: Exception) -> str:
    """Describe an error in one line, and where it was made if not on the command line."""
    if not isinstance(error, click.ClickException):
        # Of what the engine has refused, status and code say nothing on a command line.
        details = [_detail(each) for each in getattr(error, "errors", ())]
        return "; ".join(details) or str(error)
    message = " ".join(error.format_message().split())
    if isinstance(error, click.BadParameter) and error.ctx and error.param and error.param.name:
        source = error.ctx.get_parameter_source(error.param.name)
        if source is click.core.ParameterSource.ENVIRONMENT:
            return f"{error.param.envvar}: {message}"
    return message


def _detail(error: Mapping[str, Any]) -> str:
    pointer, detail = error.get("source", {}).get("pointer", ""), str(error["detail"])
    return detail if pointer in detail else f"{pointer} {detail}"
