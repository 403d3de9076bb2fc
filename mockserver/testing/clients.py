"""HTTP clients that are already authorised: httpx, or requests where that is what there is."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    import requests

MEDIA_TYPE = "application/vnd.api+json"


def client(url: str, token: str, ca: Path | None) -> httpx.Client | requests.Session:
    """Return a client of the server at the URL, which also trusts the authority.

    Raises:
        ImportError: neither httpx nor requests is installed.
    """
    try:
        import httpx  # noqa: PLC0415 - only where a test asks for it
    except ImportError:
        return _session(url, token, ca)
    return httpx.Client(
        base_url=url, headers=_headers(token), verify=_trusting(ca), trust_env=False
    )


def async_client(url: str, token: str, ca: Path | None) -> httpx.AsyncClient:
    """Return an asynchronous client, likewise.

    Raises:
        ImportError: httpx is not installed.
    """
    import httpx  # noqa: PLC0415 - only where a test asks for it

    return httpx.AsyncClient(
        base_url=url, headers=_headers(token), verify=_trusting(ca), trust_env=False
    )


def _session(url: str, token: str, ca: Path | None) -> requests.Session:
    try:
        import requests  # noqa: PLC0415 - only where a test asks for it
    except ImportError as error:
        message = "session() needs httpx or requests: pip install httpx"
        raise ImportError(message) from error

    class Session(requests.Session):
        """A session whose URLs may be paths."""

        def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
            """Lead a path to the server."""
            if isinstance(request.url, str) and request.url.startswith("/"):
                request.url = f"{url}{request.url}"
            return super().prepare_request(request)

    session = Session()
    session.headers.update(_headers(token))
    session.trust_env = False
    session.verify = str(ca) if ca else True
    return session


def _headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": MEDIA_TYPE,
        "Accept": MEDIA_TYPE,
    }


@cache
def _trusting(ca: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the authority alone: loading all the others takes 20 ms."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca:
        context.load_verify_locations(ca)
    return context
