"""The control plane: every operation of ``/_mock``, with the same names for all three ways in.

HTTP, the Python interface and the command line translate their arguments into these calls and
print what they return; nothing is decided there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from mockserver import __version__
from mockserver.access import MODES, Mode
from mockserver.clock import Clock, monotonic
from mockserver.control import scenarios, situations, timekeeping
from mockserver.control.faults import Faults
from mockserver.control.journal import Journal
from mockserver.control.metrics import Metrics, Sample, exposition
from mockserver.control.refusals import invalid, load, missing
from mockserver.control.schemas import (
    OrganizationSchema,
    RecordsSchema,
    SeedSchema,
    SettingsSchema,
)
from mockserver.control.stubs import Stubs
from mockserver.sandbox.authorization import AuthorizationServer
from mockserver.sandbox.organization import Organization, Organizations, Recipe
from mockserver.sandbox.rate_limits import RateLimiter
from mockserver.seeding.credentials import credentials
from mockserver.seeding.seed import seed_customers
from mockserver.settings import Settings

Json = dict[str, Any]
#: The name that stands for every organization where one is asked for.
ALL = "*"


class Parts(Protocol):
    """What the control plane controls: the parts of one application."""

    settings: Settings
    organizations: Organizations
    authorization: AuthorizationServer
    limiter: RateLimiter
    journal: Journal
    faults: Faults
    stubs: Stubs
    metrics: Metrics
    advice_header: bool
    lenient_filters: bool


class ControlPlane:
    """Controls one server."""

    def __init__(self, parts: Parts) -> None:
        """Control these parts."""
        self._parts = parts
        self._started = monotonic()
        self._worlds = 0

    # --- organizations as worlds ---------------------------------------------------------------

    def organizations(self) -> list[Json]:
        """Return every organization, oldest first."""
        return [self.described(organization) for organization in self._parts.organizations]

    def organization(self, slug: str) -> Json:
        """Return one organization: its id, hosts, recipe and credentials."""
        return self.described(self.find(slug))

    def create_organization(self, body: Any = None) -> Json:
        """Create an organization with its own data, credentials and settings.

        Args:
            body: as ``OrganizationSchema``; empty: a slug of our own, no customers.

        Raises:
            Refusal: 422 with pointers; 409 when the slug is taken.
        """
        wanted = load(OrganizationSchema(), body or {})
        slug = wanted.get("slug") or self._new_slug()
        if self._parts.organizations.get(slug):
            raise invalid("/slug", f"{slug} is taken.", title="Conflict", status=409)
        seed = self._parts.settings.seed if wanted["seed"] is None else wanted["seed"]
        recipe = Recipe(
            wanted["customers"], wanted["scenario"], wanted["settings"], self._parts.settings.domain
        )
        organization = self._parts.organizations.open(slug, self._new_clock(), seed, recipe)
        try:
            situations.plant(organization)
        except Exception:
            self._parts.organizations.drop(slug)
            raise
        return self.described(organization)

    def delete_organization(self, slug: str) -> None:
        """Remove an organization with everything that is about it alone."""
        self.find(slug)
        self._parts.organizations.drop(slug)
        self._parts.faults.clear(slug)
        self._parts.stubs.clear(slug)
        self._parts.journal.clear(slug)

    def find(self, slug: str) -> Organization:
        """Return an organization.

        Raises:
            Refusal: 404.
        """
        organization = self._parts.organizations.get(slug)
        if organization is None:
            raise missing(f"organization {slug!r}")
        return organization

    def described(self, organization: Organization) -> Json:
        """Return what somebody needs to know to use an organization."""
        port = self._parts.authorization.issuer.rpartition(":")[2]
        port = f":{port}" if port.isdecimal() else ""
        return {
            "id": organization.id,
            "slug": organization.slug,
            "url": f"https://{organization.slug}.{self._parts.settings.domain}{port}",
            "seed": organization.seed,
            "customers": organization.recipe.customers,
            "scenario": organization.recipe.scenario,
            "settings": organization.recipe.settings,
            "credentials": [asdict(credential) for credential in credentials(organization)],
        }

    def _new_slug(self) -> str:
        while True:
            self._worlds += 1
            slug = f"world-{self._worlds}"
            if self._parts.organizations.get(slug) is None:
                return slug

    def _new_clock(self) -> Clock:
        """Return a clock that stands like the first organization's, which ``*`` moves too."""
        first = next(iter(self._parts.organizations), None)
        clock = Clock(first.clock.frozen_at if first else None)
        if first and first.clock.offset:
            clock.shift(first.clock.offset)
        return clock

    # --- situations ----------------------------------------------------------------------------

    def reset(self, slug: str) -> Json:
        """Put an organization back to what it was seeded with."""
        organization = self.find(slug)
        situations.reset(organization)
        return self.described(organization)

    def snapshot(self, slug: str) -> Json:
        """Return everything an organization holds."""
        return situations.snapshot(self.find(slug))

    def restore(self, slug: str, document: Any) -> None:
        """Put an organization into the state of a snapshot, exactly."""
        situations.restore(self.find(slug), document)

    def seed(self, slug: str, body: Any) -> Json:
        """Add random customers, or play a scenario on top of what is there."""
        wanted = load(SeedSchema(), body)
        organization = self.find(slug)
        if "customers" in wanted:
            seed_customers(organization, wanted["customers"])
        else:
            scenarios.play(scenarios.find(wanted["scenario"]), organization)
        return self._counts(organization)

    def scenarios(self) -> list[Json]:
        """Return the scenarios that come with the package."""
        found = (scenarios.find(name) for name in scenarios.names())
        return [{"name": s.name, "description": s.description} for s in found]

    def records(self, slug: str, body: Any) -> Json:
        """Create or change records in any state, past flags and state machines.

        Returns:
            ``{"data": [{"type", "id"}, ...]}`` in the order given.

        Raises:
            Refusal: 422 with pointers; nothing has been stored.
        """
        wanted = load(RecordsSchema(), body)
        mode: Mode = wanted["mode"]
        data = wanted["data"]
        objects = (
            [(f"/data/{index}", item) for index, item in enumerate(data)]
            if isinstance(data, list)
            else [("/data", data)]
        )
        placed = scenarios.Placement(self.find(slug).sandbox(mode)).place(objects)
        return {"data": [{"type": type_, "id": id_} for type_, id_ in placed]}

    @staticmethod
    def _counts(organization: Organization) -> Json:
        return {
            mode: {
                type_: organization.sandbox(mode).partition.count(type_)
                for type_ in organization.sandbox(mode).partition.types()
            }
            for mode in MODES
        }

    # --- time ----------------------------------------------------------------------------------

    def clock(self, slug: str = ALL) -> Json:
        """Return the clock of an organization; of the first one for all."""
        return timekeeping.printed(next(iter(self._clocks(slug))))

    def set_clock(self, body: Any, slug: str = ALL) -> Json:
        """Freeze, move or thaw the clock of an organization, or of all."""
        wanted = load(timekeeping.ClockSchema(), body)
        for clock in self._clocks(slug):
            timekeeping.set_clock(clock, wanted)
        return self.clock(slug)

    def advance(self, body: Any, slug: str = ALL) -> Json:
        """Move the clock of an organization, or of all, forward."""
        wanted = load(timekeeping.AdvanceSchema(), body)
        for clock in self._clocks(slug):
            clock.advance(wanted["by"])
        return self.clock(slug)

    def _clocks(self, slug: str) -> Iterator[Clock]:
        if slug != ALL:
            yield self.find(slug).clock
            return
        for organization in self._parts.organizations:
            yield organization.clock

    # --- settings, health, metrics ---------------------------------------------------------------

    def settings(self) -> Json:
        """Return what can be set at run time."""
        parts = self._parts
        scale: Any = {"scale": parts.limiter.scale}
        return {
            "rate_limits": ("real" if parts.limiter.scale == 1.0 else scale)
            if parts.limiter.enforced
            else "off",
            "token_lifetimes": dict(parts.authorization.lifetimes),
            "lenient_filters": parts.lenient_filters,
            "reuse_tokens": parts.authorization.reuse_tokens,
            "advice": parts.advice_header,
            "journal_size": parts.journal.size,
        }

    def change_settings(self, body: Any) -> Json:
        """Set what the body names and return all of it.

        Raises:
            Refusal: 422 with pointers; nothing has changed.
        """
        wanted: Mapping[str, Any] = load(SettingsSchema(), body)
        parts = self._parts
        unknown = wanted.get("token_lifetimes", {}).keys() - parts.authorization.lifetimes.keys()
        if unknown:
            known = ", ".join(parts.authorization.lifetimes)
            raise invalid(f"/token_lifetimes/{min(unknown)}", f"Not one of: {known}.")
        if "rate_limits" in wanted:
            parts.limiter.enforced = wanted["rate_limits"] is not None
            parts.limiter.scale = wanted["rate_limits"] or 1.0
            parts.limiter.clear()
        parts.authorization.lifetimes.update(wanted.get("token_lifetimes", {}))
        parts.authorization.reuse_tokens = wanted.get(
            "reuse_tokens", parts.authorization.reuse_tokens
        )
        parts.lenient_filters = wanted.get("lenient_filters", parts.lenient_filters)
        parts.advice_header = wanted.get("advice", parts.advice_header)
        if "journal_size" in wanted:
            parts.journal.resize(wanted["journal_size"])
        return self.settings()

    def health(self) -> Json:
        """Return that the server is ready, its version, uptime and storage."""
        return {
            "ready": True,
            "version": __version__,
            "uptime": round(monotonic() - self._started, 3),
            "storage": self._parts.settings.storage,
            "organizations": sum(1 for _ in self._parts.organizations),
        }

    def metrics(self) -> str:
        """Return counts in the Prometheus text format."""
        return exposition(self._families())

    def _families(self) -> Iterator[tuple[str, str, str, list[Sample]]]:
        parts = self._parts
        counted = sorted(parts.metrics.requests.items())
        yield (
            "mockserver_requests_total",
            "counter",
            "Requests answered.",
            [((("method", m), ("status", s)), n) for (m, s), n in counted],
        )
        yield (
            "mockserver_records",
            "gauge",
            "Records held, by organization, mode and type.",
            [
                ((("organization", o.slug), ("mode", mode), ("type", type_)), count)
                for o in parts.organizations
                for mode, counts in self._counts(o).items()
                for type_, count in counts.items()
            ],
        )
        struck = [((("fault", f.id),), float(f.struck)) for f in parts.faults.all()]
        yield "mockserver_fault_strikes_total", "counter", "Strikes of each fault.", struck
        yield (
            "mockserver_uptime_seconds",
            "gauge",
            "Seconds since the start.",
            [((), monotonic() - self._started)],
        )
