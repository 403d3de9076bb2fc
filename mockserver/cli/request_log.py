"""The log of a server: a line for each request, as soon as it is answered."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from mockserver.cli.lines import is_coloured, line
from mockserver.cli.output import say_later
from mockserver.traffic.summaries import summary

if TYPE_CHECKING:
    from typing import TextIO

    from mockserver.traffic.exchange import Exchange


class RequestLog:
    """Writes exchanges to a stream; the lines are made by whoever writes them, not by requests."""

    def __init__(self, stream: TextIO, form: str) -> None:
        """Write to a stream.

        Args:
            stream: where to.
            form: ``text``, or ``json`` for one object a line.
        """
        self._stream = stream
        self._make = _json if form == "json" else partial(_text, coloured=is_coloured(stream))

    def note(self, exchange: Exchange) -> None:
        """Have a line written for an exchange."""
        say_later(self._stream, partial(self._make, exchange))


def _json(exchange: Exchange) -> str:
    return json.dumps(summary(exchange))


def _text(exchange: Exchange, *, coloured: bool) -> str:
    return line(summary(exchange), coloured=coloured)
