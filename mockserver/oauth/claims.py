"""The payload of an access token: from what is granted to JSON text, and back.

authentication.md §7.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from json import dumps
from typing import Any

import orjson

from mockserver.access import Access, Owner
from mockserver.late_dataclass import dataclass
from mockserver.oauth.assertions import OWNER_TYPES
from mockserver.oauth.clients import Client
from mockserver.oauth.scopes import (
    ALL_MARKETS,
    OTHER_APIS,
    USER,
    Scope,
    items,
    stock_locations_of,
)
from mockserver.storage.base import Record

REGION = "eu-west-1"
#: The claims that differ between two tokens for the same purpose.
DATED = ("exp", "rand", "iat")

# The official SDK decodes the payload as plain base64, where base64url's - and _ would be
# corrupted (clients.md §2). Of ASCII text only these characters lead to them.
_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in ">?~"})


def undated_claims(
    client: Client,
    scope: Scope,
    owner: Owner | None,
    custom_claim: Mapping[str, Any] | None,
    issuer: str,
) -> dict[str, Any]:
    """Return the claims of a token, in the order of the real one; the times are still 0."""
    market = scope.market
    return {
        **_tenant(client),
        "application": _application(client),
        **({"market": _market(client, market, scope)} if market else {}),
        **({"owner": {"id": owner.id, "type": owner.type}} if owner else {}),
        **({"custom_claim": custom_claim} if custom_claim is not None else {}),
        "scope": scope.text,
        "exp": 0,
        # Provisioning knows no modes.
        "test": client.kind != USER and client.sandbox.mode == "test",
        "rand": 0.0,
        "iat": 0,
        "iss": issuer,
    }


def _tenant(client: Client) -> dict[str, Any]:
    if client.kind == USER:
        return {"user": {"id": _person(client)}}
    organization = client.sandbox.organization_record()
    return {
        "organization": {
            "id": organization["id"],
            "slug": client.sandbox.organization.slug,
            "enterprise": bool(organization.get("enterprise")),
            "region": organization.get("region") or REGION,
        }
    }


def _person(client: Client) -> str | None:
    """Return the user whose provisioning credentials these are: the first, unless they say."""
    users, _ = client.sandbox.partition.select("users", limit=1)
    return client.application.get("user_id") or (users[0]["id"] if users else None)


def _application(client: Client) -> dict[str, Any]:
    application = client.application
    return {
        "id": application["id"],
        "client_id": application["uid"],
        "kind": client.kind,
        "public": client.is_public,
        "confidential": client.is_confidential,
    }


def _market(client: Client, market: Record, scope: Scope) -> dict[str, Any]:
    locations = scope.stock_location_ids or stock_locations_of(client.sandbox, market)
    return {
        "id": [market["id"]],
        "stock_location_ids": list(locations),
        "geocoder_id": market.get("geocoder"),
        "allows_external_prices": bool(market.get("external_prices_url")),
    }


def encoded(claims: Mapping[str, Any]) -> str:
    """Return the payload as ASCII JSON whose base64url form has neither ``-`` nor ``_``."""
    return dumps(claims, separators=(",", ":")).translate(_ESCAPES)


def purpose(claims: Mapping[str, Any]) -> str:
    """Return a digest of everything but the times: the key of token reuse.

    authentication.md §4.1.
    """
    return digest(dumps({k: v for k, v in claims.items() if k not in DATED}, sort_keys=True))


def digest(text: str | bytes) -> str:
    """Return the digest that stands for a token in the storage."""
    return sha256(text.encode("utf-8", "replace") if isinstance(text, str) else text).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Claims of a token with a good signature.

    Attributes:
        digest: what stands for the token in the store.
        client_id: of the application it was issued to.
        expires_at: seconds since the epoch.
        access: what it gives access to, the role aside; no organization's, for provisioning.
        is_core: whether it is for the core API.
        is_partial: whether only the scope, not the claims, tells which markets are meant.
    """

    digest: str
    client_id: str
    expires_at: int
    access: Access
    is_core: bool
    is_partial: bool


def decoded(payload: bytes) -> Claims:
    """Decode the claims in a payload.

    Raises:
        ValueError: it is none of an access token.
    """
    try:
        claims = orjson.loads(payload)
        scope = items(claims["scope"])
        return Claims(
            digest(payload),
            _text(claims["application"]["client_id"]),
            int(claims["exp"]),
            _access(claims),
            is_core="organization" in claims and OTHER_APIS.isdisjoint(scope),
            is_partial="market" not in claims and scope != [ALL_MARKETS],
        )
    except (LookupError, TypeError, AttributeError) as error:
        message = "not the payload of an access token"
        raise ValueError(message) from error


def _access(claims: Mapping[str, Any]) -> Access:
    market = claims.get("market")
    return Access(
        organization=_text(claims.get("organization", {"slug": ""})["slug"]),
        mode="test" if claims["test"] else "live",
        kind=claims["application"]["kind"],
        is_confidential=claims["application"]["confidential"],
        application_id=_text(claims["application"]["id"]),
        owner=_owner(claims["owner"]) if "owner" in claims else None,
        scope=claims["scope"],
        market_ids=tuple(market["id"]) if market else None,
        stock_location_ids=tuple(market["stock_location_ids"]) if market else (),
        custom_claim=claims.get("custom_claim"),
    )


def _owner(claim: Mapping[str, Any]) -> Owner:
    if claim["type"] not in OWNER_TYPES:
        raise TypeError
    return Owner(claim["type"], _text(claim["id"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
