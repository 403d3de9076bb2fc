"""``mockserver openapi``: the API described for tools."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mockserver.cli.sections import Section, section
from mockserver.cli.writing import write

_BASE_URL = click.Option(
    ["--base-url"],
    default="http://localhost:8080",
    show_default=True,
    metavar="URL",
    help="Where the sandbox that it describes is served.",
)
_OUTPUT = click.Option(
    ["--output", "-o"],
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    show_default=True,
    metavar="FILE",
    help="Where it goes; -: standard output.",
)


@section(Section.TRY)
@click.command(params=[_BASE_URL, _OUTPUT])
def openapi(base_url: str, output: Path) -> None:
    """Print the OpenAPI 3.1 document of the API, made from the declarations.

    A running server has its own at /_mock/openapi.json.
    """
    from mockserver.openapi.description import describe  # noqa: PLC0415 - slow to import

    write(json.dumps(describe(base_url.rstrip("/"))), output)
