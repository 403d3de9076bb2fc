"""The words of a declaration: ``attribute``, ``trigger``, ``money``, ``to_one``, ``to_many``.

A resource type is one class, a ``marshmallow_jsonapi.Schema``, whose members carry the five flags
of the real service, written as the contract writes them: **C** creatable, **U** updatable,
**R** fetchable (returned), **f** filterable, **s** sortable. Everything else reads the declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from marshmallow import fields
from marshmallow_jsonapi import Schema
from marshmallow_jsonapi.fields import Relationship as StockRelationship

from mockserver.access import Access
from mockserver.resources.behaviour import Change, Check, Derive, Effect, Targets, View
from mockserver.resources.casting import Kind, cast
from mockserver.resources.rules import Rule
from mockserver.storage.base import SERIAL, Record

OnDelete = Literal["restrict", "cascade", "set_null", "keep"]
Presence = bool | Callable[[Record, Callable[[str], Any]], bool]
ACTIONS = ("list", "retrieve", "create", "update", "delete")


class Flags:
    """The five flags of a field, parsed from ``"CURfs"``."""

    def __init__(self, letters: str) -> None:
        """Read the letters; an unknown one is a mistake in a declaration."""
        unknown = set(letters) - set("CURfs")
        if unknown:
            message = f"unknown flags {sorted(unknown)} in {letters!r}"
            raise ValueError(message)
        self.creatable = "C" in letters
        self.updatable = "U" in letters
        self.fetchable = "R" in letters
        self.filterable = "f" in letters
        self.sortable = "s" in letters


class Attribute(fields.Field):
    """One attribute of a resource."""

    def __init__(  # noqa: PLR0913 - the words a declaration can say of an attribute
        self,
        kind: Kind,
        flags: str,
        *,
        required: Presence = False,
        unique: bool = False,
        enum: Sequence[str] = (),
        rules: Sequence[Rule] = (),
        normalise: Callable[[Any], Any] | None = None,
        initial: Any = None,
        derive: Derive | None = None,
        delegate: str | None = None,
        effect: Effect | None = None,
        predicates: Sequence[str] = (),
        prohibited: bool = False,
        trigger: bool = False,
    ) -> None:
        """Declare an attribute; see :func:`attribute` for the arguments."""
        super().__init__(allow_none=True, load_only="R" not in flags)
        self.kind = kind
        self.flags = Flags(flags)
        self.presence = required
        self.unique = unique
        self.enum = tuple(enum)
        self.rules = tuple(rules)
        self.normalise = normalise
        self.initial = initial
        self.derive = derive
        self.path = tuple(delegate.split(".")) if delegate else ()
        self.effect = effect
        self.predicates = frozenset(predicates)
        self.prohibited = self.closed_to_sales_channels = prohibited
        self.trigger = trigger

    @property
    def stored(self) -> bool:
        """Whether records hold a value under this name."""
        return not (self.derive or self.path or self.trigger or self.command)

    @property
    def command(self) -> bool:
        """Whether it is an order to the service rather than data: never stored nor returned."""
        return (self.name or "").startswith("_")

    def open_to(self, access: Access) -> bool:
        """Whether the bearer may send it: some members are closed to sales channels."""
        return not (self.closed_to_sales_channels and access.is_sales_channel)

    def cast(self, value: Any) -> Any:
        """Return the value as it is stored: cast, then normalised.

        Raises:
            CastError: there is no reading of the value as this kind.
        """
        value = cast(self.kind, value)
        return self.normalise(value) if self.normalise and value is not None else value

    def read(self, record: Record, view: View, type_: str) -> Any:
        """Return the value a document shows: stored, computed, or of the record it delegates to."""
        if self.derive:
            return self.derive(record, view)
        if self.path:
            relationship, name = self.path
            related = view.related(record, relationship, type_)
            return related.get(name) if related else None
        return record.get(str(self.name))

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class Relationship(StockRelationship):  # type: ignore[misc]  # the library is untyped
    """One relationship of a resource, to one or to many records of one or several types."""

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
        on_delete: OnDelete = "set_null",
        includable: bool = True,
        hidden: bool = False,
        prohibited: bool = False,
        closed_to_sales_channels: bool = False,
    ) -> None:
        """Declare a relationship; see :func:`to_one` and :func:`to_many` for the arguments."""
        self.polymorphic = not isinstance(target, str)
        self.types = (target,) if isinstance(target, str) else tuple(target)
        type_ = self.types[0] if self.types else "any"
        super().__init__(many=many, type_=type_, load_only=hidden)
        self.flags = Flags(flags)
        self.presence = required
        self.inverse = inverse
        #: Whether the inverse can lead to several types; settled by the registry.
        self.inverse_polymorphic = False
        self.virtual = virtual or targets is not None
        self.targets = targets
        self.on_delete: OnDelete = on_delete
        self.includable = includable
        self.hidden = hidden
        self.prohibited = prohibited
        self.closed_to_sales_channels = prohibited or closed_to_sales_channels

    @property
    def stored(self) -> bool:
        """Whether records of this type hold the linkage (one id, or a list of ids)."""
        return not self.virtual and not self.inverse and (not self.many or self.flags.creatable)

    def open_to(self, access: Access) -> bool:
        """Whether the bearer may send it: some members are closed to sales channels."""
        return not (self.closed_to_sales_channels and access.is_sales_channel)

    @property
    def type_field(self) -> str:
        """The record's field with the target's type, for a polymorphic relationship."""
        return f"{self.name}_type"

    def get_self_url(self, obj: Record) -> str:
        """Return the path of the linkage; the library's own way warns, and is slow."""
        return f"/api/{self.parent.opts.type_}/{obj['id']}/relationships/{self.name}"

    def get_related_url(self, obj: Record) -> str:
        """Return the path of what the relationship leads to."""
        return f"/api/{self.parent.opts.type_}/{obj['id']}/{self.name}"


