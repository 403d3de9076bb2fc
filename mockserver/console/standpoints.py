"""Where a page of the console stands: which organization, which mode, and the URLs around it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mockserver.access import Mode
from mockserver.late_dataclass import dataclass

if TYPE_CHECKING:
    from mockserver.console.parts import Parts
    from mockserver.control.control_plane import ControlPlane
    from mockserver.engine.organization import Organization
    from mockserver.engine.sandbox import Sandbox

ROOT = "/_mock/console"
#: So many organizations are listed.
MOST_ORGANIZATIONS = 50


@dataclass(frozen=True, slots=True)
class Standpoint:
    """One mode of one organization: every page is about one, and its URL says which."""

    parts: Parts
    organization: Organization
    mode: Mode

    @property
    def plane(self) -> ControlPlane:
        """The control plane of the server."""
        return self.parts.plane

    @property
    def slug(self) -> str:
        """The slug of the organization."""
        return self.organization.slug

    @property
    def sandbox(self) -> Sandbox:
        """The records."""
        return self.organization.sandbox(self.mode)

    @property
    def url(self) -> str:
        """The overview of the place."""
        return f"{ROOT}/{self.slug}/{self.mode}"

    def to(self, *segments: str) -> str:
        """Return the URL of a page here."""
        return "/".join((self.url, *(quote(segment, safe="") for segment in segments)))
