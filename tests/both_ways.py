"""One request, asked the fast way and the other one, and what differs between the answers."""

from __future__ import annotations

import re
from typing import Any

from mockserver.app import MockServerApp
from mockserver.web.read import ReadAnswer
from tests.client import Api

TRACE = re.compile(rb'"trace_id":"\w*"')
#: What is another one in every answer.
VOLATILE = frozenset({"X-Request-Id"})


class BothWays:
    """Asks an application both ways.

    Attributes:
        taken: how many requests have gone the fast way.
    """

    def __init__(self, app: MockServerApp) -> None:
        """Ask this one."""
        self.app = app
        self.taken = 0
        assert app.fast_way
        self._way = app.fast_way
        self._answer = self._way.answer

    def differ(self, api: Api, path: str, **headers: str) -> tuple[Any, Any] | None:
        """Return the two answers to a GET, status, headers, body and journal, where they differ."""
        fast = self._asked(api, path, headers, counted=True)
        self.app.fast_way = None
        try:
            other = self._asked(api, path, headers)
        finally:
            self.app.fast_way = self._way
        return None if fast == other else (fast, other)

    def _asked(self, api: Api, path: str, headers: dict[str, str], *, counted: bool = False) -> Any:
        self.app.limiter.clear()
        self.app.journal.clear()
        if counted:
            self._way.answer = self._counted  # type: ignore[method-assign]
        answer = api.get(path, **headers)
        self._way.__dict__.pop("answer", None)
        told = [(name, value) for name, value in answer.headers if name not in VOLATILE]
        return answer.status_code, told, TRACE.sub(b"", answer.data), self._journaled()

    def _counted(self, head: Any) -> ReadAnswer | None:
        reply = self._answer(head)
        self.taken += reply is not None
        return reply

    def _journaled(self) -> Any:
        shown = self.app.journal.find()[-1].serialized()
        for name in ("id", "request_id", "at", "duration_ms", "advice"):
            del shown[name]
        if shown["response"]:
            shown["response"]["headers"].pop("X-Request-Id")
            shown["response"]["body"] = None
        return shown
