"""Near misses: names in a request that the API does not know, and the nearest that it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, partial
from typing import Any

import orjson

from mockserver.errors import CATALOGUE
from mockserver.jsonapi.filters import AND, OR
from mockserver.jsonapi.predicates import PREDICATES, split
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import derived, known_types, registry
from mockserver.schema.vocabulary import Resource
from mockserver.traffic.matchers import at_pointer
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import API, OAUTH, Route, singletons

NOT_FOUND, METHOD_NOT_ALLOWED, BAD_REQUEST = 404, 405, 400
#: What is longer resembles nothing, and is shown in part.
LONGEST_NAME = 100
#: Conditions that are ignored and need not be looked up again: clients make up any number.
REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One thing the API does not know.

    Attributes:
        what: route, method, type, field, filter, include or sort.
        name: as it was asked for.
        nearest: what may have been meant, if anything is near.
    """

    what: str
    name: str
    nearest: str | None = None

    @property
    def sentence(self) -> str:
        """The sentence about a condition that was ignored."""
        shown = f"{self.name[:LONGEST_NAME]}..." if len(self.name) > LONGEST_NAME else self.name
        name = "".join(c if c.isprintable() else "?" for c in shown)
        meant = f"; did you mean {self.nearest}?" if self.nearest else "."
        return f"filter[q][{name}] is ignored, there is no such condition{meant}"


def near_miss(
    recorded: RecordedRequest,
    status: int | None,
    body: bytes,
    headers: Mapping[str, str],
    *,
    routed: bool,
) -> NearMiss | None:
    """Return the first name in a request unknown to the API; ``None`` when it knows them all.

    Args:
        recorded: the request.
        status: of the answer.
        body: of the answer.
        headers: of the answer.
        routed: whether there is anything at a path outside the API.
    """
    if status == NOT_FOUND:
        is_api = recorded.route.place == "api"
        is_there = recorded.route.missing is None if is_api else routed
        return None if is_there else _route(recorded)
    if status == METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow", "")
        return NearMiss("method", f"{recorded.method} {recorded.path}", allowed or None)
    return _name(recorded, body) if status == BAD_REQUEST else None


