"""Components of one application, as far as the control plane knows them."""

from __future__ import annotations

from typing import Any, Protocol

from mockserver.clock import Clock
from mockserver.engine.organization import Organization, Organizations
from mockserver.engine.rate_limits import RateLimiter
from mockserver.engine.worker import Worker
from mockserver.oauth.authorization import AuthorizationServer
from mockserver.refusals import missing
from mockserver.settings import Settings
from mockserver.traffic.metrics import Metrics
from mockserver.traffic.traffic import Traffic
from mockserver.webhooks.dispatcher import Dispatcher
from mockserver.webhooks.service_calls import ServiceCaller

Json = dict[str, Any]


class Components(Protocol):
    """The parts of one application.

    Attributes:
        clock: what all clocks were last set to together; that of organizations to come.
        instance: tells this server from any other that may come to have its address.
        started: when, by ``clock.monotonic``.
    """

    instance: str
    started: float
    clock: Clock
    settings: Settings
    organizations: Organizations
    limiter: RateLimiter
    traffic: Traffic
    metrics: Metrics
    worker: Worker
    dispatcher: Dispatcher

    @property
    def authorization(self) -> AuthorizationServer:
        """The authorization server."""

    services: ServiceCaller


def find(components: Components, slug: str) -> Organization:
    """Return an organization by its slug.

    Raises:
        Refusal: 404.
    """
    organization = components.organizations.get(slug)
    if organization is None:
        raise missing(f"organization {slug!r}")
    return organization
