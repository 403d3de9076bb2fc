"""A small world with every kind of credentials, for the tests of the authorization server."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.authorization import AuthorizationServer
from mockserver.oauth.clients import JWT_BEARER, Basic
from mockserver.oauth.errors import OAuthError
from mockserver.oauth.keys import SigningKey
from mockserver.passwords import hash_password
from mockserver.resources.registry import indexes
from mockserver.storage.memory import MemoryStorage

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = int(START.timestamp())
ISSUER = "https://auth.cl.localhost:8443"
SECRET = "s-secret"
PASSWORD = "correct horse"
REDIRECT_URI = "https://app.test/callback"
CLAIMS = "https://commercelayer.io/claims"

#: The members of token responses, in order: without owner nor refreshing, without owner, with.
GUEST_KEYS = ["access_token", "token_type", "expires_in", "scope", "created_at"]
UNOWNED_KEYS = ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"]
OWNED_KEYS = [*UNOWNED_KEYS, "owner_id", "owner_type"]
#: An owner of an assertion, see :meth:`World.filled`.
JOHN = {"type": "Customer", "id": "{john}"}
#: A request for an authorization code.
CODE_REQUEST: dict[str, str] = {
    "client_id": "web",
    "redirect_uri": REDIRECT_URI,
    "response_type": "code",
}


@cache
def signing_key() -> SigningKey:
    """Return the one key of all tests: a new one is slow."""
    return SigningKey.generate()


def payload_of(token: str) -> dict[str, Any]:
    """Return the payload of a token, without any check."""
    return jwt.decode(token, options={"verify_signature": False})


def assertion(claims: Any, **members: Any) -> str:
    """Return an assertion as the vendor's library makes it: signed with a constant."""
    payload = {CLAIMS: claims, "iat": NOW, **members}
    return jwt.encode(payload, "x" * 64, algorithm="HS512")


def unsigned(payload: str) -> str:
    """Return a JWT without a signature, with any payload."""
    segments = ['{"alg":"none","typ":"JWT"}', payload, ""]
    return ".".join(base64.urlsafe_b64encode(s.encode()).decode().rstrip("=") for s in segments)


