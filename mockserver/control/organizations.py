"""Organizations as worlds: each with its own data in both modes, credentials, settings, time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mockserver.access import MODES, Mode
from mockserver.control import resetting
from mockserver.control.components import Components, Json, find
from mockserver.control.schemas import (
    OrganizationSchema,
    PreferencesSchema,
    RecordsSchema,
    ResetSchema,
    SeedSchema,
)
from mockserver.engine.organization import Organization
from mockserver.engine.sandbox import Sandbox
from mockserver.engine.tenant import SeedOptions
from mockserver.pointers import escaped
from mockserver.refusals import invalid, load
from mockserver.seeding.credentials import credentials
from mockserver.seeding.people import people
from mockserver.seeding.seed import seed_customers
from mockserver.situations import scenarios, seed_and_reset, snapshots
from mockserver.situations.document_loader import DocumentLoader
from mockserver.situations.record_documents import attribute_of
from mockserver.situations.record_schema import record_schema
from mockserver.storage.plain import plain, tables_in

Listing = list[Json]
#: What of an organization's record is no setting of it.
NO_SETTINGS = frozenset({"slug", "domain", "created_at", "updated_at"})


class OrganizationControl:
    """The organizations of one server, and the situations they are put into."""

    def __init__(self, components: Components) -> None:
        """Control the organizations of these parts."""
        self._components = components
        self._made = 0

    @property
    def first(self) -> str:
        """The slug of the organization that is meant where none is named."""
        return next(iter(self._components.organizations)).slug

    def list(self) -> Listing:
        """Return every organization, oldest first."""
        return [self.described(organization) for organization in self._components.organizations]

    def retrieve(self, slug: str) -> Json:
        """Return one organization: its id, hosts, seed options, credentials and users."""
        return self.described(self.find(slug))

    def create(self, body: Any = None, *, paths: bool = True) -> Json:
        """Create an organization with its own data, credentials and settings.

        Args:
            body: as ``OrganizationSchema``; empty: a slug of our own, no customers.
            paths: whether the scenario may be a file of the machine.

        Raises:
            Refusal: 422 with pointers; 409 when the slug is taken; 404 for the scenario.
        """
        wanted = load(OrganizationSchema(), {} if body is None else body)
        slug = wanted.get("slug") or self._new_slug()
        if self._components.organizations.get(slug):
            raise invalid("/slug", f"{slug} is taken.", title="Conflict", status=409)
        if wanted["scenario"]:
            scenarios.find(wanted["scenario"], paths=paths)
            wanted["scenario"] = scenarios.settled(wanted["scenario"])
        own = self._components.settings
        settings, preferences = _settings(wanted["settings"])
        seed_options = SeedOptions(
            wanted["customers"],
            wanted["scenario"],
            settings,
            own.domain,
            preferences,
            wanted["locale"],
        )
        seed = own.seed if wanted["seed"] is None else wanted["seed"]
        clock = self._components.clock.copy()
        organization = self._components.organizations.open(slug, clock, seed, seed_options)
        try:
            seed_and_reset.seed(organization)
        except BaseException:
            self._components.organizations.abandon(slug)
            raise
        return self.described(organization)

    def delete(self, slug: str) -> None:
        """Remove an organization with everything that is about it alone.

        Raises:
            Refusal: 404; 409 for the last one, to which requests of nobody belong.
        """
        self.find(slug)
        if len(list(self._components.organizations)) == 1:
            raise invalid("", f"{slug} is the last one.", title="Conflict", status=409)
        self._components.organizations.drop(slug)
        self._components.limiter.clear(f"{slug} ")
        self._components.traffic.faults.clear(slug)
        self._components.traffic.stubs.clear(slug)
        self._components.traffic.journal.clear(slug)

    def find(self, slug: str) -> Organization:
        """Return an organization.

        Raises:
            Refusal: 404.
        """
        return find(self._components, slug)

    def described(self, organization: Organization) -> Json:
        """Return the facts that somebody needs to use an organization."""
        return {
            "id": organization.id,
            "slug": organization.slug,
            "url": self._url(organization.slug),
            "seed": organization.seed,
            "customers": organization.seed_options.customers,
            "locale": list(organization.seed_options.locales),
            "scenario": organization.seed_options.scenario,
            "settings": {
                **organization.seed_options.settings,
                **organization.seed_options.preferences,
            },
            "credentials": [asdict(credential) for credential in credentials(organization)],
            "users": [asdict(person) for person in people(organization)],
        }

    def _new_slug(self) -> str:
        while True:
            self._made += 1
            slug = f"world-{self._made}"
            if self._components.organizations.get(slug) is None:
                return slug

    def _url(self, slug: str) -> str:
        """Return where clients find an organization."""
        own = self._components.settings
        return f"{own.scheme}://{slug}.{own.parent}"

    # --- situations ----------------------------------------------------------------------------

    def reset(self, slug: str, body: Any = None) -> Json | Listing:
        """Put an organization back to what it was seeded with; ``all``: every one.

        Args:
            slug: of it.
            body: as ``ResetSchema``; empty: faults, stubs and the clock go as well.

        Raises:
            Refusal: 422 with a pointer, and as ``resetting.reset``; nothing has changed.
        """
        wanted = load(ResetSchema(), {} if body is None else body)
        meant = [self.find(slug)]
        if wanted["all"]:
            meant = list(self._components.organizations)
        resetting.reset(self._components, meant, wanted["keep"])
        for organization in meant:
            self._wake(organization)
        described = [self.described(organization) for organization in meant]
        return described if wanted["all"] else described[0]

    def snapshot(self, slug: str) -> Json:
        """Return everything an organization holds."""
        return snapshots.snapshot(self.find(slug))

    def dump(self) -> Mapping[str, Mapping[str, Json]]:
        """Return everything the server stores, of all organizations, as plain TinyDB has it."""
        return plain(tables_in(self._components.organizations.storage))

    def restore(self, slug: str, document: Any) -> None:
        """Put an organization into the state of a snapshot, exactly.

        Raises:
            Refusal: 422 with a pointer; nothing has changed.
        """
        organization = self.find(slug)
        snapshots.restore(organization, document, self._is_foreign)
        self._wake(organization)

    def check(self, slug: str, document: Any) -> None:
        """Find out whether a snapshot could be restored; nothing changes.

        Raises:
            Refusal: 422 with a pointer.
        """
        snapshots.read(self.find(slug), document, self._is_foreign)

    def _is_foreign(self, sandbox: Sandbox, client_id: str) -> bool:
        """Say whether a client id is that of another organization or mode."""
        found = self._components.organizations.client(client_id)
        return found is not None and found[0] is not sandbox

    def seed(self, slug: str, body: Any, *, paths: bool = True) -> Json:
        """Add random customers, or play a scenario on top of what is there.

        Args:
            slug: of the organization.
            body: as ``SeedSchema``.
            paths: whether the scenario may be a file of the machine.

        Raises:
            Refusal: 404 and 422; nothing has been stored.
        """
        wanted = load(SeedSchema(), body)
        organization = self.find(slug)
        if "customers" in wanted:
            seed_customers(organization, wanted["customers"], wanted.get("locale"))
        else:
            scenarios.play(scenarios.find(wanted["scenario"], paths=paths), organization)
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
        organization = self.find(slug)
        placed = DocumentLoader(organization.sandbox(mode)).place(objects)
        self._wake(organization)
        return {"data": [{"type": type_, "id": id_} for type_, id_ in placed]}

    def _wake(self, organization: Organization) -> None:
        """Have what is to be done by the records there are now be done."""
        self._components.worker.wake()
        self._components.dispatcher.wake(*(organization.sandbox(mode) for mode in MODES))


def _settings(given: Mapping[str, Any]) -> tuple[Json, Json]:
    """Return settings of an organization as its record holds them, and its preferences.

    Raises:
        Refusal: 422 with a pointer.
    """
    schema = PreferencesSchema()
    preferences = {name: value for name, value in given.items() if name in schema.fields}
    preferences = load(schema, preferences, "/settings")
    known = record_schema("organizations")
    settings = {}
    for name, value in given.items():
        if name in preferences:
            continue
        pointer = f"/settings/{escaped(name)}"
        if known is None or name in NO_SETTINGS:
            raise invalid(pointer, "Not a setting.")
        settings[name] = attribute_of(known, name, value, pointer)
    return settings, preferences


def counts(organization: Organization) -> Json:
    """Return how many records of each type an organization holds, by mode; tokens are none."""
    partitions = {mode: organization.sandbox(mode).partition for mode in MODES}
    return {
        mode: {t: partition.count(t) for t in partition.types() if t not in snapshots.TOKENS}
        for mode, partition in partitions.items()
    }
