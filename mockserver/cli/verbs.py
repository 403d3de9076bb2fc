"""The table of the commands of the control plane: what each one asks, and with which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mockserver.access import MODES
from mockserver.cli.bodies import (
    assigned,
    file_of,
    fresh,
    frozen,
    given,
    json_of,
    organization,
    situation,
    span,
)
from mockserver.cli.breaking import BREAKING
from mockserver.cli.customers import CUSTOMERS as ABOUT_CUSTOMERS
from mockserver.cli.running import ORGANIZATION
from mockserver.cli.sections import Section
from mockserver.cli.verb import EVERY, ID, Verb, Verbs

STREAM = "/stream"
#: What a stream says of each exchange: all of it, or what a line is made of.
EXCHANGE, SUMMARY = "exchange", "summary"

SLUG = click.Argument(["slug"])
CUSTOMERS = click.Option(["--customers"], type=int, help="How many random ones in each mode.")
LOCALE = click.Option(
    ["--locale"], multiple=True, metavar="LOCALE", help="Where they come from, may be repeated."
)
SCENARIO = click.Option(["--scenario"], metavar="NAME", help="A name, or the path of a file.")
OUTPUT = click.Option(
    ["--output"], type=click.Path(path_type=Path, dir_okay=False), help="Else it is printed."
)
FILE = click.Argument(["file"], type=click.File("rb"))
SETTINGS = click.Option(
    ["--setting", "pairs"], multiple=True, metavar="NAME=VALUE", help="Of the organization."
)
CONDITIONS = click.Argument(["pairs"], nargs=-1, metavar="NAME=VALUE...")
SEARCH = click.Argument(["search"], metavar="JSON", default="{}")
LIMIT = click.Option(["--limit"], type=int, help="The newest so many.")
LAST = click.Option(["--limit", "last"], type=int, help="The newest so many.")
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="Print all of each, as JSON.")
JOBS: Sequence[click.Parameter] = (
    EVERY,
    click.Option(["--mode"], type=click.Choice(MODES), help="Else both of them."),
    click.Option(["--type"], metavar="TYPE", help="Of the records they are about."),
    click.Option(["--resource"], metavar="RECORD", help="The one they are about, by id."),
)
JOB_WORDS = ("organization", "mode", "type", "resource")
WAIT = click.Option(["--wait"], metavar="UNTIL", help="So many are delivered; or settled, or idle.")
TIMEOUT = click.Option(["--timeout"], type=float, metavar="SECONDS", help="To wait; else 5.")


def _job(help_: str, path: str, *more: click.Parameter) -> Verb:
    return Verb(help_, "POST", path, [*more, *JOBS], given(*JOB_WORDS))


_SPAN = click.Argument(["span"], metavar="DURATION")


def _exchanges(help_: str, path: str, *more: click.Option) -> Verb:
    names = ["organization", *(str(option.name) for option in more)]
    return Verb(help_, "GET", f"/journal{path}", [CONDITIONS, EVERY, *more], None, names)


def _search(help_: str, name: str) -> Verb:
    return Verb(
        help_, "POST", f"/journal/{name}", [SEARCH], lambda values: json_of(values["search"])
    )


def _deliveries() -> Mapping[str, Verb]:
    one, names = "/deliveries/{id_}", ["organization"]
    return {
        "list": Verb(
            "Print them, the newest last; fails if what it waits for does not come.",
            "GET",
            "/deliveries",
            [CONDITIONS, EVERY, LIMIT, WAIT, TIMEOUT],
            None,
            ["organization", "limit", "wait", "timeout"],
        ),
        "show": Verb("Print one.", "GET", one, [ID, EVERY], None, names),
        "replay": Verb(
            "Send its body once more, now.",
            "POST",
            f"{one}/replay",
            [ID, EVERY],
            lambda _: {},
            names,
        ),
        "clear": Verb("Forget them.", "DELETE", "/deliveries", [EVERY], None, names),
    }


VERBS: Verbs = {
    "organizations": (
        "Create and remove organizations, each a world of its own.",
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
                    LOCALE,
                    SCENARIO,
                    click.Option(["--seed"], type=int, help="What its data and ids derive from."),
                    SETTINGS,
                ],
                organization,
            ),
            "delete": Verb(
                "Remove one with all it holds.", "DELETE", "/organizations/{slug}", [SLUG]
            ),
        },
        Section.SHAPE,
    ),
    "reset": Verb(
        "Put an organization back to what it was seeded with.",
        "POST",
        "{organization}/reset",
        [
            ORGANIZATION,
            click.Option(["--all", "every"], is_flag=True, help="Every organization."),
            click.Option(["--keep"], metavar="NAMES", help="Of faults,stubs,clock."),
        ],
        fresh,
        section=Section.SHAPE,
    ),
    "snapshot": Verb(
        "Print everything an organization holds.",
        "GET",
        "{organization}/snapshot",
        [ORGANIZATION, OUTPUT],
        section=Section.SHAPE,
    ),
    "restore": Verb(
        "Put an organization into the state of a snapshot.",
        "PUT",
        "{organization}/snapshot",
        [FILE, ORGANIZATION],
        file_of,
        section=Section.SHAPE,
    ),
    "seed": Verb(
        "Add random customers, or play a scenario.",
        "POST",
        "{organization}/seed",
        [CUSTOMERS, LOCALE, SCENARIO, ORGANIZATION],
        situation,
        section=Section.SHAPE,
    ),
    "records": Verb(
        "Store records in any state, from a file of JSON.",
        "POST",
        "{organization}/records",
        [FILE, ORGANIZATION],
        file_of,
        section=Section.SHAPE,
    ),
    **ABOUT_CUSTOMERS,
    "scenarios": Verb(
        "Print the scenarios that come with the package.",
        "GET",
        "/scenarios",
        section=Section.SHAPE,
    ),
    "clock": (
        "Freeze and move the time of an organization, or of all.",
        {
            "show": Verb("Print it.", "GET", "{organization}/clock", [EVERY]),
            "freeze": Verb(
                "Stop it at a moment, else where it is.",
                "PUT",
                "{organization}/clock",
                [click.Argument(["at"], metavar="TIME", default="now"), EVERY],
                frozen,
            ),
            "advance": Verb(
                "Move it forward: P1M, P1DT2H, or seconds.",
                "POST",
                "{organization}/clock/advance",
                [_SPAN, EVERY],
                span("by"),
            ),
            "shift": Verb(
                "Let it run, so far away from the machine's.",
                "PUT",
                "{organization}/clock",
                [_SPAN, EVERY],
                span("offset"),
            ),
            "thaw": Verb(
                "Let it run with the machine's.",
                "PUT",
                "{organization}/clock",
                [EVERY],
                lambda _: {"real": True},
            ),
        },
        Section.SHAPE,
    ),
    "jobs": (
        "Do now what the service does later, or have it fail.",
        {
            "list": Verb("Print those that wait.", "GET", "/jobs", JOBS, None, JOB_WORDS),
            "run": _job("Do what waits now, and what follows from it.", "/jobs/run"),
            "run-one": _job("Do one now; what follows from it waits.", "/jobs/{id_}/run", ID),
            "fail": _job("Have one fail now.", "/jobs/{id_}/fail", ID),
        },
        Section.SHAPE,
    ),
    **BREAKING,
    "journal": (
        "Print what was asked and answered, and search it.",
        {
            "list": _exchanges("Print the exchanges, the newest last.", "", LAST),
            "find": _search("Print those that a search finds.", "find"),
            "count": _search("Print how many a search finds.", "count"),
            "unmatched": _exchanges(
                "Print those that the API does not know, with the nearest name.", "/unmatched"
            ),
            "har": _exchanges("Print them as an HTTP archive.", "/har"),
            "curl": _exchanges("Print them as curl commands.", "/curl"),
            "follow": Verb(
                "Print a line for each as it happens.",
                "GET",
                f"/journal{STREAM}",
                [CONDITIONS, EVERY, AS_JSON],
                None,
                ["organization", "form"],
            ),
            "clear": Verb("Forget them.", "DELETE", "/journal", [EVERY], None, ["organization"]),
        },
        Section.LOOK,
    ),
    "deliveries": (
        "Print what webhooks sent, wait for it, replay it.",
        _deliveries(),
        Section.LOOK,
    ),
    "settings": (
        "Set what can be changed while the server runs.",
        {
            "show": Verb("Print it.", "GET", "/settings"),
            "set": Verb(
                "Set NAME=VALUE.",
                "PATCH",
                "/settings",
                [click.Argument(["pairs"], nargs=-1, required=True, metavar="NAME=VALUE...")],
                assigned,
            ),
        },
        Section.SHAPE,
    ),
    "health": Verb("Print whether the server is ready.", "GET", "/health", section=Section.LOOK),
    "metrics": Verb(
        "Print its counts in the Prometheus text format.", "GET", "/metrics", section=Section.LOOK
    ),
}
