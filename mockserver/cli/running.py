"""The options of commands that ask a running server: which one, and what it lets them do."""

from __future__ import annotations

import click

from mockserver.cli.options import CONFIG, DATA_DIRECTORY, READY_FILE
from mockserver.cli.setting import DEFAULTS, setting
from mockserver.cli.values import PORTS, checked, preferred, unchanged, url
from mockserver.settings import check_control_token

#: Of the commands that ask a running server: which one.
RUNNING = (
    CONFIG,
    setting(
        "--url",
        metavar="URL",
        callback=checked(url),
        help="Of the server to ask, on whatever machine; another will not do.",
    ),
    setting(
        "--port",
        "-p",
        type=PORTS,
        default=DEFAULTS.port,
        callback=preferred,
        help="Of the server to ask; not named here, it says which one if several run.",
    ),
    READY_FILE,
    DATA_DIRECTORY,
)
CONTROL_TOKEN = setting(
    "--control-token",
    callback=checked(unchanged(check_control_token)),
    metavar="TOKEN",
    help="Of a server whose control plane asks for one.",
)
ORGANIZATION = click.Option(["--organization"], metavar="SLUG", help="Else the first one.")
