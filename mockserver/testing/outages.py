"""The outage of one organization, or of all, as a test brings it about and ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.control.outages import DOWN, OutageControl

Json = dict[str, Any]


class Outage:
    """Whether the API answers: a named fault, beside which others stay as they are."""

    def __init__(self, outages: OutageControl, slug: str | None = None) -> None:
        """Control that of the organization; without one, of all."""
        self._outages = outages
        self._slug = slug

    def __bool__(self) -> bool:
        """Whether there is one, be it of this organization alone or of all."""
        return bool(self._outages.list(self._slug))

    def on(self, effect: str | Mapping[str, Any] = DOWN) -> Json:
        """Let every request to the API fail, and return the fault.

        Args:
            effect: as of a fault, or the words of ``X-Mock-Fault``: ``"503; delay=2"``.

        Raises:
            Refusal: 422 with a pointer.
        """
        return self._outages.on({"effect": effect}, self._slug)

    def off(self) -> None:
        """End it; where there is none nothing happens."""
        self._outages.off(self._slug)