@partial(derived, maxsize=REMEMBERED)
def ignored(type_: str, key: str) -> NearMiss:
    """Return a condition of ``filter[q]`` that there is not for a type, with the nearest one."""
    resource = registry()[type_]
    near = _nearest_filter(key, resource) if len(key) <= LONGEST_NAME else None
    if near in resource.attributes and near not in resource.query_scopes:
        near = f"{near}_eq"
    return NearMiss("filter", key, None if near == key else near)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that resembles a name most, if one does."""
    known = {candidate.casefold(): candidate for candidate in candidates}
    found = get_close_matches(name.casefold(), known, 1, 0.6)
    return known[found[0]] if found else None


# --- routes --------------------------------------------------------------------------------------


def _route(recorded: RecordedRequest) -> NearMiss:
    """Return the path that was meant by one that leads nowhere."""
    route, path = recorded.route, recorded.path
    return NearMiss("route", path, _nearest_below(route) if route.segments else _nearest(path))


def _nearest_below(route: Route) -> str | None:
    """Return the nearest path of the API, for one of the API."""
    endpoint, *rest = route.segments
    resource = route.resource
    if resource is None or resource.singleton:
        return _nearest_collection(endpoint, rest)
    match rest:
        case [_, name] | [_, "relationships", name] if "" not in rest:
            near = nearest(name, resource.relationships)
            return near and "/".join(["/api", endpoint, *_shown(rest[:-1]), near])
    return f"{API}{endpoint}"


def _shown(rest: list[str]) -> list[str]:
    return ["{id}", *rest[1:]] if rest else []


def _nearest_collection(type_: str, rest: list[str]) -> str | None:
    """Return the path with the type that is meant, which may stand later, after a version."""
    known = {*registry(), *singletons()}
    near = nearest(type_, known)
    if near:
        return "/".join(["/api", near, *_shown(rest)])
    at = next((at for at, part in enumerate(rest) if part in known), None)
    return None if at is None else "/".join(["/api", rest[at], *_shown(rest[at + 1 :])])


def _nearest(path: str) -> str | None:
    """Return the nearest path outside the API, or the one inside it that was meant."""
    collections = {f"{API}{name}" for name in {*registry(), *singletons()}}
    inside = (f"{API}{segment}" for segment in path.split("/"))
    meant = next((each for each in inside if each in collections), None)
    return meant or nearest(path.removesuffix("/"), {*OAUTH, *collections})


# --- names in a query or a body ------------------------------------------------------------------


def _name(recorded: RecordedRequest, body: bytes) -> NearMiss | None:
    """Return the name that the first error of an answer complains about."""
    try:
        error = at_pointer(orjson.loads(body), "/errors/0")
    except orjson.JSONDecodeError:
        return None
    code = error.get("code", "") if isinstance(error, dict) else ""
    if code not in COMPLAINTS:
        return None
    what, candidates = COMPLAINTS[code]
    named = _pattern(code).fullmatch(str(error.get("detail")))
    name = named["name"] if named else ""
    type_ = (named and named.groupdict().get("type")) or recorded.type or ""
    resource = registry().get(type_)
    near = candidates(name, resource) if resource or what == "type" else None
    # A name that is there, but not to be used so, is no name the API does not know.
    return None if not name or near == name else NearMiss(what, name, near)


@cache
def _pattern(code: str) -> re.Pattern[str]:
    """Return the pattern that reads the names out of the detail of an error."""
    detail = re.escape(CATALOGUE[code].detail)
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", detail), re.DOTALL)


def _nearest_member(name: str, resource: type[Resource]) -> str | None:
    return nearest(name, {*resource.attributes, *resource.relationships})


def _nearest_include(name: str, resource: type[Resource]) -> str | None:
    return nearest(name, [n for n, r in resource.relationships.items() if r.includable])


def _nearest_sort(name: str, resource: type[Resource]) -> str | None:
    return nearest(name, [n for n, a in resource.attributes.items() if a.flags.sortable])


def _nearest_filter(key: str, resource: type[Resource]) -> str | None:
    """Return the nearest filter: with the predicate of the key, or with the nearest predicate."""
    columns = [n for n, a in resource.attributes.items() if a.flags.filterable]
    columns += [n for n, r in resource.relationships.items() if r.flags.filterable]
    parts = split(key)
    if parts and parts[0] in resource.query_scopes:
        return parts[0]
    if parts:
        return _nearest_columns(*parts, columns)
    own = max((c for c in columns if key.startswith(f"{c}_")), key=len, default=None)
    if own:
        asked = key.removeprefix(f"{own}_")
        # "equals" and "starts_with" begin with the predicates they mean.
        begun = max((p for p in PREDICATES if asked.startswith(p)), key=len, default=None)
        predicate = begun or nearest(asked, PREDICATES)
        return predicate and f"{own}_{predicate}"
    return nearest(key, resource.filters)


def _nearest_columns(names: str, predicate: str, columns: list[str]) -> str | None:
    """Return the nearest filter with the predicate; of names that are joined, each its nearest."""
    joint = OR if OR in names else AND
    found = [nearest(name, columns) for name in names.split(joint)]
    near = [name for name in found if name]
    return f"{joint.join(near)}_{predicate}" if len(near) == len(found) else None


#: What each error is about, and where its name's nearest is looked for.
COMPLAINTS: Mapping[str, tuple[str, Callable[[str, Any], str | None]]] = {
    "INVALID_RESOURCE": ("type", lambda name, _: nearest(name, known_types())),
    "PARAM_NOT_ALLOWED": ("field", _nearest_member),
    "INVALID_FIELD": ("field", _nearest_member),
    "FILTER_NOT_ALLOWED": ("filter", _nearest_filter),
    "INVALID_INCLUDE": ("include", _nearest_include),
    "INVALID_SORT_CRITERIA": ("sort", _nearest_sort),
}
