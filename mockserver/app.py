"""The only place that knows every part: settings in, a WSGI application out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Blueprint

from mockserver.clock import Clock, monotonic
from mockserver.databases.opening import open_storage
from mockserver.engine.job_queue import NEVER
from mockserver.engine.organization import Organizations
from mockserver.engine.rate_limits import RateLimiter
from mockserver.engine.tenant import SeedOptions
from mockserver.engine.worker import Worker
from mockserver.entropy import Entropy
from mockserver.garbage import uncollected
from mockserver.oauth.bearer import BearerTokens
from mockserver.oauth.keys import SigningKey
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.resources.registry import declare, indexes
from mockserver.schema.vocabulary import Resource
from mockserver.seeding.credentials import FIRST_ORGANIZATION
from mockserver.seeding.seed import FURNISHING
from mockserver.settings import Settings
from mockserver.situations import seed_and_reset
from mockserver.traffic.metrics import Metrics
from mockserver.traffic.optional_headers import OptionalHeaders
from mockserver.traffic.traffic import Traffic
from mockserver.web.attribution import Attribution
from mockserver.web.dispatch import DispatchingApp
from mockserver.web.fast_way import FastWay
from mockserver.web.gate import Gate
from mockserver.web.interception import Interceptor
from mockserver.web.metadata import metadata_blueprint
from mockserver.web.origins import Origins
from mockserver.web.pipeline import Pipeline
from mockserver.webhooks.dispatcher import Dispatcher
from mockserver.webhooks.outbox import WEBHOOKS
from mockserver.webhooks.service_calls import READ, ServiceCaller
from mockserver.webhooks.transport import Transport

if TYPE_CHECKING:
    from mockserver.control.control_plane import ControlPlane
    from mockserver.oauth.authorization import AuthorizationServer


class MockServerApp(DispatchingApp):
    """The WSGI application and the parts behind it.

    Attributes:
        settings: what it was told.
        clock: what all clocks were last set to together.
        storage: where the records are.
        organizations: its tenants.
        worker: does what is due when nobody asks.
        dispatcher: delivers webhooks.
        services: calls external services.
        key: signs and verifies access tokens.
        bearers: reads them.
        limiter: the rate limits.
        journal: every exchange.
        faults: deliberate failures.
        stubs: answers that somebody has written.
        instance: tells this server from any other that may come to have its address.
        started: when, by ``clock.monotonic``.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the storage, seed what is not there, and wire the parts.

        Raises:
            StorageError: the storage cannot be opened.
        """
        super().__init__("mockserver", static_folder=None)
        self.settings = settings
        self.clock = Clock()
        self.storage = open_storage(
            settings.storage, indexes(), [ORGANIZATIONS], fsync=settings.fsync
        )
        self.organizations = Organizations(self.storage)
        delays = self.organizations.listeners.delays
        delays.anonymization_delay = settings.anonymization_delay
        delays.job_delay = settings.job_delay
        listeners = self.organizations.listeners
        listeners.preferences.webhook_content_type = settings.webhook_content_type
        listeners.preferences.strict_filters = settings.strict_filters
        listeners.preferences.history_size = settings.history_size
        listeners.preferences.deliveries_size = settings.deliveries_size
        listeners.preferences.history_days = settings.history_days
        self.worker = Worker(self.organizations)
        listeners.scheduled.append(self.worker.wake)
        if getattr(self.storage, "is_alone", False):
            listeners.furnishing = FURNISHING
        transport = Transport(anywhere=settings.webhooks_anywhere)
        self.dispatcher = Dispatcher(self.organizations, transport)
        listeners.announced.append(self.dispatcher.event_announced)
        calling = Transport(
            anywhere=settings.webhooks_anywhere, limit=settings.service_timeout, read=READ
        )
        self.services = ServiceCaller(self.organizations, calling, self.address_of)
        listeners.service = self.services.ask
        listeners.stored[WEBHOOKS] = [self.dispatcher.webhook_stored]
        self.limiter = RateLimiter(enforced=settings.rate_limits)
        headers = OptionalHeaders(settings.hsts, settings.advice, settings.reason)
        self.traffic = Traffic(settings.seed, settings.journal_size, headers)
        self.journal = self.traffic.journal
        self.faults = self.traffic.faults
        self.stubs = self.traffic.stubs
        self.key = SigningKey.kept_in(settings.data_directory)
        self.bearers = BearerTokens(self.organizations, self.key)
        self.metrics = Metrics()
        self.instance = Entropy().uuid()
        self.started = monotonic()
        try:
            is_new = self.open_organizations()
            self._keep_baseline(is_new=is_new)
        except BaseException:
            self.close()
            raise
        if any(organization.next_due < NEVER for organization in self.organizations):
            self.worker.wake()
        self.dispatcher.wake()

    @cached_property
    def authorization(self) -> AuthorizationServer:
        """The authorization server."""
        from mockserver.oauth.authorization import AuthorizationServer  # noqa: PLC0415 - see below

        return AuthorizationServer(
            self.organizations,
            self.key,
            self._issuer,
            reuse_tokens=self.settings.reuse_tokens,
            jwt_bearer_requires_enterprise=self.settings.jwt_bearer_requires_enterprise,
            bearers=self.bearers,
        )

    @cached_property
    def plane(self) -> ControlPlane:
        """The control plane, imported when it is first used: it is as large as the API."""
        from mockserver.control.control_plane import ControlPlane  # noqa: PLC0415 - as said

        return ControlPlane(self)

    def close(self) -> None:
        """Stop what goes on in the background and release the storage; again does nothing."""
        self.services.transport.cut()
        self.worker.stop()
        self.dispatcher.stop()
        self.storage.close()

    def listen(self, port: int, tls_port: int | None) -> None:
        """Go by the ports that have been taken, in what clients are told and in the issuer.

        Args:
            port: of http.
            tls_port: of https; ``None`` without.
        """
        self.settings = replace(self.settings, port=port, tls_port=tls_port)
        if "authorization" in vars(self):
            self.authorization.issuer = self._issuer

    @property
    def _issuer(self) -> str:
        return self.settings.issuer or f"https://auth.{self.settings.parent}"

    def address_of(self, slug: str) -> str:
        """Return where clients find an organization."""
        return f"{self.settings.scheme}://{slug}.{self.settings.parent}"

    def _keep_baseline(self, *, is_new: bool) -> None:
        """Begin with the baseline where nothing was stored, and go back to it every day."""
        told = self.settings
        if not (told.baseline or told.reset_daily):
            return
        from mockserver.control.baseline import Baseline, DailyReset  # noqa: PLC0415 - as above

        organizations = self.plane.organizations
        baseline = Baseline(organizations, told.baseline) if told.baseline else None
        if baseline and is_new:
            baseline.restore()
        if told.reset_daily:
            self.worker.chores.append(DailyReset(organizations, told.reset_daily, baseline))
            self.worker.wake()

    def _scenario(self) -> str | None:
        if self.settings.scenario is None:
            return None
        from mockserver.situations import scenarios  # noqa: PLC0415 - seldom needed

        return scenarios.settled(self.settings.scenario)

    def open_organizations(self) -> bool:
        """Open the organizations the storage holds; seed the first one where there is none.

        Returns:
            Whether there was none.
        """
        for slug in self.storage.organizations():
            self.organizations.reopen(slug, Clock())
        is_new = not list(self.organizations)
        if is_new:
            told = self.settings
            # A scenario says itself how many customers it begins with.
            customers = told.customers if told.seeded and not told.scenario else 0
            seed_options = SeedOptions(
                customers, self._scenario(), domain=told.domain, locales=told.locales
            )
            first = self.organizations.open(FIRST_ORGANIZATION, Clock(), told.seed, seed_options)
            seed_and_reset.seed(first)
        return is_new


def create_app(
    settings: Settings | None = None, resources: Iterable[type[Resource]] = ()
) -> MockServerApp:
    """Return the WSGI application of one server.

    Args:
        settings: what it is told; the defaults when left out.
        resources: types of the user's own, which it serves beside those of the real service.

    Raises:
        ValueError: one of these contradicts itself or another one, or is called as another one.
        StorageError: the storage cannot be opened.
        SigningKeyError: the key that signs tokens cannot be read or kept.
    """
    with uncollected():
        declare(resources)
        return _wired(MockServerApp(settings or Settings()))


def _wired(app: MockServerApp) -> MockServerApp:
    app.config["MAX_CONTENT_LENGTH"] = app.settings.maximum_body
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    gate = Gate(app.settings, app.organizations, app.bearers, app.limiter)
    attribution = Attribution(app.organizations, gate, app.bearers)
    interceptor = Interceptor(app.traffic, attribution, app.settings.seed)
    origins, headers = Origins(app.settings), app.traffic.headers
    pipeline = Pipeline(origins, gate, interceptor, app.metrics, headers)
    app.register_blueprint(metadata_blueprint())
    app.dispatch_by(gate, pipeline, FastWay(gate, pipeline), _endpoints(app, gate))
    return app


def _endpoints(app: MockServerApp, gate: Gate) -> Iterator[Blueprint]:
    from mockserver.web.endpoints import endpoints  # noqa: PLC0415 - half of what could be imported

    yield from endpoints(app, gate)
