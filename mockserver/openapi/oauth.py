"""The operations of the authorization server (authentication.md §2, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.openapi.attributes import FREE, JsonSchema
from mockserver.openapi.schemas import ref

TEXT: JsonSchema = {"type": "string", "minLength": 1}
#: The parameters that each grant takes, with those that it needs.
GRANTS: Mapping[str, tuple[str, ...]] = {
    "client_credentials": ("client_id",),
    "password": ("client_id", "username", "password"),
    "authorization_code": ("client_id", "code", "redirect_uri"),
    "refresh_token": ("client_id", "refresh_token"),
    "urn:ietf:params:oauth:grant-type:jwt-bearer": ("client_id", "client_secret", "assertion"),
}
OPTIONAL = ("client_secret", "scope")
OPEN: dict[str, Any] = {"tags": ["oauth"], "security": []}


def oauth_paths() -> dict[str, dict[str, Any]]:
    """Return the paths of the authorization server with their operations."""
    return {
        "/oauth/token": {"post": _posting("token", _grants(), ref("Token"))},
        "/oauth/revoke": {"post": _posting("revoke", _revocation(), FREE)},
        "/oauth/tokeninfo": {"get": _tokeninfo()},
        "/.well-known/jwks.json": {"get": _keys()},
    }


def _posting(name: str, schema: JsonSchema, answered: JsonSchema) -> dict[str, Any]:
    types = ("application/json", "application/x-www-form-urlencoded")
    refused = {"content": {"application/json": {"schema": ref("OAuthErrors")}}}
    return {
        **OPEN,
        "operationId": f"oauth_{name}",
        "summary": f"Ask for {name}",
        "requestBody": {
            "required": True,
            "content": {type_: {"schema": schema} for type_ in types},
        },
        "responses": {
            "200": {
                "description": "Granted.",
                "content": {"application/json": {"schema": answered}},
            },
            **{
                status: {"description": "Refused.", **refused}
                for status in ("400", "401", "403", "429", "500", "507")
            },
        },
    }


def _grants() -> JsonSchema:
    return {"oneOf": [_grant(name, needed) for name, needed in GRANTS.items()]}


def _grant(name: str, needed: tuple[str, ...]) -> JsonSchema:
    return {
        "type": "object",
        "required": ["grant_type", *needed],
        "properties": {
            "grant_type": {"type": "string", "enum": [name]},
            **dict.fromkeys((*needed, *(o for o in OPTIONAL if o not in needed)), TEXT),
        },
    }


def _revocation() -> JsonSchema:
    return {
        "type": "object",
        "required": ["token"],
        "properties": dict.fromkeys(("token", "client_id", "client_secret"), TEXT),
    }


def _tokeninfo() -> dict[str, Any]:
    content = {"application/json": {"schema": FREE}}
    return {
        "tags": ["oauth"],
        "operationId": "oauth_tokeninfo",
        "summary": "Read what a token says",
        "responses": {
            "200": {"description": "What it says.", "content": content},
            "401": {
                "description": "It is no token, or none any more.",
                "content": {"application/json": {"schema": ref("Errors")}},
            },
            "429": ref("Refused429", "responses"),
        },
    }


def _keys() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["keys"],
        "properties": {"keys": {"type": "array", "items": FREE}},
    }
    return {
        **OPEN,
        "operationId": "oauth_jwks",
        "summary": "Read the keys that tokens are verified with",
        "responses": {
            "200": {
                "description": "The key set.",
                "content": {"application/json": {"schema": schema}},
            }
        },
    }
