"""Attribution: the request as it is recorded before it is answered, and whose it is."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress

from flask import Request
from werkzeug.exceptions import ClientDisconnected

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.bearer import BearerTokens
from mockserver.storage.base import UnavailableError
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.web.gate import Gate
from mockserver.web.heads import head_of
from mockserver.web.request_context import RequestContext

EMPTY_LENGTHS = (None, "", "0")


class Attribution:
    """Reads requests for the organizations of one server."""

    def __init__(self, organizations: Organizations, gate: Gate, bearers: BearerTokens) -> None:
        """Tell whose a request is by its token, by its client, or by its host."""
        self._organizations = organizations
        self._gate = gate
        self._bearers = bearers
        self._clock = Clock()

    def recorded(self, request: Request, context: RequestContext) -> RecordedRequest:
        """Return the journal's facts about a request.

        Args:
            request: the request; its body is read.
            context: what the gate has made of it.
        """
        head, body = head_of(request.environ), sent_body(request)
        recorded = RecordedRequest(
            head.method, head.path, head.query, head.headers, body, head.scheme, route=context.route
        )
        with suppress(UnavailableError):  # whose it was nobody can say while nothing is read
            self._attribute(recorded, request, context.access)
        return recorded

    def sandbox(self, recorded: RecordedRequest) -> Sandbox | None:
        """Return where the records of a request are, if that is known."""
        own = self._organizations.get(recorded.organization or "")
        return own.sandbox(recorded.mode) if own and recorded.mode else None

    def clock(self, recorded: RecordedRequest) -> Clock:
        """Return the clock of a request: the first organization's where it is nobody's."""
        own = self._organizations.get(recorded.organization or "")
        timed = own or next(iter(self._organizations), None)
        return timed.clock if timed else self._clock

    def _attribute(self, recorded: RecordedRequest, request: Request, access: object) -> None:
        """Fill in whose request it is."""
        if not isinstance(access, Access):
            access = self._named(recorded)
        if isinstance(access, Access) and access.organization:
            recorded.organization, recorded.mode = access.organization, access.mode
            recorded.kind, recorded.application = access.kind, access.application_id
            recorded.owner = access.owner
        elif recorded.route.place != "oauth" or not self._attribute_client(recorded):
            recorded.organization = self._gate.host_slug(request)

    def _named(self, recorded: RecordedRequest) -> Access | None:
        scheme, _, token = recorded.headers.get("authorization", "").partition(" ")
        return self._bearers.named(token.strip()) if scheme.lower() == "bearer" else None

    def _attribute_client(self, recorded: RecordedRequest) -> bool:
        """Fill in the client of the authorization server; say whether it is known."""
        client_id = _client_id(recorded)
        found = self._organizations.client(client_id) if client_id else None
        if found is None:
            return False
        sandbox, application = found
        recorded.organization, recorded.mode = sandbox.organization.slug, sandbox.mode
        recorded.kind, recorded.application = application["kind"], application["id"]
        return True


def _client_id(recorded: RecordedRequest) -> str | None:
    """Return the client id of a request to the authorization server: Basic before the rest."""
    scheme, _, credentials = recorded.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return b64decode(credentials).decode().partition(":")[0]
        except ValueError:
            return None
    body = recorded.document if isinstance(recorded.document, dict) else recorded.parameters
    found = body.get("client_id")
    return found if isinstance(found, str) else None


def sent_body(request: Request) -> bytes:
    """Return the body; nothing of one over the limit, which nobody reads, nor of half a one."""
    length = request.environ.get("CONTENT_LENGTH")
    if length in EMPTY_LENGTHS or (request.content_length or 0) > (request.max_content_length or 0):
        return b""
    try:
        return request.get_data()
    except ClientDisconnected:
        return b""
