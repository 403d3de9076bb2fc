"""Signatures by which a receiver knows that a delivery is genuine (customers.md §16)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping


def signature(secret: str, body: bytes) -> str:
    """Return the Base64 text of the HMAC-SHA256 of a body."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def headers(topic: str, signed: str, content_type: str) -> Mapping[str, str]:
    """Return the headers of a delivery."""
    return {
        "Content-Type": content_type,
        "Accept": "*/*",
        "X-CommerceLayer-Topic": topic,
        "X-CommerceLayer-Signature": signed,
    }
