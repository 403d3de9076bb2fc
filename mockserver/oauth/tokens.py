"""Stored tokens while they live: issued, used again, spent, expired, revoked.

Everything that must survive a restart is a record of the partition the client belongs to, under
a digest of the token. Of an access token the payload is kept, from which it can be signed again;
a refresh token and an authorization code cannot be read back. Access tokens are good by their
signature; only revocations are looked up when one is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mockserver.access import OWNERS, Owner
from mockserver.entropy import Entropy
from mockserver.oauth.claims import Claims, digest, encoded, purpose
from mockserver.resources.access_tokens import AccessToken
from mockserver.resources.authorization_codes import AuthorizationCode
from mockserver.resources.refresh_tokens import RefreshToken
from mockserver.resources.revocations import Revocation
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

if TYPE_CHECKING:
    from mockserver.engine.record_store import RecordStore
    from mockserver.engine.sandbox import Sandbox
    from mockserver.oauth.clients import Client

ACCESS_TOKENS, REFRESH_TOKENS = AccessToken.type_, RefreshToken.type_
AUTHORIZATION_CODES, REVOCATIONS = AuthorizationCode.type_, Revocation.type_

#: Of so many tokens one makes place by removing those that have expired.
PRUNE_EVERY = 64


def new_access_token(client: Client, claims: Mapping[str, Any], lifetime: int) -> Record:
    """Store an access token that says what is claimed, from now on.

    Args:
        client: to whom it is issued.
        claims: its payload, without times.
        lifetime: seconds.

    Returns:
        A record with ``payload`` (JSON text), ``issued_at`` and ``expires_at``.
    """
    sandbox = client.sandbox
    now = int(sandbox.clock.seconds())

    def draw(entropy: Entropy) -> str:
        rand = entropy.fraction()
        return encoded({**claims, "exp": now + lifetime, "rand": rand, "iat": now})

    payload = _unused(sandbox, ACCESS_TOKENS, draw)
    values = {"payload": payload, "purpose": purpose(claims), "issued_at": now}
    values |= {"application_id": client.application["id"]}
    return _store(sandbox, ACCESS_TOKENS, digest(payload), values, now + lifetime)


def earlier_access_token(sandbox: Sandbox, claims: Mapping[str, Any]) -> Record | None:
    """Return the newest access token for the same purpose that is still good."""
    now = sandbox.clock.seconds()
    found = sandbox.find(ACCESS_TOKENS, Compare("purpose", "eq", purpose(claims)))
    good = [record for record in found if record["issued_at"] <= now < record["expires_at"]]
    return good[-1] if good else None


def revoke_access_token(sandbox: Sandbox, claims: Claims) -> None:
    """Revoke an access token, also one from before the records were reset."""
    with sandbox.transaction():
        sandbox.partition.remove(ACCESS_TOKENS, claims.digest)
        _store(sandbox, REVOCATIONS, claims.digest, {}, claims.expires_at)


def is_revoked(sandbox: Sandbox, claims: Claims) -> bool:
    """Say whether an access token has been revoked."""
    return sandbox.look(REVOCATIONS, claims.digest) is not None


def new_secret(client: Client, type_: str, values: Mapping[str, Any], lifetime: int) -> str:
    """Store a refresh token or an authorization code and return it.

    Args:
        client: to whom it is issued.
        type_: ``refresh_tokens`` or ``authorization_codes``.
        values: what it stands for.
        lifetime: seconds.
    """
    sandbox = client.sandbox
    secret = _unused(sandbox, type_, Entropy.token)
    values = {"application_id": client.application["id"], **values}
    _store(sandbox, type_, digest(secret), values, int(sandbox.clock.seconds()) + lifetime)
    return secret


def find_secret(client: Client, type_: str, secret: str) -> Record | None:
    """Return the record of a refresh token or code of the client that has not expired."""
    record = client.sandbox.get(type_, digest(secret))
    if record is None or record["application_id"] != client.application["id"]:
        return None
    return record if client.sandbox.clock.seconds() < record["expires_at"] else None


def find_owner(sandbox: Sandbox, owner: Owner) -> Record | None:
    """Return the record of a resource owner, if it is still there."""
    return sandbox.get(owner.records, owner.id)


def end_tokens(store: RecordStore, type_: str, id_: str) -> None:
    """Forget the refresh tokens of a resource owner that is gone; access tokens look it up."""
    for owner_type, owners in OWNERS.items():
        if owners == type_:
            for record in store.find(REFRESH_TOKENS, Compare("owner_id", "eq", id_)):
                if record["owner_type"] == owner_type:
                    store.partition.remove(REFRESH_TOKENS, record["id"])


def _unused(sandbox: Sandbox, type_: str, draw: Callable[[Entropy], str]) -> str:
    """Draw a token that is not in use, from a stream of its own.

    So issuing tokens does not change what data is created next, and a server that starts again
    over a durable storage does not repeat itself.
    """
    while True:
        number = sandbox.partition.next_number(type_)
        drawn = draw(sandbox.organization.entropy_of(sandbox.mode, type_, str(number)))
        if not any(sandbox.get(used, digest(drawn)) for used in (type_, REVOCATIONS)):
            return drawn


def _store(
    sandbox: Sandbox, type_: str, id_: str, values: Mapping[str, Any], expires_at: int
) -> Record:
    record = sandbox.insert(type_, {**values, "id": id_, "expires_at": expires_at})
    if record[SERIAL] % PRUNE_EVERY == 0:
        expired = Compare("expires_at", "lteq", sandbox.clock.seconds())
        for old in sandbox.find(type_, expired):
            sandbox.partition.remove(type_, old["id"])
    return record
