"""The problems of a copy: why it failed, or what it has left out (commerce.md §18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from mockserver.errors import ErrorObject, Refusal
from mockserver.late_dataclass import dataclass

#: What an error is logged by that is of nothing in particular.
BASE = "base"


@dataclass(slots=True)
class Problems:
    """The errors so far, as error objects, in order."""

    errors: list[ErrorObject] = field(default_factory=list)

    def noted(self, attempt: Callable[[], object]) -> bool:
        """Try something, and say whether it was not refused."""
        try:
            attempt()
        except Refusal as refused:
            self.errors += refused.errors
            return False
        return True

    def log(self) -> dict[str, list[str]]:
        """Return the titles by attribute, each once."""
        found: dict[str, list[str]] = {}
        for error in self.errors:
            titles = found.setdefault(_name(error), [])
            if error["title"] not in titles:
                titles.append(error["title"])
        return found


def _name(error: ErrorObject) -> str:
    """Return the attribute, or the relationship, that an error is about."""
    pointer = str(error.get("source", {}).get("pointer", ""))
    return pointer.rpartition("/")[2] if pointer.count("/") > 1 else BASE
