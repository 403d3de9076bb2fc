"""The journal: exchanges to be searched, copied, sent again, and made rules of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from mockserver.console.answers import Answer, Page, Redirect, Sent
from mockserver.console.asking import ConsoleClient, shown_reply
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.errors import Refusal
from mockserver.schema.vocabulary import ACTIONS
from mockserver.traffic.har_and_curl import CURL_OWN
from mockserver.traffic.matchers import METHODS

#: So many exchanges are on a page.
LIMIT = 50
#: The conditions of the form, in the words of the journal's search.
CONDITIONS = ("method", "path", "type", "action", "status", "text", "fault", "unmatched", "advice")
#: Whose exchanges are shown, besides those of the page's organization and mode.
SCOPES = {"": "this mode", "organization": "both modes", "all": "everybody's"}
STATUSES = ("", "2xx", "3xx", "4xx", "5xx", "none")
#: Effects that are offered where a fault is made of a request.
EFFECTS = (
    *("TOO_MANY_REQUESTS", "503", "INVALID_TOKEN", "RECORD_NOT_FOUND"),
    *("delay=2", "timeout", "drop=before"),
)


def journal(visit: Visit, place: Standpoint) -> Answer:
    """Show the exchanges that the form asks for, the newest first."""
    query = visit.query
    errors: list[Any] = []
    found: Mapping[str, Any] = {"exchanges": [], "total": 0}
    try:
        found = place.plane.journal.list(_search(visit, place))
    except Refusal as refused:
        errors = [*refused.errors]
    rows = {"exchanges": found["exchanges"]}
    if visit.is_part:
        return Page("exchanges.html", rows)
    offset = int(query.get("offset", "0")) if query.get("offset", "0").isdigit() else 0
    shown = {
        **rows,
        "total": found["total"],
        "errors": errors,
        "asked": {name: query.get(name, "") for name in (*CONDITIONS, "scope")},
        "methods": METHODS,
        "actions": ACTIONS,
        "statuses": STATUSES,
        "scopes": SCOPES,
        "here": place.to("journal"),
        "query": visit.query_string,
        "conditions": urlencode(_search(visit, place)),
        "offset": offset,
        "older": _at(visit, offset + LIMIT) if found["total"] > offset + LIMIT else "",
        "newer": _at(visit, max(offset - LIMIT, 0)) if offset else "",
        "on": place.plane.settings.settings()["journal_size"] > 0,
    }
    return Page("journal.html", shown, int(errors[0]["status"]) if errors else 200)


def exchange(_: Visit, place: Standpoint, id_: int) -> Answer:
    """Show one exchange."""
    return _shown(place, id_)


def har(visit: Visit, place: Standpoint) -> Answer:
    """Send the exchanges that are shown as an HTTP archive."""
    search = {**_search(visit, place), "limit": "10000", "offset": "0", "order": "oldest"}
    archive = orjson.dumps(place.plane.journal.har(search))
    return Sent(archive, "application/json", file_name=f"{place.slug}-{place.mode}.har")


def clear(visit: Visit, place: Standpoint) -> Answer:
    """Forget what was asked of the organization."""
    place.plane.journal.clear(place.slug)
    visit.session.note(f"The journal of {place.slug} is empty.")
    return Redirect(place.to("journal"))


def replay(visit: Visit, place: Standpoint, id_: int) -> Answer:
    """Send a request again, as it was; with a token that is new where that is asked for."""
    recorded = place.plane.journal.recorded(id_)
    headers = {name: value for name, value in recorded.headers.items() if name not in CURL_OWN}
    if visit.has("new_token"):
        client = place.sandbox.get("applications", recorded.application) or {}
        token = ConsoleClient(place, visit.base_url).token(client.get("uid"))
        headers["authorization"] = f"Bearer {token}"
    _, _, target = recorded.url.partition("://")[2].partition("/")
    reply = place.parts.ask(recorded.method, f"{visit.base_url}/{target}", headers, recorded.body)
    line = f"{recorded.method} {recorded.path}"
    return shown_reply(reply, line, place.to("journal", str(id_)))


def make_fault(visit: Visit, place: Standpoint, id_: int) -> Answer:
    """Let requests like this one fail from now on."""
    found = place.plane.journal.retrieve(id_)["request"]
    rule: dict[str, Any] = {
        "match": {"method": found["method"], "path": found["path"]},
        "effect": visit.text("effect") or EFFECTS[0],
    }
    if times := visit.text("times"):
        rule["times"] = int(times) if times.isdigit() else times
    try:
        made = place.plane.faults.add(rule, place.slug)
    except Refusal as refused:
        return _shown(place, id_, refused)
    visit.session.note(f"{made['id']} is in force for {found['method']} {found['path']}.")
    return Redirect(place.to("situations") + "#faults")


def make_stub(visit: Visit, place: Standpoint, id_: int) -> Answer:
    """Answer requests like this one with this answer from now on."""
    found = place.plane.journal.retrieve(id_)
    answer = found["response"] or {"status": 204, "headers": {}, "body": None}
    headers = answer["headers"].items()
    rule = {
        "match": {
            "method": found["request"]["method"],
            "path": found["request"]["path"],
            "query": dict(parse_qsl(found["request"]["query"])),
        },
        "response": {
            "status": answer["status"],
            "headers": {n: v for n, v in headers if n.lower() == "content-type"},
            "body": answer["body"],
            "template": False,
        },
    }
    try:
        made = place.plane.stubs.add(rule, place.slug)
    except Refusal as refused:
        return _shown(place, id_, refused)
    visit.session.note(f"{made['id']} answers from now on as the exchange did.")
    return Redirect(place.to("situations") + "#stubs")


# --- steps ---------------------------------------------------------------------------------------


def _search(visit: Visit, place: Standpoint) -> dict[str, str]:
    """Return the search of the journal that a form means."""
    query = visit.query
    scope = query.get("scope", "")
    search = {name: query[name] for name in CONDITIONS if query.get(name)}
    if scope != "all":
        search["organization"] = place.slug
    if scope == "":
        search["mode"] = place.mode
    offset = query.get("offset", "0")
    return {**search, "order": "newest", "limit": str(LIMIT), "offset": offset}


def _at(visit: Visit, offset: int) -> str:
    pairs = [pair for pair in parse_qsl(visit.query_string) if pair[0] != "offset"]
    return urlencode([*pairs, ("offset", str(offset))])


def _shown(place: Standpoint, id_: int, refused: Refusal | None = None) -> Page:
    found = place.plane.journal.retrieve(id_)
    curl = place.plane.journal.curl({"request_id": found["request_id"]})
    shown = {
        "exchange": found,
        "here": place.to("journal", str(id_)),
        "curl": curl.rstrip("\n"),
        "effects": EFFECTS,
        "errors": refused.errors if refused else (),
    }
    return Page("exchange.html", shown, refused.status if refused else 200)


ROUTES = (
    PageRoute("/journal", journal),
    PageRoute("/journal/har", har),
    PageRoute("/journal/clear", clear, "POST"),
    PageRoute("/journal/<int:id_>", exchange),
    PageRoute("/journal/<int:id_>/replay", replay, "POST"),
    PageRoute("/journal/<int:id_>/fault", make_fault, "POST"),
    PageRoute("/journal/<int:id_>/stub", make_stub, "POST"),
)
