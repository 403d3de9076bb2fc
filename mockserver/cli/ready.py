"""The only place that knows the ready file: what a server says of itself once it accepts.

A server writes it where ``--ready-file`` says and into the data directory, where the commands that
need a running server look.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.cli.asking import Asking
from mockserver.cli.stop import NoServer, Silent, Stop
from mockserver.settings import PORTS
from mockserver.settings import data_directory as user_directory

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.app import Application
    from mockserver.web.server import Server

Document = dict[str, Any]


def document(server: Server, app: Application, ca: Path | None) -> Document:
    """Return what a server that accepts says of itself.

    Args:
        server: listens already.
        app: what it serves, which knows its ports.
        ca: the certificate its clients have to trust; ``None`` without https.
    """
    from mockserver.seeding.credentials import credentials  # noqa: PLC0415 - only when serving
    from mockserver.seeding.people import people  # noqa: PLC0415

    return {
        "http": server.url,
        "https": server.tls_url,
        "domain": app.settings.parent,
        "ca": str(ca.resolve()) if ca else None,
        "pid": os.getpid(),
        "instance": app.plane.tuning.instance,
        "organizations": [
            {
                "id": organization.id,
                "slug": organization.slug,
                "credentials": [asdict(credential) for credential in credentials(organization)],
                "users": [asdict(person) for person in people(organization)],
            }
            for organization in app.organizations
        ],
    }


def parent(ready: Document) -> str:
    """Return the parent of the hosts, without the port."""
    return str(ready["domain"]).partition(":")[0]


def resolver_rules(ready: Document, *others: str) -> str:
    """Return what leads Chromium to a server when it asks port 443; nothing if that is its own.

    Args:
        ready: what the server says of itself.
        *others: domains whose hosts are the server too.
    """
    address = urlsplit(ready["https"] or "")
    if not address.port:
        return ""
    domains = (parent(ready), *filter(None, others))
    return ", ".join(f"MAP *.{domain}:443 {address.netloc}" for domain in domains)


def write(ready: Document, path: Path) -> None:
    """Make the file appear whole.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(ready, indent=2) + "\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def take_back(ready: Document, path: Path) -> None:
    """Remove the file of a server, unless another one has written it anew."""
    with suppress(OSError):
        written = _read(path)
        if written and written.get("instance") == ready["instance"]:
            path.unlink()


def clear(path: Path) -> None:
    """Remove what an earlier server has left where another one is to say that it is ready.

    Raises:
        Stop: it cannot be removed.
    """
    if not (path.is_file() or path.is_symlink()):
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        message = f"cannot remove the ready file {path}: {error.strerror}"
        raise Stop(message) from error


def place(data_directory: Path, port: int) -> Path:
    """Return where the server on a port says that it runs."""
    return data_directory / "running" / f"{port}.json"


def find(
    *, url: str | None, port: int, ready_file: Path | None, data_directory: Path | None
) -> Document:
    """Return what the server that is meant says of itself.

    Args:
        url: of the one that is meant; another one will not do.
        port: of the one that is meant when several run.
        ready_file: where it says so; without, the data directory is searched.
        data_directory: where servers say that they run; else the user's.

    Raises:
        NoServer: there is none, or it does not answer any more.
        Stop: there are several, and none of them is on the port.
    """
    if ready_file:
        return _said_in(ready_file)
    found = running(data_directory or user_directory(), url)
    preferred = [r for r in found if (urlsplit(r["http"]).port or PORTS["http"]) == port]
    if not found:
        message = f"no server runs{f' at {url}' if url else ''}; start one with: mockserver serve"
        raise NoServer(message)
    if len(found) > 1 and not preferred:
        urls = ", ".join(r["http"] for r in found)
        message = f"several servers run, choose one with --url: {urls}"
        raise Stop(message)
    return (preferred or found)[0]


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
    for organization in organizations:
        if slug in (None, organization["slug"]):
            return organization
    if created := described(ready, str(slug), control_token):
        return created
    slugs = ", ".join(organization["slug"] for organization in organizations)
    message = f"there is no organization {slug!r}; there are: {slugs}"
    raise Stop(message)


def described(ready: Document, slug: str, control_token: str | None) -> Document | None:
    """Return what a server says now of an organization it may not have had when it was ready."""
    from http import HTTPStatus  # noqa: PLC0415 - only then
    from urllib.parse import quote  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {control_token}"} if control_token else {}
    path = f"/_mock/organizations/{quote(slug, safe='')}"
    status, _, body = Asking(ready["http"], headers).exchange("GET", path, None)
    if status != HTTPStatus.OK:
        return None
    said = json.loads(body)
    return {name: said[name] for name in ("id", "slug", "credentials", "users") if name in said}


def _said_in(ready_file: Path) -> Document:
    """Return what a server says in a file; the file stays whatever has become of the server."""
    ready = _read(ready_file)
    if ready is None:
        message = f"no server is ready: {ready_file} is missing or no ready file"
        raise NoServer(message)
    if not _answers(ready):
        message = f"no server answers at {ready['http']}: the one of {ready_file} has ended"
        raise NoServer(message)
    return ready


def running(data_directory: Path, url: str | None = None) -> list[Document]:
    """Return what the running servers say, and remove what dead ones have left behind.

    Args:
        data_directory: where they say so.
        url: of the one that is meant, should the others not matter.

    Raises:
        Silent: all that may be running do not answer.
    """
    found, silent = [], None
    for path in sorted((data_directory / "running").glob("*.json")):
        ready = _read(path)
        if ready and url and not _is_at(ready, url):
            continue
        try:
            if ready and _answers(ready):
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
        if _read(path) == ready:
            path.unlink()


def _read(path: Path) -> Document | None:
    try:
        ready: Document = json.loads(path.read_bytes())
        known = {"http", "domain", "pid", "organizations"} <= set(ready)
        address = urlsplit(ready["http"])
        whole = known and address.hostname and address.port != 0
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return None
    return ready if whole else None


def _is_at(ready: Document, url: str) -> bool:
    return url.rstrip("/") in (ready["http"], ready["https"])


def _answers(ready: Document) -> bool:
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
