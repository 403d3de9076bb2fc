"""Faults and stubs as the control plane keeps them: listed, added, removed by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from mockserver.control.components import Json
from mockserver.refusals import invalid, missing, refused
from mockserver.traffic.rules import Rule, Rules

Listing = list[Json]


class RuleControl:
    """The rules of one kind."""

    def __init__(self, rules: Rules[Any]) -> None:
        """Keep these rules."""
        self._rules = rules

    def list(self, organization: str | None = None) -> Listing:
        """Return the rules in force, or those about one organization alone."""
        return [rule.serialized() for rule in self._rules.all(organization)]

    def add(self, body: Any, organization: str | None = None) -> Json:
        """Add a rule and return it with its id.

        Args:
            body: its JSON form.
            organization: the only one it is to be about.

        Raises:
            Refusal: 422 with pointers.
        """
        if not isinstance(body, Mapping):
            raise invalid("", "Not an object.")
        try:
            rule: Rule = self._rules.add(body, organization)
        except ValidationError as error:
            raise refused(error, schema=self._rules.schema()) from None
        return rule.serialized()

    def retrieve(self, id_: str) -> Json:
        """Return one rule.

        Raises:
            Refusal: 404.
        """
        return self._find(id_).serialized()

    def remove(self, id_: str) -> None:
        """Remove one rule.

        Raises:
            Refusal: 404.
        """
        self._find(id_)
        self._rules.remove(id_)

    def clear(self, organization: str | None = None) -> None:
        """Remove every rule, or those about one organization alone."""
        self._rules.clear(organization)

    def _find(self, id_: str) -> Rule:
        rule: Rule | None = self._rules.get(id_)
        if rule is None:
            raise missing(f"rule {id_!r}")
        return rule
