"""One organization as a test uses it: its records by mode, its time, faults and journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mockserver.access import Mode
from mockserver.clock import timestamp
from mockserver.control.rulebook import Rulebook
from mockserver.control.timekeeping import ALL, Clocks
from mockserver.sandbox.organization import Organization
from mockserver.seeding.credentials import PASSWORD, Credential, credentials
from mockserver.testing.journal import WorldJournal
from mockserver.testing.records import ModeRecords

if TYPE_CHECKING:
    from mockserver.testing.server import MockServer

Json = dict[str, Any]


class WorldClock:
    """The clock of one organization, or of all."""

    def __init__(self, clocks: Clocks, slug: str = ALL) -> None:
        """Control the clock of the slug."""
        self._clocks = clocks
        self._slug = slug

    @property
    def now(self) -> str:
        """The current time, as the API prints it."""
        return str(self._clocks.retrieve(self._slug)["now"])

    def freeze(self, at: str | datetime | None = None) -> None:
        """Stop the clock, at a moment or where it is."""
        moment = timestamp(at) if isinstance(at, datetime) else at
        self._clocks.set({"frozen_at": moment or self.now}, self._slug)

    def advance(self, by: str | float | timedelta) -> None:
        """Move the clock forward: an ISO 8601 duration, seconds, or a timedelta."""
        self._clocks.advance({"by": _span(by)}, self._slug)

    def shift(self, offset: str | float | timedelta) -> None:
        """Let the clock run, so far away from the machine's."""
        self._clocks.set({"offset": _span(offset)}, self._slug)

    def thaw(self) -> None:
        """Let the clock run with the machine's."""
        self._clocks.set({"real": True}, self._slug)


def _span(span: str | float | timedelta) -> str | float:
    return span.total_seconds() if isinstance(span, timedelta) else span


class WorldRules:
    """The faults, or the stubs, of one organization; those of other ones are not touched."""

    def __init__(self, rulebook: Rulebook, slug: str) -> None:
        """Keep the rules about the organization."""
        self._rulebook = rulebook
        self._slug = slug

    def add(self, match: Mapping[str, Any] | None = None, **rule: Any) -> Json:
        """Add a rule about this organization's requests, and return it with its id.

        Args:
            match: the requests; see ``docs/faults.md``.
            **rule: ``effect`` (or ``response`` for a stub), ``times``, ``nth``, ``probability``.

        Raises:
            Refusal: 422 with pointers.
        """
        return self._rulebook.add({**rule, "match": dict(match or {})}, self._slug)

    def __iter__(self) -> Iterator[Json]:
        """Iterate over the rules of this organization, with their counts."""
        return iter(self._rulebook.list(self._slug))

    def remove(self, id_: str) -> None:
        """Remove a rule."""
        self._rulebook.remove(id_)

    def clear(self) -> None:
        """Remove the rules of this organization."""
        self._rulebook.clear(self._slug)


class World:
    """One organization.

    Attributes:
        slug: its name in host names.
        test: the records of the test mode.
        live: the records of the live mode.
        clock: its time.
        faults: deliberate failures of its requests.
        stubs: canned answers to its requests.
        journal: what was asked of it.
    """

    def __init__(self, server: MockServer, organization: Organization) -> None:
        """Show an organization of the server."""
        plane = server.plane
        self._server = server
        self._organization = organization
        self._worlds = plane.worlds
        self.slug = slug = organization.slug
        self.test = ModeRecords(organization.sandbox("test"))
        self.live = ModeRecords(organization.sandbox("live"))
        self.clock = WorldClock(plane.clocks, slug)
        self.faults = WorldRules(plane.faults, slug)
        self.stubs = WorldRules(plane.stubs, slug)
        self.journal = WorldJournal(plane.exchanges, slug)

    @property
    def id(self) -> str:
        """The public id of the organization."""
        return self._organization.id

    @property
    def url(self) -> str:
        """Where http is served; a token says which organization is meant."""
        return self._server.url

    @property
    def domain(self) -> str:
        """What SDKs are configured with, beside the slug."""
        return self._server.domain

    @property
    def credentials(self) -> list[Credential]:
        """The API credentials, test before live."""
        return credentials(self._organization)

    def credential(self, kind: str = "integration", mode: Mode = "test") -> Credential:
        """Return the first credential of a kind.

        Raises:
            LookupError: there is none.
        """
        for credential in self.credentials:
            if (credential.kind, credential.mode) == (kind, mode):
                return credential
        message = f"no {kind} in {mode} mode"
        raise LookupError(message)

    def token(
        self,
        kind: str = "integration",
        mode: Mode = "test",
        *,
        customer: str | None = None,
        password: str = PASSWORD,
        scope: str | None = None,
    ) -> str:
        """Return an access token.

        Args:
            kind: of the application.
            mode: test or live.
            customer: email of a registered customer to log in; implies a sales channel.
            password: of the customer.
            scope: other than the credential's usual one.

        Raises:
            OAuthError: as the token endpoint would answer.
        """
        credential = self.credential("sales_channel" if customer else kind, mode)
        wanted = {
            "grant_type": "password" if customer else "client_credentials",
            "client_id": credential.client_id,
            "client_secret": credential.client_secret,
            "scope": scope or credential.scope,
            "username": customer,
            "password": password if customer else None,
        }
        sent = {name: value for name, value in wanted.items() if value is not None}
        answer = self._server.app.authorization.token(sent)
        return str(answer["access_token"])

    def session(self, kind: str = "integration", mode: Mode = "test", **words: Any) -> Any:
        """Return an http client that is already authorised and speaks JSON:API.

        An ``httpx.Client`` with the base URL set where httpx is installed, else a
        ``requests.Session``. Close it, or use it with ``with``.

        Args:
            kind: of the application.
            mode: test or live.
            **words: further ones of :meth:`token`.
        """
        headers = {
            "Authorization": f"Bearer {self.token(kind, mode, **words)}",
            "Content-Type": "application/vnd.api+json",
            "Accept": "application/vnd.api+json",
        }
        try:
            import httpx  # noqa: PLC0415 - only where a test asks for it
        except ImportError:
            import requests  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

            session = requests.Session()
            session.headers.update(headers)
            return session
        return httpx.Client(base_url=self._server.url, headers=headers, trust_env=False)

    # --- situations ------------------------------------------------------------------------------

    def reset(self) -> None:
        """Put it back to what it was seeded with; tokens stay good."""
        self._worlds.reset(self.slug)

    def snapshot(self) -> Json:
        """Return everything it holds, one JSON:API document for each mode."""
        return self._worlds.snapshot(self.slug)

    def restore(self, snapshot: Json) -> None:
        """Put it into the state of a snapshot, exactly."""
        self._worlds.restore(self.slug, snapshot)

    def seed(self, customers: int | None = None, scenario: str | None = None) -> Json:
        """Add random customers, or play a scenario; return how many records there are."""
        wanted = {"customers": customers, "scenario": scenario}
        body = {name: value for name, value in wanted.items() if value is not None}
        return self._worlds.seed(self.slug, body)

    def records(self, *data: Json, mode: Mode = "test") -> list[Json]:
        """Store records in any state, past flags and state machines; return type and id of each."""
        stored: list[Json] = self._worlds.records(self.slug, {"mode": mode, "data": list(data)})[
            "data"
        ]
        return stored

    def delete(self) -> None:
        """Remove the organization."""
        self._worlds.delete(self.slug)
