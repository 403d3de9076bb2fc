"""Records of a type as a table, with the API's own filters, and the call that gives the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from mockserver.console.answers import Answer, Page, Redirect
from mockserver.console.asking import ConsoleClient, shown_reply
from mockserver.console.calls import ApiCall
from mockserver.console.columns import choosable, columns
from mockserver.console.filtering import (
    canonical,
    changed,
    chips,
    encoded,
    paths,
    predicates,
    sortable,
)
from mockserver.console.reading import RecordReader, label, searched_by
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import ROOT, Standpoint
from mockserver.console.visits import Visit
from mockserver.control.organizations import counts
from mockserver.errors import Refusal
from mockserver.jsonapi.query import MAXIMUM_SIZE
from mockserver.refusals import missing
from mockserver.resources.registry import families, registry
from mockserver.schema.vocabulary import Resource

SIZE = "page[size]"


def resource_of(type_: str) -> type[Resource]:
    """Return the declaration of a type.

    Raises:
        Refusal: 404.
    """
    resource = registry().get(type_)
    if resource is None:
        raise missing(f"resource type {type_!r}")
    return resource


def index(visit: Visit, place: Standpoint) -> Answer:
    """Show every type, those of which there is something first."""
    wanted = visit.query.get("type", "").strip()
    if wanted in registry():
        return Redirect(place.to("data", wanted))
    held = _held(place)
    found = [type_ for type_ in sorted(registry()) if wanted in type_]
    shown = {
        "held": held,
        "there": [type_ for type_ in found if held.get(type_)],
        "empty": [type_ for type_ in found if not held.get(type_)],
        "wanted": wanted,
        "types": sorted(registry()),
    }
    return Page("types.html", shown)


def _held(place: Standpoint) -> dict[str, int]:
    """Return how many records there are of each type; a family lists those of its kinds."""
    held: dict[str, int] = counts(place.organization)[place.mode]
    for family, types in families().items():
        held[family] = sum(held.get(type_, 0) for type_ in types)
    return held


def list_(visit: Visit, place: Standpoint, type_: str) -> Answer:
    """Show a page of the records of a type."""
    resource = resource_of(type_)
    return _table(visit, place, resource, (type_,))


def related(visit: Visit, place: Standpoint, type_: str, id_: str, name: str) -> Answer:
    """Show a page of what a relationship of a record leads to."""
    relationship = resource_of(type_).relationships.get(name)
    if relationship is None or not relationship.many or relationship.history:
        raise missing(f"list {name!r} of {type_}")
    resource = registry().get(relationship.types[0])
    return _table(visit, place, resource or resource_of(type_), (type_, id_, name))


def _table(
    visit: Visit, place: Standpoint, resource: type[Resource], where: tuple[str, ...]
) -> Answer:
    here = place.to("data", *where)
    meant = canonical(resource, visit.query_string)
    if meant is not None:
        return Redirect(f"{here}?{meant}")
    query = _sized(visit.query_string)
    reader = RecordReader(place, visit.base_url)
    document: dict[str, Any] = {"data": [], "meta": {"record_count": 0, "page_count": 1}}
    asked, errors = None, []
    try:
        if len(where) == 1:
            document, asked = reader.list(resource, query)
        else:
            document, asked = reader.related(resource_of(where[0]), where[1], where[2], query)
    except Refusal as refused:
        errors = [*refused.errors]
    sort = dict(parse_qsl(query)).get("sort", "")
    shown_columns = columns(resource, asked)
    shown = {
        "resource": resource,
        "where": where,
        "here": here,
        "errors": errors,
        "rows": document["data"],
        "meta": document["meta"],
        "number": asked.number if asked else 1,
        "columns": shown_columns,
        "chosen": {column.name for column in shown_columns},
        "choosable": choosable(resource),
        "label": label,
        "chips": list(chips(query)),
        "paths": paths(resource),
        "predicates": predicates(),
        "sortable": sortable(resource),
        "sort": sort,
        "query": query,
        "pairs": [p for p in parse_qsl(query, keep_blank_values=True) if p[0] != "page[number]"],
        "paged": lambda n: f"{here}?{changed(query, {'page[number]': str(n)})}",
        "sorted_by": lambda n: f"{here}?{changed(query, {'sort': f'-{n}' if sort == n else n})}",
        "call": ApiCall("GET", where, query),
    }
    return Page("list.html", shown, int(errors[0]["status"]) if errors else 200)


def send(visit: Visit, place: Standpoint) -> Answer:
    """Send the call that a page shows, as anybody would, and show what comes back."""
    path = visit.text("path")
    call = ApiCall("GET", tuple(path.removeprefix("/api/").split("/")), visit.text("query"))
    reply = ConsoleClient(place, visit.base_url).send(call)
    fields = {name: visit.text(name) for name in ("path", "query", "back")}
    back = _own(visit.text("back"))
    return shown_reply(reply, call.line, back, (place.to("send"), fields))


def _own(path: str) -> str:
    """Return a page of the console to go back to, none for another one."""
    return path if path.startswith(f"{ROOT}/") else ""


def search(visit: Visit, place: Standpoint, type_: str) -> Answer:
    """Offer the records of a type that a word is found in: the part of a form that grows.

    The field that asks is called after what it links, so any name will do.
    """
    resource = resource_of(type_)
    return Page(
        "options.html",
        {"options": offered(resource, place, visit, next(iter(visit.query.values()), ""))},
    )


def offered(
    resource: type[Resource], place: Standpoint, visit: Visit, word: str = ""
) -> list[tuple[str, str]]:
    """Return id and name of records that can be chosen."""
    pairs = [(SIZE, str(MAXIMUM_SIZE)), ("sort", "-created_at")]
    names = searched_by(resource)
    if word and names:
        pairs.append((f"filter[q][{'_or_'.join(names)}_i_cont]", word))
    if not resource.attributes["created_at"].flags.sortable:
        pairs.pop(1)
    try:
        document, _ = RecordReader(place, visit.base_url).list(resource, encoded(pairs))
    except Refusal:
        return []
    return [(one["id"], label(one.get("attributes", {}))) for one in document["data"]]


def _sized(query_string: str) -> str:
    """Return the query with as many records as a page can have, where it does not say."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    if not any(name == SIZE for name, _ in pairs):
        pairs.append((SIZE, str(MAXIMUM_SIZE)))
    return encoded(pairs)


ROUTES = (
    PageRoute("/data", index),
    PageRoute("/data/<type_>", list_),
    PageRoute("/data/<type_>/options", search),
    PageRoute("/data/<type_>/<id_>/<name>", related),
    PageRoute("/send", send, "POST"),
)
