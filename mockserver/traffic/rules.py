"""The rules of a kind that are in force, faults or stubs: added, listed, removed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import orjson
from marshmallow import Schema, ValidationError

from mockserver.traffic.matchers import Matcher


class Rule(Protocol):
    """The members of a rule, whatever it does."""

    id: str
    match: Matcher
    source: Mapping[str, Any]

    def serialized(self) -> dict[str, Any]:
        """Return the rule as it was given, with its id and counts."""


#: In force at once, of a kind: each is looked at for every request.
MOST_RULES = 1000
R = TypeVar("R", bound=Rule)


class Rules(Generic[R]):
    """The rules of a kind, in the order they were added.

    Attributes:
        in_force: replaced, never changed: requests go through it while others add and remove.
        schema: of their JSON form.
        kind: what their ids begin with.
    """

    schema: ClassVar[type[Schema]]
    kind: ClassVar[str]

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.in_force: tuple[R, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.in_force)

    def add(
        self, source: Mapping[str, Any], organization: str | None = None, name: str | None = None
    ) -> R:
        """Add a rule from its JSON form.

        Args:
            source: the form.
            organization: the only one it is to be about.
            name: its id, before all others and in place of the one that has it; else the last.

        Raises:
            ValidationError: with the offending members; see ``pointers``.
        """
        form = self._spelled_out(_copy(source))
        rule: R = self.schema().load(form)
        if organization is not None:
            rule.match = _confined(rule.match, organization)
            form["match"] = {**form.get("match", {}), "organization": organization}
        rule.source = form
        with self._lock:
            others = tuple(other for other in self.in_force if other.id != name)
            if len(others) >= MOST_RULES:
                message = f"There are {MOST_RULES} already: remove some."
                raise ValidationError(message)
            rule.id = name or f"{self.kind}-{next(self._numbers)}"
            self._prepare(rule)
            self.in_force = (rule, *others) if name else (*others, rule)
        return rule

    def get(self, id_: str) -> R | None:
        """Return the rule with the id, if there is one."""
        return next((rule for rule in self.in_force if rule.id == id_), None)

    def all(self, organization: str | None = None) -> list[R]:
        """Return the rules in force, or those that are about this organization alone."""
        return [rule for rule in self.in_force if _is_about(rule, organization)]

    def remove(self, id_: str) -> bool:
        """Remove a rule; return whether there was one."""
        return self._keep(lambda rule: rule.id != id_)

    def clear(self, organization: str | None = None) -> None:
        """Remove every rule, or every one that is about this organization alone."""
        self._keep(lambda rule: not _is_about(rule, organization))

    def _keep(self, wanted: Any) -> bool:
        with self._lock:
            left = tuple(rule for rule in self.in_force if wanted(rule))
            changed = len(left) < len(self.in_force)
            self.in_force = left
        return changed

    def _spelled_out(self, source: Any) -> Any:
        """Return the form of a rule without what its kind lets one say in short.

        Raises:
            ValidationError: what is said in short means nothing.
        """
        return source

    def _prepare(self, rule: R) -> None:
        """Give a rule what it needs before it is in force."""


def _is_about(rule: Rule, organization: str | None) -> bool:
    return organization is None or rule.match.organization == {organization}


def _copy(source: Mapping[str, Any]) -> Any:
    try:
        return orjson.loads(orjson.dumps(source))
    except TypeError as error:
        message = f"Not JSON: {error}."
        raise ValidationError(message) from None


def _confined(match: Matcher, organization: str) -> Matcher:
    if match.organization not in (frozenset(), {organization}):
        message = f"It can only be about {organization!r}."
        raise ValidationError({"match": {"organization": [message]}})
    return replace(match, organization=frozenset({organization}))
