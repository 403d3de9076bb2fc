"""``mockserver credentials`` and ``mockserver hosts``: what clients have to be told."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from mockserver.cli.finding import find, organization_of, whole
from mockserver.cli.options import DOMAIN
from mockserver.cli.ready import Document, parent
from mockserver.cli.running import CONTROL_TOKEN, ORGANIZATION, RUNNING
from mockserver.cli.screen import credentials_table
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import NoServer, Refused, Stop
from mockserver.cli.variables import variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ENV = "env"
FORMAT = click.Option(
    ["--format", "form"],
    type=click.Choice(["table", "json", ENV]),
    default="table",
    show_default=True,
    help="json: as the ready file; env: lines of NAME=value.",
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _check_prefix(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and not _NAME.fullmatch(value):
        message = f"{value!r} cannot begin the name of a variable."
        raise click.BadParameter(message)
    return value


PREFIX = click.Option(
    ["--prefix"],
    metavar="TEXT",
    default="",
    callback=_check_prefix,
    help="What every name of env begins with besides, as VITE_ or NEXT_PUBLIC_.",
)
EXPORT = click.Option(
    ["--export"], is_flag=True, help="Say export before every name of env, for a shell."
)


@section(Section.TRY)
@click.command(params=[FORMAT, PREFIX, EXPORT, ORGANIZATION, CONTROL_TOKEN, *RUNNING])
def credentials(
    form: str,
    organization: str | None,
    control_token: str | None,
    prefix: str,
    *,
    export: bool,
    **which: Any,
) -> None:
    """Print the credentials of the running server."""
    if form != ENV and (prefix or export):
        message = f"--prefix and --export are of --format {ENV}."
        raise click.UsageError(message)
    ready = find(**which, control_token=control_token)
    if organization:
        ready["organizations"] = [organization_of(ready, organization, control_token)]
    ready = whole(ready, control_token)
    if form == ENV:
        lines = _as_env(ready, f"export {prefix}" if export else prefix)
    else:
        lines = _FORMATS[form](ready)
    for line in lines:
        click.echo(line)


def _check_address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from ipaddress import ip_address  # noqa: PLC0415 - where it is used

    try:
        return value and str(ip_address(value))
    except ValueError:
        message = f"{value!r} is not an address, like 192.0.2.7."
        raise click.BadParameter(message) from None


ADDRESS = click.Option(
    ["--address"],
    callback=_check_address,
    metavar="IP",
    help="Of the machine, as the others reach it; else that the server listens on.",
)


@section(Section.TRY)
@click.command(params=[DOMAIN, ADDRESS, CONTROL_TOKEN, *RUNNING])
def hosts(domain: str, address: str | None, control_token: str | None, **which: Any) -> None:
    """Print the hosts-file line of the server.

    It leads to the running server, or else to the one that these settings would start.
    """
    try:
        ready = _now(find(**which, control_token=control_token), control_token)
    except NoServer:
        if which["url"]:
            raise
        ready = _next(domain)
    slugs = [organization["slug"] for organization in ready["organizations"]]
    names = (f"{name}.{parent(ready)}" for name in (*slugs, "auth"))
    click.echo(f"{address or _address(ready)} {' '.join(names)}")


def _now(ready: Document, control_token: str | None) -> Document:
    """Return a server's own description, with the organizations it has by now, if it answers."""
    try:
        return whole({**ready, "organizations": []}, control_token)
    except Refused:
        if ready["organizations"]:
            return ready
        raise


def _address(ready: Document) -> str:
    from ipaddress import ip_address  # noqa: PLC0415 - where it is used

    host = str(urlsplit(ready["http"]).hostname)
    try:
        return str(ip_address(host))
    except ValueError:
        message = f"a hosts file needs an address, not {host}: give --address"
        raise Stop(message) from None


def _next(domain: str) -> Document:
    """Return the part that is already known of a server that has not been started yet."""
    from mockserver.seeding.credentials import FIRST_ORGANIZATION  # noqa: PLC0415 - slow to import

    organizations = [{"slug": FIRST_ORGANIZATION}]
    return {"http": "http://127.0.0.1", "domain": domain, "organizations": organizations}


def _as_table(ready: Document) -> Iterator[str]:
    for organization in ready["organizations"]:
        yield from credentials_table(organization, indent="")


def _as_json(ready: Document) -> Iterator[str]:
    yield json.dumps(ready, indent=2)


def _as_env(ready: Document, before: str) -> Iterator[str]:
    """Yield assignments that a shell and the readers of ``.env`` files understand.

    Args:
        ready: what the server says of itself.
        before: what each of them begins with.
    """
    for name, value in variables(ready).items():
        if value:
            yield f"{before}{name}={shlex.quote(value)}"


_FORMATS: Mapping[str, Callable[[Document], Iterator[str]]] = {
    "table": _as_table,
    "json": _as_json,
}
