"""``mockserver token``: ask the running server for an access token, as any client would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from mockserver.cli.explaining import Explained
from mockserver.cli.finding import described, find, organization_of
from mockserver.cli.ready import Document
from mockserver.cli.running import CONTROL_TOKEN, ORGANIZATION, RUNNING
from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Refused, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("integration", "sales_channel", "webapp")


class UnknownUser(Exception):  # noqa: N818 - it is none to whoever asks
    """No user of the organization has the email; or there is none at all."""


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_CHOICE = (
    click.Option(
        ["--kind"],
        type=click.Choice(KINDS),
        help="Of the credentials; else integration, or what --customer and --user imply.",
    ),
    click.Option(
        ["--mode"],
        type=click.Choice(["test", "live"]),
        default="test",
        show_default=True,
        help="Of the credentials.",
    ),
    click.Option(["--name"], help="Of the credentials, where a kind has several."),
)
_GRANT = (
    click.Option(["--customer"], metavar="EMAIL", help="Log this customer in."),
    click.Option(
        ["--user"],
        metavar="EMAIL",
        is_flag=False,
        flag_value="",
        help="For this user of the organization; the first one where no email follows.",
    ),
    click.Option(["--password"], help="The customer's; else the one of all seeded customers."),
    click.Option(["--scope"], help="To ask for; else the one that the credentials come with."),
)


@section(Section.TRY)
@click.command(params=[*_CHOICE, *_GRANT, ORGANIZATION, CONTROL_TOKEN, *RUNNING])
def token(*, organization: str | None, control_token: str | None, **values: Any) -> None:
    """Print an access token of the running server."""
    wanted = {option.name: values.pop(str(option.name)) for option in (*_CHOICE, *_GRANT)}
    ready = find(**values, control_token=control_token)
    kind = _kind(wanted)
    among = organization_of(ready, organization, control_token)
    credential = _credential(among, kind, wanted["mode"], wanted["name"])
    if wanted["scope"] is not None:
        credential["scope"] = wanted["scope"]
    members = ("client_id", "client_secret", "scope")
    parameters = {name: credential[name] for name in members if credential[name]}
    asking = Explained(ready["http"], _FORM, control_token)
    try:
        parameters |= _grant(asking, kind, parameters, wanted)
    except UnknownUser as refused:
        now = described(ready, among["slug"], control_token) or among
        raise _nobody(wanted["user"], wanted["mode"], now) from refused
    click.echo(_access_token(asking, parameters))


def _kind(wanted: Mapping[str, Any]) -> str:
    """Return the kind of the credentials that are asked for, or that the owner implies."""
    from mockserver.oauth.requesting import kind_for  # noqa: PLC0415 - slow to import

    try:
        return kind_for(wanted["kind"], wanted["customer"], wanted["user"])
    except ValueError as error:
        hint = ": give --customer or --user" if wanted["customer"] is not None else ""
        raise click.UsageError(f"{error}{hint}") from None


def _grant(
    asking: Explained, kind: str, parameters: Mapping[str, str], wanted: Mapping[str, Any]
) -> dict[str, str]:
    """Return the parameters of the grant that leads to the token that is wanted."""
    from mockserver.oauth import requesting  # noqa: PLC0415 - slow to import
    from mockserver.seeding.credentials import PASSWORD  # noqa: PLC0415 - as above

    if wanted["customer"]:
        password = PASSWORD if wanted["password"] is None else wanted["password"]
        return requesting.password_request(wanted["customer"], password)
    if kind == "webapp":
        return _consent(asking, parameters, wanted["user"])
    return requesting.client_request()


def _credential(organization: Document, kind: str, mode: str, name: str | None) -> Document:
    """Return the first credential of an organization that is of the kind and mode, and named so."""
    found: list[Document] = [
        c for c in organization["credentials"] if (c["kind"], c["mode"]) == (kind, mode)
    ]
    for credential in found:
        if name in (None, credential["name"]):
            return credential
    names = ", ".join(repr(credential["name"]) for credential in found) or "none at all"
    message = f"no such credentials; of kind {kind} and mode {mode} there are: {names}"
    raise Stop(message)


def _consent(asking: Explained, parameters: Mapping[str, str], user: str | None) -> dict[str, str]:
    """Get an authorization code and return the request that exchanges it; nobody is asked.

    Raises:
        Refused: the server does not agree.
        UnknownUser: because it does not know the user.
    """
    from mockserver.oauth import requesting  # noqa: PLC0415 - slow to import
    from mockserver.seeding.credentials import REDIRECT_URI  # noqa: PLC0415 - as above

    query = urlencode(requesting.consent_request(parameters, REDIRECT_URI, user))
    status, location, body = asking.exchange("GET", f"/oauth/authorize?{query}")
    answer = requesting.redirected(location)
    if answer.get("error") == "access_denied":
        raise UnknownUser
    if "code" not in answer:
        raise asking.explained(_refusal(status, body, answer))
    return requesting.code_request(answer["code"], REDIRECT_URI)


def _nobody(user: str | None, mode: str, organization: Document) -> Refused:
    """Return a refusal that names the users there are."""
    emails = [str(u["email"]) for u in organization.get("users", ()) if u["mode"] == mode]
    there_are = f"there are: {', '.join(emails)}" if emails else "there are none"
    meant = f"no user {user!r}" if user else "no user"
    return Refused(f"{organization['slug']} has {meant} in {mode} mode; {there_are}")


def _access_token(asking: Explained, parameters: Mapping[str, str]) -> str:
    status, _, body = asking.exchange("POST", "/oauth/token", urlencode(parameters))
    try:
        return str(json.loads(body)["access_token"])
    except (ValueError, TypeError, KeyError) as error:
        raise asking.explained(_refusal(status, body, {})) from error


def _refusal(status: int, body: bytes, answer: Mapping[str, str]) -> Refused:
    """Return the server's refusal, from its body or from the redirection's query."""
    if "error" in answer:
        parts = (answer["error"], answer.get("error_description"))
        return Refused(": ".join(each for each in parts if each))
    try:
        error = json.loads(body)["errors"][0]
        return Refused(f"{error['title']}: {error['detail']}")
    except (ValueError, TypeError, LookupError):
        return Refused(f"the server answers {status}, which is no answer to a token request")
