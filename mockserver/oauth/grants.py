"""The grants: one handler each, which says what the client is authorized to.

authentication.md §4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.access import Owner
from mockserver.late_dataclass import dataclass
from mockserver.oauth.assertions import read_assertion
from mockserver.oauth.clients import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    JWT_BEARER,
    PASSWORD,
    REFRESH_TOKEN,
    Client,
    Parameters,
)
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.issuing import AuthorizationGrant
from mockserver.oauth.scopes import ALL_MARKETS, default_scope, items
from mockserver.oauth.tokens import (
    AUTHORIZATION_CODES,
    REFRESH_TOKENS,
    find_owner,
    find_secret,
)
from mockserver.passwords import verify_password
from mockserver.reasons import reason
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to the token endpoint by an authenticated client."""

    client: Client
    parameters: Parameters

    def required(self, name: str) -> str:
        """Return a parameter; one that is empty counts as missing (RFC 6749 §3.2).

        Raises:
            OAuthError: ``invalid_request``.
        """
        return required(self.parameters, name)

    @property
    def scope(self) -> str | None:
        """The scope asked for, if any."""
        return self.parameters.get("scope") or None


def required(parameters: Parameters, name: str) -> str:
    """Return a parameter that must be there and not be empty.

    Raises:
        OAuthError: ``invalid_request``, naming it.
    """
    value = parameters.get(name)
    if not value:
        raise oauth_error("missing_parameter", name=name)
    return value


def client_credentials(request: TokenRequest) -> AuthorizationGrant:
    """Authorize the client itself (authentication.md §4.1)."""
    return AuthorizationGrant(request.scope or default_scope(request.client.kind))


def password(request: TokenRequest) -> AuthorizationGrant:
    """Authorize a client to act for the customer whose email and password it knows.

    authentication.md §4.2.
    """
    email = request.required("username").strip().lower()
    secret = request.required("password")
    found = request.client.sandbox.find("customers", Compare("email", "eq", email))
    # A guest has no password to log in with.
    stored = found[0].get("password") if found else None
    if not stored or not verify_password(secret, stored):
        named = "password_wrong" if stored else "customer_is_guest" if found else "customer_unknown"
        why = reason(named, mode=request.client.sandbox.mode)
        raise oauth_error("invalid_grant", because=why)
    scope = request.scope or default_scope(request.client.kind)
    return AuthorizationGrant(scope, Owner("Customer", found[0]["id"]), refreshable=True)


def authorization_code(request: TokenRequest) -> AuthorizationGrant:
    """Authorize a client to act for the user who agreed to it (authentication.md §4.4)."""
    code, redirect_uri = request.required("code"), request.required("redirect_uri")
    record = find_secret(request.client, AUTHORIZATION_CODES, code)
    if record is None or record["redirect_uri"] != redirect_uri:
        why = reason("redirect_uri_other" if record else "code_unknown")
        raise oauth_error("invalid_grant", because=why)
    owner = _present(request.client, Owner("User", record["owner_id"]))
    spends = (AUTHORIZATION_CODES, record["id"])
    return AuthorizationGrant(record["scope"], owner, refreshable=True, spends=spends)


def refresh_token(request: TokenRequest) -> AuthorizationGrant:
    """Authorize again what was authorized before, with a new refresh token.

    authentication.md §4.3.
    """
    secret = request.required("refresh_token")
    record = find_secret(request.client, REFRESH_TOKENS, secret)
    if record is None:
        raise oauth_error("invalid_grant", because=reason("refresh_token_unknown"))
    owner = None
    if record["owner_id"]:
        owner = _present(request.client, Owner(record["owner_type"], record["owner_id"]))
    return AuthorizationGrant(
        _narrowed(record, request.scope),
        owner,
        record["custom_claim"],
        refreshable=True,
        reusable=False,
        spends=(REFRESH_TOKENS, record["id"]),
        refresh_scope=record["scope"],
    )


def jwt_bearer(request: TokenRequest) -> AuthorizationGrant:
    """Authorize a client to act for whom its assertion names (authentication.md §4.5)."""
    assertion = read_assertion(request.required("assertion"))
    owner = assertion.owner
    if owner and find_owner(request.client.sandbox, owner) is None:
        why = reason("owner_gone", type=owner.type.lower())
        raise oauth_error("invalid_assertion", because=why)
    scope = request.scope or ALL_MARKETS
    return AuthorizationGrant(scope, owner, assertion.custom_claim, refreshable=True)


def _present(client: Client, owner: Owner) -> Owner:
    if find_owner(client.sandbox, owner) is None:
        why = reason("owner_gone", type=owner.type.lower())
        raise oauth_error("invalid_grant", because=why)
    return owner


def _narrowed(record: Record, asked: str | None) -> str:
    """Return the scope asked for when it is part of what was granted, otherwise all of that."""
    granted: str = record["scope"]
    wanted = items(asked or "")
    return asked if asked and wanted and set(wanted) <= set(items(granted)) else granted


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant type's handler.

    Attributes:
        handler: says what is authorized, or raises an OAuthError.
        secret_required: from public clients as well.
    """

    handler: Callable[[TokenRequest], AuthorizationGrant]
    secret_required: bool = False


GRANTS: Mapping[str, Grant] = {
    CLIENT_CREDENTIALS: Grant(client_credentials),
    PASSWORD: Grant(password),
    AUTHORIZATION_CODE: Grant(authorization_code),
    REFRESH_TOKEN: Grant(refresh_token),
    # A public client could otherwise act for anybody.
    JWT_BEARER: Grant(jwt_bearer, secret_required=True),
}
