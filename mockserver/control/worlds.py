"""Organizations as worlds: each with its own data in both modes, credentials, settings, time."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mockserver.access import MODES, Mode
from mockserver.clock import Clock
from mockserver.control import scenarios, situations
from mockserver.control.parts import Json, Parts, find
from mockserver.control.refusals import invalid, load
from mockserver.control.schemas import OrganizationSchema, RecordsSchema, SeedSchema
from mockserver.sandbox.organization import Organization, Recipe
from mockserver.seeding.credentials import credentials
from mockserver.seeding.seed import seed_customers

Listing = list[Json]


class Worlds:
    """The organizations of one server, and the situations they are put into."""

    def __init__(self, parts: Parts) -> None:
        """Control the organizations of these parts."""
        self._parts = parts
        self._made = 0

    @property
    def first(self) -> str:
        """The slug of the organization that is meant where none is named."""
        return next(iter(self._parts.organizations)).slug

    def list(self) -> Listing:
        """Return every organization, oldest first."""
        return [self.described(organization) for organization in self._parts.organizations]

    def retrieve(self, slug: str) -> Json:
        """Return one organization: its id, hosts, recipe and credentials."""
        return self.described(self.find(slug))

    def create(self, body: Any = None) -> Json:
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

    def delete(self, slug: str) -> None:
        """Remove an organization with everything that is about it alone."""
        self.find(slug)
        self._parts.organizations.drop(slug)
        self._parts.observatory.faults.clear(slug)
        self._parts.observatory.stubs.clear(slug)
        self._parts.observatory.journal.clear(slug)

    def find(self, slug: str) -> Organization:
        """Return an organization.

        Raises:
            Refusal: 404.
        """
        return find(self._parts, slug)

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
            self._made += 1
            slug = f"world-{self._made}"
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
        return counts(organization)

    def scenarios(self) -> Listing:
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


def counts(organization: Organization) -> Json:
    """Return how many records of each type an organization holds, by mode."""
    return {
        mode: {
            type_: organization.sandbox(mode).partition.count(type_)
            for type_ in organization.sandbox(mode).partition.types()
        }
        for mode in MODES
    }
