"""Deliberate failures: which requests they strike, how often, and with what effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from mockserver.control.facts import Facts
from mockserver.control.matchers import Matcher, MatcherSchema
from mockserver.entropy import Entropy
from mockserver.errors import CATALOGUE

MAXIMUM_DELAY = 600.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fault does to an answer.

    Attributes:
        error: answer this error of the catalogue; the request is not carried out.
        status: answer this status, with ``body`` and ``headers``; not carried out.
        delay: seconds before the answer, or the distribution they are drawn from.
        timeout: never answer.
        drop: close the connection: ``before`` the request is carried out, ``during`` the body of
            the answer, ``after`` the request was carried out and before a byte of the answer.
        mangle: ``cut`` or ``malformed``: what happens to the body of the answer.
        remove_headers: response headers left out.
    """

    error: str | None = None
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float | Mapping[str, list[float]] = 0.0
    timeout: bool = False
    drop: str | None = None
    mangle: str | None = None
    remove_headers: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether it answers by itself, so that the request is not carried out."""
        return self.error is not None or self.status is not None

    @property
    def prevents(self) -> bool:
        """Whether the request is not carried out."""
        return self.answers or self.timeout or self.drop == "before"


@dataclass(slots=True)
class Fault:
    """A rule: which requests, how often, what happens.

    Attributes:
        id: given by the rules it is added to.
        match: the requests it is about.
        effect: what happens to them.
        nth: only the nth matching requests, from 1; none: all.
        probability: of striking, drawn from the seeded stream.
        times: how often it strikes at most.
        seen: matching requests so far.
        struck: strikes so far.
    """

    match: Matcher
    effect: Effect
    nth: frozenset[int] = frozenset()
    probability: float = 1.0
    times: int | None = None
    id: str = ""
    seen: int = 0
    struck: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)

    def strikes(self, facts: Facts, entropy: Entropy) -> bool:
        """Count a request; say whether the fault strikes it."""
        if self.times is not None and self.struck >= self.times:
            return False
        if not self.match.matches(facts):
            return False
        self.seen += 1
        if self.nth and self.seen not in self.nth:
            return False
        if self.probability < 1.0 and entropy.fraction() >= self.probability:
            return False
        self.struck += 1
        return True

    def printed(self) -> dict[str, Any]:
        """Return the rule as it was given, with its id and counts."""
        return {"id": self.id, **self.source, "seen": self.seen, "struck": self.struck}


class Faults:
    """The faults in force, in the order they were added; the first that strikes counts."""

    def __init__(self, entropy: Entropy) -> None:
        """Start with none; probabilities are drawn from the entropy."""
        self._entropy = entropy
        self._faults: dict[str, Fault] = {}
        self._next = 1

    def add(self, source: Mapping[str, Any]) -> Fault:
        """Add a fault from its JSON form.

        Raises:
            ValidationError: with the offending members, by pointer.
        """
        fault: Fault = FaultSchema().load(source)
        fault.id, fault.source = f"fault-{self._next}", source
        self._next += 1
        self._faults[fault.id] = fault
        return fault

    def remove(self, id_: str) -> bool:
        """Remove a fault; return whether there was one."""
        return self._faults.pop(id_, None) is not None

    def clear(self, organization: str | None = None) -> None:
        """Remove every fault, or every fault that is about this organization alone."""
        for id_, fault in list(self._faults.items()):
            if organization is None or fault.match.organization == {organization}:
                del self._faults[id_]

    def all(self) -> list[Fault]:
        """Return the faults in force."""
        return list(self._faults.values())

    def strike(self, facts: Facts) -> Fault | None:
        """Return the fault that strikes a request, if any; every strike is counted."""
        if not self._faults:
            return None
        return next((f for f in self.all() if f.strikes(facts, self._entropy)), None)

    def seconds(self, delay: float | Mapping[str, list[float]]) -> float:
        """Return a delay in seconds, drawn where it is a distribution."""
        if not isinstance(delay, Mapping):
            return delay
        if "uniform" in delay:
            low, high = delay["uniform"]
            return low + (high - low) * self._entropy.fraction()
        mean, deviation = delay["normal"]
        # The sum of twelve uniform draws is normal enough for a delay.
        drawn = sum(self._entropy.fraction() for _ in range(12)) - 6
        return min(max(mean + deviation * drawn, 0.0), MAXIMUM_DELAY)


class Delay(fields.Field):
    """Seconds, or ``{"uniform": [low, high]}``, or ``{"normal": [mean, deviation]}``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        numbers = value
        if isinstance(value, dict) and set(value) in ({"uniform"}, {"normal"}):
            numbers = next(iter(value.values()))
        pair = isinstance(value, dict) and isinstance(numbers, list) and len(numbers) == 2  # noqa: PLR2004 - a pair
        checked = numbers if pair else [value]
        if not all(_is_delay(number) for number in checked):
            message = (
                f'Not seconds up to {MAXIMUM_DELAY:.0f}, {{"uniform": [low, high]}} '
                'or {"normal": [mean, deviation]}.'
            )
            raise ValidationError(message)
        return value


def _is_delay(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= MAXIMUM_DELAY


class EffectSchema(Schema):
    """The JSON form of an effect."""

    error = fields.String(validate=validate.OneOf(sorted(CATALOGUE)))
    status = fields.Integer(strict=True, validate=validate.Range(200, 599))
    body = fields.Raw(allow_none=True)
    headers = fields.Dict(fields.String(), fields.String())
    delay = Delay()
    timeout = fields.Boolean(truthy={True}, falsy={False})
    drop = fields.String(validate=validate.OneOf(["before", "during", "after"]))
    mangle = fields.String(validate=validate.OneOf(["cut", "malformed"]))
    remove_headers = fields.List(fields.String())

    @validates_schema
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            message = f"An effect needs one of: {', '.join(self.fields)}."
            raise ValidationError(message)
        if "error" in data and "status" in data:
            message = "error and status exclude each other."
            raise ValidationError(message, "status")

    @post_load
    def _effect(self, data: dict[str, Any], **_: Any) -> Effect:
        if "remove_headers" in data:
            data["remove_headers"] = tuple(data["remove_headers"])
        return Effect(**data)


class FaultSchema(Schema):
    """The JSON form of a fault."""

    match = fields.Nested(MatcherSchema, load_default=Matcher)
    effect = fields.Nested(EffectSchema, required=True)
    nth = fields.Raw()
    probability = fields.Float(validate=validate.Range(0, 1))
    times = fields.Integer(strict=True, validate=validate.Range(1))

    @validates_schema
    def _check_nth(self, data: Mapping[str, Any], **_: Any) -> None:
        nth = data.get("nth", 1)
        numbers = nth if isinstance(nth, list) and nth else [nth]
        if not all(type(number) is int and number > 0 for number in numbers):
            message = "Not a positive integer or a list of them."
            raise ValidationError(message, "nth")

    @post_load
    def _fault(self, data: dict[str, Any], **_: Any) -> Fault:
        if "nth" in data:
            nth = data["nth"]
            data["nth"] = frozenset(nth if isinstance(nth, list) else [nth])
        return Fault(**data)
