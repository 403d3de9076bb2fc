"""The routes of the console: each page module has a table of its own, all are matched here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mockserver.console.answers import Answer
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.late_dataclass import dataclass

#: Called with the request, where it is, and the parts of the path.
View = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class PageRoute:
    """One page or one thing to do.

    Attributes:
        path: below an organization and a mode, as the router of the framework writes it.
        view: answers it.
        method: ``GET`` for what is looked at, ``POST`` for what is done.
    """

    path: str
    view: View
    method: str = "GET"

    def answer(self, visit: Visit, place: Standpoint, **arguments: Any) -> Answer:
        """Return the answer."""
        return self.view(visit, place, **arguments)


PageRoutes = Sequence[PageRoute]
