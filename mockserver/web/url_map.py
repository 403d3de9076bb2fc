"""The rules of the API in Flask's ``url_map``: those of a type are made when first asked for.

There are some hundreds of them, and compiling one takes the framework a millisecond: made at start,
they would cost more than all the rest of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

from flask import Request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map, MapAdapter, Rule

from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import Resource
from mockserver.traffic.route import ACTIONS, API, Shape

#: Endpoint, path, methods.
Declared = tuple[str, str, list[str]]


class ApiMap(Map):
    """A map with the rules of all declared types, and whatever else is added.

    Attributes:
        endpoints: of the API: ``customers.retrieve``, ``customers.orders`` for what is related,
            ``customers.relationships.orders`` for its linkage.
        others_below_api: the paths of rules below ``/api``, or anywhere, that are not of the API.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Hold the rules of the declared types in readiness."""
        super().__init__(*args, **options)
        declared = registry()
        self._waiting = {type_: list(rules(resource)) for type_, resource in declared.items()}
        self._types = {r.singleton or type_: type_ for type_, r in declared.items()}
        self._lock = Lock()
        self.endpoints = frozenset(e for found in self._waiting.values() for e, _, _ in found)
        self.others_below_api: list[str] = []
        #: Has the rules of what is beside the API, all at once.
        self.for_others: Callable[[], None] = _nothing

    def add(self, rulefactory: Any) -> None:
        """Add a rule, or several."""
        for rule in rulefactory.get_rules(self):
            if rule.rule.startswith((API, "/<")):
                self.others_below_api.append(rule.rule)
        super().add(rulefactory)

    def refuse_for_others(self, request: Request) -> None:
        """Refuse a method that a rule below ``/api`` that is not of the API has not.

        Raises:
            MethodNotAllowed: with those it has.
        """
        missed = request.routing_exception
        if isinstance(missed, MethodNotAllowed) and not self._type(request.path):
            raise missed

    def for_path(self, path: str) -> None:
        """Have the rules that a path may match."""
        if path.startswith(API):
            self.for_type(self._type(path))
        else:
            self.for_others()

    def _type(self, path: str) -> str:
        """Return the type that a path of the API begins with, empty where it is none."""
        return self._types.get(path[len(API) :].partition("/")[0], "")

    def for_endpoint(self, endpoint: str) -> None:
        """Have the rule of an endpoint."""
        if endpoint in self.endpoints:
            self.for_type(endpoint.partition(".")[0])
        else:
            self.for_others()

    def for_type(self, type_: str) -> None:
        """Have the rules of a type."""
        if type_ not in self._waiting:
            return
        with self._lock:
            for endpoint, path, methods in self._waiting.get(type_, ()):
                super().add(Rule(path, endpoint=endpoint, methods=methods))
            self._waiting.pop(type_, None)

    def iter_rules(self, endpoint: Any = None) -> Iterator[Rule]:
        """Return an iterator over all rules, or those of an endpoint."""
        for type_ in list(self._waiting):
            self.for_type(type_)
        self.for_others()
        return super().iter_rules(endpoint)

    def is_endpoint_expecting(self, endpoint: Any, *arguments: str) -> bool:
        """Say whether a rule of an endpoint has these arguments."""
        self.for_endpoint(endpoint)
        return super().is_endpoint_expecting(endpoint, *arguments)

    def bind(self, *args: Any, **kwargs: Any) -> MapAdapter:
        """Return the adapter that matches and builds, for a server."""
        return ApiAdapter.of(super().bind(*args, **kwargs))

    def bind_to_environ(self, *args: Any, **kwargs: Any) -> MapAdapter:
        """Return the adapter that matches and builds, for a request."""
        return ApiAdapter.of(super().bind_to_environ(*args, **kwargs))


def _nothing() -> None:
    """Have what is there."""


class ApiAdapter(MapAdapter):
    """Matches and builds with the rules that the map makes for it."""

    map: ApiMap

    @classmethod
    def of(cls, bound: MapAdapter) -> ApiAdapter:
        """Return one that is bound as another one."""
        adapter = cls.__new__(cls)
        vars(adapter).update(vars(bound))
        return adapter

    def match(self, path_info: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Return the endpoint that a path leads to."""
        self.map.for_path(self.path_info if path_info is None else path_info)
        return super().match(path_info, *args, **kwargs)

    def build(self, endpoint: str, *args: Any, **kwargs: Any) -> str:
        """Return the URL of an endpoint."""
        self.map.for_endpoint(endpoint)
        return super().build(endpoint, *args, **kwargs)


def rules(resource: type[Resource]) -> Iterator[Declared]:
    """Yield the routes of a type: what its actions, and its relationships, answer to."""
    base = f"{API}{resource.singleton or resource.type_}"
    if resource.singleton:
        yield from _by_action(resource, "singleton", base)
        return
    yield from _by_action(resource, "collection", base)
    yield from _by_action(resource, "member", f"{base}/<id>")
    for name, relationship in resource.relationships.items():
        linkage: Shape = "to_many" if relationship.many else "to_one"
        yield from _of_relationship(resource, "related", name, f"{base}/<id>/{name}")
        beneath = f"relationships.{name}", f"{base}/<id>/relationships/{name}"
        yield from _of_relationship(resource, linkage, *beneath)


def _by_action(resource: type[Resource], shape: Shape, path: str) -> Iterator[Declared]:
    """Yield a route for each action, named by it."""
    methods: dict[str, list[str]] = {}
    for method, action in ACTIONS[shape].items():
        if action in resource.actions:
            methods.setdefault(action, []).append(method)
    for action, found in methods.items():
        yield f"{resource.type_}.{action}", path, found


def _of_relationship(
    resource: type[Resource], shape: Shape, name: str, path: str
) -> Iterator[Declared]:
    """Yield the one route of what is related, or of a linkage, if there is any."""
    found = [m for m, action in ACTIONS[shape].items() if action in resource.actions]
    if found:
        yield f"{resource.type_}.{name}", path, found
