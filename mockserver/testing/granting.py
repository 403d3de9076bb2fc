"""How a world gets a token: for which credentials it asks, in whose name, and by which grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from mockserver.access import Mode, Owner
from mockserver.late_dataclass import dataclass
from mockserver.oauth.clients import WEBAPP
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.requesting import (
    Request,
    assertion_request,
    client_request,
    code_request,
    consent_request,
    kind_for,
    password_request,
    redirected,
)
from mockserver.seeding.credentials import REDIRECT_URI, Credential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.testing.base import BaseServer
    from mockserver.testing.records import ModeRecords
    from mockserver.testing.results import Result

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True


class Asked(Protocol):
    """The organization that is asked: its applications, and whom they can act for."""

    credentials: Sequence[Credential]
    test: ModeRecords
    live: ModeRecords

    @property
    def users(self) -> list[Result]:
        """Who works for it."""

    def credential(
        self, kind: str = ..., mode: Mode | None = ..., *, name: str | None = ...
    ) -> Credential:
        """Return the first credential of a kind, or the one of this name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The token that is wanted: the words of ``Sessions.token``."""

    kind: str | None
    mode: Mode
    customer: str | None
    password: str | None
    user: str | None
    custom_claim: Mapping[str, Any] | None
    scope: str | None
    name: str | None

    @property
    def by_assertion(self) -> bool:
        """Whether a jwt-bearer assertion asks, instead of a password or a code."""
        named = self.customer is not None or self.user is not None
        return self.custom_claim is not None or (named and self.password is None)


def access_token(server: BaseServer, asked: Asked, wanted: Wanted) -> str:
    """Return an access token.

    Raises:
        LookupError, OAuthError, ValueError: as ``Sessions.token``.
    """
    kind = kind_for(wanted.kind, wanted.customer, wanted.user)
    credential = _credential(asked, kind, wanted)
    client = _client(credential, wanted.scope)
    if wanted.by_assertion:
        grant = assertion_request(_owner(asked, wanted), wanted.custom_claim)
    elif wanted.customer:
        grant = password_request(wanted.customer, wanted.password or "")
    elif kind == WEBAPP:
        grant = _consent(server, asked, client, wanted)
    else:
        grant = client_request()
    return str(server.token({**client, **grant})["access_token"])


def _credential(asked: Asked, kind: str, wanted: Wanted) -> Credential:
    """Return the credential to ask with; for an assertion one that has a secret.

    authentication.md §4.5.
    """
    if not wanted.by_assertion or wanted.name is not None:
        return asked.credential(kind, wanted.mode, name=wanted.name)
    for credential in asked.credentials:
        if (credential.kind, credential.mode) == (kind, wanted.mode) and credential.client_secret:
            return credential
    return asked.credential(kind, wanted.mode)


def _client(credential: Credential, scope: str | None) -> Request:
    given = {
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
        "scope": scope or credential.scope,
    }
    return {name: value for name, value in given.items() if value is not None}


def _owner(asked: Asked, wanted: Wanted) -> Owner | None:
    records = asked.live if wanted.mode == "live" else asked.test
    if wanted.customer:
        return records.owner("Customer", wanted.customer)
    return None if wanted.user is None else records.owner("User", wanted.user)


def _consent(server: BaseServer, asked: Asked, client: Request, wanted: Wanted) -> Request:
    """Return the grant of a user, who agrees at once.

    Raises:
        OAuthError: as the endpoint redirects with, ``access_denied`` for an unknown user.
    """
    location = server.authorize(consent_request(client, REDIRECT_URI, wanted.user))
    answer = redirected(location)
    if "code" in answer:
        return code_request(answer["code"], REDIRECT_URI)
    error = oauth_error(answer["error"])
    if wanted.user and answer["error"] == "access_denied":
        emails = [user["email"] for user in asked.users if user["mode"] == wanted.mode]
        error.add_note(f"There is no user {wanted.user!r}; there are: {', '.join(emails)}.")
    raise error
