"""Advice: what the real service would object to, and what helps with a refusal, as tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from mockserver.jsonapi.query import DEFAULT_SIZE
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import registry
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.traffic.matchers import MISSING, at_pointer
from mockserver.traffic.near_misses import ignored
from mockserver.traffic.recorded_request import RecordedRequest

HEADER = "X-Mock-Advice"

#: So many different records of a kind one by one, within so many seconds, should be one list.
MANY_RETRIEVES, RETRIEVE_WINDOW = 5, 2.0
#: So many pages of an unfiltered list, within so many seconds, are a walk through all of it.
MANY_PAGES, PAGE_WINDOW = 3, 10.0
#: So many ignored conditions of a request are named.
MANY_IGNORED = 5
#: An unfiltered list of more records is a full one.
MANY_RECORDS = 100
#: Characters of a header; clients refuse answers with very long ones.
LONGEST_VALUE = 2000
#: Applications times kinds of request that are watched at a time.
MAXIMUM_WATCHED = 1000

NUMBERED_SCOPE = re.compile(r"(?:market|stock_location):[0-9]+")
COUNT = b'"record_count":'
PAGE_NUMBER = re.compile(r"page(?:\[|%5B)number(?:\]|%5D)=(\d+)", re.IGNORECASE)
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Advice:
    """One objection.

    Attributes:
        code: of the rule.
        detail: one sentence.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence beside the request.

    Attributes:
        over: whether the client is over its rate limit, enforced or not.
        similar: how many different requests of the same kind the application made just before.
        total: how many records match, for a list.
        ignored: the type and the key of each condition that was ignored.
        reason: why the request was refused.
    """

    over: bool = False
    similar: int = 1
    total: int = 0
    ignored: Sequence[tuple[str, str]] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The case that rules judge: a request and what was noticed."""

    recorded: RecordedRequest
    evidence: Evidence

    @property
    def is_unfiltered_list(self) -> bool:
        """Whether it lists a type, and takes everything."""
        recorded = self.recorded
        return (
            recorded.route.shape == "collection"
            and recorded.action == "list"
            and "filter" not in recorded.query
        )


def _ignored(case: Case) -> str | None:
    met = case.evidence.ignored
    sentences = [ignored(type_, key).sentence for type_, key in met[:MANY_IGNORED]]
    rest = [f"So are {len(met) - MANY_IGNORED} more."] if len(met) > MANY_IGNORED else []
    return " ".join([*sentences, *rest]) or None


def _over(case: Case) -> str | None:
    over = case.evidence.over
    return "The real service would have refused this with 429." if over else None


def _one_by_one(case: Case) -> str | None:
    recorded, similar = case.recorded, case.evidence.similar
    if kind_of(recorded)[1] != RETRIEVE_WINDOW or similar < MANY_RETRIEVES:
        return None
    name = recorded.route.relationship
    hint = f"include={name} in the list" if name else "include or id_in"
    return f"{similar} requests for single {recorded.type} in a row: {hint} would do with one."


def _walk(case: Case) -> str | None:
    if not case.is_unfiltered_list or case.evidence.similar < MANY_PAGES:
        return None
    return f"{case.evidence.similar} pages of all {case.recorded.type}: a filter or an export fits."


def _full_list(case: Case) -> str | None:
    if not case.is_unfiltered_list or case.evidence.total <= MANY_RECORDS:
        return None
    return f"An unfiltered list of {case.evidence.total} {case.recorded.type}."


def _page_size(case: Case) -> str | None:
    size = case.recorded.parameters.get("page[size]", "") if case.is_unfiltered_list else ""
    if not size.isdecimal() or int(size) <= DEFAULT_SIZE:
        return None
    return f"page[size]={size} without a filter: a filter would ask for less."


def _deprecated(case: Case) -> str | None:
    recorded = case.recorded
    resource = registry().get(recorded.type or "")
    if resource is None:
        return None
    if resource.deprecated:
        return f"{recorded.type} are deprecated."
    known = deprecated_members(resource)
    used = sorted(known.intersection(_names(recorded))) if known else ()
    return f"Deprecated in {recorded.type}: {', '.join(used)}." if used else None


@cache
def deprecated_members(resource: type[Resource]) -> frozenset[str]:
    """Return the names of the members that a declaration calls deprecated."""
    members: Mapping[str, Attribute | Relationship] = {
        **resource.attributes,
        **resource.relationships,
    }
    return frozenset(name for name, member in members.items() if member.deprecated)


def _names(recorded: RecordedRequest) -> Iterable[str]:
    """Yield the fields a request names, in its body or its query."""
    for pointer in ("/data/attributes", "/data/relationships"):
        members = at_pointer(recorded.document, pointer) if recorded.body else MISSING
        yield from members if isinstance(members, dict) else ()
    for name, value in recorded.parameters.items():
        yield from WORD.findall(f"{name} {value}" if name.startswith("filter") else value)


