"""Signatures by which a receiver knows that a delivery is genuine (customers.md §16)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping

#: What calls of external services carry.
MEDIA_TYPE = "application/vnd.api+json"


def signature(secret: str, body: bytes) -> str:
    """Return the Base64 text of the HMAC-SHA256 of a body."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def headers(topic: str, signed: str, content_type: str) -> Mapping[str, str]:
    """Return the headers of a delivery."""
    return {**call_headers(signed, content_type), "X-CommerceLayer-Topic": topic}


def call_headers(signed: str, content_type: str = MEDIA_TYPE) -> Mapping[str, str]:
    """Return the headers of a call of a service, which has no topic (commerce.md §17.1)."""
    return {
        "Content-Type": content_type,
        "Accept": "*/*",
        "X-CommerceLayer-Signature": signed,
    }
