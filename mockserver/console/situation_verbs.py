"""The verbs of the situations page: what each form says, in the words of the control plane."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import orjson

from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.control.schemas import KEPT
from mockserver.refusals import invalid

#: Returns a word on what was done, or what goes on while others are answered.
Verb = Callable[[Visit, Standpoint], str | Generator[None, None, Any]]
Json = dict[str, Any]


def typed(text: str) -> Any:
    """Return a text as the JSON that it is, else as itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


# --- time ----------------------------------------------------------------------------------------


def freeze(visit: Visit, place: Standpoint) -> Generator[None, None, Any]:
    """Stop the clock, at a moment or where it is."""
    at = visit.text("at") or "now"
    return place.plane.clocks.setting({"frozen_at": at}, place.slug)


def thaw(_: Visit, place: Standpoint) -> Generator[None, None, Any]:
    """Let the clock run with the machine's."""
    return place.plane.clocks.setting({"real": True}, place.slug)


def advance(visit: Visit, place: Standpoint) -> Generator[None, None, Any]:
    """Move the clock forward."""
    return place.plane.clocks.advancing({"by": typed(visit.text("by"))}, place.slug)


# --- what waits ----------------------------------------------------------------------------------


def run_jobs(_: Visit, place: Standpoint) -> str:
    """Do all that waits."""
    return f"{len(place.plane.jobs.run({'organization': place.slug}))} jobs are done."


def run_job(visit: Visit, place: Standpoint) -> str:
    """Do one."""
    done = place.plane.jobs.run_one(visit.text("id"), _whose(visit, place))
    return f"{done['job']} of {done['type']} {done['resource']}: {done['outcome']}."


def fail_job(visit: Visit, place: Standpoint) -> str:
    """Have one fail."""
    done = place.plane.jobs.fail_one(visit.text("id"), _whose(visit, place))
    return f"{done['job']} of {done['type']} {done['resource']} has failed."


def _whose(visit: Visit, place: Standpoint) -> Json:
    return {"organization": place.slug, **visit.texts("mode")}


# --- faults and stubs ----------------------------------------------------------------------------


def matcher(visit: Visit) -> Json:
    """Return which requests a rule is about."""
    return visit.texts("method", "path", "type", "action", "mode")


def add_fault(visit: Visit, place: Standpoint) -> str:
    """Let requests fail."""
    rule: Json = {"match": matcher(visit), "effect": visit.text("effect")}
    for name in ("times", "nth", "probability"):
        if text := visit.text(name):
            rule[name] = typed(text)
    made = place.plane.faults.add(rule, place.slug)
    return f"{made['id']} is in force."


def remove_fault(visit: Visit, place: Standpoint) -> str:
    """Remove a fault."""
    place.plane.faults.remove(visit.text("id"))
    return f"{visit.text('id')} is gone."


def clear_faults(_: Visit, place: Standpoint) -> str:
    """Remove the faults of the organization."""
    place.plane.faults.clear(place.slug)
    return f"No fault is about {place.slug} alone any more."


def outage_on(visit: Visit, place: Standpoint) -> str:
    """Take the API down."""
    place.plane.outages.on(visit.texts("effect"), place.slug)
    return f"The API of {place.slug} is down."


def outage_off(_: Visit, place: Standpoint) -> str:
    """Bring it up again."""
    place.plane.outages.off(place.slug)
    return f"The API of {place.slug} is up."


def add_stub(visit: Visit, place: Standpoint) -> str:
    """Answer requests with something written."""
    response: Json = {"body": typed(visit.text("body")) if visit.text("body") else None}
    if status := visit.text("status"):
        response["status"] = typed(status)
    rule: Json = {"match": matcher(visit), "response": response}
    if times := visit.text("times"):
        rule["times"] = typed(times)
    made = place.plane.stubs.add(rule, place.slug)
    return f"{made['id']} is in force."


def remove_stub(visit: Visit, place: Standpoint) -> str:
    """Remove a stub."""
    place.plane.stubs.remove(visit.text("id"))
    return f"{visit.text('id')} is gone."


