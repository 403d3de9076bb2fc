"""Request bodies as documents, and those of relationship endpoints (conventions.md §5, §6).

Every refusal here comes before anything is looked up or validated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.access import Access
from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.errors import refusal
from mockserver.schema.relationships import Linkage, Relationship
from mockserver.schema.request_documents import linkage_of


def parse(body: bytes) -> dict[str, Any]:
    """Return the document of a request body.

    Raises:
        Refusal: 400 ``BAD_REQUEST`` for anything but a JSON object of bearable depth.
    """
    try:
        document = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError):
        start = body[:40].decode("utf-8", "replace").replace("\0", "")
        raise refusal("BAD_REQUEST", reason=f"unexpected token at '{start}'") from None
    if not isinstance(document, dict):
        raise refusal("BAD_REQUEST", reason="Request must be a hash")
    if is_deeper_than(document):
        raise refusal("BAD_REQUEST", reason=f"nesting of {DEEPEST + 1} is too deep")
    return document


def linkage(
    document: Mapping[str, Any], relationship: Relationship, access: Access, *, replacing: bool
) -> Linkage:
    """Return the resource linkage of a write to a relationship endpoint (conventions.md §5).

    Args:
        document: the parsed body.
        relationship: that of the URL.
        access: whose request it is.
        replacing: the linkage replaces what is linked, rather than being added or removed.

    Raises:
        Refusal: 400; 403 for replacing the members of what cannot be updated.
    """
    if "data" not in document:
        raise refusal("PARAM_MISSING", name="data")
    updatable = relationship.flags.updatable
    if relationship.many and replacing and not updatable:
        raise refusal("FORBIDDEN")
    if not updatable or not relationship.open_to(access):
        raise refusal("PARAM_NOT_ALLOWED", name=relationship.name)
    return linkage_of(document, relationship)
