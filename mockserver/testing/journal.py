"""Journal of one organization; assertions about it tell the requests there were instead."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

import orjson

from mockserver.control.journal import JournalControl
from mockserver.testing.results import Result, many
from mockserver.traffic.advice import IGNORED_FILTER
from mockserver.traffic.journal_search import MATCHED
from mockserver.traffic.masking import masked, masked_path

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]
#: How many other requests a failed assertion shows, and how many of those it compares with.
SHOWN = 20
COMPARED = 3
NOTHING = "there were no requests"


class Journal:
    """The exchanges of one organization.

    Conditions are those of ``POST /_mock/journal/find``, side by side: of the request ``method``,
    ``path``, ``type``, ``action``, ``mode``, ``kind``, ``application``, ``headers``, ``query`` and
    ``body``; besides ``status``, ``fault``, ``stub``, ``unmatched``, ``advice``, ``since``,
    ``until``, ``after``, ``text``, ``limit``, ``offset``, ``order``.
    """

    def __init__(self, exchanges: JournalControl, slug: str) -> None:
        """Look at the exchanges of the organization."""
        self._exchanges = exchanges
        self._slug = slug

    def exchanges(self, **conditions: Any) -> list[Result]:
        """Return the exchanges that satisfy the conditions, oldest first.

        Raises:
            Refusal: 422 for a condition there is not, or one that says nothing.
        """
        return many(self._exchanges.find(self._search(conditions))["exchanges"])

    def count(self, **conditions: Any) -> int:
        """Return how many exchanges satisfy the conditions.

        Raises:
            Refusal: as ``exchanges``.
        """
        return int(self._exchanges.count(self._search(conditions))["count"])

    def clear(self) -> None:
        """Forget the exchanges of the organization."""
        self._exchanges.clear(self._slug)

    def assert_requested(
        self, method: str, path: str, times: int | None = None, body: Any = None, **conditions: Any
    ) -> list[Result]:
        """Assert that there was such a request, and return the exchanges.

        Args:
            method: upper case.
            path: with ``*`` for any run of characters.
            times: exactly so often; left out: at least once.
            body: what the JSON body contains, with further members or without;
                ``{"matches": regex}`` stands for a text.
            **conditions: further ones.

        Raises:
            AssertionError: with the nearest requests there were, and a diff of the bodies.
            Refusal: as ``exchanges``.
        """
        asked = {"method": method, "path": path, **conditions}
        found = self.exchanges(**asked, **({} if body is None else {"body": {"": body}}))
        if len(found) == times or (times is None and found):
            return found
        wanted = "at least once" if times is None else _times(times)
        what = f"{method} {path}" + (" with that body" if body is not None else "")
        message = f"{what}: expected {wanted}, requested {_times(len(found))}"
        shown = _listed("these match:", found) if found else self._instead(asked, body)
        raise AssertionError("\n".join([message, *shown]))

    def assert_not_requested(self, method: str, path: str, **conditions: Any) -> None:
        """Assert that there was no such request; arguments and errors of ``assert_requested``."""
        self.assert_requested(method, path, times=0, **conditions)

    def assert_in_order(self, *requests: str, **conditions: Any) -> list[Result]:
        """Assert that there were such requests in this order, whatever came between them.

        Args:
            *requests: a method and a path each: ``"POST /api/customers"``, ``*`` in the path for
                any run of characters.
            **conditions: further ones, of all of them.

        Returns:
            The exchanges, one for each request.

        Raises:
            AssertionError: it says which one did not come in its place, and what was requested.
            Refusal: as ``exchanges``.
            TypeError: one is no method and path.
        """
        found: list[Result] = []
        for place, request in enumerate(requests, 1):
            method, _, path = request.partition(" ")
            if not method.isupper() or not path.startswith(("/", "*")):
                message = f"{request!r} is not a method and a path, such as 'GET /api/customers'"
                raise TypeError(message)
            after = {"after": found[-1].id} if found else {}
            later = self.exchanges(method=method, path=path, **{**conditions, **after})
            if not later:
                behind = f" after {requests[place - 2]}" if found else ""
                message = f"{request} (number {place}): expected{behind}, but it was not requested"
                every = self.exchanges()
                shown = _listed("requests there were:", every) if every else [NOTHING]
                raise AssertionError("\n".join([message, *shown]))
            found.append(later[0])
        return found

    def assert_no_advice(self, **conditions: Any) -> None:
        """Assert that the real service would not object to anything that was requested.

        Args:
            **conditions: of the requests this is about; all when left out.

        Raises:
            AssertionError: with each request, and what it is told.
            Refusal: as ``exchanges``.
        """
        advised = self.exchanges(**{**conditions, "advice": True})
        if advised:
            lines = [
                text
                for exchange in advised
                for text in (
                    f"  {line(exchange)}",
                    *(f"    {advice.code}: {advice.detail}" for advice in exchange.advice),
                )
            ]
            raise AssertionError("\n".join(["there is advice on these requests:", *lines]))

    def printed(self, **conditions: Any) -> str:
        """Return one line for each exchange: what was asked, and what was answered."""
        return "\n".join(map(line, self.exchanges(**conditions)))

    def _search(self, conditions: Mapping[str, Any]) -> Json:
        search = {n: value for n, value in conditions.items() if n not in REQUEST}
        match = {n: value for n, value in conditions.items() if n in REQUEST}
        return {**search, "match": {**match, "organization": self._slug}}

    def _instead(self, asked: Mapping[str, Any], body: Any) -> list[str]:
        """Return the requests there were instead: like ones with a diff, or all of them."""
        alike = [] if body is None else self.exchanges(**asked)
        if alike:
            compared = alike[-COMPARED:]
            return [text for exchange in compared for text in _difference(body, exchange)]
        every = self.exchanges()
        return _listed("requests there were:", every) if every else [NOTHING]


#: Conditions on the request, as faults have them.
REQUEST = frozenset({*MATCHED, "headers", "query", "body"})


def line(exchange: Mapping[str, Any]) -> str:
    """Return an exchange in one line, a hint at what was meant included."""
    asked = exchange["request"]
    query = masked_path(f"?{unquote_plus(asked['query'])}") if asked["query"] else ""
    struck = exchange["fault"] or exchange["stub"]
    parts = [
        f"{asked['method']} {asked['path']}{query} -> {_answer(exchange)}",
        f" [{struck}]" if struck else "",
        _hint(exchange),
    ]
    return "".join(parts)


def _hint(exchange: Mapping[str, Any]) -> str:
    """Return the path that may have been meant, else why it was refused or which rule struck it."""
    ignored = [a["detail"] for a in exchange["advice"] if a["code"] == IGNORED_FILTER]
    if ignored:
        return f" ({ignored[0]})"
    near = (exchange["unmatched"] or {}).get("nearest")
    hint = f"did you mean {near}?" if near else exchange["reason"] or _details(exchange)
    return f" ({hint})" if hint else ""


def _details(exchange: Mapping[str, Any]) -> str:
    """Return the details of the answer's errors; nothing of a fault's, which is named already."""
    struck = exchange["fault"] or exchange["stub"]
    return "" if struck else "; ".join(str(error.get("detail")) for error in _errors(exchange))


def _errors(exchange: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    body = (exchange["response"] or {}).get("body")
    errors = body.get("errors") if isinstance(body, dict) else None
    return [error for error in errors or () if isinstance(error, dict)]


def _answer(exchange: Mapping[str, Any]) -> str:
    answered = exchange["response"]
    if answered is None:
        return "no answer"
    codes = [str(error.get("code")) for error in _errors(exchange)]
    lost = "" if exchange["delivered"] else " (lost)"
    return " ".join([str(answered["status"]), *codes]) + lost


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _listed(title: str, exchanges: list[Result]) -> list[str]:
    left_out = len(exchanges) - SHOWN
    more = [f"  … {left_out} more before"] if left_out > 0 else []
    return [title, *more, *(f"  {line(exchange)}" for exchange in exchanges[-SHOWN:])]


def _difference(wanted: Any, exchange: Json) -> list[str]:
    """Return how the body of a request differs, in what the wanted one speaks of."""
    actual = exchange["request"]["body"]
    expected, requested = _pretty(masked(wanted)), _pretty(_part(actual, wanted))
    diff = difflib.unified_diff(expected, requested, "expected", "requested", lineterm="")
    return [f"  {line(exchange)}", *(f"    {text}" for text in diff)]


def _part(actual: Any, wanted: Any) -> Any:
    """Return the members of a value that the wanted one has too."""
    if not isinstance(wanted, Mapping) or not isinstance(actual, Mapping):
        return actual
    return {name: _part(actual[name], wanted[name]) for name in wanted if name in actual}


def _pretty(value: Any) -> list[str]:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(value, default=str, option=options).decode().splitlines()
