"""Clients of the organizations that a test has made, and refusals as tests compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.app import MockServerApp
from mockserver.errors import Refusal
from tests.client import Api

Json = Mapping[str, Any]


def credential(world: Json, kind: str = "integration", mode: str = "test") -> Json:
    """Return the first credential of an organization that is of the kind and mode."""
    found = (c for c in world["credentials"] if (c["kind"], c["mode"]) == (kind, mode))
    first: Json = next(found)
    return first


def token_request(world: Json, mode: str = "test", **parameters: str) -> dict[str, Any]:
    """Return the body of a request for a token with an integration's credentials."""
    own = credential(world, mode=mode)
    asked = {"grant_type": "client_credentials", "client_secret": own["client_secret"]}
    return {**asked, "client_id": own["client_id"], **parameters}


def client_of(app: MockServerApp, world: Json, mode: str = "test") -> Api:
    """Return a client that acts as an integration of an organization."""
    answer = app.authorization.token(token_request(world, mode))
    return Api(app, answer["access_token"])


def password_request(world: Json, email: str, password: str) -> dict[str, Any]:
    """Return the body of a request for a customer's token."""
    return {
        "grant_type": "password",
        "client_id": credential(world, "sales_channel")["client_id"],
        "scope": "market:code:europe",
        "username": email,
        "password": password,
    }


def refused(call: Callable[[], Any]) -> list[tuple[int, str]]:
    """Return status and pointer of each error that a call is refused with."""
    try:
        call()
    except Refusal as refusal:
        return [(int(e["status"]), e.get("source", {}).get("pointer", "")) for e in refusal.errors]
    message = "it was not refused"
    raise AssertionError(message)
