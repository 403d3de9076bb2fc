"""The login of the console: the control token, shown once to a form instead of in every header."""

from __future__ import annotations

import hmac


def token_is_right(sent: str, token: str) -> bool:
    """Say whether somebody has typed the control token."""
    return hmac.compare_digest(sent.encode(), token.encode())
