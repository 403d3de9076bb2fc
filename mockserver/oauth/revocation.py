"""Revocation: who may end the life of a token before its time.

authentication.md §4.6, RFC 7009.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mockserver.access import MODES
from mockserver.late_dataclass import dataclass
from mockserver.oauth.claims import digest
from mockserver.oauth.clients import Basic, Client, Parameters, authenticate, find_client
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.oauth.grants import required
from mockserver.oauth.tokens import REFRESH_TOKENS, revoke_access_token

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations
    from mockserver.oauth.bearer import BearerTokens


@dataclass(frozen=True, slots=True)
class Issued:
    """A token this server has issued.

    Attributes:
        client: to whom.
        has_owner: whether it acts for a customer or a user.
        revoke: ends its life; tokens that were issued with it live on.
    """

    client: Client
    has_owner: bool
    revoke: Callable[[], object]


def revoke(
    organizations: Organizations,
    bearers: BearerTokens,
    parameters: Parameters,
    basic: Basic | None,
) -> None:
    """Revoke a token; do nothing about one that nobody has issued.

    Raises:
        OAuthError: ``invalid_request``; 403 ``unauthorized_client`` for a client that does not
            say who it is, whatever the token, and for a token that is not its own.
    """
    token = required(parameters, "token")
    client = _client(organizations, parameters, basic)
    issued = _access_token(organizations, bearers, token) or _refresh_token(organizations, token)
    if issued is None:
        return
    is_own = client.application["uid"] == issued.client.application["uid"]
    # Whoever holds a logged customer's token may log out; a storefront cannot keep a secret.
    if not is_own or not (client.is_confidential or issued.has_owner):
        raise oauth_error("revocation_refused")
    issued.revoke()


def _client(organizations: Organizations, parameters: Parameters, basic: Basic | None) -> Client:
    try:
        return authenticate(organizations, parameters, basic)
    except OAuthError as refused:
        raise oauth_error("revocation_refused") from refused


def _access_token(organizations: Organizations, bearers: BearerTokens, token: str) -> Issued | None:
    claims = bearers.read(token)
    client = find_client(organizations, claims.client_id) if claims else None
    if claims is None or client is None:
        return None
    has_owner = claims.access.owner is not None
    return Issued(client, has_owner, partial(revoke_access_token, client.sandbox, claims))


def _refresh_token(organizations: Organizations, token: str) -> Issued | None:
    for organization in organizations:
        for mode in MODES:
            sandbox = organization.sandbox(mode)
            stored = sandbox.get(REFRESH_TOKENS, digest(token))
            application = stored and sandbox.get("applications", stored["application_id"])
            if stored and application:
                remove = partial(sandbox.partition.remove, REFRESH_TOKENS, stored["id"])
                return Issued(Client(sandbox, application), bool(stored["owner_id"]), remove)
    return None
