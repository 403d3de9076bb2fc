"""``mockserver verify``: hold a server, a sandbox or the real service, against the contract."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from mockserver.cli.running import CONTROL_TOKEN
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop
from mockserver.cli.values import checked, url
from mockserver.cli.writing import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mockserver.verification.clause import Verdict

_CREDENTIALS = ("client_id", "client_secret")
FORMS = ("lines", "json", "markdown", "junit")
_AGAINST = click.Option(
    ["--against"],
    required=True,
    metavar="URL",
    callback=checked(url),
    help="Of the organization that is asked.",
)
_CLIENT = (
    click.Option(
        ["--client-id"],
        metavar="ID",
        help="Of an integration; without one, a sandbox makes an organization for it.",
    ),
    click.Option(["--client-secret"], metavar="SECRET", help="Of that integration."),
    click.Option(
        ["--auth-url"],
        metavar="URL",
        callback=checked(url),
        help="Where tokens are given; else the one that is asked.",
    ),
)
_REPORT = (
    click.Option(
        ["--form"],
        type=click.Choice(FORMS),
        default="lines",
        show_default=True,
        help="Of the report.",
    ),
    click.Option(
        ["--output", "-o"],
        type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
        default="-",
        show_default=True,
        metavar="FILE",
        help="Where it goes; -: standard output.",
    ),
)


@section(Section.TRY)
@click.command(params=[_AGAINST, *_CLIENT, CONTROL_TOKEN, *_REPORT])
def verify(*, against: str, form: str, output: Path, **who: str | None) -> None:
    """Hold a sandbox, or the real service, against the rules of the contract.

    What it makes there it deletes again. The status is 1 where a rule does not hold.
    """
    from mockserver.verification.reports import FORMS as WRITTEN  # noqa: PLC0415 - only here

    client = {name: value for name in _CREDENTIALS if (value := who[name])}
    if len(client) == 1:
        message = "give both --client-id and --client-secret, or neither"
        raise click.UsageError(message)
    verdicts = _verdicts(against, who["auth_url"] or against, client, who["control_token"])
    write(WRITTEN[form](verdicts), output)
    if not all(verdict.holds for verdict in verdicts):
        raise click.exceptions.Exit(1)


def _verdicts(
    against: str, auth_url: str, credentials: dict[str, str], control_token: str | None
) -> Sequence[Verdict]:
    from mockserver.verification.catalogue import RULES  # noqa: PLC0415 - only when it is asked for
    from mockserver.verification.own_organization import own_organization  # noqa: PLC0415
    from mockserver.verification.remote import RemoteService, Unreachable  # noqa: PLC0415
    from mockserver.verification.verifying import verify as tried  # noqa: PLC0415

    run = f"verify-{uuid4().hex[:10]}"
    try:
        with ExitStack() as stack:
            own = credentials or stack.enter_context(own_organization(against, run, control_token))
            service = RemoteService(against)
            stack.callback(service.close)
            service.authenticate(auth_url, {"grant_type": "client_credentials", **own})
            try:
                return list(tried(service, RULES, run))
            finally:
                for path in service.clean_up():
                    click.echo(f"could not delete {path}", err=True)
    except Unreachable as error:
        raise Stop(str(error)) from error
