"""The guard of the control plane, which answers nobody that a web page could pose as.

Requests from pages of another origin and for foreign hosts are refused, so is a change whose
content type a page could send without asking first; and all without the token, where there is one.
"""

from __future__ import annotations

import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Request

from mockserver.errors import Refusal
from mockserver.refusals import invalid
from mockserver.settings import Settings

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MEDIA_TYPE = "application/json"
LOCALHOST = "localhost"
TOKEN_HEADER = "X-Mock-Token"  # noqa: S105 - the name of a header
#: What one listens on to be reached at whatever address the machine has.
ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with


def guard(request: Request, settings: Settings) -> None:
    """Refuse what may come from a web page, or has not the control token.

    Raises:
        Refusal: 403 for host and origin, 401 for the token, 415 for the content type.
    """
    require_own_page(request, settings)
    if settings.control_token and not has_token(request, settings.control_token):
        raise _unauthorized()
    if request.method in CHANGES and not _is_json(request):
        detail = f"Changes need Content-Type: {MEDIA_TYPE}."
        raise invalid("", detail, title="Unsupported media type", status=415)


def require_own_page(request: Request, settings: Settings) -> None:
    """Refuse what is for a host of somebody else's, or comes from a page of another origin.

    Raises:
        Refusal: 403.
    """
    if not is_own(request.host, settings):
        known = ", ".join((LOCALHOST, settings.domain, *settings.control_hosts))
        raise _forbidden(
            f"The control plane does not answer for the host {request.host}, but for {known}, "
            "what is below localhost and the domain, and the addresses it listens on; "
            "--control-host NAME lets it answer for others."
        )
    origin = request.headers.get("Origin")
    if origin is not None and place_of(origin) != request.host.lower():
        raise _forbidden(f"The control plane does not answer to pages of {origin}.")


def is_own(host: str, settings: Settings) -> bool:
    """Say whether a host with or without a port is one of ours.

    A name that anybody can let point at this machine is not; an address is what it is.
    """
    name = (urlsplit(f"//{host}").hostname or "").lower()
    address = _address(name)
    if address is None:
        domain = settings.domain.lower()
        known = {LOCALHOST, domain, *map(str.lower, settings.hosts), *settings.control_hosts}
        return name in known or name.endswith((f".{LOCALHOST}", f".{domain}"))
    own = settings.hosts
    return address.is_loopback or bool(ANY_ADDRESS & {*own}) or address in map(_address, own)


def place_of(origin: str) -> str:
    """Return host and port of an origin as a ``Host`` would name them, empty for one without."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def is_local(host: str) -> bool:
    """Say whether who listens there is reached from this machine alone."""
    address = _address(host)
    return address.is_loopback if address else host.lower() == LOCALHOST


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def has_token(request: Request, token: str) -> bool:
    """Say whether a request has the control token, as a bearer or in the header of its own."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    sent = (bearer.strip() if scheme.lower() == "bearer" else "", request.headers.get(TOKEN_HEADER))
    raw = ((text or "").encode("latin-1", "replace") for text in sent)
    return any(is_token(text, token) for text in raw)


def is_token(sent: bytes, token: str) -> bool:
    """Say whether bytes are the control token.

    What is not ASCII some clients send as Latin-1, as it is read, and others as UTF-8.
    """
    return any(hmac.compare_digest(sent, own) for own in (token.encode("latin-1"), token.encode()))


def _is_json(request: Request) -> bool:
    """Say whether the body is one no page sends unasked; to delete, none is needed."""
    if request.method == "DELETE" and not request.headers.get("Content-Type"):
        return True
    return request.mimetype == MEDIA_TYPE


def _unauthorized() -> Refusal:
    refused = invalid("", "Give the control token as a bearer.", title="Unauthorized", status=401)
    return Refusal(refused.errors, {"WWW-Authenticate": "Bearer"})


def _forbidden(detail: str) -> Refusal:
    return invalid("", detail, title="Forbidden", status=403)
