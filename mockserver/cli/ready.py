"""The only place that knows the ready file: what a server says of itself once it accepts.

A server writes it where ``--ready-file`` says and into the data directory, where the commands that
need a running server look.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockserver.cli.asking import Asking
from mockserver.cli.stop import NoServer, Stop
from mockserver.settings import data_directory as user_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mockserver.app import Application
    from mockserver.web.server import Server

Document = dict[str, Any]

_PATIENCE = 1.0


def document(server: Server, app: Application, ca: Path | None) -> Document:
    """Return what a server that accepts says of itself.

    Args:
        server: listens already, so that its ports are known.
        app: what it serves.
        ca: the certificate its clients have to trust; ``None`` without https.
    """
    from mockserver.seeding.credentials import credentials  # noqa: PLC0415 - only when serving

    port = server.port if server.tls_port is None else server.tls_port
    return {
        "http": server.url,
        "https": server.tls_url,
        "domain": f"{app.settings.domain}:{port}",
        "ca": str(ca.resolve()) if ca else None,
        "pid": os.getpid(),
        "organizations": [
            {
                "id": organization.id,
                "slug": organization.slug,
                "credentials": [_members(c) for c in credentials(organization)],
            }
            for organization in app.organizations
        ],
    }


def _members(credential: Any) -> Document:
    names = ("name", "kind", "mode", "client_id", "client_secret", "scope")
    return {name: getattr(credential, name) for name in names}


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


def remove(path: Path) -> None:
    """Remove the file this process has written, unless another one has written it anew."""
    with suppress(OSError):
        written = _read(path)
        if written and written["pid"] == os.getpid():
            path.unlink()


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
        NoServer: there is none.
        Stop: there are several, and none of them is on the port.
    """
    if ready_file:
        if said := _read(ready_file):
            return said
        message = f"no server is ready: {ready_file} is missing or no ready file"
        raise NoServer(message)
    found = [r for r in running(data_directory or user_directory()) if not url or _is_at(r, url)]
    preferred = [r for r in found if urlsplit(r["http"]).port == port]
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
    if created := _created(ready, str(slug), control_token):
        return created
    slugs = ", ".join(organization["slug"] for organization in organizations)
    message = f"there is no organization {slug!r}; there are: {slugs}"
    raise Stop(message)


def _created(ready: Document, slug: str, control_token: str | None) -> Document | None:
    """Return an organization that the server did not have yet when it was ready."""
    from http import HTTPStatus  # noqa: PLC0415 - only then
    from urllib.parse import quote  # noqa: PLC0415

    headers = {"Authorization": f"Bearer {control_token}"} if control_token else {}
    path = f"/_mock/organizations/{quote(slug, safe='')}"
    status, _, body = Asking(ready["http"], headers).exchange("GET", path, None)
    if status != HTTPStatus.OK:
        return None
    described = json.loads(body)
    return {name: described[name] for name in ("id", "slug", "credentials")}


def running(data_directory: Path) -> Iterator[Document]:
    """Yield what the running servers say, and remove what dead ones have left behind."""
    for path in sorted((data_directory / "running").glob("*.json")):
        ready = _read(path)
        if ready and _is_alive(ready):
            yield ready
        else:
            with suppress(OSError):
                path.unlink()


def _read(path: Path) -> Document | None:
    try:
        ready = json.loads(path.read_bytes())
        whole = isinstance(ready, dict) and {"http", "domain", "pid", "organizations"} <= set(ready)
    except (OSError, ValueError):
        return None
    return ready if whole else None


def _is_at(ready: Document, url: str) -> bool:
    return url.rstrip("/") in (ready["http"], ready["https"])


def _is_alive(ready: Document) -> bool:
    # On Windows, os.kill(pid, 0) would interrupt the process instead of looking for it.
    if sys.platform != "win32":
        try:
            os.kill(ready["pid"], 0)
        except PermissionError:
            return True
        except (OSError, OverflowError):
            return False
        return True
    import socket  # noqa: PLC0415 - not needed elsewhere

    address = urlsplit(ready["http"])
    try:
        socket.create_connection((address.hostname, address.port), _PATIENCE).close()
    except OSError:
        return False
    return True
