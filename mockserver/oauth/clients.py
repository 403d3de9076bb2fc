"""Clients: their authentication, and the grants each kind of application may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import TYPE_CHECKING

from mockserver.access import SALES_CHANNEL
from mockserver.late_dataclass import dataclass
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.scopes import USER
from mockserver.reasons import reason
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations
    from mockserver.engine.sandbox import Sandbox

INTEGRATION = "integration"
WEBAPP = "webapp"

CLIENT_CREDENTIALS = "client_credentials"
PASSWORD = "password"  # noqa: S105 - a grant type
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type
AUTHORIZATION_CODE = "authorization_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

#: The grants of each kind (authentication.md §1). An integration can refresh because its jwt-bearer
#: tokens come with a refresh token (authentication.md §4.5).
GRANTS_OF_KIND: Mapping[str, frozenset[str]] = {
    SALES_CHANNEL: frozenset({CLIENT_CREDENTIALS, PASSWORD, REFRESH_TOKEN, JWT_BEARER}),
    INTEGRATION: frozenset({CLIENT_CREDENTIALS, REFRESH_TOKEN, JWT_BEARER}),
    WEBAPP: frozenset({AUTHORIZATION_CODE, REFRESH_TOKEN, JWT_BEARER}),
    USER: frozenset({CLIENT_CREDENTIALS}),
}

Parameters = Mapping[str, str]
Basic = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Client:
    """A set of API credentials in the one sandbox it belongs to.

    Attributes:
        sandbox: where it may do something.
        application: its ``applications`` record.
        is_confidential: whether it has shown its secret, which a public one need not
            (authentication.md §1).
    """

    sandbox: Sandbox
    application: Record
    is_confidential: bool = False

    @property
    def kind(self) -> str:
        """The application's kind."""
        kind: str = self.application["kind"]
        return kind

    @property
    def is_public(self) -> bool:
        """Whether it may leave its secret out."""
        return bool(self.application.get("public_access"))

    def may_use(self, grant_type: str) -> bool:
        """Say whether the kind is permitted the grant; the dashboard's apps are web apps."""
        return grant_type in GRANTS_OF_KIND.get(self.kind, GRANTS_OF_KIND[WEBAPP])

    def has_secret(self, secret: str) -> bool:
        """Say whether this is the client's secret."""
        own = self.application.get("secret") or ""
        return bool(own) and compare_digest(own.encode(), secret.encode("utf-8", "replace"))

    def is_authentic(self, secret: str | None, *, secret_required: bool) -> bool:
        """Say whether the client may be who it says; a wrong secret is worse than none."""
        return self.has_secret(secret) if secret else not secret_required


def credentials(parameters: Parameters, basic: Basic | None) -> tuple[str, str | None]:
    """Return the client id and secret of a request: HTTP Basic before the body."""
    client_id, secret = basic or (
        parameters.get("client_id", ""),
        parameters.get("client_secret", ""),
    )
    return client_id, secret or None


def find_client(organizations: Organizations, client_id: str) -> Client | None:
    """Return the client with the id, of whatever organization and mode."""
    found = organizations.client(client_id) if client_id else None
    return Client(*found) if found else None


def authenticate(
    organizations: Organizations,
    parameters: Parameters,
    basic: Basic | None,
    *,
    secret_required: bool = False,
) -> Client:
    """Return the client that makes a request.

    Args:
        organizations: where it may belong.
        parameters: ``client_id`` and ``client_secret``.
        basic: the same from HTTP Basic, which then count alone.
        secret_required: from public clients as well.

    Raises:
        OAuthError: ``invalid_client``.
    """
    client_id, secret = credentials(parameters, basic)
    client = find_client(organizations, client_id)
    if client is None:
        named = "client_unknown" if client_id else "client_missing"
        raise oauth_error("invalid_client", because=reason(named, client_id=client_id))
    if not client.is_authentic(secret, secret_required=secret_required or not client.is_public):
        why = reason("secret_wrong" if secret else "secret_missing")
        raise oauth_error("invalid_client", because=why)
    return replace(client, is_confidential=secret is not None)
