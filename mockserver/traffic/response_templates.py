"""Response templates: ``{{path.2}}`` in the answer of a stub is filled in from the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import ascii_letters
from typing import Any, NamedTuple

import orjson
from marshmallow import ValidationError

from mockserver.depth import DEEPEST
from mockserver.engine.record_view import RecordView
from mockserver.engine.relationships import targets
from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.identifiers import LENGTH
from mockserver.jsonapi.document import Documents
from mockserver.jsonapi.query import NO_QUERY
from mockserver.late_dataclass import dataclass
from mockserver.pointers import escaped
from mockserver.resources.registry import registry
from mockserver.traffic.matchers import MISSING, POINTER, at_pointer
from mockserver.traffic.recorded_request import RecordedRequest

#: Stands, while a template is checked, for what only a request will tell.
UNKNOWN = "\0"
#: In one text.
MOST_PLACEHOLDERS = 1000
BRACES = re.compile(r"(\{\{|\}\})")


@dataclass(frozen=True, slots=True)
class TemplateContext:
    """The context that placeholders are filled from.

    Attributes:
        recorded: the request.
        now: the current time, as the API serializes it.
        entropy: where new ids come from.
        sandbox: where records are looked up; ``None`` when the request is nobody's.
    """

    recorded: RecordedRequest
    now: str
    entropy: Entropy
    sandbox: Sandbox | None = None


Template = Callable[[TemplateContext], Any]


class Source(NamedTuple):
    """One kind of expression: what is wrong with its argument, and its value."""

    complaint: Callable[[str], str | None]
    value: Callable[[TemplateContext, str], Any]


def compiled(value: Any) -> Template:
    """Return the maker of a JSON value for a request, with its expressions filled in.

    A text that is one expression and nothing else takes over the type of its value; what is not
    there is null, and nothing inside a longer text.

    Raises:
        ValidationError: for an expression that can never have a value, under the members that
            lead to it.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        members = _each(value.items())
        return lambda context: {name: made(context) for name, made in members}
    if isinstance(value, list):
        items = _each(enumerate(value))
        return lambda context: [made(context) for _, made in items]
    return lambda _: value


def _each(items: Any) -> list[tuple[Any, Template]]:
    made, errors = [], {}
    for name, inner in items:
        try:
            made.append((name, compiled(inner)))
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return made


def _text(text: str) -> Template:
    if text.count("{{") > MOST_PLACEHOLDERS:
        raise _refused(f"There are more than {MOST_PLACEHOLDERS} expressions in one text.")
    parts = list(_parts(iter(BRACES.split(text))))
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]
    if all(isinstance(part, str) for part in parts):
        return lambda _: text
    return lambda context: _joined(parts, context)


def _joined(parts: Sequence[str | Template], context: TemplateContext) -> str:
    return "".join(part if isinstance(part, str) else _as_text(part(context)) for part in parts)


def _as_text(value: Any) -> str:
    return (
        "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    )


def _parts(pieces: Iterator[str], depth: int = 0) -> Iterator[str | Template]:
    """Yield the literal texts and the expressions of a template, up to the end of its own."""
    if depth > DEEPEST:
        raise _refused(f"There are {{{{ in {{{{, more than {DEEPEST} deep.")
    for piece in pieces:
        if piece == "{{":
            yield _expression(list(_parts(pieces, depth + 1)))
        elif depth and piece == "}}":
            return
        elif piece:
            yield piece
    if depth:
        raise _refused("There is {{ without }}.")


def _expression(parts: Sequence[str | Template]) -> Template:
    outline = "".join(part if isinstance(part, str) else UNKNOWN for part in parts).strip()
    name, _, argument = outline.partition(".")
    source = SOURCES.get(name)
    if source is None:
        shown = outline.replace(UNKNOWN, "…")
        raise _refused(f"{shown!r} is not one of: {', '.join(SOURCES)}.")
    complaint = source.complaint(argument)
    if complaint:
        raise _refused(f"{name}: {complaint}")
    skipped = len(name) + 1
    return lambda context: source.value(context, _joined(parts, context).strip()[skipped:])


def _refused(sentence: str) -> ValidationError:
    # Under a name of the library's own, so that no member called "value" is taken for one.
    return ValidationError({"_schema": [sentence]})


# --- the sources ---------------------------------------------------------------------------------


def _not_a_position(argument: str) -> str | None:
    positive = argument.isascii() and argument.isdigit()
    return None if positive or UNKNOWN in argument else "number of a segment, from 0, expected."


def _nameless(argument: str) -> str | None:
    return None if argument else "name expected."


def _not_a_pointer(argument: str) -> str | None:
    fits = UNKNOWN in argument or POINTER.fullmatch(argument)
    return None if fits else f"{argument!r} is not a JSON pointer."


def _nothing_more(argument: str) -> str | None:
    return "nothing may follow." if argument else None


def _no_such_field(argument: str) -> str | None:
    type_, id_, field, *_ = [*argument.split(".", 3), "", "", ""]
    if not (type_ and id_ and field):
        return "TYPE.ID.FIELD expected."
    if UNKNOWN in type_:
        return None
    resource = registry().get(type_)
    if resource is None:
        return f"{type_!r} is not a resource type."
    attribute = resource.attributes.get(field)
    readable = field in resource.relationships or (attribute and attribute.flags.fetchable)
    return None if readable or UNKNOWN in field else f"{type_} have no field {field!r}."


def _segment(context: TemplateContext, argument: str) -> str | None:
    segments = context.recorded.path.strip("/").split("/")
    known = argument.isascii() and argument.isdigit() and int(argument) < len(segments)
    return segments[int(argument)] if known else None


def _from_body(context: TemplateContext, argument: str) -> Any:
    found = at_pointer(context.recorded.document, argument)
    return None if found is MISSING else found


def _from_record(context: TemplateContext, argument: str) -> Any:
    type_, id_, field, *rest = [*argument.split("."), "", "", ""]
    resource = registry().get(type_)
    record = context.sandbox.get(type_, id_) if context.sandbox and resource else None
    if context.sandbox is None or resource is None or record is None:
        return None
    sandbox = context.sandbox
    if field in resource.relationships:
        linked = [id_ for _, id_ in targets(sandbox, resource, record, field, sandbox.system)]
        return linked if resource.relationships[field].many else next(iter(linked), None)
    documents = Documents(registry(), "", {}, RecordView(sandbox, sandbox.system))
    serialized = documents.resource_object(type_, record, NO_QUERY)
    fields = {**serialized.get("attributes", {}), "id": record["id"]}
    path = "".join(f"/{escaped(name)}" for name in (field, *filter(None, rest)))
    found = at_pointer(fields, path)
    return None if found is MISSING else found


def _new_id(context: TemplateContext) -> str:
    return "".join(context.entropy.choice(ascii_letters) for _ in range(LENGTH))


SOURCES: Mapping[str, Source] = {
    "path": Source(_not_a_position, _segment),
    "query": Source(_nameless, lambda context, name: context.recorded.parameters.get(name)),
    "headers": Source(_nameless, lambda context, name: context.recorded.headers.get(name.lower())),
    "body": Source(_not_a_pointer, _from_body),
    "record": Source(_no_such_field, _from_record),
    "now": Source(_nothing_more, lambda context, _: context.now),
    "uuid": Source(_nothing_more, lambda context, _: context.entropy.uuid()),
    "id": Source(_nothing_more, lambda context, _: _new_id(context)),
}
