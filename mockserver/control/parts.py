"""What the control plane controls: the parts of one application, as it knows them."""

from __future__ import annotations

from typing import Any, Protocol

from mockserver.clock import Clock
from mockserver.control.metrics import Metrics
from mockserver.control.observatory import Observatory
from mockserver.control.refusals import missing
from mockserver.oauth.authorization import AuthorizationServer
from mockserver.sandbox.organization import Organization, Organizations
from mockserver.sandbox.rate_limits import RateLimiter
from mockserver.sandbox.worker import Worker
from mockserver.settings import Settings
from mockserver.webhooks.dispatcher import Dispatcher

Json = dict[str, Any]


class Parts(Protocol):
    """The parts of one application.

    Attributes:
        clock: what all clocks were last set to together; that of organizations to come.
    """

    clock: Clock
    settings: Settings
    organizations: Organizations
    authorization: AuthorizationServer
    limiter: RateLimiter
    observatory: Observatory
    metrics: Metrics
    worker: Worker
    dispatcher: Dispatcher


def find(parts: Parts, slug: str) -> Organization:
    """Return an organization by its slug.

    Raises:
        Refusal: 404.
    """
    organization = parts.organizations.get(slug)
    if organization is None:
        raise missing(f"organization {slug!r}")
    return organization
