"""The public route of links: it leads whoever has one to its item (commerce.md §21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Redirect

from mockserver.access import MODES
from mockserver.commerce.links.leading import destination_of
from mockserver.commerce.links.life import link_by_code
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.oauth.authorization import AuthorizationServer
from mockserver.oauth.errors import OAuthError
from mockserver.storage.base import Record
from mockserver.web.failures import refused

PREFIX = "/links"


def links_blueprint(
    organizations: Organizations,
    authorization: AuthorizationServer,
    address: Callable[[str], str],
) -> Blueprint:
    """Return the route that the links of these organizations are followed by.

    Args:
        organizations: those of the server.
        authorization: gives the token that a link stands for.
        address: returns where an organization is found, by its slug.
    """
    blueprint = Blueprint("links", __name__)

    @blueprint.get(f"{PREFIX}/<code>")
    def follow(code: str) -> Redirect:
        sandbox, link = _found(organizations, code)
        url = destination_of(
            sandbox, link, address(sandbox.organization.slug), _token(authorization, link)
        )
        answer = redirect(url, 302)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @blueprint.errorhandler(Refusal)
    def leading_nowhere(error: Refusal) -> Response:
        return refused(error)

    return blueprint


def _found(organizations: Organizations, code: str) -> tuple[Sandbox, Record]:
    for sandbox in _sandboxes(organizations):
        link = link_by_code(sandbox, code)
        if link:
            return sandbox, link
    raise refusal("RECORD_NOT_FOUND")


def _sandboxes(organizations: Organizations) -> Iterator[Sandbox]:
    for organization in organizations:
        yield from (organization.sandbox(mode) for mode in MODES)


def _token(authorization: AuthorizationServer, link: Record) -> str:
    """Return a token for the client and the scope of a link."""
    asked = {name: link[name] for name in ("client_id", "scope")}
    try:
        answer = authorization.token({"grant_type": "client_credentials", **asked})
    except OAuthError as error:
        why = f"its client gets no token: {error}"
        raise refusal("RECORD_NOT_FOUND", because=why) from error
    return str(answer["access_token"])
