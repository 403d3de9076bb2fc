"""Origins: the web pages that may ask the API and the authorization server, all or some.

A page may send simple requests, a form for a token among them, without asking first and without
being able to read the answer; so headers alone keep none out, and what is not allowed is refused.
"""

from __future__ import annotations

import logging

from flask import Request

from mockserver.errors import Refusal
from mockserver.settings import Settings
from mockserver.web.guard import is_own, place_of
from mockserver.web.headers import EXPOSED, SECURITY

LOG = logging.getLogger("mockserver")
#: Of so many different origins it is logged that they are refused.
TOLD = 100

Headers = tuple[tuple[str, str], ...]


class Origins:
    """The origins whose pages may ask.

    Attributes:
        are_limited: whether there are some that are refused, so that answers depend on the origin.
    """

    def __init__(self, settings: Settings) -> None:
        """Allow those of the settings, and our own."""
        self._settings = settings
        self._allowed = settings.cors_origins
        self.are_limited = bool(settings.cors_origins)
        self._told: set[str] = set()

    def check(self, request: Request) -> None:
        """Refuse what a page of another origin sends; who sends no origin is no page.

        It is asked only where origins are limited, and so are the headers.

        Raises:
            Refusal: 403, naming the origins that are allowed.
        """
        origin = request.headers.get("Origin")
        if origin is None or self._allows(origin, request.host):
            return
        allowed = ", ".join(self._allowed)
        if origin not in self._told and len(self._told) < TOLD:
            self._told.add(origin)
            LOG.warning("Pages of %.200r are refused: --cors-origin allows %s.", origin, allowed)
        detail = f"Pages of {origin} may not ask here: --cors-origin allows {allowed}."
        error = {"title": "Origin not allowed", "detail": detail, "code": "ORIGIN_NOT_ALLOWED"}
        raise Refusal([{**error, "status": "403"}])

    def headers(self, request: Request) -> Headers:
        """Return the headers of an answer to a page: whether it may read it, and the rest."""
        origin = request.headers.get("Origin")
        if origin is None or not self._allows(origin, request.host):
            return SECURITY
        readable = ("Access-Control-Allow-Origin", origin)
        return (*SECURITY, readable, ("Access-Control-Expose-Headers", EXPOSED))

    def _allows(self, origin: str, host: str) -> bool:
        """Say whether a page may ask: one that is allowed, or one of our own.

        A name that somebody else lets point here is not ours, though page and host then agree.
        """
        known = origin.lower() in self._allowed
        return known or (place_of(origin) == host.lower() and is_own(host, self._settings))
