"""Routes: what a method and a path mean."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mockserver.resources.registry import registry
from mockserver.traffic.route import ACTIONS, LONGEST_REMEMBERED, Route, Shape, resolve
from mockserver.web.api import VIEWS

NO_PATH = "The path leads nowhere."


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/customers", ("collection", "customers", "list", None, None)),
        ("HEAD", "/api/customers/", ("collection", "customers", "list", None, None)),
        ("POST", "/api/customers", ("collection", "customers", "create", None, None)),
        ("DELETE", "/api/customers", ("collection", "customers", None, None, None)),
        ("OPTIONS", "/api/customers", ("collection", "customers", None, None, None)),
        ("GET", "/api/customers/x", ("member", "customers", "retrieve", "x", None)),
        ("HEAD", "/api/customers/x", ("member", "customers", "retrieve", "x", None)),
        ("PATCH", "/api/customers/x", ("member", "customers", "update", "x", None)),
        ("PUT", "/api/customers/x/", ("member", "customers", "update", "x", None)),
        ("DELETE", "/api/customers/x", ("member", "customers", "delete", "x", None)),
        ("POST", "/api/customers/x", ("member", "customers", None, "x", None)),
        ("GET", "/api/customers/x/orders", ("related", "orders", "list", "x", "orders")),
        (
            "HEAD",
            "/api/customers/x/customer_group",
            ("related", "customer_groups", "retrieve", "x", "customer_group"),
        ),
        ("POST", "/api/customers/x/orders", ("related", "orders", None, "x", "orders")),
        (
            "GET",
            "/api/orders/x/payment_source",
            ("related", None, "retrieve", "x", "payment_source"),
        ),
        (
            "GET",
            "/api/customers/x/event_stores",
            ("related", "event_stores", "list", "x", "event_stores"),
        ),
        (
            "GET",
            "/api/customers/x/relationships/tags",
            ("to_many", "customers", "retrieve", "x", "tags"),
        ),
        (
            "POST",
            "/api/customers/x/relationships/tags",
            ("to_many", "customers", "update", "x", "tags"),
        ),
        (
            "PUT",
            "/api/customers/x/relationships/tags/",
            ("to_many", "customers", "update", "x", "tags"),
        ),
        (
            "DELETE",
            "/api/customers/x/relationships/customer_group",
            ("to_one", "customers", "update", "x", "customer_group"),
        ),
        (
            "POST",
            "/api/customers/x/relationships/customer_group",
            ("to_one", "customers", None, "x", "customer_group"),
        ),
        ("GET", "/api/organization", ("singleton", "organizations", "retrieve", None, None)),
        ("HEAD", "/api/application/", ("singleton", "applications", "retrieve", None, None)),
        ("DELETE", "/api/organization", ("singleton", "organizations", None, None, None)),
    ],
)
def test_paths_of_the_api(method: str, path: str, expected: tuple[str | None, ...]) -> None:
    """What the path names, the type and the action, and the id and the relationship in it."""
    route = resolve(method, path)

    assert ("api", None) == (route.place, route.missing)
    assert expected == (route.shape, route.type, route.action, route.id, route.relationship)


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/api/", NO_PATH),
        ("/api//", NO_PATH),
        ("/api//customers", NO_PATH),
        ("/api/customers//", NO_PATH),
        ("/api/customers/x//", NO_PATH),
        ("/api/customers//orders", NO_PATH),
        ("/api/customers//relationships/tags", NO_PATH),
        ("/api/nothing//x", NO_PATH),
        ("/api/customers/x/y/z/w", NO_PATH),
        ("/api/customers/x/y/tags", NO_PATH),
        ("/api/organizations", NO_PATH),
        ("/api/organizations/x", NO_PATH),
        ("/api/customers/x/nothing", "customers have no relationship nothing."),
        ("/api/customers/x/relationships", "customers have no relationship relationships."),
        ("/api/customers/x/relationships/nothing", "customers have no relationship nothing."),
        ("/api/nothing/x/orders", "There is no type nothing."),
        ("/api/nothing/x/y/z/w", "There is no type nothing."),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_paths_that_lead_nowhere(method: str, path: str, missing: str) -> None:
    """They are of the API, have neither type nor action, and say why they lead nowhere."""
    route = resolve(method, path)

    assert ("api", None, None, None) == (route.place, route.shape, route.type, route.action)
    assert missing == route.missing


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/gift_wraps", ("gift_wraps", "list", None)),
        ("DELETE", "/api/gift_wraps/x/", ("gift_wraps", "delete", "x")),
        ("POST", "/api/gift_wraps/x/relationships/y", ("gift_wraps", "update", "x")),
    ],
)
def test_undeclared_types(method: str, path: str, expected: tuple[str | None, ...]) -> None:
    """Nothing is there, but a stub may answer for the type."""
    route = resolve(method, path)

    assert expected == (route.type, route.action, route.id)
    assert route.missing == "There is no type gift_wraps."


@pytest.mark.parametrize(
    ("path", "place", "action"),
    [
        ("/oauth/token", "oauth", "token"),
        ("/oauth/token/", "oauth", "token"),
        ("/oauth/revoke", "oauth", "revoke"),
        ("/oauth/authorize", "oauth", "authorize"),
        ("/oauth/tokeninfo", "oauth", "tokeninfo"),
        ("/.well-known/jwks.json", "oauth", "jwks"),
        ("/oauth/token//", "elsewhere", None),
        ("//oauth/token", "elsewhere", None),
        ("/api/public/resources", "metadata", None),
        ("/api/public/resources/", "metadata", None),
        ("/api/public/resources//", "api", None),
        ("/_mock", "control", None),
        ("/_mock/journal", "control", None),
        ("/_mock//", "control", None),
        ("//_mock", "elsewhere", None),
        ("/_mocked", "elsewhere", None),
        ("/", "readiness", None),
        ("//", "elsewhere", None),
        ("/api", "elsewhere", None),
        ("//api/customers", "elsewhere", None),
        ("/downloads/acme/test/exports/x", "elsewhere", None),
        ("/nothing", "elsewhere", None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_paths(method: str, path: str, place: str, action: str | None) -> None:
    """Outside the API the path alone says what it is."""
    route = resolve(method, path)

    assert (place, None, action) == (route.place, route.type, route.action)


@pytest.mark.parametrize("shape", ACTIONS)
def test_every_action_has_a_view(shape: Shape) -> None:
    """Whatever method a path answers to, there is a view for the action it is, and no other."""
    expected = set(ACTIONS[shape].values()) | ({"list"} if shape == "related" else set())

    assert expected == {action for of, action in VIEWS if of == shape}


def test_every_declared_path() -> None:
    """Of every type: its collection, a member, and what each of its relationships leads to."""
    shapes: Mapping[bool, Shape] = {True: "to_many", False: "to_one"}
    for type_, resource in registry().items():
        base = f"/api/{resource.singleton or type_}"
        first: Shape = "singleton" if resource.singleton else "collection"
        assert (first, resource) == (resolve("GET", base).shape, resolve("GET", base).resource)
        for name, relationship in resource.relationships.items():
            if not resource.singleton:
                related = resolve("GET", f"{base}/x/{name}")
                assert ("list" if relationship.many else "retrieve") == related.action
                shape = resolve("GET", f"{base}/x/relationships/{name}").shape
                assert shapes[relationship.many] == shape


def test_long_paths_are_not_remembered() -> None:
    """What nobody repeats is read anew, and means the same."""
    long, short = "x" * LONGEST_REMEMBERED, "x"

    def of(id_: str) -> Route:
        return resolve("GET", f"/api/customers/{id_}")

    assert of(short) is of(short)
    assert of(long) is not of(long)
    assert (of(short).shape, of(short).action) == (of(long).shape, of(long).action)
