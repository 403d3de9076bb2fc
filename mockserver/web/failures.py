"""How a request that did not go well is answered: always in the words of the API."""

from __future__ import annotations

import logging

import orjson
from flask import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from mockserver.errors import Refusal, refusal
from mockserver.oauth.errors import OAuthError
from mockserver.reasons import reason
from mockserver.storage.base import StorageError
from mockserver.web.headers import error_response

LOG = logging.getLogger("mockserver")
#: Where the id of a request is kept for the log.
REQUEST_ID = "mockserver.request_id"
NOT_FOUND = 404
CLIENT_ERRORS = range(400, 500)
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
        return refused(refusal("INSUFFICIENT_STORAGE", reason=str(error)))
    LOG.error("request %s failed", request.environ[REQUEST_ID], exc_info=error)
    return refused(refusal("INTERNAL_SERVER_ERROR"))


def why(error: Exception) -> str | None:
    """Return why a request ended in an error, as far as that is not our own defect."""
    if isinstance(error, HTTPException) and error.code == NOT_FOUND:
        return PATH_MISSING
    return error.why if isinstance(error, Refusal | OAuthError) else None


def refused(error: Refusal) -> Response:
    """Return the answer to a refused request (conventions §16)."""
    body = orjson.dumps({"errors": list(error.errors)}, default=str)
    return error_response(body, error.status, error.headers)


def _unroutable(error: HTTPException, request: Request) -> Refusal:
    """Return the refusal that stands for what the framework refused by itself."""
    if isinstance(error, MethodNotAllowed):
        allow = ", ".join(sorted(error.valid_methods or ()))
        return refusal("METHOD_NOT_ALLOWED", headers={"Allow": allow})
    if isinstance(error, RequestEntityTooLarge):
        return refusal("PAYLOAD_TOO_LARGE", size=request.max_content_length)
    if error.code in CLIENT_ERRORS and error.code != NOT_FOUND:
        return refusal("BAD_REQUEST", reason=error.description or error.name)
    return refusal("RECORD_NOT_FOUND", because=PATH_MISSING)
