"""Attributes of a declaration, with the flags of the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal

from marshmallow import ValidationError

from mockserver.access import Access
from mockserver.schema.casting import Caster, CastError, cast
from mockserver.schema.flags import flags_of
from mockserver.schema.personal import Replacement
from mockserver.schema.protocols import Derive, DeriveFrom, Effect, View
from mockserver.schema.validations import Inclusion, InvalidError, Validate
from mockserver.storage.base import Kind, Record

#: Where a record is shown: by itself as it is read, in the answer to its writing, among others.
Place = Literal["read", "written", "among"]
#: What is shown in one place alone, or in two.
Alone = Literal["read", "written"]
Presence = bool | Callable[[Record, Callable[[str], Any]], bool]


class Attribute:
    """One attribute of a resource; ``schema.fields`` makes the library's field of it.

    Attributes:
        name: which it has in its class.
        validators: the rules that hold for each value, and what else the library calls so.
    """

    name = ""

    def __init__(  # noqa: PLR0913 - the words a declaration can say of an attribute
        self,
        kind: Kind,
        flags: str,
        *,
        required: Presence = False,
        unique: bool = False,
        indexed: bool = False,
        enum: Sequence[str] = (),
        also: Sequence[str] = (),
        validate: Validate | Sequence[Validate] = (),
        normalise: Callable[[Any], Any] | None = None,
        initial: Any = None,
        derive: Derive | None = None,
        derive_from: DeriveFrom | None = None,
        delegate: str | None = None,
        effect: Effect | None = None,
        predicates: Sequence[str] = (),
        prohibited: bool = False,
        trigger: bool = False,
        late: bool = False,
        alone: Alone | None = None,
        caster: Caster | None = None,
        stored: bool = False,
        exported: bool = True,
        names: str | None = None,
        secret: bool = False,
        digest: bool = False,
        personal: Replacement | Literal[False] | None = None,
        deprecated: bool = False,
        example: Any = None,
    ) -> None:
        """Declare an attribute; see ``vocabulary.attribute`` for the arguments."""
        rules = [validate] if callable(validate) else list(validate)
        if enum:
            rules.append(Inclusion(frozenset((*enum, *also))))
        self.validators: Sequence[Validate] = rules
        self.kind = kind
        self.flags = flags_of(flags)
        self.presence = required
        self.unique = unique
        self.indexed = unique or indexed
        self.enum = tuple(enum)
        self.normalise = normalise
        self.initial = initial
        self.derive = derive
        self.derive_from = derive_from
        self.path = tuple(delegate.split(".")) if delegate else ()
        self.effect = effect
        self.predicates = frozenset(predicates)
        self.prohibited = self.closed_to_sales_channels = prohibited
        self.trigger = trigger
        #: Whether its effect comes after the checks.
        self.late = late
        #: Where alone it is shown: of its record read by itself, or just written as well.
        self.alone = alone
        self.caster = caster
        self.exported = exported
        #: The type of the record whose id is sent.
        self.names = names
        #: Whether it is shown to nobody who may not read its record, its maker included.
        self.secret = secret
        #: Whether a digest of it is kept, though it is shown to nobody.
        self.digest = digest
        #: What an anonymization makes of it; false: it tells of nobody.
        self.personal = personal
        self.deprecated = deprecated
        #: A value that it may have; ``{}`` in a text stands for something else each time.
        self.example = example
        self._is_kept = stored

    @cached_property
    def stored(self) -> bool:
        """Whether records hold a value under this name."""
        return self._is_kept or not (self.is_computed or self.trigger or self.command)

    @cached_property
    def command(self) -> bool:
        """Whether it is an order to the service rather than data: never stored nor returned."""
        return self.name.startswith("_") and not self.flags.fetchable

    def open_to(self, access: Access) -> bool:
        """Whether the bearer may send it: some members are closed to sales channels."""
        return not (self.closed_to_sales_channels and access.is_sales_channel)

    def cast(self, value: Any) -> Any:
        """Return the value as it is stored: cast, then normalised.

        Raises:
            InvalidError: there is no reading of the value as this kind.
        """
        try:
            value = cast(self.kind, value, self.caster)
        except CastError:
            raise self._invalid(value) from None
        return self.normalise(value) if self.normalise and value is not None else value

    def check(self, value: Any) -> None:
        """Refuse a value that breaks a rule.

        Raises:
            InvalidError: the first rule that it breaks; ``invalid`` for a validator without rules.
        """
        for validator in self.validators:
            try:
                is_refused = validator(value) is False
            except InvalidError:
                raise
            except ValidationError:
                is_refused = True
            if is_refused:
                raise self._invalid(value)

    def _invalid(self, value: Any) -> InvalidError:
        """Return that a value is none; what is never returned, a password, is not repeated."""
        is_shown = self.flags.fetchable or not self.stored
        return InvalidError("invalid", **({"value": value} if is_shown else {}))

    @property
    def is_computed(self) -> bool:
        """Whether documents show something else than what is stored under the name."""
        return bool(self.derive or self.derive_from or self.path)

    def read(self, record: Record, view: View, type_: str) -> Any:
        """Return the value a document shows: stored, computed, or of the record it delegates to."""
        if self.derive:
            return self.derive(record)
        reader = self.reader(type_)
        return reader(record, view) if reader else record.get(self.name)

    def reader(self, type_: str) -> DeriveFrom | None:
        """Return the reader of the value from what is around a record of the type, if so."""
        if not self.path:
            return self.derive_from
        relationship, name = self.path

        def read(record: Record, view: View) -> Any:
            related = view.related(record, relationship, type_)
            return related.get(name) if related else None

        return read
