"""The authorization server: the endpoints of OAuth 2.0, without HTTP (authentication.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.oauth.bearer import BearerTokens
from mockserver.oauth.clients import JWT_BEARER, Basic, Client, Parameters, authenticate
from mockserver.oauth.consent import redirection
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.grants import GRANTS, TokenRequest, required
from mockserver.oauth.introspection import token_information
from mockserver.oauth.issuing import LIFETIMES, TokenIssuer
from mockserver.oauth.revocation import revoke
from mockserver.reasons import reason

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations
    from mockserver.oauth.keys import SigningKey


class AuthorizationServer:
    """One for all organizations of a server: credentials decide organization and mode."""

    def __init__(  # noqa: PLR0913 - what can be set
        self,
        organizations: Organizations,
        key: SigningKey,
        issuer: str,
        *,
        reuse_tokens: bool = True,
        jwt_bearer_requires_enterprise: bool = False,
        lifetimes: Mapping[str, int] | None = None,
        bearers: BearerTokens | None = None,
    ) -> None:
        """Serve the clients of the organizations.

        Args:
            organizations: the server's.
            key: signs and verifies access tokens.
            issuer: the ``iss`` claim, ``https://auth.DOMAIN[:PORT]``.
            reuse_tokens: whether asking again returns the same unexpired access token.
            jwt_bearer_requires_enterprise: whether that grant is refused to other organizations.
            lifetimes: seconds, instead of those in ``issuing.LIFETIMES``.
            bearers: reads access tokens; none: one of its own.
        """
        self._organizations = organizations
        self._key = key
        #: Whether the jwt-bearer grant is refused to organizations that are not enterprise.
        self.jwt_bearer_requires_enterprise = jwt_bearer_requires_enterprise
        self._issuer = TokenIssuer(key, issuer, reuse_tokens, {**LIFETIMES, **(lifetimes or {})})
        self.bearers = bearers or BearerTokens(organizations, key)

    # --- what can be set while it runs; it counts for the tokens to come -------------------------

    @property
    def issuer(self) -> str:
        """The ``iss`` claim."""
        return self._issuer.issuer

    @issuer.setter
    def issuer(self, issuer: str) -> None:
        self._issuer.issuer = issuer

    @property
    def reuse_tokens(self) -> bool:
        """Whether asking again returns the same unexpired access token."""
        return self._issuer.reuse

    @reuse_tokens.setter
    def reuse_tokens(self, reuse: bool) -> None:
        self._issuer.reuse = reuse

    @property
    def lifetimes(self) -> dict[str, int]:
        """Seconds, with the keys of ``issuing.LIFETIMES``; changing the dictionary sets them."""
        return self._issuer.lifetimes

    # --- the endpoints -------------------------------------------------------------------------

    def token(self, parameters: Parameters, basic: Basic | None = None) -> dict[str, Any]:
        """Return the body of a successful answer of the token endpoint (authentication.md §4).

        Args:
            parameters: of the request; unknown ones are ignored.
            basic: client id and secret from HTTP Basic.

        Raises:
            OAuthError: any of authentication.md §5.
        """
        grant_type = required(parameters, "grant_type")
        grant = GRANTS.get(grant_type)
        if grant is None:
            raise oauth_error("unsupported_grant_type")
        client = authenticate(
            self._organizations, parameters, basic, secret_required=grant.secret_required
        )
        if not self._permits(client, grant_type):
            facts = {"kind": client.kind, "grant": grant_type}
            named = "grant_for_enterprise" if client.may_use(grant_type) else "grant_not_for_kind"
            raise oauth_error("unauthorized_client", because=reason(named, **facts))
        return self._issuer.issue(client, grant.handler(TokenRequest(client, parameters)))

    def authorize(self, parameters: Parameters) -> str:
        """Return where the authorization endpoint redirects to (authentication.md §4.4).

        Raises:
            OAuthError: 400, unknown client or redirect URI.
        """
        return redirection(self._organizations, parameters, self._issuer)

    def revoke(self, parameters: Parameters, basic: Basic | None = None) -> dict[str, Any]:
        """Revoke an access or refresh token; one that is unknown already is.

        authentication.md §4.6.

        Raises:
            OAuthError: ``invalid_request``, or 403 ``unauthorized_client``.
        """
        revoke(self._organizations, self.bearers, parameters, basic)
        return {}

    def tokeninfo(self, bearer_token: str) -> dict[str, Any]:
        """Return who the bearer is and what they may do (authentication.md §11).

        Raises:
            Refusal: 401 ``INVALID_TOKEN``.
        """
        accepted = self.bearers.accept(bearer_token)
        return token_information(accepted.sandbox, accepted.access, accepted.claims)

    def jwks(self) -> dict[str, Any]:
        """Return the public key that verifies access tokens (authentication.md §10)."""
        return self._key.jwks()

    def _permits(self, client: Client, grant_type: str) -> bool:
        if self.jwt_bearer_requires_enterprise and grant_type == JWT_BEARER:
            organization = client.sandbox.organization_record()
            if not organization.get("enterprise"):
                return False
        return client.may_use(grant_type)
