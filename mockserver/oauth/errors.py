"""The catalogue of what the authorization server refuses, as data (authentication.md §5).

Its errors differ from the API's: ``title`` is the OAuth 2.0 error code (RFC 6749 §5.2), ``status``
a number and ``meta`` always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class OAuthEntry:
    """One kind of refusal: its OAuth error code, HTTP status and the template of its detail."""

    title: str
    status: int
    detail: str


#: The vendor's name of each HTTP status.
CODES: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
    507: "INSUFFICIENT_STORAGE",
}

CATALOGUE: Mapping[str, OAuthEntry] = {
    "missing_parameter": OAuthEntry("invalid_request", 400, "Missing required parameter: {name}."),
    "malformed_parameter": OAuthEntry("invalid_request", 400, "Malformed parameter: {name}."),
    "too_many_parameters": OAuthEntry(
        "invalid_request", 400, "The request has more than {count} parameters."
    ),
    "malformed_body": OAuthEntry("invalid_request", 400, "The request body is malformed."),
    "invalid_client": OAuthEntry(
        "invalid_client",
        401,
        "Client authentication failed due to unknown client, no client authentication included, "
        "or unsupported authentication method.",
    ),
    "unknown_client": OAuthEntry(
        "invalid_client",
        400,
        "Client authentication failed due to unknown client, no client authentication included, "
        "or unsupported authentication method.",
    ),
    "invalid_redirect_uri": OAuthEntry(
        "invalid_redirect_uri",
        400,
        "The requested redirect uri is malformed or doesn't match client redirect URI.",
    ),
    "access_denied": OAuthEntry(
        "access_denied", 400, "The resource owner or authorization server denied the request."
    ),
    "invalid_assertion": OAuthEntry("invalid_assertion", 400, "The provided assertion is invalid."),
    "invalid_grant": OAuthEntry(
        "invalid_grant",
        400,
        "The provided authorization grant is invalid, expired, revoked, does not match the "
        "redirection URI used in the authorization request, or was issued to another client.",
    ),
    "invalid_scope": OAuthEntry(
        "invalid_scope", 400, "The requested scope is invalid, unknown, or malformed."
    ),
    "unauthorized_client": OAuthEntry(
        "unauthorized_client",
        401,
        "The client is not authorized to perform this request using this method.",
    ),
    "unsupported_grant_type": OAuthEntry(
        "unsupported_grant_type",
        400,
        "The authorization grant type is not supported by the authorization server.",
    ),
    "unsupported_response_type": OAuthEntry(
        "unsupported_response_type",
        400,
        "The authorization server does not support this response type.",
    ),
    "revocation_refused": OAuthEntry(
        "unauthorized_client", 403, "You are not authorized to revoke this token"
    ),
    "too_many_requests": OAuthEntry(
        "too_many_requests",
        429,
        "You have exceeded the rate limit. Please slow down and try again later.",
    ),
    "server_error": OAuthEntry(
        "server_error",
        500,
        "The authorization server encountered an unexpected condition which prevented it from "
        "fulfilling the request.",
    ),
    "storage_error": OAuthEntry("server_error", 507, "{reason}"),
    "storage_away": OAuthEntry("server_error", 503, "{reason}"),
}


@dataclass(eq=False)
class OAuthError(Exception):
    """The authorization server refuses a request; nothing has been changed.

    Attributes:
        title: the OAuth 2.0 error code.
        status: the HTTP status.
        code: the vendor's name of the status.
        detail: a sentence.
        why: the reason, which is never sent in a body.
    """

    title: str
    status: int
    code: str
    detail: str
    why: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the response body, members in the order of authentication.md §5."""
        error = {
            "title": self.title,
            "detail": self.detail,
            "code": self.code,
            "status": self.status,
            "meta": {},
        }
        return {"errors": [error]}

    def __str__(self) -> str:
        """Return the code, the detail and why: for users of the Python interface."""
        text = f"{self.status} {self.title}: {self.detail}"
        return f"{text} {self.why}" if self.why else text


def oauth_error(key: str, *, because: str | None = None, **values: object) -> OAuthError:
    """Return the error of the catalogue with its detail filled in.

    Args:
        key: a key of ``CATALOGUE``.
        because: why, as one of ``reasons.REASONS`` says it.
        values: what the detail's template names.
    """
    entry = CATALOGUE[key]
    detail = entry.detail.format(**values)
    return OAuthError(entry.title, entry.status, CODES[entry.status], detail, because)
