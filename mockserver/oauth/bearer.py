"""What the bearer of an access token may act as: the check every API request passes."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import jwt

from mockserver.access import Access
from mockserver.errors import Refusal, refusal
from mockserver.oauth.claims import Claims, decoded
from mockserver.oauth.clients import INTEGRATION
from mockserver.oauth.scopes import reach
from mockserver.oauth.tokens import find_owner, is_revoked
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.oauth.keys import SigningKey
    from mockserver.sandbox.organization import Organizations
    from mockserver.sandbox.sandbox import Sandbox

#: What is looked up of the client each time.
CLIENT = ("uid", "role_id")
OWNER = ("role_id",)
#: How many tokens are known well enough not to verify their signature again.
REMEMBERED = 2048


class BearerTokens:
    """Reads access tokens, whatever organization they are for."""

    def __init__(self, organizations: Organizations, key: SigningKey) -> None:
        """Trust what the key has signed."""
        self._organizations = organizations
        # What a signature and a payload say never changes, so remembering them skips no rule.
        self._read = lru_cache(maxsize=REMEMBERED)(lambda text: decoded(key.verify(text)))
        self._acting = lru_cache(maxsize=REMEMBERED)(_acting)

    def read(self, text: str) -> Claims | None:
        """Return what an access token says, expired or not; ``None`` if it is none of ours."""
        try:
            return self._read(text)
        except (jwt.PyJWTError, ValueError):
            return None

    def accept(self, text: str) -> tuple[Sandbox, Access, Claims]:
        """Return where an access token is good, what its bearer acts as, and what it says.

        Whether the token has expired or been revoked, and its client and its owner are still
        there, is looked up every time.

        Raises:
            Refusal: 401 ``INVALID_TOKEN``.
        """
        claims = self.read(text)
        if claims is None or not claims.is_core:
            raise _invalid()
        sandbox = self._sandbox(claims)
        application = sandbox.get("applications", claims.access.application_id or "", CLIENT)
        if application is None or application["uid"] != claims.client_id:
            raise _invalid()
        known = claims.access.owner
        owner = find_owner(sandbox, known, OWNER) if known else None
        if known and owner is None:
            raise _invalid()
        access = self._acting(claims, role_id(claims.access, application, owner))
        return sandbox, _reaching(access, sandbox) if claims.is_partial else access, claims

    def _sandbox(self, claims: Claims) -> Sandbox:
        """Return where a token is good, if it is still good."""
        organization = self._organizations.get(claims.access.organization)
        if organization is None or organization.clock.seconds() >= claims.expires_at:
            raise _invalid()
        sandbox = organization.sandbox(claims.access.mode)
        if is_revoked(sandbox, claims):
            raise _invalid()
        return sandbox


def role_id(access: Access, application: Record, owner: Record | None) -> str | None:
    """Return whose role counts: an integration's own, or the user's a web app acts for (§13.3)."""
    if access.is_sales_channel:
        return None
    own: str | None = application.get("role_id")
    if access.kind == INTEGRATION or owner is None or access.customer_id:
        return own
    return owner.get("role_id") or own


def _invalid() -> Refusal:
    return refusal("INVALID_TOKEN")


def _acting(claims: Claims, role: str | None) -> Access:
    return replace(claims.access, role_id=role)


def _reaching(access: Access, sandbox: Sandbox) -> Access:
    scope = reach(access.scope, sandbox)
    return replace(access, market_ids=scope.market_ids, stock_location_ids=scope.stock_location_ids)
