"""Components that all types share: errors, links, linkages, headers, ways to be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.errors import CATALOGUE
from mockserver.identifiers import LENGTH
from mockserver.openapi.attributes import FREE, JsonSchema
from mockserver.openapi.schemas import ref

Response = dict[str, Any]

MEDIA_TYPE = "application/vnd.api+json"

TEXT: JsonSchema = {"type": "string"}
URL: JsonSchema = {"type": "string", "format": "uri"}
#: Codes besides those of the catalogue, by their status (conventions.md §16.1).
FURTHER_CODES: Mapping[int, tuple[str, ...]] = {422: ("VALIDATION_ERROR",)}
RATE_HEADERS = ("X-Ratelimit-Limit", "X-Ratelimit-Interval", "X-Ratelimit-Remaining")


def _object(properties: JsonSchema, required: Iterable[str] = ()) -> JsonSchema:
    needed = list(required)
    return {
        "type": "object",
        **({"required": needed} if needed else {}),
        "properties": properties,
        "additionalProperties": False,
    }


IDENTIFIER = _object({"type": TEXT, "id": ref("Id")}, ("type", "id"))
LINKS = _object({"self": URL, "related": URL}, ("self", "related"))

SCHEMAS: Mapping[str, JsonSchema] = {
    "Id": {
        "type": "string",
        "pattern": rf"^(?:[A-Za-z]{{{LENGTH}}}|\d{{13}}-\d+)$",
        "description": "Letters; of an event store, when it was made.",
    },
    "FilterValue": {"type": "string", "pattern": "^[^\\x00]*$"},
    "ResourceIdentifier": IDENTIFIER,
    "SelfLink": _object({"self": URL}, ("self",)),
    "RelationshipLinks": LINKS,
    "ToOne": _object(
        {
            "links": ref("RelationshipLinks"),
            "data": {"anyOf": [ref("ResourceIdentifier"), {"type": "null"}]},
        },
        ("links",),
    ),
    "ToMany": _object(
        {
            "links": ref("RelationshipLinks"),
            "data": {"type": "array", "items": ref("ResourceIdentifier")},
        },
        ("links",),
    ),
    "Meta": _object(
        {
            "mode": {"type": "string", "enum": ["test", "live"]},
            "organization_id": TEXT,
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        },
        ("mode", "organization_id"),
    ),
    "Included": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["id", "type", "meta"],
            "properties": {
                "id": ref("Id"),
                "type": TEXT,
                "links": ref("SelfLink"),
                "attributes": FREE,
                "relationships": FREE,
                "meta": ref("Meta"),
            },
        },
    },
    "PageMeta": {
        "anyOf": [
            _object(
                {
                    "record_count": {"type": "integer", "minimum": 0},
                    "page_count": {"type": "integer", "minimum": 1},
                },
                ("record_count", "page_count"),
            ),
            ref("Meta"),
        ],
        "description": "By cursor there are no counts.",
    },
    "PageLinks": _object(dict.fromkeys(("first", "prev", "next", "last"), URL)),
    "Errors": _object(
        {"errors": {"type": "array", "minItems": 1, "items": ref("Error")}}, ("errors",)
    ),
    "Error": _object(
        {
            "title": TEXT,
            "detail": TEXT,
            "code": TEXT,
            "source": _object({"pointer": TEXT}),
            "status": {"type": "string", "pattern": "^[45][0-9]{2}$"},
            "meta": FREE,
        },
        ("title", "detail", "code", "status"),
    ),
    "Token": {
        "type": "object",
        "required": ["access_token", "token_type", "expires_in", "scope", "created_at"],
        "properties": {
            "access_token": TEXT,
            "token_type": {"type": "string", "enum": ["Bearer", "bearer"]},
            "expires_in": {"type": "integer"},
            "scope": TEXT,
            "created_at": {"type": "integer"},
            "refresh_token": TEXT,
            "owner_id": TEXT,
            "owner_type": TEXT,
        },
    },
    "OAuthErrors": _object(
        {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": _object(
                    {
                        "title": TEXT,
                        "detail": TEXT,
                        "code": TEXT,
                        "status": {"type": "integer"},
                        "meta": FREE,
                    },
                    ("title", "detail", "code", "status", "meta"),
                ),
            }
        },
        ("errors",),
    ),
}

HEADERS: Mapping[str, Any] = {
    **{name: {"schema": {"type": "string", "pattern": "^[0-9]+$"}} for name in RATE_HEADERS},
    "ETag": {"schema": TEXT},
    "X-Request-Id": {"schema": TEXT},
}


def responses() -> dict[str, Response]:
    """Return a component for each status that a request may be refused with."""
    by_status: dict[int, list[str]] = {}
    for code, entry in CATALOGUE.items():
        by_status.setdefault(entry.status, []).append(code)
    for status, codes in FURTHER_CODES.items():
        by_status.setdefault(status, []).extend(codes)
    return {
        f"Refused{status}": {
            "description": ", ".join(f"`{code}`" for code in codes),
            "content": {MEDIA_TYPE: {"schema": ref("Errors")}},
        }
        for status, codes in sorted(by_status.items())
    }


def answer(description: str, schema: JsonSchema) -> Response:
    """Return the response with a document."""
    names = (*RATE_HEADERS, "ETag", "X-Request-Id")
    return {
        "description": description,
        "headers": {name: ref(name, "headers") for name in names},
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def security_schemes(base_url: str) -> dict[str, Any]:
    """Return how a client is known: by a token, which the authorization server gives."""
    token = f"{base_url}/oauth/token"
    scopes = {
        "market:all": "All markets.",
        "market:id:{id}": "One market.",
        "stock_location:id:{id}": "One stock location.",
    }
    return {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "oauth2": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": token, "scopes": scopes},
                "password": {"tokenUrl": token, "refreshUrl": token, "scopes": scopes},
                "authorizationCode": {
                    "authorizationUrl": f"{base_url}/oauth/authorize",
                    "tokenUrl": token,
                    "refreshUrl": token,
                    "scopes": scopes,
                },
            },
        },
    }
