"""The commands that break requests on purpose, or answer them otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import click

from mockserver.cli.bodies import fault, given, json_of
from mockserver.cli.sections import Section
from mockserver.cli.verb import EVERY, ID, Verb, Verbs


def _rules(name: str, adding: Verb) -> Mapping[str, Verb]:
    path = f"/{name}"
    return {
        "list": Verb(f"Print the {name} in force.", "GET", path, [EVERY], None, ["organization"]),
        "add": adding,
        "remove": Verb("Remove one.", "DELETE", f"{path}/{{id_}}", [ID]),
        "clear": Verb("Remove all.", "DELETE", path, [EVERY], None, ["organization"]),
    }


_FAULT = Verb(
    "Add one: its JSON form, or the words of the header X-Mock-Fault, as '503; delay=2'.",
    "POST",
    "/faults",
    [
        click.Argument(["rule"], metavar="WORDS"),
        click.Option(
            ["--match", "pairs"], multiple=True, metavar="NAME=VALUE", help="Of the requests."
        ),
        click.Option(["--times"], type=int, help="How often it strikes at most."),
        EVERY,
    ],
    fault,
    ["organization"],
)
_STUB = Verb(
    "Add one, from its JSON form.",
    "POST",
    "/stubs",
    [click.Argument(["rule"], metavar="JSON"), EVERY],
    lambda values: json_of(values["rule"]),
    ["organization"],
)
_OUTAGE: Mapping[str, Verb] = {
    "show": Verb("Print the outages there are.", "GET", "/outage", [EVERY], None, ["organization"]),
    "on": Verb(
        "Let every request to the API fail: with 503, or in the words of X-Mock-Fault.",
        "PUT",
        "/outage",
        [click.Argument(["effect"], metavar="WORDS", required=False), EVERY],
        given("effect"),
        ["organization"],
    ),
    "off": Verb("End it; other faults stay.", "DELETE", "/outage", [EVERY], None, ["organization"]),
}

BREAKING: Verbs = {
    "faults": ("Make requests fail on purpose.", _rules("faults", _FAULT), Section.SHAPE),
    "outage": ("Let the whole API be down.", _OUTAGE, Section.SHAPE),
    "stubs": (
        "Answer requests with what you have written.",
        _rules("stubs", _STUB),
        Section.SHAPE,
    ),
}
