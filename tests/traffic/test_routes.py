"""What paths lead to."""

from __future__ import annotations

import pytest

from mockserver.traffic.routes import destination, is_control
from mockserver.web import api


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/customers", ("customers", "list")),
        ("HEAD", "/api/customers/", ("customers", "list")),
        ("POST", "/api/customers", ("customers", "create")),
        ("DELETE", "/api/customers", ("customers", None)),
        ("GET", "/api/customers/x", ("customers", "retrieve")),
        ("PATCH", "/api/customers/x", ("customers", "update")),
        ("PUT", "/api/customers/x", ("customers", "update")),
        ("DELETE", "/api/customers/x", ("customers", "delete")),
        ("GET", "/api/customers/x/orders", ("orders", "list")),
        ("GET", "/api/customers/x/customer_group", ("customer_groups", "retrieve")),
        ("POST", "/api/customers/x/orders", (None, None)),
        ("GET", "/api/customers/x/nothing", (None, None)),
        ("GET", "/api/nothing/x/orders", (None, None)),
        ("GET", "/api/orders/x/payment_source", (None, "retrieve")),
        ("GET", "/api/customers/x/relationships/tags", ("customers", "retrieve")),
        ("POST", "/api/customers/x/relationships/tags", ("customers", "update")),
        ("PUT", "/api/customers/x/relationships/tags", ("customers", "update")),
        ("GET", "/api/customers/x/y/z/w", (None, None)),
        ("GET", "/api/customers//", (None, None)),
        ("POST", "/api/customers//", (None, None)),
        ("GET", "/api/customers/x//", (None, None)),
        ("GET", "/api/customers//orders", (None, None)),
        ("PUT", "/api/customers//relationships/tags", (None, None)),
        ("GET", "/api/organization", ("organizations", "retrieve")),
        ("GET", "/api/application", ("applications", "retrieve")),
        ("GET", "/api/gift_wraps", ("gift_wraps", "list")),
        ("GET", "/api/", (None, None)),
        ("GET", "/api//", (None, None)),
        ("GET", "/api", (None, None)),
        ("POST", "/oauth/token", (None, "token")),
        ("POST", "/oauth/token/", (None, "token")),
        ("POST", "/oauth/token//", (None, None)),
        ("POST", "/oauth/revoke", (None, "revoke")),
        ("GET", "/oauth/authorize", (None, "authorize")),
        ("GET", "/oauth/tokeninfo", (None, "tokeninfo")),
        ("GET", "/.well-known/jwks.json", (None, "jwks")),
        ("GET", "/", (None, None)),
    ],
)
def test_destination(method: str, path: str, expected: tuple[str | None, str | None]) -> None:
    """The type and the action follow from method and path alone."""
    assert expected == destination(method, path)


@pytest.mark.parametrize(
    ("path", "views"),
    [
        ("/api/customers", api.COLLECTION),
        ("/api/customers/x", api.MEMBER),
        ("/api/organization", api.SINGLETON),
        ("/api/customers/x/customer_group", api.RELATED),
        ("/api/customers/x/relationships/customer_group", api.TO_ONE),
        ("/api/customers/x/relationships/tags", api.TO_MANY),
    ],
)
def test_actions_are_those_of_the_views(path: str, views: api.Views) -> None:
    """Whatever method a URL answers to, faults and stubs know it by the action it is."""
    expected = {method: action for method, (action, _) in views.items()}

    assert expected == {method: destination(method, path)[1] for method in views}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/_mock", True), ("/_mock/journal", True), ("/_mocked", False), ("/api/_mock", False)],
)
def test_control_plane(path: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """The control plane is what is below its prefix."""
    assert expected is is_control(path)