class World:
    """One organization with records in both modes, at a moment that stands still.

    Attributes:
        ids: the ids of its records by the names the tests use.
    """

    def __init__(self, **options: Any) -> None:
        """Make the records; options are the authorization server's."""
        self.clock = Clock(START)
        self.organizations = Organizations(MemoryStorage(indexes()))
        self.organization = self.organizations.open("acme", self.clock, 1)
        self.ids: dict[str, str] = {}
        self.test = self.organization.sandbox("test")
        self.live = self.organization.sandbox("live")
        for sandbox in (self.test, self.live):
            self._tenant(sandbox)
            self._credentials(sandbox)
            self._customers(sandbox)
        self._markets(self.test)
        self.options = options
        self.restart()

    def restart(self) -> AuthorizationServer:
        """Return a new authorization server over the same records, from now on the world's."""
        self.server = AuthorizationServer(self.organizations, signing_key(), ISSUER, **self.options)
        return self.server

    def store(self, name: str, type_: str, sandbox: Sandbox, /, **values: Any) -> str:
        """Store a record and remember its id under a name, of the live mode with a prefix."""
        record = sandbox.insert(type_, values)
        self.ids[name if sandbox.mode == "test" else f"live_{name}"] = record["id"]
        return str(record["id"])

    def named(self, values: dict[str, str]) -> dict[str, str]:
        """Return the values with names in braces replaced by ids."""
        return {key: value.format(**self.ids) for key, value in values.items()}

    def change(self, type_: str, name: str, /, **values: Any) -> None:
        """Change a record of the test mode."""
        record = self.test.get(type_, self.ids[name])
        assert record is not None
        self.test.partition.put(type_, {**record, **values})

    def token(self, client_id: str, grant_type: str, **parameters: str) -> dict[str, Any]:
        """Ask the token endpoint, with ids for names in braces."""
        asked = {"client_id": client_id, "grant_type": grant_type, **parameters}
        return self.server.token(self.named(asked))

    def guest(self, scope: str = "market:code:europe") -> dict[str, Any]:
        """Return a token response of a guest sales channel."""
        return self.token("sales", "client_credentials", scope=scope)

    def back_end(self) -> dict[str, Any]:
        """Return a token response of the integration."""
        return self.token("back", "client_credentials", client_secret=SECRET)

    def login(self, email: str = "john@example.com", **parameters: str) -> dict[str, Any]:
        """Return a token response of a logged customer."""
        asked = {"scope": "market:code:europe", "password": PASSWORD, **parameters}
        return self.token("sales", "password", username=email, **asked)

    def on_behalf(self, client_id: str, claims: Any, **parameters: str) -> dict[str, Any]:
        """Return a token response of the jwt-bearer grant."""
        asked = {"client_id": client_id, "client_secret": SECRET, "grant_type": JWT_BEARER}
        asked |= {"assertion": assertion(claims), **parameters}
        return self.server.token(asked)

    def code(self, **parameters: str) -> str:
        """Return an authorization code."""
        location = self.server.authorize(CODE_REQUEST | parameters)
        return parse_qs(urlsplit(location).query)["code"][0]

    def exchange(self, code: str, client_id: str = "web", **parameters: str) -> dict[str, Any]:
        """Return a token response for an authorization code."""
        asked = {"code": code, "redirect_uri": REDIRECT_URI, "client_secret": SECRET}
        return self.token(client_id, "authorization_code", **asked | parameters)

    def refresh(self, response: dict[str, Any], **parameters: str) -> dict[str, Any]:
        """Return a token response for the refresh token of an earlier one."""
        asked = {"refresh_token": response["refresh_token"], **parameters}
        return self.token("sales", "refresh_token", **asked)

    def access(self, token: str) -> Access:
        """Return what the bearer of an access token acts as."""
        return self.server.bearers.accept(token)[1]

    def refused(self, parameters: dict[str, str], basic: Basic | None = None) -> OAuthError:
        """Return how the token endpoint refuses."""
        with pytest.raises(OAuthError) as caught:
            self.server.token(self.named(parameters), basic)
        return caught.value

    def filled(self, claims: Any) -> Any:
        """Return claims with ids for names in braces."""
        text = json.dumps(claims)
        for name, id_ in self.ids.items():
            text = text.replace("{" + name + "}", id_)
        return json.loads(text)

    def _tenant(self, sandbox: Sandbox) -> None:
        values = {"id": "AcmeAcmeAc", "slug": "acme", "enterprise": True, "region": "eu-west-1"}
        self.store("organization", "organizations", sandbox, **values)
        admin = self.store("admin", "roles", sandbox, name="Admin", kind="admin", **EVERYTHING)
        reader = self.store("reader", "roles", sandbox, name="Reader", kind="read_only", **READING)
        person = {"first_name": "Ringo", "last_name": "Starr", "time_zone": "Europe/Rome"}
        ringo = {**person, "email": "ringo@example.com", "role_id": admin, "owner": True}
        self.store("ringo", "users", sandbox, **ringo)
        paul = {**person, "first_name": "Paul", "email": "paul@example.com", "role_id": reader}
        self.store("paul", "users", sandbox, **paul)

    def _credentials(self, sandbox: Sandbox) -> None:
        prefix = "" if sandbox.mode == "test" else "live_"
        for name, kind, secret, role in CREDENTIALS:
            self.store(
                name,
                "applications",
                sandbox,
                name=name.title(),
                kind=kind,
                uid=prefix + name,
                secret=secret,
                public_access=kind == "sales_channel",
                redirect_uri=f"https://app.test/other\n{REDIRECT_URI}",
                role_id=self.ids[prefix + role] if role else None,
                access_token_lifetime=None,
            )

    def _customers(self, sandbox: Sandbox) -> None:
        group = self.store("group", "customer_groups", sandbox, name="VIP")
        stored = hash_password(PASSWORD, b"salt")
        for name, password, of_group in (
            ("john", stored, None),
            ("member", stored, group),
            ("visitor", None, None),
        ):
            values = {"email": f"{name}@example.com", "customer_group": of_group}
            self.store(name, "customers", sandbox, password=password, **values)

    def _model(self, sandbox: Sandbox, name: str, *locations: str) -> str:
        """Make an inventory model that serves from these locations, in this order."""
        model = self.store(name, "inventory_models", sandbox)
        for priority, location in enumerate(locations, 1):
            links = {"inventory_model": model, "stock_location": location}
            self.store(
                f"{name}-{priority}",
                "inventory_stock_locations",
                sandbox,
                priority=priority,
                **links,
            )
        return model

    def _markets(self, sandbox: Sandbox) -> None:
        milan = self.store("milan", "stock_locations", sandbox, code="milan", serial=71)
        rome = self.store("rome", "stock_locations", sandbox, code="rome", serial=72)
        self.store("mars", "stock_locations", sandbox, code="mars", serial=73)
        group, moon = self.ids["group"], "https://moon.test/prices"
        for name, number, values in (
            ("europe", 61, {"inventory_model": self._model(sandbox, "continent", milan, rome)}),
            ("usa", 62, {"geocoder": "GeoCoderId", "external_prices_url": moon}),
            (
                "vip",
                63,
                {"customer_group": group, "inventory_model": self._model(sandbox, "club", milan)},
            ),
            ("closed", 64, {"disabled_at": "2025-01-01T00:00:00.000Z"}),
        ):
            self.store(name, "markets", sandbox, code=name, serial=number, **values)
        for name, market in (("paris", "europe"), ("dusty", "closed"), ("secret", "vip")):
            self.store(name, "stores", sandbox, code=name, market=self.ids[market])
        self.store("lost", "stores", sandbox, code="lost", market=None)


EVERYTHING = {"permissions": {"*": {"actions": ["create", "destroy", "read", "update"]}}}
READING = {"permissions": {"customers": {"actions": ["read"]}}}
#: Name (and client id), kind, secret, role.
CREDENTIALS: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("sales", "sales_channel", None, None),
    ("shop", "sales_channel", SECRET, None),
    ("back", "integration", SECRET, "admin"),
    ("plain", "integration", SECRET, None),
    ("reading", "integration", SECRET, "reader"),
    ("web", "webapp", SECRET, None),
    ("board", "orders", SECRET, None),
    ("person", "user", SECRET, None),
)
