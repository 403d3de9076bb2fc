"""The screen that ``mockserver serve`` prints once it accepts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mockserver.cli import home
from mockserver.cli.program import program
from mockserver.cli.ready import port_of, resolver_rules
from mockserver.cli.setting import DEFAULTS
from mockserver.cli.table import table
from mockserver.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.cli.ready import Document
    from mockserver.settings import Settings

_INDENT = "  "
_PARAMETERS = ("client_id", "client_secret", "scope")
_USERS = ("Users, for mockserver token --user", "Mode", "Role")
_HEADING = ("Credentials", "Mode", "Client id", "Client secret", "Scope to ask for")


def screen(ready: Document, settings: Settings, password: str) -> str:
    """Return the screen.

    Args:
        ready: what the server says of itself.
        settings: what it was told.
        password: of the seeded customers.
    """
    return "\n".join(_lines(ready, settings, password))


def _lines(ready: Document, settings: Settings, password: str) -> Iterator[str]:
    yield f"mockserver {__version__}, a sandbox of the Commerce Layer core API"
    yield ""
    yield from _addresses(ready, settings)
    for organization in ready["organizations"]:
        yield ""
        yield f"Organization {organization['slug']} ({organization['id']})"
        yield ""
        yield from credentials_table(organization)
    if settings.seeded:
        yield ""
        yield f"Seeded customers log in with the password {password}."
    yield ""
    yield from _commands(ready, settings)
    yield ""
    yield "Stop with Ctrl-C."


def _addresses(ready: Document, settings: Settings) -> Iterator[str]:
    slug = ready["organizations"][0]["slug"]
    scheme = "https" if ready["https"] else "http"
    rules = resolver_rules(ready)
    rows = [
        ("http", ready["http"]),
        ("https", ready["https"]),
        ("console", f"{ready['http']}/_mock/console" if settings.control else ""),
        ("names", f"{scheme}://{slug}.{ready['domain']} and {scheme}://auth.{ready['domain']}"),
        ("CA", ready["ca"]),
        ("browser", rules and f'chromium --host-resolver-rules="{rules}"'),
        ("storage", settings.storage_shown),
    ]
    for name, value in rows:
        if value:
            yield f"{_INDENT}{name:<8}{value}"


def credentials_table(organization: Document, indent: str = _INDENT) -> Iterator[str]:
    """Yield the lines of the tables of an organization's credentials and users."""
    rows = [
        (c["name"], c["mode"], c["client_id"], c["client_secret"], c["scope"])
        for c in organization["credentials"]
    ]
    yield from table(_HEADING, rows, indent=indent)
    users = organization.get("users", ())
    if users:
        yield ""
        yield from table(_USERS, [(u["email"], u["mode"], u["role"]) for u in users], indent=indent)


def _commands(ready: Document, settings: Settings) -> Iterator[str]:
    """Yield commands that can be pasted into another terminal."""
    customers = f"{ready['http']}/api/customers"
    if not settings.auth:
        yield "No token is needed; the header X-Mock-Mode says test or live:"
        yield ""
        yield f"{_INDENT}curl {customers}"
        return
    ours = f"{program()} token{_which(ready, settings)}"
    yield "A token, and what it is for:"
    yield ""
    yield f"{_INDENT}{token_command(ready)}"
    yield f'{_INDENT}curl -H "Authorization: Bearer $({ours})" {customers}'
    yield ""
    yield "A user's token, which requests for an anonymization need:"
    yield ""
    yield f"{_INDENT}{ours} --user"


def _which(ready: Document, settings: Settings) -> str:
    """Return the options by which a command in another terminal finds this server, if any."""
    port = port_of(ready)
    directory = settings.data_directory
    words = [f"--port {port}"] if port != DEFAULTS.port else []
    if directory != home.looked_up(None):
        words.append(f"--data-directory {shlex.quote(str(directory.absolute()))}")
    return "".join(f" {word}" for word in words)


def token_command(ready: Document) -> str:
    """Return a command that asks for a token with the first credentials there are."""
    credential = ready["organizations"][0]["credentials"][0]
    given = [f"{name}={credential[name]}" for name in _PARAMETERS if credential[name]]
    data = " ".join(f"-d {shlex.quote(parameter)}" for parameter in given)
    command = f"curl {ready['http']}/oauth/token -d grant_type=client_credentials"
    return f"{command} \\\n{_INDENT * 2}{data}"
