"""Canned responses: the errors of the catalogues, and answers somebody has written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any

import orjson

from mockserver.errors import CATALOGUE, RULES, Refusal, refusal, violation
from mockserver.late_dataclass import dataclass
from mockserver.oauth.errors import CATALOGUE as OAUTH_CATALOGUE
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.resources.registry import registry
from mockserver.traffic.effects import VALIDATION_ERROR, FaultEffect, placeholders
from mockserver.traffic.matchers import MISSING
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import OAUTH_SHAPED

#: What errors of the API are called at the token endpoint; by status where they are not here.
OAUTH_NAMES: Mapping[str, str] = {
    "INVALID_TOKEN": "invalid_client",
    "UNAUTHORIZED": "unauthorized_client",
    "TOO_MANY_REQUESTS": "too_many_requests",
    "INTERNAL_SERVER_ERROR": "server_error",
}
#: What the details of errors name unless they are given.
EXAMPLES: Mapping[str, Any] = {
    "name": "name",
    "key": "1",
    "value": "value",
    "reason": "Bad Request",
    "size": "10485760",
    "number": "1",
    "count": 1,
    "from": "draft",
    "to": "placed",
    "other": "starts_at",
    "message": "Declined",
}


@dataclass(slots=True)
class CannedResponse:
    """A whole answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def refused(effect: FaultEffect, recorded: RecordedRequest) -> Refusal | OAuthError:
    """Return the error an effect answers with, in the shape of the endpoint that was asked."""
    if effect.oauth_error:
        return _oauth(effect.oauth_error, effect.values)
    code = effect.error or ""
    if recorded.action in OAUTH_SHAPED:
        return _oauth(_oauth_name(code), effect.values)
    if code == VALIDATION_ERROR:
        return _violation(effect.values)
    entry = CATALOGUE[code]
    return refusal(code, **_values(entry.detail, effect.values, recorded.type))


def _oauth_name(code: str) -> str:
    status = CATALOGUE[code].status if code in CATALOGUE else 422
    unnamed = "server_error" if status >= 500 else "invalid_request"  # noqa: PLR2004 - HTTP
    return OAUTH_NAMES.get(code, unnamed)


def _oauth(name: str, values: Mapping[str, Any]) -> OAuthError:
    key = "malformed_body" if name == "invalid_request" else name
    return oauth_error(key, **_values(OAUTH_CATALOGUE[key].detail, values, None))


def _violation(values: Mapping[str, Any]) -> Refusal:
    rule = values.get("rule", "invalid")
    meta = {n: values[n] for n in ("value", "count") if n in values}
    named = _values(RULES[rule], values, None)
    words: dict[str, str] = {n: str(named.pop(n)) for n in ("from", "to") if n in named}
    name, linked = values.get("name"), bool(values.get("relationship"))
    return Refusal([violation(name, rule, relationship=linked, words=words, **meta | named)])


def _values(template: str, given: Mapping[str, Any], type_: str | None) -> dict[str, Any]:
    resource = registry().get(type_ or "customers", registry()["customers"])
    named = {"type": resource.type_, "class_name": resource.__name__}
    known = {**EXAMPLES, **named, **given}
    return {name: known[name] for name in placeholders(template)}


def written(
    status: int, headers: Mapping[str, str], body: Any, recorded: RecordedRequest
) -> CannedResponse:
    """Return an answer that somebody has written.

    Args:
        status: its status.
        headers: its headers; those given win over the content type of the body.
        body: JSON, or text; ``MISSING`` for an error object that says the status.
        recorded: the request.
    """
    if body is MISSING:
        body = _explanation(status, recorded)
    content, type_ = _content(body, recorded)
    sent = {"Content-Type": type_} if content else {}
    named = {name.lower() for name in headers}
    return CannedResponse(
        status, {**{n: v for n, v in sent.items() if n.lower() not in named}, **headers}, content
    )


def _content(body: Any, recorded: RecordedRequest) -> tuple[bytes, str]:
    if body is None:
        return b"", ""
    if isinstance(body, str):
        return body.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    type_ = "application/vnd.api+json" if recorded.route.is_below_api else "application/json"
    return orjson.dumps(body), type_


def _explanation(status: int, recorded: RecordedRequest) -> Any:
    """Return the error object of a status alone; nothing for one that is no error."""
    if status < 400:  # noqa: PLR2004 - HTTP
        return None
    title = _phrase(status)
    code = title.upper().replace(" ", "_").replace("-", "_").replace("'", "")
    if recorded.action in OAUTH_SHAPED:
        shape = {"code": code, "status": status, "meta": {}}
    else:
        shape = {"code": code, "status": str(status)}
    return {"errors": [{"title": title, "detail": title, **shape}]}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
