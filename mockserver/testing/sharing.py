"""One server used from several processes: the calls travel over HTTP, and all happens in one place.

The process that runs the server has a desk, which answers below ``/_mock``; the others have a
:class:`SharedServer`. Both ends belong to one run of tests and know its key; nobody else is
answered. Unlike requests of the API, calls are in no journal and meet no faults or rate limits.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import closing
from functools import cached_property, partial
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypedDict, cast, get_type_hints
from urllib.parse import urlsplit

from mockserver.access import Mode
from mockserver.entropy import Entropy
from mockserver.testing.awaiting import in_thread
from mockserver.testing.base import Plane
from mockserver.testing.packing import failure, packed, raised, unpacked
from mockserver.testing.records import ModeRecords
from mockserver.testing.running import RunningServer
from mockserver.web.bridge import STREAM

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from mockserver.testing.server import MockServer

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

#: Where the desk is, on the server itself.
PATH = "/_mock/calls"
#: The parts of a server whose methods can be called from elsewhere.
PARTS = (
    "organizations",
    "customers",
    "clocks",
    "jobs",
    "faults",
    "outages",
    "stubs",
    "journal",
    "deliveries",
    "settings",
)


class MethodCall(TypedDict):
    """A method of a part, of records, or of the server itself, and what it is given."""

    place: list[str]
    method: str
    arguments: list[Any]
    words: dict[str, Any]


class ServerAddress(TypedDict):
    """Address of a shared server, with all that another process has to know."""

    key: str
    url: str
    tls_url: str | None
    domain: str
    ca: str | None


class Desk:
    """Takes calls for a server from other processes, until it is closed."""

    def __init__(self, server: MockServer) -> None:
        """Open for a running server."""
        self._server = server
        self._key = Entropy().bytes(32).hex()
        server.beside[PATH] = self._answer

    @property
    def address(self) -> ServerAddress:
        """The address that the other processes are given."""
        server = self._server
        return {
            "key": self._key,
            "url": server.url,
            "tls_url": server.tls_url,
            "domain": server.domain,
            "ca": str(server.ca) if server.ca else None,
        }

    def close(self) -> None:
        """Take no more calls."""
        self._server.beside.pop(PATH, None)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        authorization = str(environ.get("HTTP_AUTHORIZATION", ""))
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self._key}".encode()):
            start_response("401 Unauthorized", [])
            return []
        call = unpacked(environ["wsgi.input"].read())
        environ[STREAM] = self._answered(call)
        start_response("200 OK", [("Content-Type", "application/json")])
        return []

    async def _answered(self, call: MethodCall) -> AsyncIterator[bytes]:
        # In a thread: a call may wait for receivers of webhooks, who ask the server meanwhile.
        yield await in_thread(self._done, call)

    def _done(self, call: MethodCall) -> bytes:
        try:
            method = self._method(call["place"], call["method"])
            return packed({"answer": method(*call["arguments"], **call["words"])})
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            return packed({"error": failure(error)})

    def _method(self, place: list[str], method: str) -> Callable[..., Any]:
        match place:
            case ["records", slug, mode]:
                inner: Any = self._server.records(slug, cast("Mode", mode))
            case ["server"]:
                inner = self._server
            case [part]:
                inner = getattr(self._server.plane, part)
        found: Callable[..., Any] = getattr(inner, method)
        return found


class Distant:
    """An object somewhere else, whose methods can be called."""

    def __init__(self, ask: Callable[..., Any], kind: type, *place: str) -> None:
        """Stand for the object of that kind in that place."""
        self._ask = ask
        self._kind = kind
        self._place = place

    def __dir__(self) -> Iterable[str]:
        """Return the methods, for who completes a name."""
        return [name for name in dir(self._kind) if not name.startswith("_")]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a function that calls the method of that name."""
        if name.startswith("_") or not hasattr(self._kind, name):
            raise AttributeError(name)
        return partial(self._ask, self._place, name)


class SharedServer(RunningServer):
    """A server that runs in another process; see :class:`mockserver.MockServer` for what it does.

    It can be neither started nor stopped here, and what is set for the whole server, rate limits
    for instance, is set for every process.
    """

    def __init__(self, address: ServerAddress) -> None:
        """Connect.

        Raises:
            OSError: nobody is there, or the key is another one.
        """
        self._address = address
        self._ask(("organizations",), "list")

    def close(self) -> None:
        """Remove the files that were made here."""
        if "_files" in self.__dict__:
            self._files.cleanup()

    @property
    def url(self) -> str:
        """Where http is served."""
        return self._address["url"]

    @property
    def tls_url(self) -> str | None:
        """Where https is served, ``None`` when it is not."""
        return self._address["tls_url"]

    @property
    def domain(self) -> str:
        """The parent of the organizations' hosts, with the port: what SDKs are configured with."""
        return self._address["domain"]

    @property
    def ca(self) -> Path | None:
        """The certificate authority's file, for ``SSL_CERT_FILE`` and the like."""
        return Path(self._address["ca"]) if self._address["ca"] else None

    @property
    def place(self) -> Path:
        """A directory for files that last as long as this handle."""
        return Path(self._files.name)

    @cached_property
    def _files(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="mockserver-")

    @property
    def plane(self) -> Plane:
        """The control plane, for what has no shorter name here."""
        parts = {name: Distant(self._ask, _kind(name), name) for name in PARTS}
        return cast("Plane", SimpleNamespace(**parts))

    def records(self, slug: str, mode: Mode) -> ModeRecords:
        """Return the records of one mode of an organization."""
        return cast("ModeRecords", Distant(self._ask, ModeRecords, "records", slug, mode))

    def token(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return the token endpoint's answer.

        Raises:
            OAuthError: it refuses.
        """
        answer: dict[str, Any] = self._ask(("server",), "token", parameters)
        return answer

    def authorize(self, parameters: Mapping[str, str]) -> str:
        """Return where the authorization endpoint redirects to.

        Raises:
            OAuthError: it refuses.
        """
        return str(self._ask(("server",), "authorize", parameters))

    def _ask(self, place: tuple[str, ...], method: str, *arguments: Any, **words: Any) -> Any:
        call = packed({"place": place, "method": method, "arguments": arguments, "words": words})
        status, text = self._exchanged(call)
        if status != HTTPStatus.OK:
            message = f"the server at {self.url} has refused a call: {status}"
            raise PermissionError(message)
        done = unpacked(text)
        if "error" in done:
            raise raised(done["error"])
        return done["answer"]

    def _exchanged(self, call: bytes) -> tuple[int, bytes]:
        # A connection for each: between two calls of a slow test the server may close it.
        headers = {"Authorization": f"Bearer {self._address['key']}", "Connection": "close"}
        with closing(HTTPConnection(urlsplit(self.url).netloc)) as connection:
            connection.request("POST", PATH, call, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


def _kind(part: str) -> type:
    """Return of which class a part of the control plane is."""
    kind: type = get_type_hints(getattr(Plane, part).fget)["return"]
    return kind
