"""The head of a request, by whichever way it has come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Head(NamedTuple):
    """Head of a request: all before its body.

    Attributes:
        method: upper case.
        path: decoded, as it was sent.
        query: the raw query string.
        headers: by lower-case name; one that is repeated is joined.
        scheme: http or https.
        client: the address it comes from.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    scheme: str
    client: str
