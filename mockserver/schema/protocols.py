"""Protocols of the engine, as the behaviours of a declaration know it.

A declaration has three kinds of behaviour and no more: an *effect* (of a trigger or of another
attribute that does more than being stored), a *check* (refuse before storing) and a *derive*
(computed on the way out; ``derive_from`` where the record alone does not tell). A *job* is an
effect that comes later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.entropy import Entropy
from mockserver.errors import ErrorObject
from mockserver.schema.service_calls import ServiceCall, ServiceReply
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Condition

Target = tuple[str, str]


class Files(Protocol):
    """The files that belong to records, each in parts."""

    def append(self, type_: str, id_: str, format_: str, content: str, until: int = 0) -> None:
        """Add a part to the file of a record, in a format; ``until`` is the caller's own mark."""

    def parts(self, type_: str, id_: str) -> list[Record]:
        """Return the parts of the file of a record, in order: ``content`` and ``until``."""

    def drop(self, type_: str, id_: str) -> None:
        """Remove the file of a record."""

    def signed_path(self, type_: str, id_: str) -> str:
        """Return the path that the file of a record can be fetched from for a while."""


class Engine(Protocol):
    """The records around the one at hand: one mode of one organization."""

    @property
    def mode(self) -> str:
        """``test`` or ``live``."""

    @property
    def clock(self) -> Clock:
        """The organization's time."""

    @property
    def entropy(self) -> Entropy:
        """The mode's random values."""

    @property
    def is_muted(self) -> bool:
        """Whether webhooks hear only of what is always announced; see ``transaction``."""

    @property
    def registry(self) -> Mapping[str, type[Any]]:
        """The declared types, each a subclass of ``Resource``, whose words take these protocols."""

    @property
    def files(self) -> Files:
        """The files that belong to records."""

    def get(self, type_: str, id_: str | None) -> Record | None:
        """Return a copy of a record, ``None`` when there is none, as behind an empty linkage."""

    def get_many(self, type_: str, ids: Iterable[str]) -> Mapping[str, Record]:
        """Return copies of the records with these ids, by id; those there are not are left out."""

    def find(self, type_: str, condition: Condition) -> list[Record]:
        """Return copies of the records that match, oldest first."""

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""

    def page(self, type_: str, condition: Condition, limit: int, offset: int = 0) -> list[Record]:
        """Return copies of so many of the records that match, oldest first."""

    def matching(self, type_: str, filters: Mapping[str, Any]) -> Condition:
        """Return the condition of predicates like those of ``filter[q]``; 400 for none such."""

    def holds(self, record: Record, condition: Condition) -> bool:
        """Say whether a record, which need not be stored like this, satisfies a condition."""

    def linked(self, type_: str, record: Record, name: str) -> list[Target]:
        """Return the type and id of every record that a relationship leads to."""

    def linked_all(
        self, type_: str, records: Sequence[Record], name: str
    ) -> Sequence[Sequence[Target]]:
        """Return the same of each of several records of a type, read at once."""

    def view(self) -> View:
        """Return the surroundings of derived members when the service itself reads."""

    def add(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Create a record as the service itself does: every rule applies, no permission."""

    def change(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Update a record as the service itself does: every rule applies, no permission.

        In the history the change is an ``update``, unless it is called otherwise.
        """

    def rewrite(
        self, type_: str, id_: str, values: Mapping[str, Any], called: str | None = None
    ) -> Record:
        """Write fields of a record past every rule and effect, for what must not be refused.

        What has to stay unique is up to the caller. In the history it is as a change.
        """

    def begun(self, type_: str) -> Record:
        """Return a new record with what one has that nothing is said of; it is not stored yet."""

    def store(
        self, type_: str, before: Record | None, record: Record | None, event: str | None = None
    ) -> None:
        """Store what has become of a record, or remove it, past everything but the history.

        For what the service alone makes, with all its fields; ``before`` is what is stored now.
        """

    def remove(self, type_: str, id_: str) -> None:
        """Delete a record as the service itself does; 423 when something restricts that."""

    def setting(self, name: str) -> Any:
        """Return an attribute of the organization, such as ``tags_max_allowed_number``."""

    def delay(self, name: str) -> timedelta:
        """Return how long the service takes for something: a field of ``Delays``."""

    def transaction(self, *, mutes_events: bool = False) -> AbstractContextManager[object]:
        """Do all or nothing; whoever catches what fails inside goes on as if it had not been.

        Args:
            mutes_events: whether webhooks hear only of what is always announced, as in imports.
        """

    def fire(self, type_: str, id_: str, event: str) -> None:
        """Tell that an event of the type has happened to a record."""

    def announce(self, event: Record) -> None:
        """Tell webhooks of an event, perhaps once more."""

    def call_service(self, call: ServiceCall) -> ServiceReply:
        """Ask an external service of the merchant's, and wait for its answer."""

    def schedule(self, type_: str, id_: str, job: str, after: timedelta) -> None:
        """Have a job of the type's declaration done to a record later, by the sandbox's clock.

        It is done once, then or as soon as somebody looks; never for a record that is gone.
        """

    def schedule_at(self, type_: str, id_: str, job: str, moment: datetime) -> None:
        """Have a job done at a moment; one that has gone by is now."""

    def cancel(self, type_: str, id_: str, job: str) -> None:
        """Call off the jobs of this name that wait for a record."""

    def end_tokens(self, type_: str, id_: str) -> None:
        """End the sessions of a resource owner."""

    def forget_history(self, type_: str, id_: str) -> None:
        """Blank the values in the change history of a record."""


class View(Protocol):
    """Surroundings that a derived member may look at.

    What a page of records leads to is read at once where it is looked for with the methods of the
    view; with those of ``world`` it is read for each record. Nothing of it may be changed.
    """

    @property
    def engine(self) -> Engine:
        """The records around."""

    @property
    def access(self) -> Access:
        """The token of the request."""

    @property
    def base_url(self) -> str:
        """Scheme and host of the request; empty where there is none."""

    def related(self, record: Record, relationship: str, type_: str) -> Record | None:
        """Return the record a stored to-one of a record of this type leads to."""

    def pointing_at(self, record: Record, type_: str, field: str, own: str = "id") -> list[Record]:
        """Return the records of a type whose field has the value of the record's own field."""

    def every(self, type_: str) -> list[Record]:
        """Return the records of a type."""

    def of_page(self, records: Iterable[tuple[str, Record]]) -> View:
        """Return a view of these records, each with its type: it reads for all of them at once."""


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
    #: The attributes that were sent, cast; not what is filled in.
    sent: dict[str, Any]

    @property
    def type_(self) -> str:
        """The type of the record."""

    @property
    def engine(self) -> Engine:
        """The records around."""

    @property
    def access(self) -> Access:
        """The token of the request."""

    @property
    def is_refused(self) -> bool:
        """Whether any rule is noted as broken already."""

    def is_broken(self, name: str) -> bool:
        """Say whether a rule of the attribute is noted as broken already."""

    def invalid(
        self, name: str | None, rule: str, *, words: Mapping[str, str] | None = None, **meta: Any
    ) -> None:
        """Note a broken rule; the request is refused with all of them (422).

        What its title names is in ``meta``, or in ``words`` when the title alone names it.
        """

    def fire(self, event: str) -> None:
        """Note an event of the record's type, ``create_password`` for instance."""

    def after(self, action: Callable[[], None]) -> None:
        """Do something once the record is stored, in the same transaction."""

    def if_refused(self, action: Callable[[Sequence[ErrorObject]], object]) -> None:
        """Do something should the request be refused, which undoes all else: note its errors."""


Check = Callable[[Change], None]
Effect = Callable[[Change, Any], None]
#: Computed from the record alone: what does not change while the record does not.
Derive = Callable[[Record], Any]
#: Computed from what is around the record as well: token, other records, clock, URL.
DeriveFrom = Callable[[Record, View], Any]
Targets = Callable[[Record, View], Sequence[Target]]
#: Where a relationship leads, by id, with what those records show on this way alone.
Lent = Mapping[str, Mapping[str, Any]]
#: Gives that of each record of a page.
Lending = Callable[[Sequence[Record], View], Sequence[Lent]]
Scope = Callable[[Engine, str], Lent]
#: What a condition of ``filter[q]`` without a predicate demands, by the value that is sent.
QueryScope = Callable[[Engine, str], Condition]
Initial = Callable[[Change], Any]
Job = Callable[[Engine, Record], None]
#: When a record, as it is, has something done to it, seen from a moment; ``None``: not by itself.
Due = Callable[[Record, datetime], datetime | None]
#: Attributes and linkages of a create request, and the record (with what becomes of it) they go to.
Sent = Mapping[str, Any]
Merged = tuple[str, Mapping[str, Any]]
