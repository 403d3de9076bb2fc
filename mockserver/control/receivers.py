"""Receivers: places of our own that webhooks can be sent to, which show what arrives."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from itertools import count
from typing import Any

import orjson

from mockserver.control.components import Components, Json
from mockserver.refusals import invalid

#: So many names are known, and so much is kept of each, the newest.
MOST_NAMES, MOST_ARRIVED = 50, 100
#: Bytes that are kept of a body.
LONGEST_BODY = 256 * 1024
LONGEST_NAME = 64
#: Statuses that a receiver can be told to answer.
STATUSES = range(200, 600)


class ReceiverControl:
    """The receivers of one server: each is there once something is sent to it."""

    def __init__(self, components: Components) -> None:
        """Begin without any."""
        self._components = components
        self._numbers = count(1)
        self._arrived: OrderedDict[str, deque[Json]] = OrderedDict()

    def receive(self, name: str, headers: Mapping[str, str], body: bytes, answers: str = "") -> int:
        """Keep a request that has arrived, and return the status it is to be answered with.

        Args:
            name: of the receiver.
            headers: of the request.
            body: of the request.
            answers: the status that the URL asks for; empty: 200.

        Raises:
            Refusal: 404 for a name that is none, 422 for a status that is none.
        """
        if len(name) > LONGEST_NAME or not name.replace("-", "").replace("_", "").isalnum():
            raise invalid("", f"{name!r} is no name of a receiver.", title="Not found", status=404)
        status = int(answers) if answers.isascii() and answers.isdigit() else 200 - bool(answers)
        if status not in STATUSES:
            raise invalid("/status", "Not a status from 200 to 599.")
        sent = {header.lower(): value for header, value in headers.items()}
        kept = self._arrived.setdefault(name, deque(maxlen=MOST_ARRIVED))
        self._arrived.move_to_end(name)
        if len(self._arrived) > MOST_NAMES:
            self._arrived.popitem(last=False)
        kept.appendleft(
            {
                "id": next(self._numbers),
                "at": self._components.clock.timestamp(),
                "topic": sent.get("x-commercelayer-topic"),
                "signature": sent.get("x-commercelayer-signature"),
                "headers": sent,
                "body": _readable(body[:LONGEST_BODY]),
                "raw": body[:LONGEST_BODY],
                "size": len(body),
                "answered": status,
            }
        )
        return status

    def names(self) -> Mapping[str, int]:
        """Return the receivers there are, with how much each has kept, the last one first."""
        return {name: len(kept) for name, kept in reversed(self._arrived.items())}

    def list(self, name: str) -> Json:
        """Return the requests that have arrived at a receiver, the newest first."""
        found = [{n: v for n, v in each.items() if n != "raw"} for each in self.arrived(name)]
        return {"received": found}

    def arrived(self, name: str) -> tuple[Json, ...]:
        """Return the same with the bodies as they came, for who checks signatures."""
        return tuple(self._arrived.get(name, ()))

    def clear(self, name: str) -> None:
        """Forget what has arrived at a receiver."""
        self._arrived.pop(name, None)


def _readable(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
