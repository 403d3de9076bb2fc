"""Revocation: who may end the life of a token before its time (§4.6, RFC 7009)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mockserver.access import MODES
from mockserver.oauth.claims import digest
from mockserver.oauth.clients import Basic, Client, Parameters, credentials, find_client
from mockserver.oauth.errors import oauth_error
from mockserver.oauth.grants import required
from mockserver.oauth.tokens import REFRESH_TOKENS, revoke_access_token

if TYPE_CHECKING:
    from mockserver.oauth.bearer import BearerTokens
    from mockserver.sandbox.organization import Organizations


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
        OAuthError: ``invalid_request``, or 403 ``unauthorized_client``.
    """
    token = required(parameters, "token")
    issued = _access_token(organizations, bearers, token) or _refresh_token(organizations, token)
    if issued is None:
        return
    client_id, secret = credentials(parameters, basic)
    # Whoever holds a logged customer's token may log out; a storefront cannot keep a secret.
    secret_required = not (issued.client.is_public and issued.has_owner)
    is_own = client_id == issued.client.application["uid"]
    if not is_own or not issued.client.is_authentic(secret, secret_required=secret_required):
        raise oauth_error("revocation_refused")
    issued.revoke()


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
            kept = sandbox.get(REFRESH_TOKENS, digest(token))
            application = kept and sandbox.get("applications", kept["application_id"])
            if kept and application:
                remove = partial(sandbox.partition.remove, REFRESH_TOKENS, kept["id"])
                return Issued(Client(sandbox, application), bool(kept["owner_id"]), remove)
    return None
