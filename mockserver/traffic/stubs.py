"""Answers that somebody has written, for requests the sandbox need not know."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import field
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from mockserver.late_dataclass import dataclass
from mockserver.traffic.canned_responses import CannedResponse, written
from mockserver.traffic.effects import Delay, DelayField, header_fields
from mockserver.traffic.matchers import Matcher, MatcherSchema, OneOrMany
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.response_templates import Template, TemplateContext, compiled
from mockserver.traffic.rules import Rules


@dataclass(frozen=True, slots=True)
class Canned:
    """The answer of a stub, with its placeholders.

    Attributes:
        status: its status.
        headers: makes its headers.
        body: makes its body: JSON, or text; null for none.
        delay: seconds before it, or the distribution they are drawn from.
    """

    status: int
    headers: Template
    body: Template
    delay: Delay = 0.0


@dataclass(slots=True)
class Stub:
    """A rule: which requests, what is answered, how often.

    Attributes:
        match: the requests it is about.
        response: what they are answered.
        times: how often it answers at most.
        id: given by the rules it is added to.
        answered: how often it has.
        source: the JSON it was made of.
    """

    match: Matcher
    response: Canned
    times: int | None = None
    id: str = ""
    answered: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)

    def meets(self, recorded: RecordedRequest) -> bool:
        """Count a request that it is about and may still answer; say whether it is one."""
        exhausted = self.times is not None and self.answered >= self.times
        if exhausted or not self.match.concerns(recorded):
            return False
        self.answered += 1
        return True

    def answer(self, context: TemplateContext) -> CannedResponse:
        """Return the answer to a request."""
        response = self.response
        headers = {n: _header(value) for n, value in response.headers(context).items()}
        return written(response.status, headers, response.body(context), context.recorded)

    def serialized(self) -> dict[str, Any]:
        """Return the rule as it was given, with its id and count."""
        return {"id": self.id, **deepcopy(dict(self.source)), "answered": self.answered}


def _header(value: Any) -> str:
    """Return a value as a header may hold it: what a client sent must not become a second one."""
    text = "" if value is None else str(value)
    return (
        "".join(c if c.isprintable() else " " for c in text)
        .encode("latin-1", "replace")
        .decode("latin-1")
    )


class StubMatcherSchema(MatcherSchema):
    """A matcher of requests that the sandbox need not know: of any type."""

    type = OneOrMany()

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            message = "A stub for every request would leave nothing to the sandbox."
            raise ValidationError(message)


class CannedSchema(Schema):
    """The JSON form of a stub's answer."""

    status = fields.Integer(strict=True, load_default=200, validate=validate.Range(200, 599))
    headers = header_fields(load_default=dict)
    body = fields.Raw(allow_none=True, load_default=None)
    delay = DelayField(load_default=0.0)
    template = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @post_load
    def _canned(self, data: dict[str, Any], **_: Any) -> Canned:
        templates, errors = {}, {}
        for name in ("headers", "body"):
            try:
                templates[name] = compiled(data[name]) if data["template"] else _as_is(data[name])
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return Canned(data["status"], delay=data["delay"], **templates)


def _as_is(value: Any) -> Template:
    return lambda _: value


class StubSchema(Schema):
    """The JSON form of a stub."""

    match = fields.Nested(StubMatcherSchema, required=True)
    response = fields.Nested(CannedSchema, required=True)
    times = fields.Integer(strict=True, validate=validate.Range(1))

    @post_load
    def _stub(self, data: dict[str, Any], **_: Any) -> Stub:
        return Stub(**data)


class Stubs(Rules[Stub]):
    """The stubs in force; the first that is about a request answers it."""

    schema: ClassVar = StubSchema
    kind: ClassVar = "stub"

    def find(self, recorded: RecordedRequest) -> Stub | None:
        """Return the stub that answers a request, if any; it is counted."""
        return next((stub for stub in self.in_force if stub.meets(recorded)), None)
