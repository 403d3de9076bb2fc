"""The route of a request: what its method and its path mean, read once and by nobody else.

Gate, views, faults, stubs, journal, near misses and advice go by it. What a view answers is what
counts: where none does, a request has a type to be matched by only if that is one of no
declaration, so that a stub can answer for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mockserver.late_dataclass import dataclass
from mockserver.reasons import reason
from mockserver.resources.registry import derived, registry
from mockserver.schema.vocabulary import Resource

API = "/api/"
CONTROL = "/_mock"
#: Beneath the API and no part of it: the core host's, for everybody (clients.md §2).
METADATA = "/api/public/resources"
OAUTH: Mapping[str, str] = {
    "/oauth/token": "token",
    "/oauth/revoke": "revoke",
    "/oauth/authorize": "authorize",
    "/oauth/tokeninfo": "tokeninfo",
    "/.well-known/jwks.json": "jwks",
}
#: The endpoints that refuse in the shape of OAuth; tokeninfo refuses as the API does.
OAUTH_SHAPED = frozenset({"token", "revoke", "authorize", "jwks"})

#: Whose a path is; elsewhere are downloads, routes of somebody's own, and nothing.
Place = Literal["api", "metadata", "oauth", "control", "readiness", "elsewhere"]
Declaration = type[Resource]
#: What a path of the API names.
Shape = Literal["collection", "member", "singleton", "related", "to_one", "to_many"]

_UPDATING = dict.fromkeys(("PATCH", "PUT"), "update")
_LINKING = {"GET": "retrieve", **_UPDATING, "DELETE": "update"}
#: The action of the vendor that each method is, by what the path names; HEAD is as GET.
ACTIONS: Mapping[Shape, Mapping[str, str]] = {
    "collection": {"GET": "list", "POST": "create"},
    "member": {"GET": "retrieve", **_UPDATING, "DELETE": "delete"},
    "singleton": {"GET": "retrieve"},
    "related": {"GET": "retrieve"},
    "to_one": _LINKING,
    "to_many": {**_LINKING, "POST": "update"},
}
#: ``{type}/{id}/relationships/{name}``
LINKAGE_SEGMENTS = 4
#: Routes that are remembered, and the longest path of one.
REMEMBERED, LONGEST_REMEMBERED = 4096, 200


@dataclass(frozen=True, slots=True)
class Route:
    """The meaning of a method and a path.

    Attributes:
        place: whose the path is.
        type: of the records that are answered with: behind a relationship those it leads to;
            ``None`` outside the API, and where they may be of several.
        action: list, retrieve, create, update or delete; ``token`` and so on for OAuth;
            ``None`` where the method is none of the path's.
        segments: of the path below ``/api/``; bursts are counted by the first of them.
        resource: the declaration that the first segment names.
        shape: what a path of the API names.
        id: of the record in the path.
        relationship: in the path.
        missing: why the path leads nowhere in the API.
    """

    place: Place
    type: str | None = None
    action: str | None = None
    segments: tuple[str, ...] = ()
    resource: Declaration | None = None
    shape: Shape | None = None
    id: str | None = None
    relationship: str | None = None
    missing: str | None = None

    @property
    def is_below_api(self) -> bool:
        """Whether its answers are of the media type of the API."""
        return self.place in ("api", "metadata")


ELSEWHERE, OF_CONTROL = Route("elsewhere"), Route("control")
PLACES: Mapping[str, Route] = {
    METADATA: Route("metadata"),
    "": Route("readiness"),
    **{path: Route("oauth", action=action) for path, action in OAUTH.items()},
}


def resolve(method: str, path: str) -> Route:
    """Return the route of a request.

    One slash at the end is as good as none; a path with an empty segment leads nowhere
    (conventions.md §1).

    Args:
        method: upper case.
        path: decoded, without the query.
    """
    return (_remembered if len(path) <= LONGEST_REMEMBERED else _resolved)(method, path)


def _resolved(method: str, path: str) -> Route:
    bare = path.removesuffix("/")
    found = PLACES.get(bare)
    if found:
        return found
    if path.startswith(API):
        return _of_api("GET" if method == "HEAD" else method, tuple(bare[len(API) :].split("/")))
    return OF_CONTROL if f"{path}/".startswith(f"{CONTROL}/") else ELSEWHERE


_remembered = derived(_resolved, maxsize=REMEMBERED)


@derived
def singletons() -> Mapping[str, Declaration]:
    """Return the declarations of what exists once, by path segment."""
    return {r.singleton: r for r in registry().values() if r.singleton}


def _of_api(method: str, segments: tuple[str, ...]) -> Route:
    first, *rest = segments
    singleton = singletons().get(first)
    if singleton and not rest:
        return _leading(method, segments, singleton, "singleton")
    resource = registry().get(first)
    if "" in segments or (resource and resource.singleton):
        return _missing(segments, resource, reason("path_missing"))
    return _declared(method, segments, resource) if resource else _undeclared(method, segments)


def _declared(method: str, segments: tuple[str, ...], resource: Declaration) -> Route:
    """Return the route of a path that begins with a declared type."""
    match segments:
        case [_]:
            return _leading(method, segments, resource, "collection")
        case [_, id_]:
            return _leading(method, segments, resource, "member", id_)
        case [_, id_, name] if name in resource.relationships:
            return _related(method, segments, resource, id_, name)
        case [_, id_, "relationships", name] if name in resource.relationships:
            shape: Shape = "to_many" if resource.relationships[name].many else "to_one"
            return _leading(method, segments, resource, shape, id_, name)
        case [_, _, name] | [_, _, "relationships", name]:
            why = reason("relationship_missing", type=resource.type_, name=name)
            return _missing(segments, resource, why)
    return _missing(segments, resource, reason("path_missing"))


def _leading(  # noqa: PLR0913, PLR0917 - what a path may name
    method: str,
    segments: tuple[str, ...],
    resource: Declaration,
    shape: Shape,
    id_: str | None = None,
    name: str | None = None,
) -> Route:
    action = ACTIONS[shape].get(method)
    return Route("api", resource.type_, action, segments, resource, shape, id_, name)


def _related(
    method: str, segments: tuple[str, ...], resource: Declaration, id_: str, name: str
) -> Route:
    """Return the route of a related path: a list of what is related, or the one record."""
    relationship, action = resource.relationships[name], ACTIONS["related"].get(method)
    type_ = relationship.types[0] if len(relationship.types) == 1 else None
    action = "list" if action and relationship.many else action
    return Route("api", type_, action, segments, resource, "related", id_, name)


def _undeclared(method: str, segments: tuple[str, ...]) -> Route:
    """Return the route of a path that begins with no declared type: nothing, but for a stub."""
    shapes: Mapping[int, Shape] = {1: "collection", 2: "member"}
    shape = shapes.get(len(segments))
    if len(segments) == LINKAGE_SEGMENTS and segments[2] == "relationships":
        shape = "to_many"
    type_ = segments[0] if shape else None
    action = ACTIONS[shape].get(method) if shape else None
    id_ = segments[1] if shape in ("member", "to_many") else None
    missing = reason("type_missing", type=segments[0])
    return Route("api", type_, action, segments, id=id_, missing=missing)


def _missing(segments: tuple[str, ...], resource: Declaration | None, why: str) -> Route:
    return Route("api", segments=segments, resource=resource, missing=why)
