"""One server used from several processes: the calls travel, what they do happens in one place.

The process that runs the server has a desk, the others a :class:`SharedServer`. Both ends belong
to one run of tests on one machine and know its key; nobody else is answered.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypedDict, cast, get_type_hints

from mockserver.access import Mode
from mockserver.entropy import Entropy
from mockserver.testing.records import ModeRecords
from mockserver.testing.running import Plane, RunningServer

if TYPE_CHECKING:
    from mockserver.testing.server import MockServer

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

#: The parts of a server whose methods can be called from elsewhere.
PARTS = (
    "worlds",
    "customers",
    "clocks",
    "jobs",
    "faults",
    "outages",
    "stubs",
    "exchanges",
    "deliveries",
    "tuning",
)

#: Seconds between two looks whether the desk is still open.
GLANCE = 0.1

# A call is (part or records or token, method, arguments, keywords); an answer (done, what).
Call = tuple[tuple[str, ...], str, tuple[Any, ...], dict[str, Any]]


class Address(TypedDict):
    """What another process has to know."""

    port: int
    key: bytes
    url: str
    tls_url: str | None
    domain: str
    ca: str | None


class Desk:
    """Takes calls for a server from other processes, until it is closed."""

    def __init__(self, server: MockServer) -> None:
        """Open for a running server."""
        self._server = server
        self._key = Entropy().bytes(32)
        self._is_open = True
        self._socket = create_server(("127.0.0.1", 0))
        self._socket.settimeout(GLANCE)
        self._thread = Thread(target=self._run, name="mockserver-desk", daemon=True)
        self._thread.start()

    @property
    def address(self) -> Address:
        """What the other processes are told."""
        server = self._server
        return {
            "port": self._socket.getsockname()[1],
            "key": self._key,
            "url": server.url,
            "tls_url": server.tls_url,
            "domain": server.domain,
            "ca": str(server.ca) if server.ca else None,
        }

    def close(self) -> None:
        """Take no more calls."""
        self._is_open = False
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while self._is_open:
            with suppress(TimeoutError):
                caller, _ = self._socket.accept()
                caller.setblocking(True)
                line: Connection[Any, Any] = Connection(caller.detach())
                Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: Connection[Any, Any]) -> None:
        with line, suppress(OSError, EOFError, AuthenticationError):
            deliver_challenge(line, self._key)
            answer_challenge(line, self._key)
            while True:
                line.send_bytes(self._answered(line.recv()))

    def _answered(self, call: Call) -> bytes:
        place, method, arguments, words = call
        try:
            return pickle.dumps((True, self._method(place, method)(*arguments, **words)))
        except Exception as error:  # noqa: BLE001 - it belongs to the caller
            return _failure(error)

    def _method(self, place: tuple[str, ...], method: str) -> Callable[..., Any]:
        match place:
            case ("records", slug, mode):
                inner: Any = self._server.records(slug, cast("Mode", mode))
            case ("server",):
                inner = self._server
            case (part,):
                inner = getattr(self._server.plane, part)
        found: Callable[..., Any] = getattr(inner, method)
        return found


def _failure(error: Exception) -> bytes:
    try:
        return pickle.dumps((False, error))
    except Exception:  # noqa: BLE001 - whatever keeps it from travelling
        return pickle.dumps((False, RuntimeError(repr(error))))


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
        """Return what calls a method."""
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self._ask, self._place, name)


class SharedServer(RunningServer):
    """A server that runs in another process; see :class:`mockserver.MockServer` for what it does.

    It can be neither started nor stopped here, and what is set for the whole server, rate limits
    for instance, is set for every process.
    """

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            OSError: nobody is there.
            AuthenticationError: the key is another one.
        """
        self._address = address
        self._line = Client(("127.0.0.1", address["port"]), authkey=address["key"])
        self._lock = Lock()

    def close(self) -> None:
        """Hang up, and remove the files that were made here."""
        self._line.close()
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
        """Return what the token endpoint answers.

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
        with self._lock:
            self._line.send((place, method, arguments, words))
            done, answer = self._line.recv()
        if not done:
            raise answer
        return answer


def _kind(part: str) -> type:
    """Return of which class a part of the control plane is."""
    kind: type = get_type_hints(getattr(Plane, part).fget)["return"]
    return kind
