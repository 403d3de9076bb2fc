"""Clients of the API that hold real tokens, one for each kind of bearer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.access import Mode
from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.clients import JWT_BEARER
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare
from tests.client import Api
from tests.oauth.authorization_world import assertion

EUROPE = "market:code:europe"
ADMIN, VIEWER = "admin@example.com", "viewer@example.com"
PASSWORD = "secret123"


class TokenBearers:
    """Gets tokens from the token endpoint, as clients do."""

    def __init__(self, app: MockServerApp) -> None:
        """Use the credentials the first organization begins with."""
        self.app = app
        self.organization = next(iter(app.organizations))

    def sandbox(self, mode: Mode = "test") -> Sandbox:
        """Return one mode of the organization."""
        return self.organization.sandbox(mode)

    def record(self, type_: str, field: str, value: str, mode: Mode = "test") -> Record:
        """Return the one record with the value."""
        (found,) = self.sandbox(mode).find(type_, Compare(field, "eq", value))
        return found

    def answer(
        self, application: str, grant_type: str, mode: Mode = "test", **asked: str
    ) -> tuple[int, dict[str, Any]]:
        """Ask the token endpoint; return the status and the body."""
        record = self.record("applications", "name", application, mode)
        sent = {"grant_type": grant_type, "client_id": record["uid"], **asked}
        if record["secret"]:
            sent["client_secret"] = record["secret"]
        found = self.app.test_client().post("/oauth/token", json=sent)
        return found.status_code, found.json

    def token(
        self, application: str, grant_type: str, mode: Mode = "test", **asked: str
    ) -> dict[str, Any]:
        """Return a token response; it must be a success."""
        status, body = self.answer(application, grant_type, mode, **asked)
        assert status == 200, body
        return body

    def api(self, application: str, grant_type: str, mode: Mode = "test", **asked: str) -> Api:
        """Return a client with a new token."""
        return Api(self.app, self.token(application, grant_type, mode, **asked)["access_token"])

    def integration(self, mode: Mode = "test", **asked: str) -> Api:
        """Return an integration that is an Admin."""
        return self.api("Integration", "client_credentials", mode, **asked)

    def read_only(self) -> Api:
        """Return an integration whose role may only read."""
        return self.api("Read-only integration", "client_credentials")

    def guest(self, scope: str = EUROPE) -> Api:
        """Return a sales channel without an owner."""
        return self.api("Sales channel", "client_credentials", scope=scope)

    def login(self, email: str, password: str = PASSWORD) -> tuple[int, dict[str, Any]]:
        """Ask for a customer's token; return the status and the body."""
        asked = {"scope": EUROPE, "username": email, "password": password}
        return self.answer("Sales channel", "password", **asked)

    def customer(self, email: str, password: str = PASSWORD, scope: str = EUROPE) -> Api:
        """Return a sales channel on which the customer has logged in."""
        asked = {"scope": scope, "username": email, "password": password}
        return self.api("Sales channel", "password", **asked)

    def on_behalf(self, application: str, claims: Mapping[str, Any], **asked: str) -> Api:
        """Return a client with a token of the jwt-bearer grant."""
        return self.api(application, JWT_BEARER, assertion=assertion(claims), **asked)

    def user(self, email: str = ADMIN, application: str = "Integration") -> Api:
        """Return a client that acts for a user of the organization."""
        owner = {"type": "User", "id": self.record("users", "email", email)["id"]}
        return self.on_behalf(application, {"owner": owner})

    def webapp(self, email: str = ADMIN) -> Api:
        """Return a web app that acts for a user of the organization."""
        return self.user(email, "Web app")

    def refresh(self, response: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Use the refresh token of an earlier response; return the status and the body."""
        return self.answer(
            "Sales channel", "refresh_token", refresh_token=response["refresh_token"]
        )
