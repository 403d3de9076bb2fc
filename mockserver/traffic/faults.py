"""Deliberate failures: which requests they strike, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import field
from typing import Any, ClassVar

import orjson
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from mockserver.entropy import Entropy
from mockserver.late_dataclass import dataclass
from mockserver.traffic.effects import FaultEffect, FaultEffectSchema
from mockserver.traffic.fault_header import NoEffect, members_of
from mockserver.traffic.matchers import Matcher, MatcherSchema
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.rules import Rules

#: Characters of an effect that are shown where there is little room.
LONGEST_EFFECT = 100


@dataclass(slots=True)
class Fault:
    """A rule: which requests, how often, what happens.

    Attributes:
        match: the requests it is about.
        effect: what happens to them.
        nth: only the nth matching requests, from 1; none: all.
        probability: of striking.
        times: how often it strikes at most.
        id: given by the rules it is added to.
        entropy: where it draws from, its own stream.
        seen: matching requests so far.
        struck: strikes so far.
        source: the JSON it was made of.
    """

    match: Matcher
    effect: FaultEffect
    nth: frozenset[int] = frozenset()
    probability: float = 1.0
    times: int | None = None
    id: str = ""
    entropy: Entropy = field(default_factory=Entropy)
    seen: int = 0
    struck: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)

    def strikes(self, recorded: RecordedRequest) -> bool:
        """Count a request; say whether the fault strikes it."""
        if self.times is not None and self.struck >= self.times:
            return False
        if not self.match.concerns(recorded):
            return False
        self.seen += 1
        if self.nth and self.seen not in self.nth:
            return False
        if self.probability < 1.0 and self.entropy.fraction() >= self.probability:
            return False
        self.struck += 1
        return True

    @property
    def effect_text(self) -> str:
        """The effect as it was given, on one line that is not too long."""
        text = orjson.dumps(self.source.get("effect"), default=str).decode()
        return f"{text[:LONGEST_EFFECT]}..." if len(text) > LONGEST_EFFECT else text

    def serialized(self) -> dict[str, Any]:
        """Return the rule as it was given, with its id and counts."""
        return {
            "id": self.id,
            **deepcopy(dict(self.source)),
            "seen": self.seen,
            "struck": self.struck,
        }


class FaultSchema(Schema):
    """The JSON form of a fault."""

    match = fields.Nested(MatcherSchema, load_default=Matcher)
    effect = fields.Nested(FaultEffectSchema, required=True)
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


class Faults(Rules[Fault]):
    """The faults in force; the first that strikes counts.

    Attributes:
        by_header: whether requests may break themselves with ``X-Mock-Fault``.
    """

    schema: ClassVar = FaultSchema
    kind: ClassVar = "fault"

    def __init__(self, seed: object = 1) -> None:
        """Start with none; probabilities are drawn from the seed."""
        super().__init__()
        self.by_header = True
        self._seed = seed
        self._added: Counter[frozenset[str]] = Counter()

    def strike(self, recorded: RecordedRequest) -> Fault | None:
        """Return the fault that strikes a request, if any; every strike is counted."""
        return next((fault for fault in self.in_force if fault.strikes(recorded)), None)

    def clear(self, organization: str | None = None) -> None:
        """Remove every fault, or every one that is about this organization alone."""
        super().clear(organization)
        if organization is None:
            self._added.clear()
        else:
            del self._added[frozenset({organization})]

    def _spelled_out(self, source: Any) -> Any:
        """Return the form with the effect as JSON, should it be the words of the header."""
        words = source.get("effect")
        if not isinstance(words, str):
            return source
        try:
            return {**source, "effect": members_of(words)}
        except NoEffect as error:
            raise ValidationError({"effect": [str(error)]}) from None

    def _prepare(self, rule: Fault) -> None:
        # By the organizations it is about and its place among theirs: what others do meanwhile
        # does not change what a test draws.
        scope = rule.match.organization
        self._added[scope] += 1
        rule.entropy = Entropy(self._seed, "faults", *sorted(scope), self._added[scope])
