"""One record: what it holds, where it leads, what became of it, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.console.answers import Answer, Page, Redirect
from mockserver.console.asking import ConsoleClient, errors_of
from mockserver.console.calls import ApiCall
from mockserver.console.columns import CENTS, FORMATTED, NOTHING
from mockserver.console.data import resource_of
from mockserver.console.reading import RecordReader
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.errors import Refusal
from mockserver.resources.registry import registry
from mockserver.schema.protocols import Target
from mockserver.schema.vocabulary import Resource

#: So many events are shown.
EVENTS = "sort=-created_at&page[size]=15"


class ShownAttribute(NamedTuple):
    """An attribute: its value, and how people read it where that is something else."""

    name: str
    value: Any
    formatted: str = ""


class ShownRelationship(NamedTuple):
    """A relationship: how many it leads to, and the first of them with what they are known by."""

    name: str
    many: bool
    total: int
    targets: Sequence[tuple[Target, str]]


def record(visit: Visit, place: Standpoint, type_: str, id_: str) -> Answer:
    """Show a record."""
    return shown(visit, place, type_, id_)


def shown(
    visit: Visit,
    place: Standpoint,
    type_: str,
    id_: str,
    tried: tuple[ApiCall, Sequence[Mapping[str, Any]]] | None = None,
) -> Page:
    """Return the page of a record.

    Args:
        visit: the request.
        place: where it is.
        type_: of the record.
        id_: of the record.
        tried: a call that was refused just now, with its errors.
    """
    reader = RecordReader(place, visit.base_url)
    document = reader.retrieve(resource_of(type_), id_)
    data = document["data"]
    resource = registry()[data["type"]]
    call, errors = tried or (ApiCall("GET", (type_, id_)), ())
    search = {"organization": place.slug, "mode": place.mode, "type": data["type"], "resource": id_}
    found = {
        "resource": resource,
        "data": data,
        "document": document,
        "here": place.to("data", type_, id_),
        "label": reader.labels([(data["type"], id_)]).get((data["type"], id_), ""),
        "attributes": list(_attributes(data.get("attributes", {}))),
        "relationships": list(_relationships(reader, resource, id_)),
        "commands": [name for name, a in resource.attributes.items() if a.trigger],
        "states": _states(resource, data),
        "history": _history(reader, resource, id_),
        "events": _events(reader, resource, id_),
        "jobs": place.plane.jobs.list(search),
        "call": call,
        "errors": errors,
    }
    return Page("record.html", found, int(errors[0].get("status", 422)) if errors else 200)


def trigger(visit: Visit, place: Standpoint, type_: str, id_: str) -> Answer:
    """Give a record a command."""
    name = visit.text("name")
    data = {"type": type_, "id": id_, "attributes": {name: True}}
    call = ApiCall("PATCH", (type_, id_), body={"data": data})
    errors = errors_of(ConsoleClient(place, visit.base_url).send(call))
    if errors:
        return shown(visit, place, type_, id_, (call, errors))
    visit.session.note(f"{name} is done.")
    return Redirect(place.to("data", type_, id_))


def order(visit: Visit, place: Standpoint, id_: str) -> Answer:
    """Place an order for a customer, with whatever there is to buy."""
    here = place.to("data", "customers", id_)
    customer = place.sandbox.get("customers", id_) or {}
    try:
        wanted = {"mode": place.mode, "email": str(customer.get("email"))}
        made = place.plane.customers.order(place.slug, wanted)
    except Refusal as refused:
        return shown(visit, place, "customers", id_, (ApiCall("GET", ("orders",)), refused.errors))
    visit.session.note(f"Order {made['orders'][-1]['number']} is placed.")
    return Redirect(here)


def delete(visit: Visit, place: Standpoint, type_: str, id_: str) -> Answer:
    """Delete a record."""
    call = ApiCall("DELETE", (type_, id_))
    errors = errors_of(ConsoleClient(place, visit.base_url).send(call))
    if errors:
        return shown(visit, place, type_, id_, (call, errors))
    visit.session.note(f"{type_} {id_} is deleted.")
    return Redirect(place.to("data", type_))


# --- steps ---------------------------------------------------------------------------------------


def _attributes(attributes: Mapping[str, Any]) -> Iterator[ShownAttribute]:
    """Yield the attributes of a record; the three members of an amount are one."""
    amounts = {name.removesuffix(CENTS) for name in attributes if name.endswith(CENTS)}
    amounts = {name for name in amounts if FORMATTED + name in attributes}
    hidden = {f"{name}_float" for name in amounts} | {FORMATTED + name for name in amounts}
    for name, value in attributes.items():
        if name in hidden:
            continue
        formatted = attributes.get(FORMATTED + name.removesuffix(CENTS))
        is_money = name.removesuffix(CENTS) in amounts
        yield ShownAttribute(name, value, (formatted or NOTHING) if is_money else "")


def _relationships(
    reader: RecordReader, resource: type[Resource], id_: str
) -> Iterator[ShownRelationship]:
    leading = {
        name: _leading(reader, resource, id_, name)
        for name, relationship in resource.relationships.items()
        if not relationship.history
    }
    labels = reader.labels([target for targets, _ in leading.values() for target in targets])
    for name, (targets, total) in leading.items():
        few = [(target, labels.get(target, "")) for target in targets]
        yield ShownRelationship(name, resource.relationships[name].many, total, few)


def _leading(
    reader: RecordReader, resource: type[Resource], id_: str, name: str
) -> tuple[Sequence[Target], int]:
    """Return the first records that a relationship leads to, and how many there are."""
    if resource.relationships[name].many:
        return reader.few(resource, id_, name)
    targets = reader.linkage(resource, id_, name)
    return targets, len(targets)


def _states(resource: type[Resource], data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the attributes that say how far a record is."""
    attributes = data.get("attributes", {})
    return [
        (name, str(attributes[name]))
        for name, attribute in resource.attributes.items()
        if attribute.enum and "status" in name and attributes.get(name)
    ]


def _history(reader: RecordReader, resource: type[Resource], id_: str) -> list[Any]:
    for name, relationship in resource.relationships.items():
        if relationship.history:
            try:
                return list(reader.history(resource, id_, name)["data"])
            except Refusal:
                return []
    return []


def _events(reader: RecordReader, resource: type[Resource], id_: str) -> list[Any]:
    if "events" not in resource.relationships:
        return []
    document, _ = reader.related(resource, id_, "events", EVENTS)
    return list(document["data"])


ROUTES = (
    PageRoute("/data/<type_>/<id_>", record),
    PageRoute("/data/<type_>/<id_>/trigger", trigger, "POST"),
    PageRoute("/data/<type_>/<id_>/delete", delete, "POST"),
    PageRoute("/data/customers/<id_>/order", order, "POST"),
)
