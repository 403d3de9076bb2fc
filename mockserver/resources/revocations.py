"""Revocations: the access tokens that are good no more (authentication.md §9)."""

from __future__ import annotations

from mockserver.schema.service_records import Token


class Revocation(Token, type_="revocations"):
    """An access token that was revoked, by its digest, until it expires."""
