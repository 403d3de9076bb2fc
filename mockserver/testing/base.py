"""Base of a world of tests: its server's parts, whichever process that runs in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mockserver.access import Mode
from mockserver.control.clocks import ClockControl
from mockserver.control.customers import CustomerControl
from mockserver.control.deliveries import DeliveryControl
from mockserver.control.jobs import JobControl
from mockserver.control.journal import JournalControl
from mockserver.control.organizations import OrganizationControl
from mockserver.control.outages import OutageControl
from mockserver.control.rules import RuleControl
from mockserver.control.settings import SettingsControl
from mockserver.testing.records import ModeRecords

Json = dict[str, Any]


class Plane(Protocol):
    """The control plane: the same calls as below ``/_mock``."""

    @property
    def organizations(self) -> OrganizationControl:
        """Organizations, and the situations they are put into."""

    @property
    def customers(self) -> CustomerControl:
        """One with a past, one who is to be forgotten."""

    @property
    def clocks(self) -> ClockControl:
        """Time."""

    @property
    def jobs(self) -> JobControl:
        """The job queue."""

    @property
    def faults(self) -> RuleControl:
        """Deliberate failures."""

    @property
    def outages(self) -> OutageControl:
        """The whole API down."""

    @property
    def stubs(self) -> RuleControl:
        """Canned answers."""

    @property
    def journal(self) -> JournalControl:
        """The requests and answers."""

    @property
    def deliveries(self) -> DeliveryControl:
        """The webhook deliveries."""

    @property
    def settings(self) -> SettingsControl:
        """Settings, health, metrics."""


class BaseServer(ABC):
    """Where a server is, and what it can be asked."""

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

    @abstractmethod
    def records(self, slug: str, mode: Mode) -> ModeRecords:
        """Return the records of one mode of an organization."""

    @abstractmethod
    def token(self, parameters: Mapping[str, str]) -> Json:
        """Return the token endpoint's answer.

        Raises:
            OAuthError: it refuses.
        """

    @abstractmethod
    def authorize(self, parameters: Mapping[str, str]) -> str:
        """Return where the authorization endpoint redirects to.

        Raises:
            OAuthError: it refuses.
        """
