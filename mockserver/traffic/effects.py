"""Effects: what a fault does to an answer, and the JSON form of that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from string import Formatter
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from mockserver.entropy import Entropy
from mockserver.errors import CATALOGUE, RULES
from mockserver.late_dataclass import dataclass
from mockserver.oauth.errors import CATALOGUE as OAUTH_CATALOGUE
from mockserver.traffic.matchers import MISSING

MAXIMUM_DELAY = 600.0
VALIDATION_ERROR = "VALIDATION_ERROR"
TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
#: The error codes of the API, and the errors of the authorization server.
CODES = (*CATALOGUE, VALIDATION_ERROR)
OAUTH_CODES = (*OAUTH_CATALOGUE, "invalid_request")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
DROPS = ("before", "during", "after")
MANGLES = ("cut", "malformed")

Delay = float | Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class FaultEffect:
    """The effect of a fault on an answer.

    Attributes:
        error: answer this error of the catalogue; the request is not carried out.
        oauth_error: answer this error of the authorization server, likewise.
        values: what the error's detail names.
        status: answer this status, with ``body``; likewise.
        body: JSON, or text; without one, an error that says the status.
        headers: set on the answer.
        delay: seconds before the answer, or the distribution they are drawn from.
        timeout: never answer; the request is not carried out.
        drop: close the connection: ``before`` the request is carried out, ``during`` the body of
            the answer, ``after`` the request was carried out and before a byte of the answer.
        mangle: ``cut`` or ``malformed``: what happens to the body of the answer.
        remove_headers: response headers left out.
        silences: whether nothing is carried out and nothing answered.
        prevents: whether the request is not carried out.
        loses: whether no whole answer reaches the client.
    """

    error: str | None = None
    oauth_error: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    body: Any = MISSING
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: Delay = 0.0
    timeout: bool = False
    drop: str | None = None
    mangle: str | None = None
    remove_headers: tuple[str, ...] = ()
    silences: bool = field(init=False, repr=False)
    prevents: bool = field(init=False, repr=False)
    loses: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Decide once what each request asks that it strikes."""
        silences = self.timeout or self.drop == "before"
        answers = bool(self.error or self.oauth_error or self.status)
        object.__setattr__(self, "silences", silences)
        object.__setattr__(self, "prevents", answers or silences)
        object.__setattr__(self, "loses", self.timeout or self.drop is not None)


NO_EFFECT = FaultEffect()


def seconds(delay: Delay, entropy: Entropy) -> float:
    """Return a delay in seconds, drawn where it is a distribution."""
    if not isinstance(delay, Mapping):
        return delay
    if "uniform" in delay:
        low, high = delay["uniform"]
        return low + (high - low) * entropy.fraction()
    mean, deviation = delay["normal"]
    # The sum of twelve uniform draws is normal enough for a delay.
    drawn = sum(entropy.fraction() for _ in range(12)) - 6
    return min(max(mean + deviation * drawn, 0.0), MAXIMUM_DELAY)


class DelayField(fields.Field):
    """Seconds, or ``{"uniform": [low, high]}``, or ``{"normal": [mean, deviation]}``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not (_is_delay(value) or _is_distribution(value)):
            message = (
                f'Not seconds up to {MAXIMUM_DELAY:.0f}, {{"uniform": [low, high]}} '
                'or {"normal": [mean, deviation]}.'
            )
            raise ValidationError(message)
        return value


def _is_delay(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= MAXIMUM_DELAY


def _is_distribution(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) not in ({"uniform"}, {"normal"}):
        return False
    (name, pair), *_ = value.items()
    both = isinstance(pair, list) and len(pair) == 2 and all(map(_is_delay, pair))  # noqa: PLR2004
    return both and (name == "normal" or pair[0] <= pair[1])


#: Members that exclude each other: each one alone decides what is answered.
DECISIONS = ("error", "oauth_error", "status", "rate_limit", "timeout")
#: What makes no sense without one of these.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "body": ("status",),
    "values": ("error", "oauth_error"),
}
#: What there is no answer for any more.
ANSWERLESS = ("body", "headers", "mangle", "remove_headers", "values")


def _check_header_name(name: str) -> None:
    if not HEADER_NAME.fullmatch(name):
        message = f"{name!r} is not the name of a header."
        raise ValidationError(message)


def _check_header_value(value: str) -> None:
    if not all(c.isprintable() and ord(c) < 256 for c in value):  # noqa: PLR2004 - of Latin-1
        message = "A header holds printable characters of Latin-1."
        raise ValidationError(message)


def header_fields(**words: Any) -> fields.Dict:
    """Return the field of headers to be sent."""
    name = fields.String(validate=_check_header_name)
    return fields.Dict(name, fields.String(validate=_check_header_value), **words)


class FaultEffectSchema(Schema):
    """The JSON form of an effect."""

    error = fields.String(validate=validate.OneOf(CODES))
    oauth_error = fields.String(validate=validate.OneOf(OAUTH_CODES))
    values = fields.Dict(fields.String(), fields.Raw())
    status = fields.Integer(strict=True, validate=validate.Range(200, 599))
    body = fields.Raw(allow_none=True)
    headers = header_fields()
    delay = DelayField()
    timeout = fields.Boolean(truthy={True}, falsy=set())
    rate_limit = fields.Boolean(truthy={True}, falsy=set())
    drop = fields.String(validate=validate.OneOf(DROPS))
    mangle = fields.String(validate=validate.OneOf(MANGLES))
    remove_headers = fields.List(fields.String())

    @validates_schema
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            message = f"An effect needs one of: {', '.join(self.fields)}."
            raise ValidationError(message)
        for name, complaint in _contradictions(data):
            raise ValidationError(complaint, name)
        for name, complaint in _unknown_values(data):
            raise ValidationError({"values": {name: {"_schema": [complaint]}}})

    @post_load
    def _effect(self, data: dict[str, Any], **_: Any) -> FaultEffect:
        if data.pop("rate_limit", False):
            data["error"] = TOO_MANY_REQUESTS
        if "remove_headers" in data:
            data["remove_headers"] = tuple(data["remove_headers"])
        return FaultEffect(**data)


def _contradictions(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    decisions = [name for name in DECISIONS if name in data]
    found = [(name, f"{decisions[0]} and {name} exclude each other.") for name in decisions[1:]]
    for name, needed in NEEDS.items():
        if name in data and not any(other in data for other in needed):
            found.append((name, f"It needs {' or '.join(needed)} beside it."))
    silent = "timeout" if "timeout" in data else "drop" if data.get("drop") == "before" else None
    if silent:
        pointless = (*ANSWERLESS, *(DECISIONS[:-1] if silent == "drop" else ("drop", "delay")))
        found += [(n, f"With {silent} there is no answer.") for n in pointless if n in data]
    return found


def _unknown_values(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = value_names(data)
    values = data.get("values", {})
    listed = ", ".join(sorted(known)) or "none"
    found = [(name, f"It is not one of: {listed}.") for name in values if name not in known]
    if "rule" in known and values.get("rule", "blank") not in RULES:
        found.append(("rule", f"It is not one of: {', '.join(RULES)}."))
    return found


def value_names(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the placeholders in the detail of an error."""
    if data.get("error") == VALIDATION_ERROR:
        return frozenset({"name", "rule", "relationship", "value", "count", "from", "to"})
    entry = CATALOGUE.get(data.get("error", "")) or OAUTH_CATALOGUE.get(data.get("oauth_error", ""))
    return placeholders(entry.detail) if entry else frozenset()


@lru_cache(maxsize=64)
def placeholders(template: str) -> frozenset[str]:
    """Return the names in the braces of a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)
