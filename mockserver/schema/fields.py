"""Members of a declaration as fields of the library: what its ``dump`` and ``load`` ask."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, missing
from marshmallow_jsonapi.fields import Relationship as StockRelationship

from mockserver.schema.casting import is_blank
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.validations import InvalidError
from mockserver.storage.base import Record


class AttributeField(fields.Field):
    """An attribute, as the library reads and writes it.

    Attributes:
        member: what is declared.
    """

    def __init__(self, member: Attribute) -> None:
        """Make the field of an attribute."""
        letters = member.flags
        super().__init__(
            validate=member.validators,
            required=member.presence is True and member.initial is None,
            allow_none=True,
            load_only=not letters.fetchable,
            dump_only=not (letters.creatable or letters.updatable),
        )
        self.member = member

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return self.member.cast(value)

    def _validate_missing(self, value: Any) -> None:
        """Refuse nothing where there has to be something, whatever else is sent.

        Raises:
            InvalidError: ``blank``.
        """
        is_missing = value is missing and self.member.initial is None
        if self.member.presence is True and (is_missing or value is None):
            raise InvalidError("blank")

    def _validate(self, value: Any) -> None:
        """Hold a value to its rules once it is cast: text that is blank may be no value at all."""
        if is_blank(value):
            self._validate_missing(None)
        else:
            self.member.check(value)

    def _serialize(self, value: Any, attr: str | None, obj: Record, **_: Any) -> Any:  # noqa: ARG002 - the library's
        """Return the value a document shows, nothing where the schema lacks the view it takes."""
        schema: Any = self.parent
        if self.member.derive:
            return self.member.derive(obj)
        reader = self.member.reader(schema.type_)
        if reader is None:
            return value
        return reader(obj, schema.view) if schema.view else missing


class LinkageField(StockRelationship):  # type: ignore[misc]  # the library is untyped
    """A relationship, as the library reads and writes it.

    Attributes:
        member: what is declared.
    """

    def __init__(self, member: Relationship) -> None:
        """Make the field of a relationship."""
        type_ = member.types[0] if member.types else "any"
        super().__init__(many=member.many, type_=type_, load_only=member.hidden, allow_none=True)
        self.member = member

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """Return the fields a record holds of a linkage; nothing of one that is missing."""
        return value if value is missing else self.member.assignment(value)

    def serialize(self, attr: str, obj: Record, *_: Any, **__: Any) -> Any:
        """Return the relationship object: its links."""
        return {"links": self.parent.links_of(obj, attr)}


def field_of(member: Attribute | Relationship) -> AttributeField | LinkageField:
    """Return the field of a member."""
    if isinstance(member, Relationship):
        return LinkageField(member)
    return AttributeField(member)
