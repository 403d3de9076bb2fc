"""Answers to requests that did not go well: always in the words of the API."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from flask import Flask, Request, Response, current_app, got_request_exception
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    default_exceptions,
)

from mockserver.errors import Refusal, refusal
from mockserver.oauth.errors import OAuthError
from mockserver.reasons import reason
from mockserver.storage.base import NotUniqueError, StorageError, UnavailableError
from mockserver.web.headers import error_response

LOG = logging.getLogger("mockserver")
#: Where the id of a request is kept for the log.
REQUEST_ID = "mockserver.request_id"
NOT_FOUND = 404
#: What the framework says itself of a request that it cannot read.
UNREADABLE = frozenset({400, 408, 411, 415, 431})
#: When it is worth asking again.
SOON = {"Retry-After": "1"}
PATH_MISSING = reason("path_missing")


def answered(error: Exception, request: Request) -> Response:
    """Return the answer to a request that ended in an error.

    A defect of ours is logged with the request id, and leaves no trace of it on the wire; what
    cannot be stored names the file, and is logged by the storage.
    """
    if isinstance(error, Refusal):
        return refused(error)
    if isinstance(error, HTTPException):
        return refused(_unroutable(error, request))
    if isinstance(error, StorageError):
        return refused(unstored(error))
    LOG.error("request %s failed", request.environ[REQUEST_ID], exc_info=error)
    signalled(error)
    return refused(refusal("INTERNAL_SERVER_ERROR"))


def unstored(error: StorageError) -> Refusal:
    """Return the refusal that stands for what the storage has refused."""
    if isinstance(error, NotUniqueError):
        return refusal("RECORD_NOT_UNIQUE")
    if isinstance(error, UnavailableError):
        return refusal("SERVICE_UNAVAILABLE", headers=SOON, reason=str(error))
    return refusal("INSUFFICIENT_STORAGE", reason=str(error))


def by_status(error: Exception, handlers: Mapping[int | None, object]) -> Exception:
    """Return an error as the handlers of an application are to see it.

    A refusal is of no class that goes with its status: where there is a handler of that status, it
    is answered as the framework's own.
    """
    status = error.status if isinstance(error, Refusal | OAuthError) else None
    if status is None or not handlers.get(status):
        return error
    standing_in = default_exceptions[status](str(error))
    standing_in.__cause__ = error
    return standing_in


def signalled(error: Exception) -> None:
    """Tell of a defect those who listen to the framework's signal, as it does itself."""
    if current_app:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as its docs say
        got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)


def why(error: Exception) -> str | None:
    """Return why a request ended in an error, as far as that is not our own defect."""
    if isinstance(error, HTTPException) and error.code == NOT_FOUND:
        return PATH_MISSING
    return error.why if isinstance(error, Refusal | OAuthError) else None


def refused(error: Refusal) -> Response:
    """Return the answer to a refused request (conventions.md §16)."""
    body = orjson.dumps({"errors": list(error.errors)}, default=str)
    return error_response(body, error.status, error.headers)


def _unroutable(error: HTTPException, request: Request) -> Refusal:
    """Return the refusal that stands for what the framework refused by itself."""
    if isinstance(error, MethodNotAllowed):
        allow = ", ".join(sorted(error.valid_methods or ()))
        return refusal("METHOD_NOT_ALLOWED", headers={"Allow": allow})
    if isinstance(error, RequestEntityTooLarge):
        return refusal("PAYLOAD_TOO_LARGE", size=request.max_content_length)
    if error.code == NOT_FOUND:
        return refusal("RECORD_NOT_FOUND", because=PATH_MISSING)
    if error.code in UNREADABLE:
        return refusal("BAD_REQUEST", reason=error.description or error.name)
    return _aborted(error)


def _aborted(error: HTTPException) -> Refusal:
    """Return the refusal that a hook or a view of somebody's own asks for with ``abort``."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return refusal("INTERNAL_SERVER_ERROR")
    members = {"title": error.name, "detail": error.description, "code": status.name}
    return Refusal([{**members, "status": str(int(status))}])
