"""Schemas of the stored records of each type: checked whenever one comes in past the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import declarations, derived, is_view
from mockserver.schema.casting import CastError, cast, is_blank
from mockserver.schema.internals import Internal
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.validations import Validation
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Kind

MOMENTS = frozenset({"created_at", "updated_at"})
Test = Callable[[Any], bool]

#: The JSON values of each kind; the API's casts are kinder than a tester wants them to be.
KINDS: Mapping[Kind, Test] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "datetime": lambda value: isinstance(value, str) and cast("datetime", value) is not None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


class Misfit(ValueError):  # noqa: N818 - what the value is
    """A value that a record cannot hold; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """Schema of one field of a record.

    Attributes:
        kind: of its JSON value.
        required: whether it must be there, and never null.
        enum: one of these.
        blank: whether a blank text is as good as one of them, as it is to the API.
        initial: a value that it may have whatever its kind: the vendor's own oddities.
        empty: whether it is a command, of which nothing is stored.
        normalise: how a value is stored.
        rules: what it satisfies besides.
        digest: whether it is the digest of what was sent.
    """

    kind: Kind
    required: bool = False
    enum: tuple[str, ...] = ()
    blank: bool = False
    initial: Any = None
    empty: bool = False
    normalise: Callable[[Any], Any] | None = None
    rules: Sequence[Validation] = ()
    digest: bool = False

    def taken(self, value: Any) -> Any:
        """Return a value as it is stored.

        Raises:
            Misfit: it is none.
        """
        if value is None and not self.required:
            return None
        if type(value) is type(self.initial) and value == self.initial:
            return value
        problem = self._problem(value)
        if problem:
            raise Misfit(problem)
        stored = cast(self.kind, value) if self.kind in ("array", "datetime") else value
        return self.normalise(stored) if self.normalise else stored

    def _problem(self, value: Any) -> str | None:
        if value is None:
            return "Never null."
        if self.empty:
            return "A command: nothing of it is stored."
        try:
            cast(self.kind, value)
            fits = KINDS[self.kind](value) and not any(r.broken(value) for r in self.rules)
        except CastError:
            fits = False
        if not fits:
            return f"Not a value of kind {self.kind}, or beyond what it holds."
        if self.enum and value not in self.enum and not (self.blank and is_blank(value)):
            return f"Not one of: {', '.join(self.enum)}."
        return None

    @classmethod
    def of(cls, attribute: Attribute) -> Field:
        """Return the schema of a declared attribute; null only where the API could make it so."""
        flags = attribute.flags
        open_ = flags.creatable or flags.updatable
        return cls(
            attribute.kind,
            required=attribute.name in MOMENTS or (attribute.initial is not None and not open_),
            enum=attribute.enum,
            blank=open_ and not attribute.presence,
            initial=attribute.initial,
            empty=bool(attribute.effect) and not flags.fetchable and not attribute.digest,
            normalise=attribute.normalise,
            digest=attribute.digest,
        )

    @classmethod
    def of_internal(cls, name: str, internal: Internal) -> Field:
        """Return the schema of a member that no document shows."""
        required = internal.required or name in MOMENTS
        return cls(internal.kind, required, tuple(internal.enum), rules=internal.rules)


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """Schema of the stored records of one type.

    Attributes:
        type_: the type.
        resource: its declaration.
        fields: by name, beside the id and the linkages.
        linkages: the stored relationships, hidden ones included.
        uniques: groups of fields that are unique together; the last one is blamed.
    """

    type_: str
    resource: type[Resource]
    fields: Mapping[str, Field]
    linkages: Mapping[str, Relationship]
    uniques: tuple[tuple[str, ...], ...]

    @property
    def required(self) -> list[str]:
        """The fields that no document shows and that must be there."""
        return [name for name, field in self.resource.internals.items() if field.required]


def known_record_schemas() -> list[str]:
    """Return the types whose records come and go."""
    return sorted(
        type_
        for type_, resource in declarations().items()
        if resource.portable and not is_view(type_)
    )


@derived
def record_schema(type_: str) -> RecordSchema | None:
    """Return the schema of a type's records, ``None`` for a name that is no type."""
    resource = declarations().get(type_)
    if resource is None or not resource.portable:
        return None
    stored = {n: a for n, a in resource.attributes.items() if a.stored and n != "id"}
    members = {**resource.relationships, **resource.hidden}
    return RecordSchema(
        type_,
        resource,
        {
            **{name: Field.of(attribute) for name, attribute in stored.items()},
            **{name: Field.of_internal(name, i) for name, i in resource.internals.items()},
        },
        {name: member for name, member in members.items() if member.stored},
        (*((n,) for n, a in stored.items() if a.unique), *resource.uniques),
    )
