"""Conditions of ``filter[q]`` that there are not: ignored, though loudly (conventions.md §13.4).

The real service says nothing of them, so that a typo returns every record there is.
"""

from __future__ import annotations

import logging

from mockserver.engine.tenant import Tenant
from mockserver.jsonapi.filters import Unknown, refuse
from mockserver.traffic.near_misses import ignored
from mockserver.web.request_context import RequestContext

LOG = logging.getLogger("mockserver.ignored")
#: So many of one request are logged, and so many different ones of a server: looking for what
#: was meant takes time, and whoever sends more of them does not read the log.
LOGGED_OF_REQUEST, MAXIMUM_LOGGED = 20, 200


class Ignoring:
    """The unknown conditions of one server: noted, or refused where a setting says so."""

    def __init__(self) -> None:
        """Start with nothing logged."""
        self._logged: set[tuple[str, str]] = set()

    def of(self, organization: Tenant, context: RequestContext) -> Unknown:
        """Return the handler of unknown conditions of one request.

        Args:
            organization: whose ``strict_filters`` counts.
            context: where they are noted, for advice and the journal.
        """

        def unknown(type_: str, key: str) -> None:
            if organization.preference("strict_filters"):
                refuse(type_, key)
            context.ignored = (*context.ignored, (type_, key))
            if len(context.ignored) <= LOGGED_OF_REQUEST:
                self._log(type_, key)

        return unknown

    def _log(self, type_: str, key: str) -> None:
        if len(self._logged) < MAXIMUM_LOGGED and (type_, key) not in self._logged:
            self._logged.add((type_, key))
            LOG.warning("%s: %s", type_, ignored(type_, key).sentence)