class Resource(Schema):  # type: ignore[misc]  # the library is untyped
    """A resource type: its members in wire order, and what surrounds them.

    Attributes:
        actions: what ``/api/{type}`` answers to, of the vendor's five words.
        singleton: the path segment of a type that exists once, without an id.
        cacheable: whether the edge caches it: other headers and rate limits (conventions §14).
        topics: the events of the type (customers §16).
        checks: refusals beyond those of single fields, run in this order; a check may also
            complete the draft with what follows from its linkages.
        extra_filters: top-level filter names beside those the flags give, with their path.
        uniques: groups of fields that are unique together; the last one is blamed.
    """

    class Meta:
        """The options of the underlying library: ``type_`` in each declaration."""

        type_ = "abstract"

    actions: ClassVar[Sequence[str]] = ACTIONS
    singleton: ClassVar[str | None] = None
    cacheable: ClassVar[bool] = False
    topics: ClassVar[Sequence[str]] = ()
    checks: ClassVar[Sequence[Check]] = ()
    extra_filters: ClassVar[Mapping[str, str]] = {}
    uniques: ClassVar[Sequence[tuple[str, ...]]] = ()

    @staticmethod
    def deletable(record: Record) -> bool:  # noqa: ARG004 - for those that override it
        """Say whether the record's own state allows deleting it; otherwise 423."""
        return True

    #: Filled in by the registry: the members by kind, in wire order.
    type_: ClassVar[str]
    attributes: ClassVar[Mapping[str, Attribute]]
    relationships: ClassVar[Mapping[str, Relationship]]
    hidden: ClassVar[Mapping[str, Relationship]]
    filters: ClassVar[Sequence[str]]


def attribute(kind: Kind, flags: str, **words: Any) -> Attribute:
    """Declare an attribute.

    Args:
        kind: the JSON kind, ``string`` or ``datetime`` for instance.
        flags: of ``CURfs``.
        **words: ``required`` (true, or a function of the record and of the organization's
            settings), ``unique`` (within organization and mode), ``enum``, ``rules``,
            ``normalise`` (before validation), ``initial`` (a value, or a function of the change,
            when nothing was sent), ``derive`` (computed when read), ``delegate``
            (``"customer.email"``: read, and filtered, through a to-one), ``effect`` (done
            instead of storing), ``predicates`` (filter predicates allowed in spite of the
            flags), ``prohibited`` (to sales channels).
    """
    return Attribute(kind, flags, **words)


