"""One organization as a test uses it: its records by mode, its time, faults and journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mockserver.access import Mode
from mockserver.errors import Refusal
from mockserver.seeding.credentials import Credential
from mockserver.testing.anonymizing import Reached, anonymized
from mockserver.testing.awaiting import in_thread
from mockserver.testing.clocks import Clock
from mockserver.testing.deliveries import Delivering
from mockserver.testing.environment import Environment, environment
from mockserver.testing.journal import Journal
from mockserver.testing.outages import Outage
from mockserver.testing.results import Result, many, one
from mockserver.testing.rules import Faults, Stubs
from mockserver.testing.sessions import Sessions
from mockserver.testing.working import Working

if TYPE_CHECKING:
    from mockserver.control.deliveries import DeliveryControl
    from mockserver.control.jobs import JobControl
    from mockserver.testing.base import BaseServer

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]
NOT_FOUND = 404


class World(Sessions, Working, Delivering):
    """One organization; as a context manager it removes itself at the end.

    Attributes:
        id: its public id.
        slug: its name in host names.
        mode: which ``data``, tokens and clients are of, unless they say otherwise.
        credentials: of its applications, test before live.
        test: the records of the test mode.
        live: the records of the live mode.
        clock: its time.
        faults: deliberate failures of its requests.
        outage: whether its API answers at all.
        stubs: canned answers to its requests.
        journal: what was asked of it.
    """

    def __init__(self, server: BaseServer, described: Mapping[str, Any], mode: Mode) -> None:
        """Show an organization of the server, which the control plane describes."""
        plane = server.plane
        self._server = server
        self._organizations = plane.organizations
        self.id: str = described["id"]
        self.slug: str = described["slug"]
        self.mode = mode
        self.credentials = [Credential(**credential) for credential in described["credentials"]]
        self.test = server.records(self.slug, "test")
        self.live = server.records(self.slug, "live")
        self.data = self.live if mode == "live" else self.test
        self.clock = Clock(plane.clocks, self.slug)
        self.faults = Faults(plane.faults, self.slug)
        self.outage = Outage(plane.outages, self.slug)
        self.stubs = Stubs(plane.stubs, self.slug)
        self.journal = Journal(plane.journal, self.slug)

    def __repr__(self) -> str:
        """Name it."""
        return f"<World {self.slug} in {self.mode} mode>"

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        self.delete()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Remove it; the event loop goes on."""
        await in_thread(self.delete)

    @property
    def _delivered(self) -> DeliveryControl:
        return self._server.plane.deliveries

    @property
    def _jobs(self) -> JobControl:
        return self._server.plane.jobs

    @property
    def _whose(self) -> str:
        return self.slug

    # --- where it is -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where http is served; the token says which organization is meant."""
        return self._server.url

    @property
    def tls_url(self) -> str | None:
        """Where https is served, ``None`` when it is not."""
        return self._server.tls_url

    @property
    def domain(self) -> str:
        """The domain that SDKs are configured with, beside the slug."""
        return self._server.domain

    @property
    def ca(self) -> Path | None:
        """The certificate authority's file, ``None`` without https."""
        return self._server.ca

    def environment(self) -> Environment:
        """Return variables that lead other programs here, as those of ``mockserver run``.

        To be added to those there are: ``{**os.environ, **world.environment()}``. The files some
        of them name last as long as the server.
        """
        document = {
            "http": self.url,
            "https": self.tls_url,
            "domain": self.domain,
            "ca": str(self.ca) if self.ca else None,
            "instance": self._server.plane.settings.health()["instance"],
            "organizations": [self._organizations.retrieve(self.slug)],
        }
        return environment(document, self._server.place / self.slug, self.mode)

    # --- what is done later ----------------------------------------------------------------------

    def anonymize(
        self, id_: str, *, user: str = "", until: Reached = "completed", mode: Mode | None = None
    ) -> Result:
        """Have a customer forgotten: a user requests it, and what follows is done now.

        The clock stays where it is: of the jobs that carry it out, those of this customer are done
        before their time. Webhooks are sent as ever. What has been requested already goes on.

        Args:
            id_: of the customer.
            user: Email of the user who requests it; empty for the first one.
            until: where it ends: ``requested``, ``started``, ``completed`` or ``failed``.
            mode: test or live; the world's own when left out.

        Returns:
            The customer as it is then, flat like ``test.retrieve``.

        Raises:
            LookupError: there is no such user.
            Refusal: 401 when the user may not; 404; 422 where it is requested twice, or over.
            ValueError: it cannot end there.
        """
        where = mode or self.mode
        records = self.live if where == "live" else self.test
        search = {"mode": where, "type": "customers", "resource": id_}
        return anonymized(records, self, search, user, until)

    async def async_anonymize(self, id_: str, **words: Any) -> Result:
        """Do what ``anonymize`` does; the event loop goes on."""
        return await in_thread(self.anonymize, id_, **words)

    # --- situations ------------------------------------------------------------------------------

    def reset(self, *, keep: Iterable[str] = ()) -> None:
        """Put it back to what it was seeded with; tokens stay good.

        Args:
            keep: what is left as it is: ``faults``, ``stubs``, ``clock``.

        Raises:
            Refusal: 422, something else is to be kept.
        """
        self._organizations.reset(self.slug, {"keep": list(keep)})

    def snapshot(self) -> Result:
        """Return everything it holds, one JSON:API document for each mode."""
        return one(self._organizations.snapshot(self.slug))

    def restore(self, snapshot: Json) -> None:
        """Put it into the state of a snapshot, exactly.

        Raises:
            Refusal: 422 with a pointer; nothing has changed.
        """
        self._organizations.restore(self.slug, snapshot)

    def seed(
        self,
        customers: int | None = None,
        scenario: str | None = None,
        locale: str | Sequence[str] | None = None,
    ) -> Result:
        """Add random customers, or play a scenario; return how many records there are.

        Args:
            customers: how many in each mode.
            scenario: a name, or the path of a file.
            locale: where the customers come from, ``"it_IT"`` or several; else as at the start.

        Raises:
            Refusal: 404 for an unknown scenario, 422 for a bad one, or for both or neither.
        """
        wanted = {"customers": customers, "scenario": scenario, "locale": locale}
        body = {name: value for name, value in wanted.items() if value is not None}
        return one(self._organizations.seed(self.slug, body))

    def records(self, *data: Json, mode: Mode | None = None) -> list[Result]:
        """Store records in any state, past flags and state machines; return type and id of each.

        Args:
            *data: resource objects.
            mode: test or live.

        Raises:
            Refusal: 422 with pointers; nothing has been stored.
        """
        body = {"mode": mode or self.mode, "data": list(data)}
        return many(self._organizations.records(self.slug, body)["data"])

    def add_customer(self, email: str, **words: Any) -> Result:
        """Create a customer with a past, by the rules of the API; return what came of it.

        Args:
            email: nobody else's.
            **words: ``addresses``, ``orders``, ``wallet``, ``group``, ``tags`` and what else
                ``POST /_mock/customers`` takes.

        Raises:
            Refusal: 422 with pointers; nothing has been stored.
        """
        body = {"mode": self.mode, "email": email, **words}
        return one(self._server.plane.customers.add(self.slug, body))

    def delete(self) -> None:
        """Remove the organization; a second time does nothing."""
        try:
            self._organizations.delete(self.slug)
        except Refusal as refused:
            if refused.status != NOT_FOUND:
                raise
