"""Situations: time, what waits, faults, stubs, limits, scenarios, snapshots and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.console.answers import Answer, Later, Page, Redirect, Sent
from mockserver.console.routes import PageRoute
from mockserver.console.situation_verbs import VERBS
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.control.schemas import KEPT
from mockserver.errors import Refusal
from mockserver.refusals import missing
from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import ACTIONS
from mockserver.traffic.effects import CODES
from mockserver.traffic.matchers import METHODS

#: So many of what waits are shown.
NEXT = 25
#: How far the clock is moved by one press.
SPANS: Mapping[str, str] = {
    "PT1H": "1 hour",
    "P1D": "1 day",
    "P1W": "1 week",
    "P1M": "1 month",
}
#: Effects of faults besides the codes of the API.
EFFECTS = ("500", "502", "503", "504", "delay=2", "delay=0.5..2", "timeout", "drop=before", "cut")
#: Locales that are offered; any other of Faker's will do.
LOCALES = (
    *("de_DE", "en_GB", "en_US", "es_ES", "fr_FR", "it_IT", "ja_JP", "nl_NL", "pl_PL", "pt_BR"),
)
SNAPSHOT = "snapshot"


def situations(_: Visit, place: Standpoint) -> Answer:
    """Show what the organization is put into."""
    return _shown(place)


def verb(visit: Visit, place: Standpoint, name: str) -> Answer:
    """Do something to the organization."""
    if name not in VERBS:
        raise missing(f"way to {name}")
    anchor, do = VERBS[name]
    try:
        done = do(visit, place)
    except Refusal as refused:
        return _shown(place, refused, anchor)
    here = f"{place.to('situations')}#{anchor}"
    if isinstance(done, str):
        visit.session.note(done)
        return Redirect(here)

    def onward() -> Page:
        visit.session.note(f"It is {place.plane.clocks.retrieve(place.slug)['now']}.")
        return Page("onward.html", {"to": here})

    return Later(done, onward)


def snapshot(_: Visit, place: Standpoint) -> Answer:
    """Send everything the organization holds."""
    document = orjson.dumps(place.plane.organizations.snapshot(place.slug))
    return Sent(document, "application/json", file_name=f"{place.slug}-snapshot.json")


def _shown(place: Standpoint, refused: Refusal | None = None, anchor: str = "") -> Page:
    plane = place.plane
    own = {"organization": place.slug}
    jobs = sorted(plane.jobs.list(own), key=lambda job: str(job["due_at"]))
    shown = {
        "errors": refused.errors if refused else (),
        "anchor": anchor,
        "here": place.to("situations"),
        "spans": SPANS,
        "jobs": jobs[:NEXT],
        "waiting": len(jobs),
        "outages": plane.outages.list(place.slug),
        "faults": _rules(plane.faults.list(), place.slug),
        "stubs": _rules(plane.stubs.list(), place.slug),
        "effects": (*(code for code in CODES if code != "VALIDATION_ERROR"), *EFFECTS),
        "types": sorted(registry()),
        "actions": ACTIONS,
        "methods": METHODS,
        "scenarios": plane.organizations.scenarios(),
        "locales": LOCALES,
        "kept": KEPT,
        "settings": plane.settings.settings(),
        "compact": json.dumps,
        "is_last": len(plane.organizations.list()) == 1,
    }
    return Page("situations.html", shown, refused.status if refused else 200)


def _rules(rules: list[dict[str, Any]], slug: str) -> list[dict[str, Any]]:
    """Return the rules that may strike requests of an organization, without its outage."""
    found = []
    for rule in rules:
        about = (rule.get("match") or {}).get("organization", slug)
        if slug in (about if isinstance(about, list) else [about]):
            found.append(rule)
    return [rule for rule in found if not rule["id"].startswith("outage")]


ROUTES = (
    PageRoute("/situations", situations),
    PageRoute(f"/situations/{SNAPSHOT}", snapshot),
    PageRoute("/situations/<name>", verb, "POST"),
)