def trigger(effect: Effect | None = None, flags: str = "U", **words: Any) -> Attribute:
    """Declare a command attribute that fires when its value is true; no effect: accepted."""
    return Attribute("boolean", flags, effect=effect, trigger=True, **words)


def money(name: str, flags: str, **words: Any) -> tuple[Attribute, Attribute, Attribute]:
    """Declare an amount: the cents with the flags given, the float and the formatted text."""
    cents = f"{name}_cents"
    return (
        Attribute("integer", flags, **words),
        Attribute("float", "R", derive=lambda record, _: _amount(record.get(cents))),
        Attribute("string", "R", derive=lambda record, _: _formatted(record, cents)),
    )


def to_one(target: str | Sequence[str], flags: str = "", **words: Any) -> Relationship:
    """Declare a to-one relationship, stored here unless virtual.

    Args:
        target: the type, or the list of types of a polymorphic relationship.
        flags: of ``CURfs``.
        **words: ``required``; ``virtual`` (always empty) or ``targets`` (computed from the
            record and the token); ``on_delete`` (what happens to this record when the target
            goes: ``restrict``, ``cascade``, ``set_null``, ``keep``); ``hidden`` (stored, not
            part of the document); ``prohibited`` (to sales channels, as the vendor's metadata
            flags it); ``closed_to_sales_channels`` (by the contract alone).
    """
    return Relationship(target, flags, many=False, **words)


def to_many(target: str | Sequence[str], flags: str = "", **words: Any) -> Relationship:
    """Declare a to-many relationship.

    Args:
        target: the type, or the list of types of a polymorphic relationship.
        flags: of ``CURfs``; a creatable one is stored here as a list of ids.
        **words: as for :func:`to_one`, and ``inverse`` (the to-one, or the hidden one, of the
            target type that holds the linkage), ``includable``.
    """
    return Relationship(target, flags, many=True, **words)


def identifier() -> Attribute:
    """Declare ``id``."""
    return Attribute("string", "Rfs")


def serial() -> Attribute:
    """Declare ``number`` where it is the record's own integer."""
    return Attribute("integer", "R", derive=lambda record, _: record[SERIAL])


def own_number(change: Change) -> str:
    """Return the record's own integer as text: what ``number`` is when it is a string."""
    return str(change.record[SERIAL])


def moment() -> Attribute:
    """Declare ``created_at`` or ``updated_at``."""
    return Attribute("datetime", "Rfs")


def reference() -> Attribute:
    """Declare ``reference`` or ``reference_origin``: free text, not unique."""
    return Attribute("string", "CURfs")


def references() -> tuple[Attribute, Attribute]:
    """Declare ``reference`` and ``reference_origin``, which stand side by side."""
    return reference(), reference()


def metadata() -> Attribute:
    """Declare ``metadata``: a free JSON object, replaced as a whole."""
    return Attribute("object", "CURf", initial=lambda _: {})


def event_stores() -> Relationship:
    """Declare the change history that nearly every type links to and none includes."""
    return to_many("event_stores", virtual=True, includable=False)


SYMBOLS: Mapping[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


def _amount(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _formatted(record: Record, cents_name: str) -> str | None:
    """Return an amount as the vendor prints it: ``€10,00``, ``$34.80`` (conventions §3)."""
    cents = record.get(cents_name)
    if cents is None:
        return None
    currency = record.get("currency_code") or "EUR"
    whole, fraction = divmod(abs(cents), 100)
    thousands, point = (".", ",") if currency == "EUR" else (",", ".")
    sign = "-" if cents < 0 else ""
    number = f"{whole:,}".replace(",", thousands)
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{number}{point}{fraction:02d}"
