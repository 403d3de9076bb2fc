"""Requests of the console to the API: with a token, past the gate, seen by faults and journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.console.answers import Page
from mockserver.console.calls import MEDIA_TYPE, ApiCall
from mockserver.console.parts import Reply
from mockserver.console.standpoints import Standpoint
from mockserver.oauth.clients import INTEGRATION
from mockserver.oauth.errors import OAuthError
from mockserver.oauth.requesting import client_request
from mockserver.seeding.credentials import Credential, credentials

#: Where a form sends what, if there is one.
Again = tuple[str, Mapping[str, str]] | None
#: Who asks, as the journal shows it.
USER_AGENT = "mockserver-console"


class ConsoleClient:
    """Asks the API as an application of the organization does."""

    def __init__(self, place: Standpoint, base_url: str) -> None:
        """Ask in the name of the first integration there is.

        Args:
            place: the organization and the mode.
            base_url: scheme and host to ask at.
        """
        self._place = place
        self._base_url = base_url

    def send(self, call: ApiCall, client_id: str | None = None) -> Reply:
        """Send a request and return the answer, whatever it is.

        Args:
            call: the request.
            client_id: of the application that asks, where it is another one.
        """
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": MEDIA_TYPE,
            "Authorization": f"Bearer {self.token(client_id)}",
        }
        body = b""
        if call.body is not None:
            headers["Content-Type"] = MEDIA_TYPE
            body = orjson.dumps(call.body)
        return self._place.parts.ask(call.method, self._base_url + call.target, headers, body)

    def token(self, client_id: str | None = None) -> str:
        """Return an access token, empty where there is nobody to get one."""
        for credential in self._clients(client_id):
            given = {
                "client_id": credential.client_id,
                "client_secret": credential.client_secret or "",
                **({"scope": credential.scope} if credential.scope else {}),
            }
            try:
                answer = self._place.parts.authorization.token({**given, **client_request()})
            except OAuthError:
                continue
            return str(answer["access_token"])
        return ""

    def _clients(self, client_id: str | None) -> list[Credential]:
        known = [c for c in credentials(self._place.organization) if c.mode == self._place.mode]
        named = [c for c in known if c.client_id == client_id]
        return named or [c for c in known if c.kind == INTEGRATION]


def shown_reply(reply: Reply, line: str, back: str = "", again: Again = None) -> Page:
    """Return the page that shows an answer.

    Args:
        reply: the answer.
        line: the request in a line.
        back: the page it was sent from.
        again: the form that sends it once more: where to, and its fields.
    """
    shown = {
        "line": line,
        "reply": reply,
        "document": document_of(reply) or reply.body.decode("utf-8", "replace"),
        "back": back,
        "again": again,
    }
    return Page("reply.html", shown)


def document_of(reply: Reply) -> Mapping[str, Any]:
    """Return the document of an answer, an empty one of what is none."""
    try:
        found = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def errors_of(reply: Reply) -> list[dict[str, Any]]:
    """Return the errors of an answer, none of one that refuses nothing."""
    refused = reply.status >= 400 or bool(reply.fate.startswith(("never", "connection")))  # noqa: PLR2004 - HTTP
    if not refused:
        return []
    found = document_of(reply).get("errors")
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        return found
    said = reply.body.decode("utf-8", "replace") or reply.fate or "There was no answer."
    return [{"title": str(reply.status), "detail": said}]
