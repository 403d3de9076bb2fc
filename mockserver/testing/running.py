"""A running server as a test uses it, whichever process it runs in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from mockserver.access import Mode
from mockserver.control.customers import Customers
from mockserver.control.deliveries import Deliveries
from mockserver.control.exchanges import Exchanges
from mockserver.control.jobs import Jobs
from mockserver.control.outages import Outages
from mockserver.control.rulebook import Rulebook
from mockserver.control.timekeeping import Clocks
from mockserver.control.tuning import Tuning
from mockserver.control.worlds import Worlds
from mockserver.testing.clocks import Clock
from mockserver.testing.deliveries import Delivering
from mockserver.testing.outages import Outage
from mockserver.testing.records import ModeRecords
from mockserver.testing.results import Result, one
from mockserver.testing.working import Working
from mockserver.testing.world import World

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]


class Plane(Protocol):
    """The control plane: the same calls as below ``/_mock``."""

    @property
    def worlds(self) -> Worlds:
        """Organizations, and the situations they are put into."""

    @property
    def customers(self) -> Customers:
        """One with a past, one who is to be forgotten."""

    @property
    def clocks(self) -> Clocks:
        """Time."""

    @property
    def jobs(self) -> Jobs:
        """What is done later."""

    @property
    def faults(self) -> Rulebook:
        """Deliberate failures."""

    @property
    def outages(self) -> Outages:
        """The whole API down."""

    @property
    def stubs(self) -> Rulebook:
        """Canned answers."""

    @property
    def exchanges(self) -> Exchanges:
        """What was asked and answered."""

    @property
    def deliveries(self) -> Deliveries:
        """What webhooks were sent."""

    @property
    def tuning(self) -> Tuning:
        """Settings, health, metrics."""


class RunningServer(Working, Delivering):
    """Where a server is, and the organizations on it."""

    # --- where it is -----------------------------------------------------------------------------

    @property
    @abstractmethod
    def url(self) -> str:
        """Where http is served."""

    @property
    @abstractmethod
    def tls_url(self) -> str | None:
        """Where https is served, ``None`` when it is not."""

    @property
    @abstractmethod
    def domain(self) -> str:
        """The parent of the organizations' hosts, with the port: what SDKs are configured with."""

    @property
    @abstractmethod
    def ca(self) -> Path | None:
        """The certificate authority's file, for ``SSL_CERT_FILE`` and the like."""

    @property
    @abstractmethod
    def place(self) -> Path:
        """A directory for files that last as long as this handle."""

    # --- what it is asked ------------------------------------------------------------------------

    @property
    @abstractmethod
    def plane(self) -> Plane:
        """The control plane, for what has no shorter name here."""

    @property
    def _delivered(self) -> Deliveries:
        return self.plane.deliveries

    @property
    def _jobs(self) -> Jobs:
        return self.plane.jobs

    @property
    def _whose(self) -> None:
        return None

    @abstractmethod
    def records(self, slug: str, mode: Mode) -> ModeRecords:
        """Return the records of one mode of an organization."""

    @abstractmethod
    def token(self, parameters: Mapping[str, str]) -> Json:
        """Return what the token endpoint answers.

        Raises:
            OAuthError: it refuses.
        """

    @abstractmethod
    def authorize(self, parameters: Mapping[str, str]) -> str:
        """Return where the authorization endpoint redirects to.

        Raises:
            OAuthError: it refuses.
        """

    # --- worlds ----------------------------------------------------------------------------------

    @property
    def organizations(self) -> list[str]:
        """The slugs of all organizations, oldest first."""
        return [described["slug"] for described in self.plane.worlds.list()]

    def organization(self, slug: str = "acme", mode: Mode = "test") -> World:
        """Return an organization.

        Args:
            slug: its name.
            mode: which its ``data``, tokens and clients are of, unless they say otherwise.

        Raises:
            Refusal: 404 when there is none.
        """
        return World(self, self.plane.worlds.retrieve(slug), mode)

    def create_organization(
        self, slug: str | None = None, mode: Mode = "test", **recipe: Any
    ) -> World:
        """Create an organization, empty unless the recipe says otherwise.

        Args:
            slug: one of our own when left out.
            mode: as of ``organization``.
            **recipe: ``customers``, ``locale``, ``scenario``, ``seed``, ``settings``.

        Raises:
            Refusal: 409 when the slug is taken, 422 for a bad recipe.
        """
        body = {**recipe, **({} if slug is None else {"slug": slug})}
        return World(self, self.plane.worlds.create(body), mode)

    def delete_organization(self, slug: str) -> None:
        """Remove an organization and everything that is about it alone.

        Raises:
            Refusal: 404 when there is none.
        """
        self.plane.worlds.delete(slug)

    def reset_all(self, *, keep: Iterable[str] = ()) -> None:
        """Put every organization back to what it was seeded with; tokens stay good.

        Args:
            keep: as for ``World.reset``.

        Raises:
            Refusal: 422, something else is to be kept.
        """
        self.plane.worlds.reset(self.organizations[0], {"all": True, "keep": list(keep)})

    @property
    def clock(self) -> Clock:
        """The clock of all organizations at once."""
        return Clock(self.plane.clocks)

    @property
    def outage(self) -> Outage:
        """Whether the API of all organizations answers."""
        return Outage(self.plane.outages)

    def change_settings(self, **settings: Any) -> Result:
        """Set rate limits, token lifetimes and so on; see ``PATCH /_mock/settings``.

        Raises:
            Refusal: 422 with pointers; nothing has changed.
        """
        return one(self.plane.tuning.change(settings))
