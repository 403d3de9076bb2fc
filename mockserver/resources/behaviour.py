"""What the behaviours of a declaration may see and do: the engine, as declarations know it.

A declaration has three kinds of behaviour and no more: an *effect* (of a trigger or of another
attribute that does more than being stored), a *check* (refuse before storing) and a *derive*
(computed on the way out). A *job* is an effect that comes later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.entropy import Entropy
from mockserver.storage.base import Record
from mockserver.storage.conditions import Condition

Target = tuple[str, str]


class World(Protocol):
    """The records around the one at hand: one mode of one organization."""

    @property
    def clock(self) -> Clock:
        """The organization's time."""

    @property
    def entropy(self) -> Entropy:
        """The mode's random values."""

    def get(self, type_: str, id_: str) -> Record | None:
        """Return a copy of a record, ``None`` when there is none."""

    def find(self, type_: str, condition: Condition) -> list[Record]:
        """Return copies of the records that match, oldest first."""

    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""

    def change(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Update a record as the service itself does: every rule applies, no permission.

        In the history the change is an ``update``, unless it is called otherwise.
        """

    def remove(self, type_: str, id_: str) -> None:
        """Delete a record as the service itself does; 423 when something restricts that."""

    def setting(self, name: str) -> Any:
        """Return an attribute of the organization, such as ``tags_max_allowed_number``."""

    def pace(self, name: str) -> timedelta:
        """Return how long the service takes for something: a field of ``Pace``."""

    def transaction(self) -> AbstractContextManager[None]:
        """Do all or nothing; whoever catches what fails inside goes on as if it had not been."""

    def fire(self, type_: str, id_: str, event: str) -> None:
        """Tell that an event of the type has happened to a record."""

    def announce(self, event: Record) -> None:
        """Tell webhooks of an event, perhaps once more."""

    def quiet(self) -> AbstractContextManager[None]:
        """Do all or nothing, and tell webhooks only of what is always told, as in imports."""

    def schedule(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Have a job of the type's declaration done to a record later, by the sandbox's clock.

        It is done once, then or as soon as somebody looks; never for a record that is gone.
        """

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""

    def end_tokens(self, type_: str, id_: str) -> None:
        """End the sessions of a resource owner."""

    def forget_history(self, type_: str, id_: str) -> None:
        """Blank the values in the change history of a record."""


class View(Protocol):
    """What a derived member may look at."""

    @property
    def world(self) -> World:
        """The records around."""

    @property
    def access(self) -> Access:
        """The token of the request."""

    def related(self, record: Record, relationship: str, type_: str) -> Record | None:
        """Return the record a stored to-one of a record of this type leads to."""


class Change(Protocol):
    """One create or update on its way into the store.

    ``record`` is what will be stored and may be changed; ``before`` is what is stored now,
    ``None`` on create.
    """

    record: Record
    before: Record | None
    #: The attribute whose effect is running.
    member: str
    #: What the change is called in the history, when not after the action.
    called: str | None

    @property
    def world(self) -> World:
        """The records around."""

    @property
    def access(self) -> Access:
        """The token of the request."""

    def invalid(self, name: str | None, rule: str, **meta: Any) -> None:
        """Note a broken rule; the request is refused with all of them (422)."""

    def fire(self, event: str) -> None:
        """Note an event of the record's type, ``create_password`` for instance."""

    def after(self, action: Callable[[], None]) -> None:
        """Do something once the record is stored, in the same transaction."""


Check = Callable[[Change], None]
Effect = Callable[[Change, Any], None]
Derive = Callable[[Record, View], Any]
Targets = Callable[[Record, View], Sequence[Target]]
Initial = Callable[[Change], Any]
Job = Callable[[World, Record], None]
