"""Who asks an organization: credentials, tokens, and http clients that have one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver.access import Mode
from mockserver.seeding.credentials import PASSWORD, Credential
from mockserver.testing.clients import async_client, client
from mockserver.testing.granting import Wanted, access_token
from mockserver.testing.results import Result, many

if TYPE_CHECKING:
    from mockserver.testing.base import BaseServer
    from mockserver.testing.records import ModeRecords

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]


class Sessions(ABC):
    """HTTP clients of an organization, signed in or not.

    Attributes:
        slug: its name in host names.
        mode: which tokens and clients are of, unless they say otherwise.
        credentials: of its applications, test before live.
        test: the records of the test mode.
        live: the records of the live mode.
    """

    slug: str
    mode: Mode
    credentials: Sequence[Credential]
    test: ModeRecords
    live: ModeRecords
    _server: BaseServer

    @property
    @abstractmethod
    def url(self) -> str:
        """Where http is served."""

    @property
    @abstractmethod
    def ca(self) -> Path | None:
        """The certificate authority's file, ``None`` without https."""

    @property
    def users(self) -> list[Result]:
        """Who works for it, the first ones first: ``email``, ``role`` and ``mode`` of each."""
        return many(self._server.plane.organizations.retrieve(self.slug)["users"])

    def credential(
        self, kind: str = "integration", mode: Mode | None = None, *, name: str | None = None
    ) -> Credential:
        """Return the first credential of a kind, or the one of this name.

        Raises:
            LookupError: there is none.
        """
        wanted = kind, mode or self.mode
        for credential in self.credentials:
            is_wanted = (credential.kind, credential.mode) == wanted
            if is_wanted and name in (None, credential.name):
                return credential
        text = f"there is no {kind} {name or ''}".rstrip() + f" in {wanted[1]} mode"
        there = dict.fromkeys(
            each.kind if name is None else each.name
            for each in self.credentials
            if each.mode == wanted[1] and (name is None or each.kind == kind)
        )
        message = f"{text}; there are: {', '.join(there) or 'none'}"
        raise LookupError(message)

    def token(  # noqa: PLR0913 - what can be asked for
        self,
        kind: str | None = None,
        mode: Mode | None = None,
        *,
        customer: str | None = None,
        password: str | None = PASSWORD,
        user: str | None = None,
        custom_claim: Mapping[str, Any] | None = None,
        scope: str | None = None,
        name: str | None = None,
    ) -> str:
        """Return an access token.

        Args:
            kind: The application's: ``integration`` (when nothing implies another one),
                ``sales_channel``, ``webapp``, whose user agrees.
            mode: Test or live; the world's own when left out.
            customer: Email of a customer to log in; implies a sales channel.
            password: of the customer; ``None``: a jwt-bearer assertion names whoever it is for,
                a customer without a password too, to a client with a secret.
            user: Email of a user of the organization, empty for the first; implies a web app.
            custom_claim: of a jwt-bearer assertion, which is then what asks.
            scope: other than the credential's usual one.
            name: of the credential, where a kind has several.

        Raises:
            LookupError: there are no such credentials; or nobody an assertion can name.
            OAuthError: as the token endpoint would answer; ``access_denied`` for an unknown user.
            ValueError: the words do not go together.
        """
        where = mode or self.mode
        wanted = Wanted(kind, where, customer, password, user, custom_claim, scope, name)
        return access_token(self._server, self, wanted)

    def session(self, kind: str | None = None, mode: Mode | None = None, **words: Any) -> Any:
        """Return an http client that is already authorised and speaks JSON:API.

        An ``httpx.Client`` where httpx is installed, else a ``requests.Session``; both take paths:
        ``session.get("/api/customers")``. Close it, or use it with ``with``.

        Args:
            kind: of the application.
            mode: test or live.
            **words: further ones of :meth:`token`.

        Raises:
            ImportError: neither is installed.
        """
        return client(self.url, self.token(kind, mode, **words), self.ca)

    def async_session(self, kind: str | None = None, mode: Mode | None = None, **words: Any) -> Any:
        """Return an ``httpx.AsyncClient`` like :meth:`session`, for ``async with``.

        Raises:
            ImportError: httpx is not installed.
        """
        return async_client(self.url, self.token(kind, mode, **words), self.ca)
