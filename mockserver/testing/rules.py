"""Faults and stubs as a test sets them: those of one organization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar, Never

from mockserver.control.rules import RuleControl
from mockserver.refusals import missing
from mockserver.testing.results import Result
from mockserver.traffic.effects import FaultEffectSchema
from mockserver.traffic.stubs import CannedSchema

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Many = int | list[int]


class OrganizationRules:
    """The faults, or the stubs, of one organization; those of other ones are not touched."""

    #: The words of a rule, and those that belong into one of them.
    _words: ClassVar[tuple[str, ...]]
    _within: ClassVar[tuple[str, frozenset[str]]]

    def __init__(self, rules: RuleControl, slug: str) -> None:
        """Keep the rules about the organization."""
        self._rules = rules
        self._slug = slug

    def _add(self, match: Mapping[str, Any] | None, rule: Mapping[str, Any]) -> Result:
        given = {name: value for name, value in rule.items() if value is not None}
        return Result(self._rules.add({**given, "match": dict(match or {})}, self._slug))

    def __iter__(self) -> Iterator[Result]:
        """Iterate over the rules of this organization, with their counts."""
        return map(Result, self._rules.list(self._slug))

    def __len__(self) -> int:
        """Return how many rules this organization has."""
        return len(self._rules.list(self._slug))

    def remove(self, id_: str) -> None:
        """Remove a rule.

        Raises:
            Refusal: 404 when it is none of this organization.
        """
        if id_ not in [rule.id for rule in self]:
            what = f"rule {id_!r} of {self._slug}"
            raise missing(what)
        self._rules.remove(id_)

    def clear(self) -> None:
        """Remove the rules of this organization."""
        self._rules.clear(self._slug)

    @classmethod
    def _check(cls, unknown: Mapping[str, Any]) -> None:
        """Refuse words there are not.

        Raises:
            TypeError: it names those there are, and where a word belongs that stands deeper.
        """
        for word in unknown:
            member, within = cls._within
            if word in within:
                hint = f"it belongs into {member}={{{word!r}: ...}}"
            elif near := get_close_matches(word, cls._words, 1):
                hint = f"did you mean {near[0]!r}?"
            else:
                hint = f"there are: {', '.join(cls._words)}"
            message = f"add() has no {word!r}; {hint}"
            raise TypeError(message)


class Faults(OrganizationRules):
    """Deliberate failures of the requests of one organization."""

    _words = ("match", "effect", "times", "nth", "probability")
    _within = ("effect", frozenset(FaultEffectSchema().fields))

    def add(  # noqa: PLR0913 - the words of a fault
        self,
        given: Mapping[str, Any] | str | None = None,
        /,
        *,
        match: Mapping[str, Any] | None = None,
        effect: Mapping[str, Any] | str | None = None,
        times: int | None = None,
        nth: Many | None = None,
        probability: float | None = None,
        **unknown: Never,
    ) -> Result:
        """Add a fault of this organization's requests, and return it with its id.

        Args:
            given: what comes first goes without saying: a text is the ``effect``, in the words of
                ``X-Mock-Fault`` (``"503"``, ``"delay=2; INVALID_TOKEN"``); else it is ``match``.
            match: the requests, see ``docs/faults.md``; all when left out.
            effect: what happens to them, an object or those words.
            times: strike so many times at most.
            nth: strike only the nth of the requests; a number or a list.
            probability: strike with this one.
            **unknown: there are no further words.

        Raises:
            Refusal: 422 with pointers.
            TypeError: a word is none of these, or said twice.
        """
        self._check(unknown)
        name, other = ("effect", effect) if isinstance(given, str) else ("match", match)
        if given is not None and other is not None:
            message = f"add() is told {name} twice"
            raise TypeError(message)
        first: Any = {name: given if other is None else other}
        rule = {"effect": effect, "times": times, "nth": nth, "probability": probability}
        return self._add(first.pop("match", match), {**rule, **first})

    def assert_all_struck(self) -> None:
        """Assert that every fault has struck, as often as its ``times`` says where it has some.

        Raises:
            AssertionError: it names those that have not, and how often they were asked.
        """
        idle = [fault for fault in self if fault.struck < _expected(fault)]
        if idle:
            lines = (
                f"  {fault.id} struck {fault.struck} of {_expected(fault)} times, "
                f"{fault.seen} requests matched: {dict(fault.effect)}, match {dict(fault.match)}"
                for fault in idle
            )
            raise AssertionError("\n".join(["these faults have not struck:", *lines]))


def _expected(fault: Result) -> int:
    """Return how often a fault is to strike at least."""
    nth = fault.get("nth")
    return fault.get("times") or (len(nth) if isinstance(nth, list) else 1)


class Stubs(OrganizationRules):
    """Canned answers to the requests of one organization."""

    _words = ("match", "response", "times")
    _within = ("response", frozenset(CannedSchema().fields))

    def add(
        self,
        match: Mapping[str, Any] | None = None,
        *,
        response: Mapping[str, Any] | None = None,
        times: int | None = None,
        **unknown: Never,
    ) -> Result:
        """Add a stub for this organization's requests, and return it with its id.

        Args:
            match: the requests; see ``docs/faults.md``.
            response: what they are answered.
            times: answer so many at most.
            **unknown: there are no further words.

        Raises:
            Refusal: 422 with pointers.
            TypeError: a word is none of these.
        """
        self._check(unknown)
        return self._add(match, {"response": response, "times": times})
