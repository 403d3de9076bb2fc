"""Refresh tokens: what is kept of them until they are spent (authentication.md §2)."""

from __future__ import annotations

from mockserver.access import OWNERS
from mockserver.schema.service_records import Token
from mockserver.schema.vocabulary import internal


class RefreshToken(Token, type_="refresh_tokens"):
    """Whom it lets stay logged in; it cannot be read back."""

    #: Removing the tokens of an owner revokes them.
    owner_id = internal("string", indexed=True, references=tuple(OWNERS.values()))
    owner_type = internal("string")
    scope = internal("string")
    custom_claim = internal("object")
