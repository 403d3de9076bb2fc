"""The table of the commands of the control plane: what each one asks, and with which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mockserver.access import MODES
from mockserver.cli.stop import Stop

Told = dict[str, Any]
Body = Callable[[Told], Any]

STREAM = "/stream"

ORGANIZATION = click.Option(["--organization"], metavar="SLUG", help="Else the first one.")
EVERY = click.Option(["--organization"], metavar="SLUG", help="Else all of them.")
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
JOBS: Sequence[click.Parameter] = (
    EVERY,
    click.Option(["--mode"], type=click.Choice(MODES), help="Else both of them."),
    click.Option(["--type"], metavar="TYPE", help="Of the records they are about."),
    click.Option(["--resource"], metavar="RECORD", help="The one they are about, by id."),
)
JOB_WORDS = ("organization", "mode", "type", "resource")


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


def json_of(text: str | bytes, place: str = "") -> Any:
    """Return what a text is as JSON.

    Raises:
        Stop: it is none.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{place}not JSON: {error}"
        raise Stop(message) from error


def _file(told: Told) -> Any:
    return json_of(told["file"].read(), f"{told['file'].name} is ")


def _given(*names: str) -> Body:
    return lambda told: {name: told[name] for name in names if told[name] is not None}


def _situation(told: Told) -> Told:
    """Return how many customers, and which scenario; the server does not stand where we do."""
    found = {name: told[name] for name in ("customers", "scenario") if told[name] is not None}
    if str(found.get("scenario")).endswith(".json"):
        found["scenario"] = str(Path(found["scenario"]).resolve())
    return found


def _organization(told: Told) -> Told:
    settings = _assigned(told)
    found: Told = {**_given("slug", "seed")(told), **_situation(told)}
    return {**found, "settings": settings} if settings else found


def _assigned(told: Told) -> Told:
    """Return ``NAME=VALUE`` pairs as JSON: values that are no JSON are texts."""
    found = {}
    for name, value in map(pair_of, told["pairs"]):
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def pair_of(text: str) -> tuple[str, str]:
    """Return the name and the value of ``NAME=VALUE``."""
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


def _job(help_: str, path: str, *more: click.Parameter) -> Verb:
    return Verb(help_, "POST", path, [*more, *JOBS], _given(*JOB_WORDS))


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
            lambda told: json_of(told["rule"]),
            ["organization"],
        ),
        "remove": Verb("Remove one.", "DELETE", f"{path}/{{id_}}", [ID]),
        "clear": Verb("Remove all.", "DELETE", path, [EVERY], None, ["organization"]),
    }


def _exchanges(help_: str, path: str, *more: click.Option) -> Verb:
    names = ["organization", *(str(option.name) for option in more)]
    return Verb(help_, "GET", f"/journal{path}", [CONDITIONS, EVERY, *more], None, names)


def _search(help_: str, name: str) -> Verb:
    return Verb(help_, "POST", f"/journal/{name}", [SEARCH], lambda told: json_of(told["search"]))


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
                lambda told: {"frozen_at": told["at"]},
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
    "jobs": (
        "What the service does later.",
        {
            "list": Verb("Print those that wait.", "GET", "/jobs", JOBS, None, JOB_WORDS),
            "run": _job("Do what waits now, and what follows from it.", "/jobs/run"),
            "run-one": _job("Do one now; what follows from it waits.", "/jobs/{id_}/run", ID),
            "fail": _job("Have one fail now.", "/jobs/{id_}/fail", ID),
        },
    ),
    "faults": ("Deliberate failures.", _rules("faults")),
    "stubs": ("Answers written by hand.", _rules("stubs")),
    "journal": (
        "What was asked, and what was answered.",
        {
            "list": _exchanges("Print the exchanges.", "", LIMIT),
            "find": _search("Print those that a search finds.", "find"),
            "count": _search("Print how many a search finds.", "count"),
            "unmatched": _exchanges(
                "Print those that the API does not know, with the nearest name.", "/unmatched"
            ),
            "har": _exchanges("Print them as an HTTP archive.", "/har"),
            "curl": _exchanges("Print them as curl commands.", "/curl"),
            "follow": _exchanges("Print them as they happen.", STREAM),
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
