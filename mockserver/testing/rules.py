"""Faults and stubs as a test sets them: those of one organization."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.control.refusals import missing
from mockserver.control.rulebook import Rulebook

Json = dict[str, Any]


class WorldRules:
    """The faults, or the stubs, of one organization; those of other ones are not touched."""

    def __init__(self, rulebook: Rulebook, slug: str) -> None:
        """Keep the rules about the organization."""
        self._rulebook = rulebook
        self._slug = slug

    def add(self, match: Mapping[str, Any] | None = None, **rule: Any) -> Json:
        """Add a rule about this organization's requests, and return it with its id.

        Args:
            match: the requests; see ``docs/faults.md``.
            **rule: ``effect`` (or ``response`` for a stub), ``times``, ``nth``, ``probability``.

        Raises:
            Refusal: 422 with pointers.
        """
        return self._rulebook.add({**rule, "match": dict(match or {})}, self._slug)

    def __iter__(self) -> Iterator[Json]:
        """Iterate over the rules of this organization, with their counts."""
        return iter(self._rulebook.list(self._slug))

    def __len__(self) -> int:
        """Return how many rules this organization has."""
        return len(self._rulebook.list(self._slug))

    def remove(self, id_: str) -> None:
        """Remove a rule.

        Raises:
            Refusal: 404 when it is none of this organization.
        """
        if id_ not in [rule["id"] for rule in self]:
            what = f"rule {id_!r} of {self._slug}"
            raise missing(what)
        self._rulebook.remove(id_)

    def clear(self) -> None:
        """Remove the rules of this organization."""
        self._rulebook.clear(self._slug)
