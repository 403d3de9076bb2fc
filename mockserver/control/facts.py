"""What is known of a request before it is answered: what matchers match and the journal keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson


@dataclass
class Facts:
    """One request, as matchers see it.

    Attributes:
        method: upper case.
        path: decoded, without the query.
        query: the raw query string.
        headers: by lower-case name.
        body: as sent.
        organization: the slug, ``None`` while no token or client has told it.
        mode: test or live, likewise.
        kind: the application's kind, likewise.
        application: the id of the application, likewise.
        owner: ``{"type", "id"}`` of the token's owner, likewise.
        type: the resource type the path leads to, ``None`` outside the API.
        action: list, retrieve, create, update or delete; ``token`` and so on for OAuth.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    organization: str | None = None
    mode: str | None = None
    kind: str | None = None
    application: str | None = None
    owner: Mapping[str, str] | None = None
    type: str | None = None
    action: str | None = None

    @cached_property
    def document(self) -> Any:
        """The parsed JSON body, ``None`` when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
