"""What a path leads to: the resource type and the action that matchers and the journal name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from mockserver.resources.registry import registry

API = "/api/"
CONTROL = "/_mock"
#: Beneath the API and no part of it: the core host's, for everybody (clients §2).
METADATA = "/api/public/resources"

Destination = tuple[str | None, str | None]

OAUTH: Mapping[str, str] = {
    "/oauth/token": "token",
    "/oauth/revoke": "revoke",
    "/oauth/authorize": "authorize",
    "/oauth/tokeninfo": "tokeninfo",
    "/.well-known/jwks.json": "jwks",
}
#: The endpoints that refuse in the shape of OAuth; tokeninfo refuses as the API does.
OAUTH_SHAPED = frozenset({"token", "revoke", "authorize", "jwks"})

COLLECTION: Mapping[str, str] = {"GET": "list", "HEAD": "list", "POST": "create"}
MEMBER: Mapping[str, str] = {
    "GET": "retrieve",
    "HEAD": "retrieve",
    "PATCH": "update",
    "PUT": "update",
    "DELETE": "delete",
}
LINKAGE: Mapping[str, str] = {
    **dict.fromkeys(("GET", "HEAD"), "retrieve"),
    **dict.fromkeys(("PATCH", "PUT", "POST", "DELETE"), "update"),
}
NOWHERE: Destination = (None, None)


def destination(method: str, path: str) -> Destination:
    """Return the type and the action of a request, each ``None`` where there is none.

    A related path leads to the type behind the relationship; a type that is not declared here is
    a type all the same, so that a stub can answer for it. One slash at the end is as good as
    none; a path with an empty segment leads nowhere (conventions §1).
    """
    if is_metadata(path):
        return NOWHERE
    if not path.startswith(API):
        return None, OAUTH.get(path.removesuffix("/"))
    type_, *rest = path[len(API) :].removesuffix("/").split("/")
    if not type_ or "" in rest:
        return NOWHERE
    if rest:
        return _beneath(method, type_, rest)
    if type_ in singletons():
        return singletons()[type_], MEMBER.get(method)
    return type_, COLLECTION.get(method)


def is_control(path: str) -> bool:
    """Say whether a path belongs to the control plane."""
    return path.startswith(CONTROL) and path[len(CONTROL) : len(CONTROL) + 1] in ("", "/")


def is_metadata(path: str) -> bool:
    """Say whether a path is that of the public metadata."""
    return path.startswith(METADATA) and path[len(METADATA) :] in ("", "/")


@cache
def singletons() -> Mapping[str, str]:
    """Return the types that exist once, by their path segment."""
    return {r.singleton: type_ for type_, r in registry().items() if r.singleton}


def _beneath(method: str, type_: str, rest: Sequence[str]) -> Destination:
    """Return where a path below a collection leads: a record, its relations, a linkage."""
    match rest:
        case [_]:
            return type_, MEMBER.get(method)
        case [_, "relationships", _]:
            return type_, LINKAGE.get(method)
        case [_, name] if method in ("GET", "HEAD"):
            return _related(type_, name)
    return NOWHERE


def _related(type_: str, name: str) -> Destination:
    resource = registry().get(type_)
    relationship = resource.relationships.get(name) if resource else None
    if relationship is None:
        return NOWHERE
    target = relationship.types[0] if len(relationship.types) == 1 else None
    return target, "list" if relationship.many else "retrieve"
