"""Bearer of an access token: the check every API request passes, and who the bearer acts as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mockserver.access import Access
from mockserver.clock import timestamp
from mockserver.errors import Refusal, refusal
from mockserver.oauth.claims import Claims, decoded
from mockserver.oauth.clients import INTEGRATION
from mockserver.oauth.scopes import reach
from mockserver.oauth.tokens import end_tokens, is_revoked
from mockserver.reasons import reason
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations
    from mockserver.engine.sandbox import Sandbox
    from mockserver.oauth.keys import SigningKey

#: How many tokens are known well enough not to verify their signature again.
REMEMBERED = 2048
#: The dots in a JSON Web Token (RFC 7519 §3).
SEPARATORS = 2


class Acceptance(NamedTuple):
    """An access token that is good.

    Attributes:
        sandbox: where.
        access: who its bearer acts as.
        claims: what it says.
        moment: when, in seconds since the epoch by the clock of the organization.
    """

    sandbox: Sandbox
    access: Access
    claims: Claims
    moment: float


class BearerTokens:
    """Reads access tokens, whatever organization they are for."""

    def __init__(self, organizations: Organizations, key: SigningKey) -> None:
        """Trust what the key has signed, for as long as its owner is there."""
        self._organizations = organizations
        organizations.listeners.owner_gone.append(end_tokens)
        # What a signature and a payload say never changes, so remembering them skips no rule.
        self._read = lru_cache(maxsize=REMEMBERED)(lambda text: decoded(key.verify(text)))
        self._acting = lru_cache(maxsize=REMEMBERED)(_acting)

    def read(self, text: str) -> Claims | None:
        """Return the claims of an access token, expired or not; ``None`` if it is none of ours."""
        try:
            return self._read(text)
        except ValueError:
            return None

    def named(self, text: str) -> Access | None:
        """Return whom an access token of ours names, though it be expired or revoked."""
        claims = self.read(text)
        return claims.access if claims else None

    def accept(self, text: str) -> Acceptance:
        """Return that an access token is good, and where.

        Whether the token has expired or been revoked, and its client and its owner are still
        there, is looked up every time.

        Raises:
            Refusal: 401 ``INVALID_TOKEN``.
        """
        claims = self.read(text)
        if claims is None:
            is_token = text.count(".") == SEPARATORS
            raise _invalid("token_of_another_key" if is_token else "token_malformed")
        if not claims.is_core:
            raise _invalid("token_for_other_apis")
        sandbox, moment = self._sandbox(claims)
        own = claims.access.application_id or ""
        application = sandbox.look("applications", own)
        if application is None:
            place = {"mode": sandbox.mode, "organization": sandbox.organization.slug}
            raise _invalid("application_gone", **place)
        if application["uid"] != claims.client_id:
            raise _invalid("application_other")
        known = claims.access.owner
        owner = sandbox.look(known.records, known.id) if known else None
        if known and owner is None:
            raise _invalid("owner_gone", type=known.type.lower())
        access = self._acting(claims, role_id(claims.access, application, owner))
        reaching = _reaching(access, sandbox) if claims.is_partial else access
        return Acceptance(sandbox, reaching, claims, moment)

    def _sandbox(self, claims: Claims) -> tuple[Sandbox, float]:
        """Return where a token is good, if it is still good, and what time it is there."""
        slug = claims.access.organization
        organization = self._organizations.get(slug)
        if organization is None:
            raise _invalid("organization_gone", organization=slug)
        clock = organization.clock
        moment = clock.seconds()
        if moment >= claims.expires_at:
            at = timestamp(datetime.fromtimestamp(claims.expires_at, UTC))
            raise _invalid("token_expired", at=at, now=clock.timestamp(), organization=slug)
        sandbox = organization.sandbox(claims.access.mode)
        if is_revoked(sandbox, claims):
            raise _invalid("token_revoked")
        return sandbox, moment


def role_id(access: Access, application: Record, owner: Record | None) -> str | None:
    """Return whose role counts: an integration's own, or the user's a web app acts for.

    authentication.md §13.3.
    """
    if access.is_sales_channel:
        return None
    own: str | None = application.get("role_id")
    if access.kind == INTEGRATION or owner is None or access.customer_id:
        return own
    return owner.get("role_id") or own


def _invalid(name: str, **facts: object) -> Refusal:
    return refusal("INVALID_TOKEN", because=reason(name, **facts))


def _acting(claims: Claims, role: str | None) -> Access:
    return replace(claims.access, role_id=role)


def _reaching(access: Access, sandbox: Sandbox) -> Access:
    scope = reach(access.scope, sandbox)
    return replace(access, market_ids=scope.market_ids, stock_location_ids=scope.stock_location_ids)
