"""What was asked of one organization, and assertions about it that say what was asked instead."""

from __future__ import annotations

import difflib
from typing import Any

import orjson

from mockserver.control.exchanges import Exchanges

Json = dict[str, Any]
#: How many other requests a failed assertion shows.
SHOWN = 20


class WorldJournal:
    """The exchanges of one organization."""

    def __init__(self, exchanges: Exchanges, slug: str) -> None:
        """Look at the exchanges of the organization."""
        self._exchanges = exchanges
        self._slug = slug

    def exchanges(self, **match: Any) -> list[Json]:
        """Return the exchanges that match, oldest first.

        Args:
            **match: as in a fault's ``match``: ``method``, ``path``, ``type``, ``action``, ``mode``,
                ``kind``, ``headers``, ``query``, ``body``.
        """
        body = {"match": {**match, "organization": self._slug}}
        found: list[Json] = self._exchanges.find(body)["exchanges"]
        return found

    def clear(self) -> None:
        """Forget the exchanges of the organization."""
        self._exchanges.clear(self._slug)

    def assert_requested(
        self, method: str, path: str, *, times: int | None = None, body: Any = None, **match: Any
    ) -> list[Json]:
        """Assert that there was such a request, and return the exchanges.

        Args:
            method: upper case.
            path: with ``*`` for any run of characters.
            times: exactly so often; left out: at least once.
            body: what the JSON body contains; an object may have further members.
            **match: further conditions; see :meth:`exchanges`.

        Raises:
            AssertionError: with the nearest requests there were, and a diff of the bodies.
        """
        conditions = {"method": method, "path": path, **match}
        found = self.exchanges(**conditions, **({"body": {"": body}} if body is not None else {}))
        if len(found) == times or (times is None and found):
            return found
        wanted = "at least once" if times is None else f"{times} times"
        lines = [f"expected {method} {path} {wanted}, it was requested {len(found)} times"]
        raise AssertionError("\n".join([*lines, *self._instead(conditions, body)]))

    def assert_not_requested(self, method: str, path: str, **match: Any) -> None:
        """Assert that there was no such request."""
        self.assert_requested(method, path, times=0, **match)

    def printed(self) -> str:
        """Return one line for each exchange."""
        return "\n".join(map(_line, self.exchanges()))

    def _instead(self, conditions: Json, body: Any) -> list[str]:
        """Return what was requested instead: like requests with a diff, or all of them."""
        alike = self.exchanges(**conditions)
        if body is not None and alike:
            return [line for exchange in alike[-3:] for line in _difference(body, exchange)]
        every = self.exchanges()[-SHOWN:]
        return (
            ["requests there were:", *(f"  {_line(e)}" for e in every)]
            if every
            else ["there were no requests"]
        )


def _line(exchange: Json) -> str:
    asked, answered = exchange["request"], exchange["response"]
    status = answered["status"] if answered else "no answer"
    query = f"?{asked['query']}" if asked["query"] else ""
    struck = f"  [{exchange['fault']}]" if exchange["fault"] else ""
    return f"{asked['method']} {asked['path']}{query} -> {status}{struck}"


def _difference(wanted: Any, exchange: Json) -> list[str]:
    pretty = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    sides = [orjson.dumps(v, option=pretty).decode() for v in (wanted, exchange["request"]["body"])]
    lines = difflib.unified_diff(
        *(side.splitlines() for side in sides),
        "expected",
        f"exchange {exchange['id']}",
        lineterm="",
    )
    return list(lines)
