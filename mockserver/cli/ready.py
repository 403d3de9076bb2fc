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

from mockserver.cli.stop import Stop
from mockserver.settings import PORTS

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.app import MockServerApp
    from mockserver.web.server import Server

Document = dict[str, Any]

_LIST = "running"


def document(server: Server, app: MockServerApp, ca: Path | None) -> Document:
    """Return the ready document of a server that accepts.

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
        "instance": app.instance,
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


def port_of(ready: Document) -> int:
    """Return the port of http of a server."""
    return urlsplit(ready["http"]).port or PORTS["http"]


def tls_port_of(ready: Document) -> int | None:
    """Return the port of https of a server, if it has one."""
    return (urlsplit(ready["https"]).port or PORTS["https"]) if ready["https"] else None


def resolver_rules(ready: Document, *others: str) -> str:
    """Return the rules that lead Chromium from port 443 to a server; none if that is its own.

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
        written = read(path)
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
    return data_directory / _LIST / f"{port}.json"


def listed(data_directory: Path) -> list[Path]:
    """Return where the servers of a data directory say that they run, the dead ones too."""
    return sorted((data_directory / _LIST).glob("*.json"))


def read(path: Path) -> Document | None:
    """Return the ready document in a file; ``None`` where there is nothing of the kind."""
    try:
        ready: Document = json.loads(path.read_bytes())
        known = {"http", "domain", "pid", "organizations"} <= set(ready)
        address = urlsplit(ready["http"])
        whole = known and address.hostname and address.port != 0
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return None
    return ready if whole else None
