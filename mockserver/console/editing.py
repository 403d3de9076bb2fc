"""Creating and editing: a form from the declaration, sent to the API, with its errors beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.console.answers import Answer, Page, Redirect
from mockserver.console.asking import ConsoleClient, document_of, errors_of
from mockserver.console.calls import ApiCall
from mockserver.console.data import offered, resource_of
from mockserver.console.form_fields import (
    LINK,
    LINKED_TYPE,
    FormField,
    by_field,
    form_fields,
    members_of,
    texts_of,
)
from mockserver.console.reading import RecordReader
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.refusals import missing
from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import Resource

Errors = Sequence[Mapping[str, Any]]


def new(visit: Visit, place: Standpoint, type_: str) -> Answer:
    """Show the form of a new record; the URL may fill in some of it."""
    resource = _able(type_, "create")
    texts = dict(visit.query)
    return _form(visit, place, resource, form_fields(resource, "creatable", texts))


def create(visit: Visit, place: Standpoint, type_: str) -> Answer:
    """Create a record."""
    resource = _able(type_, "create")
    typed = _typed(visit)
    members = members_of(resource, "creatable", typed, {})
    call = ApiCall("POST", (type_,), body={"data": {"type": type_, **members}})
    reply = ConsoleClient(place, visit.base_url).send(call)
    errors = errors_of(reply)
    if errors:
        fields = form_fields(resource, "creatable", typed)
        return _form(visit, place, resource, fields, call=call, errors=errors)
    id_ = document_of(reply)["data"]["id"]
    visit.session.note(f"{type_} {id_} is created.")
    return Redirect(place.to("data", type_, id_))


def edit(visit: Visit, place: Standpoint, type_: str, id_: str) -> Answer:
    """Show the form of a record there is."""
    resource = _able(type_, "update")
    texts, currency = _present(visit, place, resource, id_)
    fields = form_fields(resource, "updatable", texts, currency)
    return _form(visit, place, resource, fields, id_)


def update(visit: Visit, place: Standpoint, type_: str, id_: str) -> Answer:
    """Change what is now another than it was."""
    resource = _able(type_, "update")
    typed = _typed(visit)
    before, currency = _present(visit, place, resource, id_)
    members = members_of(resource, "updatable", typed, before)
    data = {"type": type_, "id": id_, **members}
    call = ApiCall("PATCH", (type_, id_), body={"data": data})
    errors = errors_of(ConsoleClient(place, visit.base_url).send(call))
    if errors:
        fields = form_fields(resource, "updatable", typed, currency)
        return _form(visit, place, resource, fields, id_, call, errors)
    changed = ", ".join(name for part in members.values() for name in part) or "Nothing"
    visit.session.note(f"{changed} changed.")
    return Redirect(place.to("data", type_, id_))


# --- steps ---------------------------------------------------------------------------------------


def _able(type_: str, action: str) -> type[Resource]:
    resource = resource_of(type_)
    if action not in resource.actions:
        raise missing(f"way to {action} {type_}")
    return resource


def _typed(visit: Visit) -> dict[str, str]:
    return {name: texts[-1] for name, texts in visit.form.items() if name != "proof"}


def _present(
    visit: Visit, place: Standpoint, resource: type[Resource], id_: str
) -> tuple[dict[str, str], str]:
    """Return the texts in the form of a record as it is now, and its currency."""
    reader = RecordReader(place, visit.base_url)
    data = reader.retrieve(resource, id_)["data"]
    texts = texts_of(resource, data, lambda name: reader.linkage(resource, id_, name))
    return texts, str(data.get("attributes", {}).get("currency_code") or "")


def _form(  # noqa: PLR0913, PLR0917 - all that a form shows
    visit: Visit,
    place: Standpoint,
    resource: type[Resource],
    fields: Sequence[FormField],
    id_: str = "",
    call: ApiCall | None = None,
    errors: Errors = (),
) -> Page:
    at_fields, others = by_field(fields, errors)
    first = min(
        (n for n, field in enumerate(fields) if field.is_required or field.key in at_fields),
        default=0,
    )
    shown = {
        "resource": resource,
        "id": id_,
        "here": place.to("data", resource.type_, *([id_, "edit"] if id_ else ["new"])),
        "back": place.to("data", resource.type_, *([id_] if id_ else [])),
        "fields": fields,
        "options": {
            type_: offered(registry()[type_], place, visit)
            for field in fields
            for type_ in field.types[:1]
            if type_ in registry() and "list" in registry()[type_].actions
        },
        "at_fields": at_fields,
        "errors": others,
        "first": first,
        "call": call or _call(resource, id_),
        "was_sent": call is not None,
        "link": LINK,
        "linked_type": LINKED_TYPE,
    }
    return Page("form.html", shown, int(errors[0].get("status", 422)) if errors else 200)


def _call(resource: type[Resource], id_: str) -> ApiCall:
    """Return the call that an empty form would send."""
    known = {"type": resource.type_, **({"id": id_} if id_ else {})}
    segments = (resource.type_, id_) if id_ else (resource.type_,)
    return ApiCall("PATCH" if id_ else "POST", segments, body={"data": known})


ROUTES = (
    PageRoute("/data/<type_>/new", new),
    PageRoute("/data/<type_>/new", create, "POST"),
    PageRoute("/data/<type_>/<id_>/edit", edit),
    PageRoute("/data/<type_>/<id_>/edit", update, "POST"),
)
