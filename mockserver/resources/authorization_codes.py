"""Authorization codes: what is kept of them until they are spent (authentication.md §2)."""

from __future__ import annotations

from mockserver.schema.service_records import Token
from mockserver.schema.vocabulary import internal


class AuthorizationCode(Token, type_="authorization_codes"):
    """The consent of its owner, given as a code that cannot be read back."""

    owner_id = internal("string")
    scope = internal("string")
    redirect_uri = internal("string")
