"""The only place that says what can be set: by argument, else environment, else file.

The options are the declaration. Each has a variable, ``MOCKSERVER_`` and its name, and a key of
the file of settings, its name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mockserver.cli.configuration import configured
from mockserver.cli.finding import Preferred
from mockserver.settings import (
    LARGEST_PORT,
    WEBHOOK_CONTENT_TYPES,
    Settings,
    SettingsError,
    check_control_token,
    check_time_of_day,
    file_of_settings,
    origins,
)

PREFIX = "MOCKSERVER_"
#: What is set where nobody says anything.
DEFAULTS = Settings(data_directory=Path())

#: How the lines for requests can be written.
LOG_FORMATS = ("text", "json")

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_HOST = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?|" + _DOMAIN.pattern, re.IGNORECASE)
_URL = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|$)",
    re.IGNORECASE,
)
_ISSUER = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


class Integer(click.IntRange):
    """An integer between bounds, called so."""

    name = "integer"


_PORTS = Integer(0, 65535)


def setting(declaration: str, *short: str, **words: Any) -> click.Option:
    """Declare an option that the environment can set too, and that shows its default."""
    name = declaration.partition("/")[0].strip("-")
    words = {"show_default": "default" in words, **words}
    return click.Option(
        [declaration, *short], envvar=PREFIX + name.replace("-", "_").upper(), **words
    )


def _read_config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    """Let the options that nobody sets otherwise be what the file of settings says."""
    path = value or file_of_settings(Path())
    if path:
        try:
            context.default_map = configured(path, SERVER)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error


def _check_hosts(context: click.Context, param: click.Parameter, value: tuple[str, ...]) -> str:
    hosts = _check_control_hosts(context, param, value)
    if not hosts:
        message = "[] names no host."
        raise click.BadParameter(message)
    return hosts


def _check_control_hosts(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> str:
    # What the system is asked to resolve must be a text it can be asked for.
    hosts = [host for text in value for host in text.split(",")]
    for host in hosts:
        if not _HOST.fullmatch(host):
            message = f"{host!r} is neither an address nor a host name."
            raise click.BadParameter(message)
    return ",".join(hosts)


def _check_domain(_: click.Context, __: click.Parameter, value: str) -> str:
    if not _DOMAIN.fullmatch(value.lower()):
        message = f"{value!r} is not a domain name, which has neither scheme nor port."
        raise click.BadParameter(message)
    return value.lower()


def _check_issuer(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _ISSUER.fullmatch(value):
        message = f"{value!r} is not a URL like https://auth.cl.localhost:8443."
        raise click.BadParameter(message)
    return value


def _check_control_token(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            check_control_token(value)
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message) from error
    return value


def _check_time_of_day(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            check_time_of_day(value)
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message) from error
    return value


def _check_origins(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> str:
    text = ",".join(value)
    try:
        origins(text)
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message) from error
    return text


def _prefer(context: click.Context, param: click.Parameter, value: int) -> int:
    """Let only a port that the command itself names be the only one that will do."""
    is_named = context.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE
    return value if is_named else Preferred(value)


def _check_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    found = _URL.match(value)
    if found is None or int(found["port"] or 0) > LARGEST_PORT:
        message = f"{value!r} is not a URL like http://127.0.0.1:8080."
        raise click.BadParameter(message)
    return found[0]


CONFIG = setting(
    "--config",
    type=click.Path(path_type=Path),
    callback=_read_config,
    expose_value=False,
    is_eager=True,
    metavar="PATH",
    help="File of settings; else mockserver.toml, or [tool.mockserver] of pyproject.toml.",
)
DOMAIN = setting(
    "--domain",
    default=DEFAULTS.domain,
    callback=_check_domain,
    help="Parent of the organizations' host names, without a port.",
)
DATA_DIRECTORY = setting(
    "--data-directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="PATH",
    help="Home of the certificate authority, the signing key and the list of running servers; "
    "else the user's data directory.",
)
READY_FILE = setting(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Where the server says that it is ready, with its URLs and credentials.",
)

EPILOG = (
    f"The variable {PREFIX}NAME sets --name, and so does name = value in mockserver.toml or in "
    "[tool.mockserver] of pyproject.toml; an argument counts before a variable, and that before "
    "a file."
)

#: Of ``mockserver serve``; their names are the keys of a file of settings.
SERVER = (
    CONFIG,
    setting(
        "--host",
        multiple=True,
        default=DEFAULTS.hosts,
        callback=_check_hosts,
        help="Address or name to listen on, may be repeated; localhost: every loopback address.",
    ),
    setting(
        "--port", "-p", type=_PORTS, default=DEFAULTS.port, help="Of http; 0 takes a free one."
    ),
    setting(
        "--tls-port", type=_PORTS, default=DEFAULTS.tls_port, help="Of https; 0 takes a free one."
    ),
    setting("--no-tls", is_flag=True, default=False, show_default=False, help="Serve no https."),
    DOMAIN,
    setting(
        "--issuer",
        callback=_check_issuer,
        metavar="URL",
        help="The iss claim of tokens; else https://auth.DOMAIN:TLS-PORT.",
    ),
    setting(
        "--storage",
        default=DEFAULTS.storage,
        metavar="KIND",
        help="Where records are kept: memory, or tinydb:PATH.",
    ),
    setting(
        "--seed", type=int, default=DEFAULTS.seed, help="What seeded data and ids derive from."
    ),
    setting(
        "--customers",
        type=Integer(0),
        default=DEFAULTS.customers,
        help="How many customers each mode is seeded with.",
    ),
    setting(
        "--no-seed",
        is_flag=True,
        default=False,
        show_default=False,
        help="Seed no customers; credentials and markets are there anyway.",
    ),
    setting(
        "--rate-limits/--no-rate-limits",
        default=DEFAULTS.rate_limits,
        help="Refuse requests over the limits of the real API.",
    ),
    setting(
        "--auth",
        type=click.Choice(["on", "off"]),
        default="on" if DEFAULTS.auth else "off",
        help="Whether a token is needed; without, the header X-Mock-Mode says test or live.",
    ),
    setting(
        "--strict-filters/--no-strict-filters",
        default=DEFAULTS.strict_filters,
        help="Refuse unknown conditions of filter[q] instead of ignoring them.",
    ),
    setting(
        "--reuse-tokens/--no-reuse-tokens",
        default=DEFAULTS.reuse_tokens,
        help="Answer a repeated request for a token with the one that is still valid.",
    ),
    setting(
        "--maximum-body",
        type=Integer(1),
        default=DEFAULTS.maximum_body,
        metavar="BYTES",
        help="Largest request body.",
    ),
    setting(
        "--scenario",
        metavar="NAME",
        help="Situation to begin with: a name of `GET /_mock/scenarios`, or the path of a file.",
    ),
    setting(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Snapshot to begin with where nothing is stored, and to go back to every day.",
    ),
    setting(
        "--reset-daily",
        callback=_check_time_of_day,
        metavar="HH:MM",
        help="Put everything back at this local time: to the baseline, or to the seed.",
    ),
    setting(
        "--jwt-bearer-requires-enterprise/--no-jwt-bearer-requires-enterprise",
        default=DEFAULTS.jwt_bearer_requires_enterprise,
        help="Refuse the jwt-bearer grant to organizations that are not enterprise.",
    ),
    setting(
        "--cors-origin",
        multiple=True,
        default=(DEFAULTS.cors_origin,),
        callback=_check_origins,
        metavar="ORIGIN",
        help="Whose web pages may ask, may be repeated: https://shop.example:3000; *: all.",
    ),
    setting(
        "--control/--no-control",
        default=DEFAULTS.control,
        help="Serve the control plane below /_mock.",
    ),
    setting(
        "--control-token",
        callback=_check_control_token,
        metavar="TOKEN",
        help="What the control plane asks for as a bearer token; else nothing.",
    ),
    setting(
        "--control-host",
        multiple=True,
        callback=_check_control_hosts,
        metavar="NAME",
        help="Name the control plane answers for besides the domain's, may be repeated.",
    ),
    setting(
        "--journal-size",
        type=Integer(0, 100_000),
        default=DEFAULTS.journal_size,
        help="How many exchanges the journal keeps; 0 switches it off.",
    ),
    setting(
        "--anonymization-delay",
        type=Integer(0, 10**9),
        default=DEFAULTS.anonymization_delay,
        metavar="SECONDS",
        help="From the request of an anonymization to its start, by the sandbox's clock.",
    ),
    setting(
        "--job-delay",
        type=Integer(0, 10**9),
        default=DEFAULTS.job_delay,
        metavar="SECONDS",
        help="From the creation of an import or export to its start; 0: at once.",
    ),
    setting(
        "--webhooks-anywhere/--no-webhooks-anywhere",
        default=DEFAULTS.webhooks_anywhere,
        help="Deliver webhooks beyond loopback and private addresses too.",
    ),
    setting(
        "--webhook-content-type",
        type=click.Choice(WEBHOOK_CONTENT_TYPES),
        default=DEFAULTS.webhook_content_type,
        help="Content-Type of what webhooks deliver.",
    ),
    setting(
        "--advice/--no-advice",
        default=DEFAULTS.advice,
        help="Say in X-Mock-Advice what the real service would object to.",
    ),
    setting(
        "--reason/--no-reason",
        default=DEFAULTS.reason,
        help="Say in X-Mock-Reason why a request is refused, where its error does not.",
    ),
    setting(
        "--hsts/--no-hsts",
        default=DEFAULTS.hsts,
        help="Send Strict-Transport-Security over https, which keeps browsers to https for years.",
    ),
    setting(
        "--quiet/--no-quiet",
        default=False,
        help="Print no line for each request on standard error.",
    ),
    setting(
        "--log-format",
        type=click.Choice(LOG_FORMATS),
        default=LOG_FORMATS[0],
        help="Of the lines for requests: text for people, json for programs.",
    ),
    DATA_DIRECTORY,
    READY_FILE,
    setting(
        "--detach/--no-detach",
        default=False,
        help="Return once the server is ready, which goes on by itself: see status, logs, stop.",
    ),
    setting(
        "--reload/--no-reload",
        default=False,
        help="Restart when the code of mockserver changes, for its own development.",
    ),
)

#: Of the commands that ask a running server: which one.
RUNNING = (
    CONFIG,
    setting(
        "--url",
        metavar="URL",
        callback=_check_url,
        help="Of the server to ask, on whatever machine; another will not do.",
    ),
    setting(
        "--port",
        "-p",
        type=_PORTS,
        default=DEFAULTS.port,
        callback=_prefer,
        help="Of the server to ask; not named here, it says which one if several run.",
    ),
    READY_FILE,
    DATA_DIRECTORY,
)
CONTROL_TOKEN = setting(
    "--control-token",
    callback=_check_control_token,
    metavar="TOKEN",
    help="Of a server whose control plane asks for one.",
)
ORGANIZATION = click.Option(["--organization"], metavar="SLUG", help="Else the first one.")
