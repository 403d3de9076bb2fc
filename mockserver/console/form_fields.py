"""Fields of a form, made from a declaration: what can be set, of which kind, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from mockserver.console.columns import CENTS, FORMATTED
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import registry
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import Resource

Json = dict[str, Any]
#: What each kind of value is typed into.
WIDGETS: Mapping[str, str] = {
    "boolean": "boolean",
    "integer": "number",
    "float": "number",
    "datetime": "moment",
    "object": "json",
    "array": "json",
}
HINTS: Mapping[str, str] = {
    "moment": "2026-01-15T10:00:00Z",
    "json": "JSON",
    "money": "in cents",
}
#: What links a form to a record: of which relationship, and of which type it is.
LINK, LINKED_TYPE = "link.", "linktype."


@dataclass(frozen=True, slots=True)
class FormField:
    """A field.

    Attributes:
        name: of the member.
        key: of the field in the form.
        widget: what it is typed into: text, choice, boolean, number, moment, json, money, secret,
            one or many.
        value: the text in it.
        hint: what it takes, where that does not go without saying.
        is_required: whether a record cannot be without.
        choices: of a choice.
        types: of what it leads to; several where it has to be said which.
        linked_type: the one it leads to now.
        currency: of money, where it is known.
    """

    name: str
    key: str
    widget: str
    value: str = ""
    hint: str = ""
    is_required: bool = False
    choices: Sequence[str] = ()
    types: Sequence[str] = ()
    linked_type: str = ""
    currency: str = ""

    @property
    def pointer(self) -> str:
        """Where the API says that an error is."""
        part = "relationships" if self.types else "attributes"
        return f"/data/{part}/{self.name}"


def form_fields(
    resource: type[Resource], flag: str, texts: Mapping[str, str], currency: str = ""
) -> list[FormField]:
    """Return the fields of a form.

    Args:
        resource: the declaration.
        flag: ``creatable`` or ``updatable``.
        texts: what stands in them, by key.
        currency: of the record, where it has one.
    """
    fields = [
        _of_attribute(resource, name, attribute, texts, currency)
        for name, attribute in resource.attributes.items()
        if getattr(attribute.flags, flag) and not attribute.trigger
    ]
    linked = [
        _of_relationship(name, relationship, texts)
        for name, relationship in resource.relationships.items()
        if getattr(relationship.flags, flag)
    ]
    found = [*linked, *fields]
    return [*(f for f in found if f.is_required), *(f for f in found if not f.is_required)]


def _of_attribute(
    resource: type[Resource],
    name: str,
    attribute: Attribute,
    texts: Mapping[str, str],
    currency: str,
) -> FormField:
    is_money = name.endswith(CENTS) and FORMATTED + name.removesuffix(CENTS) in resource.attributes
    widget = WIDGETS.get(attribute.kind, "text")
    if attribute.enum:
        widget = "choice"
    elif is_money:
        widget = "money"
    elif attribute.digest:
        widget = "secret"
    hint = HINTS.get(widget, "")
    if attribute.names:
        hint = f"id of one of {attribute.names}"
    return FormField(
        name,
        name,
        widget,
        texts.get(name, ""),
        hint,
        is_required=attribute.presence is True and attribute.initial is None,
        choices=attribute.enum,
        currency=currency if is_money else "",
    )


def _of_relationship(name: str, relationship: Relationship, texts: Mapping[str, str]) -> FormField:
    types = [type_ for type_ in relationship.types if type_ in registry()]
    key = LINK + name
    return FormField(
        name,
        key,
        "many" if relationship.many else "one",
        texts.get(key, ""),
        "ids, with commas between" if relationship.many else "",
        is_required=relationship.presence is True,
        types=types or [relationship.types[0]],
        linked_type=texts.get(LINKED_TYPE + name, types[0] if types else ""),
    )


# --- what stands in the fields of a record -------------------------------------------------------


def texts_of(
    resource: type[Resource],
    data: Mapping[str, Any],
    linkage: Callable[[str], Sequence[tuple[str, str]]],
) -> dict[str, str]:
    """Return the texts that stand in a form to edit a record.

    Args:
        resource: the declaration.
        data: the resource object.
        linkage: gives where a relationship leads.
    """
    attributes = data.get("attributes", {})
    texts = {
        name: as_typed(attributes.get(name))
        for name, attribute in resource.attributes.items()
        if attribute.flags.updatable and not attribute.trigger
    }
    for name, relationship in resource.relationships.items():
        if relationship.flags.updatable:
            targets = linkage(name)
            texts[LINK + name] = ", ".join(id_ for _, id_ in targets)
            if targets:
                texts[LINKED_TYPE + name] = targets[0][0]
    return texts


def as_typed(value: Any) -> str:
    """Return a value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if value else ""
    return str(value)


# --- what was typed ------------------------------------------------------------------------------


def members_of(
    resource: type[Resource], flag: str, typed: Mapping[str, str], before: Mapping[str, str]
) -> Json:
    """Return the members of a document, of all that is not as it was before.

    Args:
        resource: the declaration.
        flag: ``creatable`` or ``updatable``.
        typed: the texts of the form, by key.
        before: those that stood in it.
    """
    attributes: Json = {}
    relationships: Json = {}
    for field in form_fields(resource, flag, typed):
        text, was = _normal(typed.get(field.key, "")), _normal(before.get(field.key, ""))
        if text == was:
            continue
        if field.types:
            relationships[field.name] = {"data": _linkage(field, text)}
        else:
            attributes[field.name] = _value(field, text)
    return {
        **({"attributes": attributes} if attributes else {}),
        **({"relationships": relationships} if relationships else {}),
    }


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _linkage(field: FormField, text: str) -> Json | list[Json] | None:
    ids = list(filter(None, (part.strip() for part in text.split(","))))
    links = [{"type": field.linked_type or field.types[0], "id": id_} for id_ in ids]
    return links if field.widget == "many" else next(iter(links), None)


def _value(field: FormField, text: str) -> Any:
    """Return a typed text as JSON; what is none goes as it is, for the API to say so."""
    if not text:
        return None
    if field.widget in ("number", "money", "json", "boolean"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text


def by_field(
    fields: Sequence[FormField], errors: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, list[Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """Return the errors of each field by its key, and those that are of none."""
    keys = {field.pointer: field.key for field in fields}
    found: dict[str, list[Mapping[str, Any]]] = {}
    others = []
    for error in errors:
        key = _key(keys, error)
        if key is None:
            others.append(error)
        else:
            found.setdefault(key, []).append(error)
    return found, others


def _key(keys: Mapping[str, str], error: Mapping[str, Any]) -> str | None:
    """Return the field that an error is about: by its pointer, or by what of it begins so."""
    pointer = str((error.get("source") or {}).get("pointer", ""))
    return next((keys[part] for part in _parts(pointer) if part in keys), None)


def _parts(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
