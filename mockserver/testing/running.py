"""A running server as a test uses it, whichever process it runs in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.access import Mode
from mockserver.control.deliveries import DeliveryControl
from mockserver.control.jobs import JobControl
from mockserver.testing.base import BaseServer
from mockserver.testing.clocks import Clock
from mockserver.testing.deliveries import Delivering
from mockserver.testing.outages import Outage
from mockserver.testing.results import Result, one
from mockserver.testing.working import Working
from mockserver.testing.world import World

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True


class RunningServer(BaseServer, Working, Delivering):
    """The organizations of a server, and what is about all of them."""

    @property
    def _delivered(self) -> DeliveryControl:
        return self.plane.deliveries

    @property
    def _jobs(self) -> JobControl:
        return self.plane.jobs

    @property
    def _whose(self) -> None:
        return None

    # --- worlds ----------------------------------------------------------------------------------

    @property
    def organizations(self) -> list[str]:
        """The slugs of all organizations, oldest first."""
        return [described["slug"] for described in self.plane.organizations.list()]

    def organization(self, slug: str = "acme", mode: Mode = "test") -> World:
        """Return an organization.

        Args:
            slug: its name.
            mode: which its ``data``, tokens and clients are of, unless they say otherwise.

        Raises:
            Refusal: 404 when there is none.
        """
        return World(self, self.plane.organizations.retrieve(slug), mode)

    def create_organization(
        self, slug: str | None = None, mode: Mode = "test", **seed_options: Any
    ) -> World:
        """Create an organization, empty unless the seed options say otherwise.

        Args:
            slug: one of our own when left out.
            mode: as of ``organization``.
            **seed_options: ``customers``, ``locale``, ``scenario``, ``seed``, ``settings``.

        Raises:
            Refusal: 409 when the slug is taken, 422 for bad seed options.
        """
        body = {**seed_options, **({} if slug is None else {"slug": slug})}
        return World(self, self.plane.organizations.create(body), mode)

    def delete_organization(self, slug: str) -> None:
        """Remove an organization and everything that is about it alone.

        Raises:
            Refusal: 404 when there is none.
        """
        self.plane.organizations.delete(slug)

    def reset_all(self, *, keep: Iterable[str] = ()) -> None:
        """Put every organization back to what it was seeded with; tokens stay good.

        Args:
            keep: as for ``World.reset``.

        Raises:
            Refusal: 422, something else is to be kept.
        """
        self.plane.organizations.reset(self.organizations[0], {"all": True, "keep": list(keep)})

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
        return one(self.plane.settings.change(settings))
