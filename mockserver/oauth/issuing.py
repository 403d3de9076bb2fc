"""From what a grant authorizes to the body of a token response (RFC 6749 §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.access import SALES_CHANNEL, Owner
from mockserver.late_dataclass import dataclass
from mockserver.oauth.claims import undated_claims
from mockserver.oauth.clients import INTEGRATION, WEBAPP
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.scopes import USER, resolve
from mockserver.oauth.tokens import (
    AUTHORIZATION_CODES,
    REFRESH_TOKENS,
    earlier_access_token,
    new_access_token,
    new_secret,
)
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.oauth.clients import Client
    from mockserver.oauth.keys import SigningKey

REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a lifetime
AUTHORIZATION_CODE = "authorization_code"

#: Seconds (authentication.md §8): of access tokens by kind, other kinds as web apps; and of the
#: rest.
LIFETIMES: Mapping[str, int] = {
    SALES_CHANNEL: 14400,
    INTEGRATION: 7200,
    WEBAPP: 7200,
    USER: 7200,
    REFRESH_TOKEN: 1209600,
    AUTHORIZATION_CODE: 600,
}


@dataclass(frozen=True, slots=True)
class AuthorizationGrant:
    """AuthorizationGrant that a grant gives a client.

    Attributes:
        scope: of the access token.
        owner: whom it acts for.
        custom_claim: what goes into it.
        refreshable: whether it comes with a refresh token.
        reusable: whether an earlier access token for the same purpose will do.
        spends: the record, by type and id, that can be used once and is used here.
        refresh_scope: of the refresh token when it is another one.
    """

    scope: str
    owner: Owner | None = None
    custom_claim: Mapping[str, Any] | None = None
    refreshable: bool = False
    reusable: bool = True
    spends: tuple[str, str] | None = None
    refresh_scope: str | None = None


@dataclass(slots=True)
class TokenIssuer:
    """Issues tokens in the name of an authorization server.

    Attributes:
        key: signs access tokens.
        issuer: the ``iss`` claim; clients derive host names from it.
        reuse: whether asking again returns the same unexpired access token.
        lifetimes: seconds, with the keys of ``LIFETIMES``.
    """

    key: SigningKey
    issuer: str
    reuse: bool
    lifetimes: dict[str, int]

    def issue(self, client: Client, authorization: AuthorizationGrant) -> dict[str, Any]:
        """Return the body of a successful token response.

        Raises:
            OAuthError: ``invalid_scope``; ``invalid_grant`` when another request was faster.
        """
        sandbox, owner = client.sandbox, authorization.owner
        scope = resolve(authorization.scope, sandbox, client.kind, owner)
        claims = undated_claims(client, scope, owner, authorization.custom_claim, self.issuer)
        with sandbox.transaction():
            if authorization.spends and not sandbox.partition.remove(*authorization.spends):
                raise oauth_error("invalid_grant")
            record = self._access_token(client, authorization, claims)
            refresh_token = self._refresh_token(client, authorization)
        return {
            "access_token": self.key.sign(record["payload"]),
            "token_type": "bearer",
            "expires_in": record["expires_at"] - int(sandbox.clock.seconds()),
            **({"refresh_token": refresh_token} if refresh_token else {}),
            "scope": authorization.scope,
            "created_at": record["issued_at"],
            **({"owner_id": owner.id, "owner_type": owner.type.lower()} if owner else {}),
        }

    def issue_code(self, client: Client, owner: Owner, scope: str, redirect_uri: str) -> str:
        """Return a new authorization code for a resource owner who agrees."""
        values = {"owner_id": owner.id, "scope": scope, "redirect_uri": redirect_uri}
        lifetime = self.lifetimes[AUTHORIZATION_CODE]
        return new_secret(client, AUTHORIZATION_CODES, values, lifetime)

    def _access_token(
        self, client: Client, authorization: AuthorizationGrant, claims: Mapping[str, Any]
    ) -> Record:
        if self.reuse and authorization.reusable:
            earlier = earlier_access_token(client.sandbox, claims)
            if earlier:
                return earlier
        own = client.application.get("access_token_lifetime")
        lifetime = own or self.lifetimes.get(client.kind, self.lifetimes[WEBAPP])
        return new_access_token(client, claims, lifetime)

    def _refresh_token(self, client: Client, authorization: AuthorizationGrant) -> str | None:
        if not authorization.refreshable:
            return None
        owner = authorization.owner
        values = {
            "owner_id": owner.id if owner else None,
            "owner_type": owner.type if owner else None,
            "scope": authorization.refresh_scope or authorization.scope,
            "custom_claim": authorization.custom_claim,
        }
        return new_secret(client, REFRESH_TOKENS, values, self.lifetimes[REFRESH_TOKEN])
