"""A request that any client could send, and what the server knows of it when it went wrong.

Whoever has forgotten a fault that is about everything must be told of it by what it breaks: by an
answer that is refused, that is dropped on the way, or that comes too late.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.cli.asking import OK, Asking
from mockserver.cli.stop import NoServer, Refused
from mockserver.clock import monotonic
from mockserver.entropy import Entropy

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Marks the requests of one command, so that the journal finds them among all others.
HEADER = "X-Mock-Call"
#: Seconds after which an answer is so late that somebody may wonder why.
LATE = 1.0

Failure = TypeVar("Failure", bound=click.ClickException)


class Explained:
    """Asks one server as its clients do, and lets its control plane say what became of that."""

    def __init__(
        self, base: str, headers: Mapping[str, str], control_token: str | None = None
    ) -> None:
        """Ask the server at the base URL.

        Args:
            base: of the server.
            headers: of the requests.
            control_token: what its control plane asks for.
        """
        self._base = base
        self._call = Entropy().uuid()
        self._asking = Asking(base, {**headers, HEADER: self._call})
        bearer = {"Authorization": f"Bearer {control_token}"} if control_token else {}
        self._control = Asking(base, {"Content-Type": "application/json", **bearer})

    def exchange(self, method: str, path: str, body: str | None = None) -> tuple[int, str, bytes]:
        """Return the status, the location and the body of an answer.

        A fault that has made it late is named on standard error.

        Raises:
            Refused: no answer came, as a fault prevents it.
            NoServer: nothing answers there.
        """
        began = monotonic()
        try:
            answer = self._asking.exchange(method, path, body)
        except NoServer as error:
            why = self._why()
            if why is None:
                raise
            message = f"no answer came from {self._base}: {why}"
            raise Refused(message) from error
        if monotonic() - began > LATE and (why := self._why()):
            click.echo(f"mockserver: the answer was late: {why}", err=True)
        return answer

    def explained(self, failure: Failure) -> Failure:
        """Return a failure that says why it came about, as far as the server knows."""
        why = self._why()
        return type(failure)(f"{failure.message} {why}") if why else failure

    def _why(self) -> str | None:
        """Return the journal's account of the last request, else which faults have struck."""
        search = {"match": {"headers": {HEADER: self._call}}, "order": "newest", "limit": 1}
        found = self._answered("POST", "/_mock/journal/find", json.dumps(search))
        with suppress(LookupError, TypeError):
            return str(found["exchanges"][0]["reason"] or "") or None
        faults = self._answered("GET", "/_mock/faults") or ()
        struck = [str(fault["id"]) for fault in faults if fault["struck"]]
        if not struck:
            return None
        return f"Faults have struck: {', '.join(struck)}; mockserver faults clear removes them."

    def _answered(self, method: str, path: str, body: str | None = None) -> Any:
        """Return the control plane's answer; nothing where there is none, or none for us."""
        with suppress(NoServer, ValueError):
            status, _, answer = self._control.exchange(method, path, body)
            return json.loads(answer) if status == OK else None
        return None
