"""The request as it is known before it is answered, for matchers and the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import parse_qsl, quote

import orjson

from mockserver.access import Mode, Owner
from mockserver.depth import is_deeper_than
from mockserver.late_dataclass import dataclass
from mockserver.traffic.route import ELSEWHERE, Route

FORM = "application/x-www-form-urlencoded"
# What the path of a URL may contain unescaped (RFC 3986).
PATH_SAFE = "/:@!$&'()*+,;=~"
UNREAD = object()
MOST_PARAMETERS = 1000


def form(text: str) -> dict[str, str]:
    """Return the parameters of a form or a query; of one that is repeated the last counts.

    Of more than any request has nothing is read.
    """
    if text.count("&") >= MOST_PARAMETERS:
        return {}
    return dict(parse_qsl(text, keep_blank_values=True))


@dataclass(slots=True)
class RecordedRequest:
    """One request, as matchers see it.

    Attributes:
        method: upper case.
        path: decoded, without the query.
        query: the raw query string.
        headers: by lower-case name.
        body: as sent.
        scheme: http or https.
        organization: the slug, ``None`` while no token, client or host has named it.
        mode: test or live, likewise.
        kind: the application's kind, likewise.
        application: the id of the application, likewise.
        owner: the token's owner, likewise.
        route: what its method and its path mean.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    scheme: str = "http"
    organization: str | None = None
    mode: Mode | None = None
    kind: str | None = None
    application: str | None = None
    owner: Owner | None = None
    route: Route = ELSEWHERE
    _document: Any = UNREAD

    @property
    def type(self) -> str | None:
        """The resource type it is answered with; see ``Route``."""
        return self.route.type

    @property
    def action(self) -> str | None:
        """The vendor's word for what it does, or the OAuth endpoint; see ``Route``."""
        return self.route.action

    @property
    def document(self) -> Any:
        """The parsed body, a form as an object of texts; ``None`` when it is neither."""
        if self._document is UNREAD:
            self._document = self._read()
        return self._document

    def _read(self) -> Any:
        if self.headers.get("content-type", "").startswith(FORM):
            return form(self.body.decode("utf-8", "replace"))
        try:
            document = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return None if is_deeper_than(document) else document

    @property
    def parameters(self) -> dict[str, str]:
        """The query as decoded names and values; of one that is repeated the last counts."""
        return form(self.query)

    @property
    def url(self) -> str:
        """The URL that was asked for."""
        host = self.headers.get("host", "localhost")
        path = quote(self.path, PATH_SAFE)
        return f"{self.scheme}://{host}{path}" + (f"?{self.query}" if self.query else "")

    def bound(self, limit: int) -> None:
        """Let go of what is not worth keeping: the parsed body, and bytes beyond the limit."""
        self._document = UNREAD
        if len(self.body) > limit:
            self.body = self.body[:limit]
