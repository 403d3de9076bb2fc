"""Assertions of jwt-bearer grants: for whom they are, and with which claim.

authentication.md §4.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.access import Owner
from mockserver.late_dataclass import dataclass
from mockserver.oauth.errors import oauth_error

CLAIMS = "https://commercelayer.io/claims"
#: The most bytes an assertion may have.
MAXIMUM_SIZE = 4096
#: Deeper claims would not fit into the documents that show them (``jwt_custom_claim``).
MAXIMUM_DEPTH = 64
OWNER_TYPES = ("Customer", "User")


@dataclass(frozen=True, slots=True)
class Assertion:
    """The claims of an assertion; at least one of the two is there."""

    owner: Owner | None
    custom_claim: Mapping[str, Any] | None


def read_assertion(text: str) -> Assertion:
    """Return the claims of an assertion.

    Its signature is not verified: the vendor's own library signs with a constant.

    Raises:
        OAuthError: ``invalid_assertion``.
    """
    claims = _payload(text).get(CLAIMS)
    if not isinstance(claims, dict):
        raise oauth_error("invalid_assertion")
    owner, custom_claim = claims.get("owner"), claims.get("custom_claim")
    if owner is None and custom_claim is None:
        raise oauth_error("invalid_assertion")
    if custom_claim is not None and not isinstance(custom_claim, dict):
        raise oauth_error("invalid_assertion")
    return Assertion(None if owner is None else _owner(owner), custom_claim)


def _payload(text: str) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - takes a tenth of the start

    try:
        encoded = text.encode()
        if len(encoded) > MAXIMUM_SIZE:
            raise oauth_error("invalid_assertion")
        complete = jwt.PyJWS().decode_complete(encoded, options={"verify_signature": False})
        payload = orjson.loads(complete["payload"])
    except (jwt.PyJWTError, ValueError) as error:
        raise oauth_error("invalid_assertion") from error
    if not isinstance(payload, dict) or _is_deeper(payload, MAXIMUM_DEPTH):
        raise oauth_error("invalid_assertion")
    return payload


def _owner(owner: Any) -> Owner:
    if isinstance(owner, dict):
        type_, id_ = owner.get("type"), owner.get("id")
        if type_ in OWNER_TYPES and isinstance(id_, str):
            return Owner(type_, id_)
    raise oauth_error("invalid_assertion")


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)
