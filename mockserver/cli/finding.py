"""The only place that finds the running server that is meant: by what servers say of themselves.

They say it in their ready files, and in the list of the data directory. One that says it nowhere
here, on another machine or in a container, is asked itself.
"""

from __future__ import annotations

import json
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urlsplit

from mockserver.cli import home
from mockserver.cli.asking import Asking, refusal
from mockserver.cli.ready import listed, parent, port_of, read, tls_port_of
from mockserver.cli.stop import NoServer, Refused, Silent, Stop
from mockserver.cli.values import Preferred
from mockserver.settings import PORTS, netloc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mockserver.cli.ready import Document

_LOOPBACK = "http://127.0.0.1"
_LOOPBACKS = ("127.0.0.1", "::1")
#: Names under which a server is known to its own machine alone.
_HERE = (*_LOOPBACKS, "localhost")
_START = "start one with: mockserver serve"


class Ended(NoServer):
    """The one that was meant has run, and does so no more."""


def find(
    *,
    url: str | None,
    port: int,
    ready_file: Path | None,
    data_directory: Path | None,
    control_token: str | None = None,
) -> Document:
    """Return the ready document of the server that is meant.

    Args:
        url: of the one that is meant; another one will not do.
        port: of the one that is meant, or, where it is ``Preferred``, when several run.
        ready_file: where it says so; without, the data directory is searched.
        data_directory: where servers say that they run; else the user's.
        control_token: of one that has to be asked what it holds.

    Raises:
        NoServer: there is none, or it does not answer any more.
        Stop: there are several, and none of them is on the port.
    """
    insists = not isinstance(port, Preferred) and port
    if ready_file and _is_meant(read(ready_file), url, port if insists else None):
        return _read(ready_file)
    if url:
        return _at(url.rstrip("/"), running(home.looked_up(data_directory)), control_token)
    found = running(home.looked_up(data_directory))
    on_port = [document for document in found if port_of(document) == port]
    if on_port:
        return on_port[0]
    if insists:
        return _on(port, found, control_token)
    return _only(found, port)


def _is_meant(document: Document | None, url: str | None, port: int | None) -> bool:
    """Say whether the server of a ready file is the one that is meant, by whatever else is told.

    Within `run`, which sets file and URL, both are of one server, and the file says more.
    """
    if url:
        return document is not None and url.rstrip("/") in (document["http"], document["https"])
    return port is None or (document is not None and port_of(document) == port)


def _only(found: Sequence[Document], port: int) -> Document:
    if not found:
        message = f"no server runs; {_START}"
        if port and _instance(base := f"{_LOOPBACK}:{port}"):
            message = f"no server runs that is in the list here, but one answers at --url {base}"
        raise NoServer(message)
    if len(found) > 1:
        message = f"several servers run, choose one with --url or --port: {_urls(found)}"
        raise Stop(message)
    return found[0]


def _on(port: int, found: Sequence[Document], control_token: str | None) -> Document:
    """Describe the server on a port that is in no list here; ``NoServer`` if none is."""
    base = f"{_LOOPBACK}:{port}"
    if _instance(base):
        return _described_by(base, control_token)
    elsewhere = f"there runs: {_urls(found)}" if found else _START
    message = f"no server runs on port {port}; {elsewhere}"
    raise NoServer(message)


def _at(url: str, found: Sequence[Document], control_token: str | None) -> Document:
    """Describe the server at a URL, whatever name of it the URL has.

    Raises:
        NoServer: there is none, or something else.
    """
    for document in found:
        if url in (document["http"], document["https"]):
            return document
    address = urlsplit(url)
    if address.scheme == "https" and (
        here := [document for document in found if _is_of(address, document)]
    ):
        return here[0]
    elsewhere = f"; there runs: {_urls(found)}" if found else ""
    try:
        instance = Asking(url, {}).instance()
    except NoServer as error:
        message = f"no server runs at {url}: {error.reason}{elsewhere}"
        raise type(error)(message) from error
    if not instance:
        message = f"no server runs at {url}, but another program, or one of an older version"
        raise NoServer(f"{message}{elsewhere}")
    for document in found:
        if document.get("instance") == instance:
            return document if address.hostname in _HERE else _as_others_reach(document, address)
    return _described_by(url, control_token)


def _as_others_reach(document: Document, address: SplitResult) -> Document:
    """Describe a server of this machine under the name that other machines know."""
    host, port = str(address.hostname), tls_port_of(document)
    http = f"http://{netloc(host, port_of(document), 'http')}"
    https = f"https://{netloc(host, port, 'https')}" if port else None
    # The file of the authority is where nobody else can read it.
    return {**document, "http": http, "https": https, "ca": None}


