"""Access tokens: what is kept of them while they live (authentication.md §2)."""

from __future__ import annotations

from mockserver.schema.service_records import Token
from mockserver.schema.vocabulary import internal


class AccessToken(Token, type_="access_tokens"):
    """The payload, from which the token can be signed again."""

    payload = internal("string")
    purpose = internal("string", indexed=True)
    issued_at = internal("integer")