def _numbered_scope(case: Case) -> str | None:
    recorded = case.recorded
    if recorded.action not in ("token", "authorize"):
        return None
    members: Any = recorded.document if isinstance(recorded.document, dict) else {}
    found = NUMBERED_SCOPE.search(str(members.get("scope") or recorded.parameters.get("scope", "")))
    kind = found[0].partition(":")[0] if found else ""
    return (
        f"The scope {found[0]} is of 2021: name it as {kind}:id: or {kind}:code:."
        if found
        else None
    )


def _anonymization(case: Case) -> str | None:
    recorded = case.recorded
    members = (
        at_pointer(recorded.document, "/data/attributes") if recorded.type == "customers" else {}
    )
    triggers = ("_request_anonymization", "_cancel_anonymization")
    is_one = isinstance(members, dict) and any(trigger in members for trigger in triggers)
    if not is_one or (recorded.owner and recorded.owner.type == "User"):
        return None
    return "Anonymizations need the token of a user: `mockserver token --user` prints one."


def _reason(case: Case) -> str | None:
    return case.evidence.reason


Rules = Mapping[str, Callable[[Case], str | None]]

IGNORED_FILTER = "ignored_filter"
RULES: Rules = {
    IGNORED_FILTER: _ignored,
    "rate_limit": _over,
    "n_plus_one": _one_by_one,
    "page_walk": _walk,
    "full_list": _full_list,
    "page_size": _page_size,
    "deprecated": _deprecated,
    "legacy_scope": _numbered_scope,
}
#: What helps with a refusal, by its status.
RULES_OF_REFUSALS: Mapping[int, Rules] = {
    400: {"reason": _reason},
    401: {"user_token": _anonymization, "reason": _reason},
    404: {"reason": _reason},
    422: {"reason": _reason},
}
NO_RULES: Rules = {}


def advise(recorded: RecordedRequest, status: int | None, evidence: Evidence) -> tuple[Advice, ...]:
    """Return the objections of the real service, or help where this one has refused."""
    if status is None:
        return ()
    is_refused = status >= 400  # noqa: PLR2004 - HTTP
    rules = RULES_OF_REFUSALS.get(status, NO_RULES) if is_refused else RULES
    case = Case(recorded, evidence)
    judged = ((code, rule(case)) for code, rule in rules.items())
    return tuple(Advice(code, detail) for code, detail in judged if detail)


def header_line(advice: Iterable[Advice]) -> str:
    """Return advice as the value of a response header."""
    return header_value("; ".join(f"{each.code}: {each.detail}" for each in advice))


def header_value(text: str) -> str:
    """Return a text as any header can carry it."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:LONGEST_VALUE])


def record_count(body: bytes) -> int:
    """Return how many records the document of a list says there are."""
    start = body.rfind(COUNT) + len(COUNT)
    end = body.find(b",", start)
    digits = body[start:end]
    return int(digits) if start >= len(COUNT) and digits.isdigit() else 0


def kind_of(recorded: RecordedRequest) -> tuple[str, float]:
    """Return the kind of a request, and within how many seconds its like are counted.

    Nothing and no time for one that is like no other.
    """
    route = recorded.route
    if recorded.method != "GET" or not route.type:
        return "", 0.0
    if route.id:
        below = f"/{route.relationship}" if route.relationship else ""
        return f"{route.segments[0]}{below}", RETRIEVE_WINDOW
    return ("", 0.0) if "filter" in recorded.query else (f"{route.type}?", PAGE_WINDOW)


def _page_number(query: str) -> str:
    found = PAGE_NUMBER.search(query)
    return found[1] if found else "1"


class Habits:
    """The requests each application has lately made, one request after the other."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[tuple[str, str], dict[str, float]] = {}

    def note(self, recorded: RecordedRequest, now: float) -> int:
        """Return how many different requests of its kind there have been, this one included.

        Args:
            recorded: the request.
            now: seconds on a clock that no test freezes.
        """
        kind, window = kind_of(recorded)
        if not kind:
            return 1
        key = (recorded.application or "", kind)
        seen = self._seen.get(key)
        if seen is None:
            if len(self._seen) >= MAXIMUM_WATCHED:
                self._seen.clear()
            seen = self._seen[key] = {}
        asked = recorded.path if window == RETRIEVE_WINDOW else _page_number(recorded.query)
        # At the end, so that the oldest stand first.
        seen.pop(asked, None)
        seen[asked] = now
        while seen[oldest := next(iter(seen))] <= now - window:
            del seen[oldest]
        return len(seen)
