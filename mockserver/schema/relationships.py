"""Relationships of a declaration, with the flags of the service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from mockserver.access import Access
from mockserver.schema.flags import flags_of
from mockserver.schema.members import Presence
from mockserver.schema.protocols import Lending, Target, Targets, View
from mockserver.storage.base import Record

Linkage = Target | None | list[Target]
OnDelete = Literal["restrict", "cascade", "cascade_unless_held", "set_null", "keep"]


class Relationship:
    """One relationship of a resource, to one or to many records of one or several types.

    Attributes:
        name: which it has in its class.
    """

    name = ""

    def __init__(  # noqa: PLR0913 - the words a declaration can say of a relationship
        self,
        target: str | Sequence[str],
        flags: str = "",
        *,
        many: bool,
        required: Presence = False,
        inverse: str | None = None,
        virtual: bool = False,
        targets: Targets | None = None,
        shows: Targets | None = None,
        lending: Lending | None = None,
        view_of: str | None = None,
        through: tuple[str, str, str] | None = None,
        on_delete: OnDelete = "set_null",
        includable: bool = True,
        hidden: bool = False,
        prohibited: bool = False,
        closed_to_sales_channels: bool = False,
        history: bool = False,
        exported: bool = True,
        owner: bool = False,
        personal: bool = False,
        on_anonymize: Literal["keep", "delete"] = "keep",
        deprecated: bool = False,
    ) -> None:
        """Declare a relationship; see ``to_one`` and ``to_many`` of the vocabulary."""
        self.polymorphic = not isinstance(target, str)
        self.types = (target,) if isinstance(target, str) else tuple(target)
        self.many = many
        #: What a linkage may call what it leads to: families by their kinds, and the other way
        #: round; settled by the registry.
        self.accepted = frozenset(self.types)
        self.flags = flags_of(flags)
        self.presence = required
        self.inverse = inverse
        #: Whether the inverse can lead to several types; settled by the registry.
        self.inverse_polymorphic = False
        if lending:
            targets = self._lent
        self.virtual = virtual or targets is not None
        self.targets = targets
        #: Gives where it leads as it is read, though records hold something else.
        self.shows = shows
        #: Gives the targets together with what each shows on this way alone.
        self.lending = lending
        #: The polymorphic to-one of the same record of which this shows what is of one type.
        self.view_of = view_of
        #: The type that stands between, its to-one that leads here, and the one that leads there.
        self.through = through
        self.on_delete: OnDelete = on_delete
        self.includable = includable
        self.hidden = hidden
        self.prohibited = prohibited
        self.closed_to_sales_channels = prohibited or closed_to_sales_channels
        #: Whether it leads to what has changed: a list with cursors (conventions.md §9).
        self.history = history
        self.exported = exported
        #: Whether it leads to the customer that the record belongs to.
        self.owner = owner
        #: Whether what it leads to tells of the customer of this record, as an address does.
        self.personal = personal
        #: What happens to this record when the customer it leads to is anonymized.
        self.on_anonymize = on_anonymize
        self.deprecated = deprecated

    def _lent(self, record: Record, view: View) -> Sequence[Target]:
        lent = self.lending([record], view)[0] if self.lending else {}
        return [(self.types[0], id_) for id_ in lent]

    @cached_property
    def stored(self) -> bool:
        """Whether records of this type hold the linkage (one id, or a list of ids)."""
        if self.virtual or self.inverse or self.view_of:
            return False
        return not self.many or self.flags.creatable

    def open_to(self, access: Access) -> bool:
        """Whether the bearer may send it: some members are closed to sales channels."""
        return not (self.closed_to_sales_channels and access.is_sales_channel)

    @property
    def type_field(self) -> str:
        """The record's field with the target's type, for a polymorphic relationship."""
        return f"{self.view_of or self.name}_type"

    @property
    def field(self) -> str:
        """The record's field with the target's id, or ids, where they are stored here."""
        return self.view_of or self.name

    def assignment(self, linkage: Linkage) -> Record:
        """Return the fields that a record holds of a linkage, with their values."""
        targets = linkage if isinstance(linkage, list) else [linkage] if linkage else []
        if self.many:
            return {self.field: [id_ for _, id_ in targets]}
        if self.view_of and not targets:
            return {}
        type_, id_ = targets[0] if targets else (None, None)
        keeps_type = self.polymorphic or self.view_of
        return {self.field: id_, **({self.type_field: type_} if keeps_type else {})}
