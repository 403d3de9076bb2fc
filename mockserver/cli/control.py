"""The control plane of the running server, with the names it has over HTTP.

One table says what each command asks; the server decides everything else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import click

from mockserver.cli.asking import Asking
from mockserver.cli.options import RUNNING, setting
from mockserver.cli.ready import find
from mockserver.cli.stop import Refused, Stop

Told = dict[str, Any]
Body = Callable[[Told], Any]

_PREFIX = "/_mock"
_STREAM = "/journal/stream"
_REFUSED = 400
#: What a path that leads nowhere is answered, in the words of the API.
_NO_ROUTE = "RECORD_NOT_FOUND"

ORGANIZATION = click.Option(["--organization"], metavar="SLUG", help="Else the first one.")
EVERY = click.Option(["--organization"], metavar="SLUG", help="Else all of them.")
CONTROL_TOKEN = setting("--control-token", metavar="TOKEN", help="Of a server that asks for one.")
SLUG = click.Argument(["slug"])
CUSTOMERS = click.Option(["--customers"], type=int, help="How many random ones in each mode.")
SCENARIO = click.Option(["--scenario"], metavar="NAME", help="A name, or the path of a file.")
OUTPUT = click.Option(
    ["--output"], type=click.Path(path_type=Path, dir_okay=False), help="Else it is printed."
)
FILE = click.Argument(["file"], type=click.File("rb"))
SETTINGS = click.Option(
    ["--setting", "pairs"], multiple=True, metavar="NAME=VALUE", help="Of the organization."
)
CONDITIONS = click.Argument(["pairs"], nargs=-1, metavar="NAME=VALUE...")
RULE = click.Argument(["rule"], metavar="JSON")
ID = click.Argument(["id_"], metavar="ID")
SEARCH = click.Argument(["search"], metavar="JSON", default="{}")
LIMIT = click.Option(["--limit"], type=int, help="How many at most.")


@dataclass(frozen=True, slots=True)
class Verb:
    """One command and what it asks.

    Attributes:
        help: one line.
        method: of the request.
        path: below the prefix; ``{name}`` stands for a parameter, ``{world}`` for the
            organization's own path or that of the first one.
        params: what can be said.
        body: makes the JSON body of what was said; ``None``: there is none.
        query: the parameters that go into the query.
    """

    help: str
    method: str
    path: str
    params: Sequence[click.Parameter] = ()
    body: Body | None = None
    query: Sequence[str] = ()


def _json(text: str | bytes, place: str = "") -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{place}not JSON: {error}"
        raise Stop(message) from error


def _file(told: Told) -> Any:
    return _json(told["file"].read(), f"{told['file'].name} is ")


def _given(*names: str) -> Body:
    return lambda told: {name: told[name] for name in names if told[name] is not None}


def _situation(told: Told) -> Told:
    """Return how many customers, and which scenario; the server does not stand where we do."""
    scenario = told["scenario"]
    if scenario and scenario.endswith(".json"):
        told["scenario"] = str(Path(scenario).resolve())
    return _given("customers", "scenario")(told)


def _organization(told: Told) -> Told:
    settings = _assigned(told)
    found = {**_given("slug", "seed")(told), **_situation(told)}
    return {**found, "settings": settings} if settings else found


def _assigned(told: Told) -> Told:
    """Return ``NAME=VALUE`` pairs as JSON: values that are no JSON are texts."""
    found = {}
    for name, value in map(_pair, told["pairs"]):
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        message = f"{text!r} is not NAME=VALUE"
        raise Stop(message)
    return name, value


def _span(name: str) -> Body:
    """Return a duration: seconds where it is a number, else ISO 8601."""

    def body(told: Told) -> Told:
        try:
            return {name: float(told["span"])}
        except ValueError:
            return {name: told["span"]}

    return body


def _frozen(told: Told) -> Told:
    return {"frozen_at": told["at"]}


_SPAN = click.Argument(["span"], metavar="DURATION")


def _rules(name: str) -> Mapping[str, Verb]:
    path = f"/{name}"
    return {
        "list": Verb(f"Print the {name} in force.", "GET", path, [EVERY], None, ["organization"]),
        "add": Verb(
            "Add one, from its JSON form.",
            "POST",
            path,
            [RULE, EVERY],
            lambda told: _json(told["rule"]),
            ["organization"],
        ),
        "remove": Verb("Remove one.", "DELETE", f"{path}/{{id_}}", [ID]),
        "clear": Verb("Remove all.", "DELETE", path, [EVERY], None, ["organization"]),
    }


VERBS: Mapping[str, Verb | tuple[str, Mapping[str, Verb]]] = {
    "organizations": (
        "Organizations, each a world of its own.",
        {
            "list": Verb("Print all of them.", "GET", "/organizations"),
            "show": Verb("Print one.", "GET", "/organizations/{slug}", [SLUG]),
            "create": Verb(
                "Create one and print its credentials.",
                "POST",
                "/organizations",
                [
                    click.Argument(["slug"], required=False),
                    CUSTOMERS,
                    SCENARIO,
                    click.Option(["--seed"], type=int, help="What its data and ids derive from."),
                    SETTINGS,
                ],
                _organization,
            ),
            "delete": Verb(
                "Remove one with all it holds.", "DELETE", "/organizations/{slug}", [SLUG]
            ),
        },
    ),
    "reset": Verb(
        "Put an organization back to what it was seeded with.",
        "POST",
        "{world}/reset",
        [ORGANIZATION],
        lambda _: {},
    ),
    "snapshot": Verb(
        "Print everything an organization holds.", "GET", "{world}/snapshot", [ORGANIZATION, OUTPUT]
    ),
    "restore": Verb(
        "Put an organization into the state of a snapshot.",
        "PUT",
        "{world}/snapshot",
        [FILE, ORGANIZATION],
        _file,
    ),
    "seed": Verb(
        "Add random customers, or play a scenario.",
        "POST",
        "{world}/seed",
        [CUSTOMERS, SCENARIO, ORGANIZATION],
        _situation,
    ),
    "records": Verb(
        "Store records in any state, from a file of JSON.",
        "POST",
        "{world}/records",
        [FILE, ORGANIZATION],
        _file,
    ),
    "scenarios": Verb("Print the scenarios that come with the package.", "GET", "/scenarios"),
    "clock": (
        "The time of an organization, or of all.",
        {
            "show": Verb("Print it.", "GET", "{world}/clock", [EVERY]),
            "freeze": Verb(
                "Stop it at a moment, else where it is.",
                "PUT",
                "{world}/clock",
                [click.Argument(["at"], metavar="TIME", default="now"), EVERY],
                _frozen,
            ),
            "advance": Verb(
                "Move it forward: P1DT2H, or seconds.",
                "POST",
                "{world}/clock/advance",
                [_SPAN, EVERY],
                _span("by"),
            ),
            "shift": Verb(
                "Let it run, so far away from the machine's.",
                "PUT",
                "{world}/clock",
                [_SPAN, EVERY],
                _span("offset"),
            ),
            "thaw": Verb(
                "Let it run with the machine's.",
                "PUT",
                "{world}/clock",
                [EVERY],
                lambda _: {"real": True},
            ),
        },
    ),
    "faults": ("Deliberate failures.", _rules("faults")),
    "stubs": ("Answers written by hand.", _rules("stubs")),
    "journal": (
        "What was asked, and what was answered.",
        {
            "list": Verb(
                "Print the exchanges.",
                "GET",
                "/journal",
                [CONDITIONS, EVERY, LIMIT],
                None,
                ["organization", "limit"],
            ),
            "find": Verb(
                "Print those that a search finds.",
                "POST",
                "/journal/find",
                [SEARCH],
                lambda told: _json(told["search"]),
            ),
            "count": Verb(
                "Print how many a search finds.",
                "POST",
                "/journal/count",
                [SEARCH],
                lambda told: _json(told["search"]),
            ),
            "unmatched": Verb(
                "Print those that the API does not know, with the nearest name.",
                "GET",
                "/journal/unmatched",
                [CONDITIONS, EVERY],
                None,
                ["organization"],
            ),
            "har": Verb(
                "Print them as an HTTP archive.",
                "GET",
                "/journal/har",
                [CONDITIONS, EVERY],
                None,
                ["organization"],
            ),
            "curl": Verb(
                "Print them as curl commands.",
                "GET",
                "/journal/curl",
                [CONDITIONS, EVERY],
                None,
                ["organization"],
            ),
            "follow": Verb(
                "Print them as they happen.",
                "GET",
                _STREAM,
                [CONDITIONS, EVERY],
                None,
                ["organization"],
            ),
            "clear": Verb("Forget them.", "DELETE", "/journal", [EVERY], None, ["organization"]),
        },
    ),
    "settings": (
        "What can be set while the server runs.",
        {
            "show": Verb("Print it.", "GET", "/settings"),
            "set": Verb(
                "Set NAME=VALUE.",
                "PATCH",
                "/settings",
                [click.Argument(["pairs"], nargs=-1, required=True, metavar="NAME=VALUE...")],
                _assigned,
            ),
        },
    ),
    "health": Verb("Print whether the server is ready.", "GET", "/health"),
    "metrics": Verb("Print its counts in the Prometheus text format.", "GET", "/metrics"),
}


def commands() -> Iterator[click.Command]:
    """Yield the commands of the table."""
    for name, what in VERBS.items():
        if isinstance(what, Verb):
            yield _command(name, what)
        else:
            group = click.Group(name, help=what[0])
            for inner, verb in what[1].items():
                group.add_command(_command(inner, verb))
            yield group


def _command(name: str, verb: Verb) -> click.Command:
    def run(**told: Any) -> None:
        _ask(verb, told)

    params = [*verb.params, CONTROL_TOKEN, *RUNNING]
    return click.Command(name, params=params, callback=run, help=verb.help)


def _ask(verb: Verb, told: Told) -> None:
    which = {str(param.name): told.pop(str(param.name), None) for param in RUNNING if param.name}
    which.pop("config", None)
    headers = {"Content-Type": "application/json"}
    token = told.pop("control_token")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = None if verb.body is None else json.dumps(verb.body(told))
    asking, path = Asking(find(**which)["http"], headers), _PREFIX + _filled(verb, told)
    if verb.path == _STREAM:
        _follow(asking, path)
        return
    status, _, answer = asking.exchange(verb.method, path, body)
    text = answer.decode("utf-8", "replace")
    if status >= _REFUSED:
        raise _refusal(status, text)
    output = told.get("output")
    if output:
        output.write_text(text)
    elif text:
        click.echo(text.rstrip("\n"))


def _filled(verb: Verb, told: Told) -> str:
    slug = told.get("organization")
    world = f"/organizations/{quote(slug, safe='')}" if slug else ""
    parts = {name: quote(str(value), safe="") for name, value in told.items()}
    query = {name: told[name] for name in verb.query if told[name] is not None}
    if CONDITIONS in verb.params:
        query |= dict(map(_pair, told["pairs"]))
    path = verb.path.format(**{**parts, "world": world})
    return f"{path}?{urlencode(query)}" if query else path


def _follow(asking: Asking, path: str) -> None:
    for line in asking.lines(path):
        if line.startswith(b"data: "):
            sys.stdout.write(line[len(b"data: ") :].decode())
            sys.stdout.flush()


def _refusal(status: int, text: str) -> Refused:
    """Return everything the server has refused, in one line."""
    try:
        errors = json.loads(text)["errors"]
        if errors[0]["code"] == _NO_ROUTE:
            return Refused("the server has no control plane: it was started with --no-control")
        found = [f"{e.get('source', {}).get('pointer', '')} {e['detail']}".strip() for e in errors]
        return Refused("; ".join(found))
    except (ValueError, TypeError, LookupError):
        return Refused(f"the server answers {status}")