def clear_stubs(_: Visit, place: Standpoint) -> str:
    """Remove the stubs of the organization."""
    place.plane.stubs.clear(place.slug)
    return f"No stub is about {place.slug} alone any more."


# --- what the organization holds -----------------------------------------------------------------


def play(visit: Visit, place: Standpoint) -> str:
    """Play a scenario on top of what is there."""
    place.plane.organizations.seed(place.slug, {"scenario": visit.text("name")}, paths=False)
    return f"{visit.text('name')} is played."


def add_customers(visit: Visit, place: Standpoint) -> str:
    """Add random customers to both modes."""
    wanted: Json = {"customers": typed(visit.text("count"))}
    if locale := visit.text("locale"):
        wanted["locale"] = locale
    place.plane.organizations.seed(place.slug, wanted, paths=False)
    return f"{wanted['customers']} customers are added to each mode."


def add_customer(visit: Visit, place: Standpoint) -> str:
    """Add a customer with a past."""
    wanted: Json = {"mode": place.mode, **visit.texts("email", "locale", "group", "password")}
    for name in ("addresses", "orders"):
        if text := visit.text(name):
            wanted[name] = typed(text)
    wanted["wallet"] = visit.has("wallet")
    made = place.plane.customers.add(place.slug, wanted)
    return f"{made['email']} is there, with {len(made['orders'])} orders: {made['id']}."


def restore(visit: Visit, place: Standpoint) -> str:
    """Put the organization into the state of a snapshot."""
    content = visit.files.get("file", b"")
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise invalid("/file", f"Not JSON: line {error.lineno}: {error.msg}.") from None
    place.plane.organizations.restore(place.slug, document)
    return f"{place.slug} is as the snapshot says."


def reset(visit: Visit, place: Standpoint) -> str:
    """Put it back to what it was seeded with."""
    keep = [name for name in KEPT if visit.has(f"keep-{name}")]
    place.plane.organizations.reset(place.slug, {"keep": keep, "all": visit.has("all")})
    return "Everything is as it was seeded." if visit.has("all") else f"{place.slug} is as seeded."


def create_organization(visit: Visit, place: Standpoint) -> str:
    """Create another world."""
    wanted: Json = visit.texts("slug", "scenario", "locale")
    if customers := visit.text("customers"):
        wanted["customers"] = typed(customers)
    made = place.plane.organizations.create(wanted, paths=False)
    return f"The organization {made['slug']} is there: change to it at the top."


def set_settings(visit: Visit, place: Standpoint) -> str:
    """Set what is another than it was."""
    before = place.plane.settings.settings()
    sent = {name: typed(visit.text(name)) for name in before if visit.text(name)}
    changed = {name: value for name, value in sent.items() if value != before[name]}
    place.plane.settings.change(changed)
    return f"{', '.join(changed) or 'Nothing'} changed."


#: By the last part of the URL: the part of the page that it belongs to, and what is done.
VERBS: Mapping[str, tuple[str, Verb]] = {
    "freeze": ("clock", freeze),
    "thaw": ("clock", thaw),
    "advance": ("clock", advance),
    "run-jobs": ("jobs", run_jobs),
    "run-job": ("jobs", run_job),
    "fail-job": ("jobs", fail_job),
    "add-fault": ("faults", add_fault),
    "remove-fault": ("faults", remove_fault),
    "clear-faults": ("faults", clear_faults),
    "outage-on": ("faults", outage_on),
    "outage-off": ("faults", outage_off),
    "add-stub": ("stubs", add_stub),
    "remove-stub": ("stubs", remove_stub),
    "clear-stubs": ("stubs", clear_stubs),
    "play": ("scenarios", play),
    "add-customers": ("customers", add_customers),
    "add-customer": ("customers", add_customer),
    "restore": ("snapshot", restore),
    "reset": ("snapshot", reset),
    "create-organization": ("organizations", create_organization),
    "settings": ("settings", set_settings),
}