def _is_of(address: SplitResult, document: Document) -> bool:
    """Say whether an https URL is that of a server of this machine, whose names are many."""
    if not document["https"]:
        return False
    name, port = str(address.hostname), address.port or PORTS["https"]
    is_here = name in _LOOPBACKS or f".{name}".endswith((".localhost", f".{parent(document)}"))
    return is_here and port == tls_port_of(document)


def _urls(found: Sequence[Document]) -> str:
    return ", ".join(document["http"] for document in found)


def _instance(base: str) -> str | None:
    with suppress(NoServer):
        return Asking(base, {}).instance()
    return None


def _described_by(base: str, control_token: str | None) -> Document:
    """Describe a server from its own answers: it has left no ready document here."""
    document: Document = {
        "http": base,
        "https": base if base.startswith("https:") else None,
        "domain": urlsplit(base).netloc,
        "ca": None,
        "pid": 0,
        "instance": _instance(base),
        "organizations": [],
    }
    with suppress(Refused):
        return whole(document, control_token)
    return document


def whole(ready: Document, control_token: str | None) -> Document:
    """Return a server's description with the organizations it has, asked for if it must be.

    Raises:
        Refused: its control plane does not say.
    """
    if ready["organizations"]:
        return ready
    organizations = _answered(ready["http"], "", control_token)
    first = urlsplit(organizations[0]["url"])
    document = {**ready, "organizations": organizations}
    document["domain"] = first.netloc.removeprefix(f"{organizations[0]['slug']}.")
    if first.scheme == "https" and not ready["https"]:
        host = str(urlsplit(ready["http"]).hostname)
        document["https"] = f"https://{netloc(host, first.port or PORTS['https'], 'https')}"
    return document


def organization_of(
    ready: Document, slug: str | None, control_token: str | None = None
) -> Document:
    """Return one of a server's organizations, the first one unless told which.

    Args:
        ready: what the server has said when it was ready.
        slug: which one; of those that were created since, the control plane is asked.
        control_token: what that asks for.

    Raises:
        Stop: there is none of that name.
    """
    organizations: list[Document] = ready["organizations"]
    if slug is None:
        organizations = whole(ready, control_token)["organizations"]
    for organization in organizations:
        if slug in (None, organization["slug"]):
            return organization
    if slug and (created := described(ready, slug, control_token)):
        return created
    slugs = ", ".join(organization["slug"] for organization in organizations)
    message = f"there is no organization {slug!r}; there are: {slugs}"
    raise Stop(message)


def described(ready: Document, slug: str, control_token: str | None) -> Document | None:
    """Ask a server for an organization it may not have had when it was ready."""
    with suppress(Refused):
        document = _answered(ready["http"], f"/{quote(slug, safe='')}", control_token)
        return {
            name: document[name]
            for name in ("id", "slug", "credentials", "users")
            if name in document
        }
    return None


def _answered(base: str, path: str, control_token: str | None) -> Any:
    """Return the control plane's description of organizations.

    Raises:
        Refused: it says nothing.
    """
    headers = {"Authorization": f"Bearer {control_token}"} if control_token else {}
    status, _, body = Asking(base, headers).exchange("GET", f"/_mock/organizations{path}", None)
    if status != HTTPStatus.OK:
        raise refusal(status, body.decode("utf-8", "replace"))
    return json.loads(body)


def _read(ready_file: Path) -> Document:
    """Return the ready document in a file, which stays whatever has become of the server."""
    ready = read(ready_file)
    if ready is None:
        message = f"no server is ready: {ready_file} is missing or no ready file"
        raise NoServer(message)
    if not answers(ready):
        message = f"no server answers at {ready['http']}: the one of {ready_file} has ended"
        raise Ended(message)
    return ready


def running(data_directory: Path) -> list[Document]:
    """Return the ready documents of running servers, and remove those that dead ones left behind.

    Args:
        data_directory: where they say so.

    Raises:
        Silent: all that may be running do not answer.
    """
    found, silent = [], None
    for path in listed(data_directory):
        ready = read(path)
        try:
            if ready and answers(ready):
                found.append(ready)
            else:
                _forget(ready, path)
        except Silent as error:
            silent = error
    if silent and not found:
        raise silent
    return found


def _forget(ready: Document | None, path: Path) -> None:
    """Remove what a dead server has left, unless another one has written it anew meanwhile."""
    with suppress(OSError):
        if read(path) == ready:
            path.unlink()


def answers(ready: Document) -> bool:
    """Say whether the server answers that has said this, and not another one, or a program.

    Raises:
        Silent: it cannot be told, as nothing is answered in time.
    """
    try:
        found = Asking(ready["http"], {}).instance()
    except Silent:
        raise
    except NoServer:
        return False
    return found is not None and found == ready.get("instance", found)
