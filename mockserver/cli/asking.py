"""The only place that speaks http to a running server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.cli.stop import NoServer, Refused, Silent

if TYPE_CHECKING:
    from http.client import HTTPConnection

_TIMEOUT = 10.0

_HEALTH = "/_mock/health"
_PATIENCE = 5.0
#: More than any health has, in bytes.
_LARGEST = 100_000
OK = 200
#: What a path that leads nowhere is answered, in the words of the API.
_NO_ROUTE = "RECORD_NOT_FOUND"


class Asking:
    """Asks one server."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        """Ask the server at the base URL, always with the same headers."""
        self._base = base
        # So that the answer takes the connection over, and closes it.
        self._headers = {**headers, "Connection": "close"}

    def exchange(
        self, method: str, path: str, body: str | None, patience: float = 0.0
    ) -> tuple[int, str, bytes]:
        """Return the status, the location and the body of what the server answers.

        Args:
            method: of the request.
            path: with the query.
            body: JSON, or a form.
            patience: seconds that the server may well be silent.

        Raises:
            NoServer: nothing answers there.
        """
        from http.client import HTTPException  # noqa: PLC0415 - where it is used

        with self._answer(method, path, body, _TIMEOUT + patience) as response:
            try:
                return response.status, response.getheader("Location", ""), response.read()
            except (OSError, HTTPException) as error:
                raise self._failed(error) from error

    def instance(self) -> str | None:
        """Return which server answers there; ``None`` for what is none, or says nothing of it.

        Raises:
            NoServer: nothing answers there.
        """
        with self._answer("GET", _HEALTH, None, _PATIENCE) as response, suppress(OSError):
            # Of another program anything may come, without an end.
            if response.status == OK and (response.length or _LARGEST) < _LARGEST:
                return _instance(response.read())
        return None

    def lines(self, path: str) -> tuple[int, Iterator[bytes]]:
        """Return the status and the lines of an answer that may not end, as they come.

        Raises:
            NoServer: nothing answers there.
        """
        response = self._answer("GET", path, None, None)
        return response.status, self._lines(response)

    @staticmethod
    def _lines(response: Any) -> Iterator[bytes]:
        from http.client import HTTPException  # noqa: PLC0415 - where it is used

        with response, suppress(HTTPException, OSError):  # the server has ended
            yield from response

    def _answer(self, method: str, path: str, body: str | None, timeout: float | None) -> Any:
        from http.client import HTTPException  # noqa: PLC0415 - where it is used

        connection = self._connection(timeout)
        try:
            connection.request(method, path, body, self._headers)
            return connection.getresponse()
        except (OSError, HTTPException, UnicodeError) as error:
            connection.close()
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> NoServer:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if hasattr(error, "verify_message"):
            reason = f"{error.verify_message}; SSL_CERT_FILE names the server's ca.pem"
        message = f"no server answers at {self._base}: {reason}"
        found = Silent(message) if isinstance(error, TimeoutError) else NoServer(message)
        found.reason = reason
        return found

    def _connection(self, timeout: float | None) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - as above

        address = urlsplit(self._base)
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        return kind(str(address.hostname), address.port, timeout=timeout)


def _instance(health: bytes) -> str | None:
    try:
        document = json.loads(health)
        return str(document["instance"])
    except (ValueError, TypeError, LookupError):
        return None


def refusal(status: int, text: str) -> Refused:
    """Return everything the control plane has refused, in one line."""
    try:
        errors = json.loads(text)["errors"]
        if errors[0]["code"] == _NO_ROUTE:
            return Refused("the server has no control plane: it was started with --no-control")
        found = [f"{e.get('source', {}).get('pointer', '')} {e['detail']}".strip() for e in errors]
        return Refused("; ".join(found))
    except (ValueError, TypeError, LookupError):
        return Refused(f"the server answers {status}")
