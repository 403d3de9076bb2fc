"""The only place that says what can be set: by argument, else environment, else file.

The options are the declaration. Each has a variable, ``MOCKSERVER_`` and its name, and a key of
the file of settings, its name.
"""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli.configuration import configured
from mockserver.cli.setting import DEFAULTS, PREFIX, setting
from mockserver.cli.values import (
    PORTS,
    Integer,
    checked,
    domain,
    hosts,
    issuer,
    listed,
    named_hosts,
    unchanged,
    web_origins,
)
from mockserver.locales import distinct_locales
from mockserver.settings import (
    WEBHOOK_CONTENT_TYPES,
    SettingsError,
    check_control_token,
    check_time_of_day,
    file_of_settings,
)

#: How the lines for requests can be written.
LOG_FORMATS = ("text", "json")


def _read_config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    """Let the options that nobody sets otherwise be what the file of settings says."""
    path = value or file_of_settings(Path())
    if path:
        try:
            context.default_map = configured(path, SERVER)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error


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
    callback=checked(domain),
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
        callback=listed(hosts),
        help="Address or name to listen on, may be repeated; localhost: every loopback address.",
    ),
    setting("--port", "-p", type=PORTS, default=DEFAULTS.port, help="Of http; 0 takes a free one."),
    setting(
        "--tls-port", type=PORTS, default=DEFAULTS.tls_port, help="Of https; 0 takes a free one."
    ),
    setting("--no-tls", is_flag=True, default=False, show_default=False, help="Serve no https."),
    DOMAIN,
    setting(
        "--issuer",
        callback=checked(issuer),
        metavar="URL",
        help="The iss claim of tokens; else https://auth.DOMAIN:TLS-PORT.",
    ),
    setting(
        "--storage",
        default=DEFAULTS.storage,
        metavar="KIND",
        help="Where records are kept: memory, tinydb:PATH, sqlite:PATH, postgresql://…, "
        "or package.module:Class.",
    ),
    setting(
        "--fsync/--no-fsync",
        default=DEFAULTS.fsync,
        help="Answer a write to a file once the disk has it: a power cut loses nothing either.",
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
        "--locale",
        multiple=True,
        callback=listed(distinct_locales),
        metavar="LOCALE",
        help="Of Faker, may be repeated: where random customers come from, as it_IT or ja_JP.",
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
        callback=checked(unchanged(check_time_of_day)),
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
        callback=listed(web_origins),
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
        callback=checked(unchanged(check_control_token)),
        metavar="TOKEN",
        help="What the control plane asks for as a bearer token; else nothing.",
    ),
    setting(
        "--control-host",
        multiple=True,
        callback=listed(named_hosts),
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
        "--history-size",
        type=Integer(0, 10**9),
        default=DEFAULTS.history_size,
        help="How many events, changes and tokens each mode keeps, of each kind; 0: all.",
    ),
    setting(
        "--deliveries-size",
        type=Integer(0, 10**9),
        default=DEFAULTS.deliveries_size,
        help="How many settled deliveries, and callbacks, each mode keeps; 0: all.",
    ),
    setting(
        "--history-days",
        type=Integer(0, 36_500),
        default=DEFAULTS.history_days,
        help="For how many days of the sandbox's clock they are kept; 0: for ever.",
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
        "--service-timeout",
        type=Integer(1, 60),
        default=DEFAULTS.service_timeout,
        metavar="SECONDS",
        help="How long an external service has for its answer.",
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
