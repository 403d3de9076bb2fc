"""The files that imports and exports leave behind: fetched by a signed link, without a token.

The real service's are packed with gzip, and said to be so nowhere: the official CLI unpacks what
its HTTP library gives it. Whoever does the same is given the same; everybody else can read on.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from flask import Blueprint, Response, request

from mockserver.engine.files import PREFIX
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal, refusal
from mockserver.web.failures import refused

PACKED = "application/gzip"
#: How the requests of clients begin their ``User-Agent`` that unpack what they get themselves.
UNPACKING = ("axios/",)
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


def downloads_blueprint(organizations: Organizations) -> Blueprint:
    """Return the route of the files of these organizations."""
    blueprint = Blueprint("downloads", __name__)

    @blueprint.get(f"{PREFIX}/<slug>/<any(test, live):mode>/<type_>/<id_>")
    def file(slug: str, mode: str, type_: str, id_: str) -> Response:
        organization = organizations.get(slug)
        if organization is None:
            raise refusal("RECORD_NOT_FOUND")
        sandbox = organization.sandbox("live" if mode == "live" else "test")
        _check_link(sandbox, type_, id_)
        return _file(sandbox, type_, id_)

    @blueprint.errorhandler(Refusal)
    def without_file(error: Refusal) -> Response:
        return refused(error)

    return blueprint


def _check_link(sandbox: Sandbox, type_: str, id_: str) -> None:
    """Refuse a link that is none of ours, or was read too long ago."""
    expires = request.args.get("expires", "")
    if not sandbox.files.is_signed(type_, id_, expires, request.args.get("signature", "")):
        raise _denied("The signature of the link is invalid.")
    if sandbox.files.is_expired(expires):
        raise _denied("The link has expired: read the resource again.")


def _denied(detail: str) -> Refusal:
    """Return the refusal of a link; none of the API's own is like it (authentication.md §14)."""
    error = {"title": "Access denied", "detail": detail, "code": "DOWNLOAD_DENIED"}
    return Refusal([{**error, "status": "403"}])


def _file(sandbox: Sandbox, type_: str, id_: str) -> Response:
    parts = sandbox.files.parts(type_, id_)
    if not parts:
        raise refusal("RECORD_NOT_FOUND")
    content = "".join(part["content"] for part in parts).encode("utf-8", "replace")
    format_ = parts[0]["format"]
    name, media_type = f"{type_}-{id_}.{format_}", MEDIA_TYPES[format_]
    if _wants_packed():
        # Without a time of its own the same file is the same bytes.
        content, name, media_type = gzip.compress(content, mtime=0), f"{name}.gz", PACKED
    return Response(
        content,
        headers={
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "Vary": "Accept, User-Agent",
        },
    )


def _wants_packed() -> bool:
    agent = request.headers.get("User-Agent", "")
    return agent.startswith(UNPACKING) or PACKED in request.headers.get("Accept", "")
