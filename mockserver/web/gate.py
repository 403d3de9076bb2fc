"""The gate every request passes first: rate limit, token, mode.

conventions.md §17, steps 1 to 4.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

from flask import Request

from mockserver.access import MODES, Access, Mode
from mockserver.engine.organization import Organizations
from mockserver.engine.rate_limits import RateLimiter, Standing, request_class
from mockserver.engine.sandbox import Sandbox
from mockserver.engine.tenant import Tenant
from mockserver.entropy import Entropy
from mockserver.errors import Refusal, refusal
from mockserver.oauth.bearer import Acceptance
from mockserver.oauth.clients import credentials
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.reasons import reason
from mockserver.resources.applications import APPLICATIONS
from mockserver.settings import Settings
from mockserver.traffic.head import Head
from mockserver.traffic.route import ELSEWHERE, Route
from mockserver.web.headers import MEDIA_TYPE
from mockserver.web.heads import head_of
from mockserver.web.oauth import basic_credentials, body_parameters
from mockserver.web.request_context import RequestContext

HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
WRITES = frozenset({"POST", "PUT", "PATCH"})
#: How many values of ``Accept`` are known without looking at them again.
REMEMBERED = 512


class TokenVerifier(Protocol):
    """The authorization server, as far as the gate asks it."""

    def accept(self, text: str) -> Acceptance:
        """Return that a token is good, and where.

        Raises:
            Refusal: 401 ``INVALID_TOKEN`` for one that is no good.
        """


class Gate:
    """Decides who a request is from, and whether it may come in.

    Attributes:
        request_ids: what the ids of requests are drawn from.
        limiter: counts them.
    """

    def __init__(
        self,
        settings: Settings,
        organizations: Organizations,
        verifier: TokenVerifier,
        limiter: RateLimiter,
    ) -> None:
        """Guard the organizations."""
        self._settings = settings
        self._organizations = organizations
        self._verifier = verifier
        self.limiter = limiter
        self.request_ids = Entropy(settings.seed, "requests")

    def enter(self, request: Request, context: RequestContext) -> None:
        """Look at the token of a request and count it.

        The token is read here, because its mode chooses the limits, and refused later, because
        a limit and a missing route come first (conventions.md §17).

        Raises:
            Refusal: 400 for a host that is none, 429 over the limit.
            OAuthError: 429 over the limit of the token endpoint.
        """
        if not HOST.fullmatch(request.host):
            raise refusal("BAD_REQUEST", reason="Invalid Host header")
        if context.route.place == "api":
            self._identify(request, context)
            context.standing = self._count(request, context)
            if context.standing.exceeded:
                raise refusal("TOO_MANY_REQUESTS")
        elif context.route.action == "token" and request.method == "POST":
            context.standing = self._count_token(request)
            if context.standing.exceeded:
                raise oauth_error("too_many_requests")

    def admit(self, request: Request, context: RequestContext) -> tuple[Sandbox, Access]:
        """Return the sandbox and the bearer of an API request.

        Raises:
            Refusal: 401 for the token, 415 and 406 for the headers.
        """
        admitted = self._required(request, context)
        check_media_types(request)
        return admitted

    def bearer(self, request: Request) -> tuple[Sandbox, Access]:
        """Return sandbox and bearer of a request that is none of the API, whatever its media types.

        Raises:
            Refusal: 401 for the token.
        """
        context = RequestContext("", ELSEWHERE)
        self._identify(request, context)
        return self._required(request, context)

    def _required(self, request: Request, context: RequestContext) -> tuple[Sandbox, Access]:
        access, sandbox = context.access, context.sandbox
        if sandbox is None or not isinstance(access, Access):
            raise access if isinstance(access, Refusal) else _unauthenticated("token_missing")
        slug, host = access.organization, self.host_slug(request)
        if host not in (None, slug):
            raise _unauthenticated("organization_other", organization=slug, host=host)
        return sandbox, access

    def _identify(self, request: Request, context: RequestContext) -> None:
        """Note who a request is from, or why that is refused."""
        try:
            context.sandbox, context.access, context.moment = self.known(head_of(request.environ))
        except Refusal as refused:
            context.access = refused

    def known(self, head: Head) -> tuple[Sandbox, Access, float]:
        """Return who a request is from: where, as whom, and when by the clock there.

        Raises:
            Refusal: 401 ``INVALID_TOKEN``; 400 for a mode that is none.
        """
        scheme, _, token = head.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            accepted = self._verifier.accept(token.strip())
            return accepted.sandbox, accepted.access, accepted.moment
        sandbox, access = self._anonymous(head)
        return sandbox, access, sandbox.clock.seconds()

    def _anonymous(self, head: Head) -> tuple[Sandbox, Access]:
        """Return who a request without a token acts as, where none is needed (``--auth off``)."""
        if self._settings.auth:
            is_sent = bool(head.headers.get("authorization", "").strip())
            raise _unauthenticated("token_scheme" if is_sent else "token_missing")
        wanted = head.headers.get("x-mock-mode", "test")
        mode = next((mode for mode in MODES if mode == wanted), None)
        if mode is None:
            raise refusal("BAD_REQUEST", reason="X-Mock-Mode must be test or live")
        first = next(iter(self._organizations))
        sandbox = first.sandbox(mode)
        applications = sandbox.partition.select(APPLICATIONS, limit=1)[0]
        application_id = applications[0]["id"] if applications else None
        return sandbox, Access(first.slug, mode, "integration", application_id)

    def count(
        self, head: Head, route: Route, organization: Tenant | None, mode: Mode, moment: float
    ) -> Standing:
        """Count a request of the API, and return where its client stands."""
        class_ = request_class(head.method, route.resource)
        counted = self._counted(head, organization)
        return self.limiter.count(counted, class_, route.segments[0], mode, moment)

    def _count(self, request: Request, context: RequestContext) -> Standing:
        sandbox = context.sandbox
        organization = sandbox.organization if sandbox else self._organization_of_host(request)
        if context.moment is None:
            context.moment = self._now(organization)
        mode: Mode = sandbox.mode if sandbox else "live"
        head = head_of(request.environ)
        return self.count(head, context.route, organization, mode, context.moment)

    def _count_token(self, request: Request) -> Standing:
        """Count a request for a token; both modes have one limit (conventions.md §14)."""
        organization = self._organization_of_client(request)
        client = self._counted(head_of(request.environ), organization)
        now = self._now(organization)
        return self.limiter.count(client, "token", "token", "live", now)

    def _organization_of_host(self, request: Request) -> Tenant | None:
        return self._organizations.get(self.host_slug(request) or "")

    def _organization_of_client(self, request: Request) -> Tenant | None:
        try:
            client_id, _ = credentials(body_parameters(request), basic_credentials(request))
        except OAuthError:
            return None
        found = self._organizations.client(client_id) if client_id else None
        return found[0].organization if found else None

    def _now(self, organization: Tenant | None) -> float:
        return (organization or next(iter(self._organizations))).clock.seconds()

    def _counted(self, head: Head, organization: Tenant | None) -> str:
        """Return the key a request is counted under: tests in other organizations are others."""
        return f"{organization.slug if organization else ''} {self.client(head)}"

    @staticmethod
    def client(head: Head) -> str:
        """Return the address a request is counted for (conventions.md §2, the enterprise pair)."""
        if head.headers.get("x-backend-auth"):
            return head.headers.get("x-true-client-ip") or head.client
        return head.client

    def host_slug(self, request: Request) -> str | None:
        """Return the organization the host names; other hosts say nothing (conventions.md §1)."""
        return self.slug_of(request.host)

    def slug_of(self, host: str) -> str | None:
        """Return the organization in the name of a host."""
        label, dot, rest = host.rsplit(":", 1)[0].lower().partition(".")
        named = dot and rest == self._settings.domain and label != "auth"
        return label if named else None


def _unauthenticated(name: str, **recorded: object) -> Refusal:
    return refusal("INVALID_TOKEN", because=reason(name, **recorded))


def check_media_types(request: Request) -> None:
    """Refuse a body in another media type (415) and a client that wants another one (406)."""
    if request.method in WRITES:
        sent = request.headers.get("Content-Type", "").partition(";")[0].strip()
        if sent.lower() != MEDIA_TYPE:
            raise refusal("UNSUPPORTED_MEDIA_TYPE", value=sent)
    accept = request.headers.get("Accept", "")
    if not is_accepted(accept):
        raise refusal("NOT_ACCEPTABLE", value=accept)


@lru_cache(maxsize=REMEMBERED)
def is_accepted(accept: str) -> bool:
    """Say whether a client that accepts this takes our media type."""
    wanted = [part for part in map(str.strip, accept.split(",")) if part]
    return not wanted or any(part == MEDIA_TYPE or part.startswith("*/*") for part in wanted)
