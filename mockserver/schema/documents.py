"""Declarations as schemas of marshmallow-jsonapi: ``dump`` and ``load`` give what the API does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import ValidationError, post_load, pre_load, validates_schema
from marshmallow_jsonapi import Schema
from marshmallow_jsonapi.exceptions import IncorrectTypeError

from mockserver.errors import ErrorObject, Refusal, refusal, violation
from mockserver.schema.casting import is_blank
from mockserver.schema.dumping import links_of, resource_object
from mockserver.schema.fields import LinkageField
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import View
from mockserver.schema.relationships import Relationship
from mockserver.schema.request_documents import creation, update
from mockserver.schema.validations import InvalidError
from mockserver.schema.write_plan import write_plan
from mockserver.storage.base import Record

Document = dict[str, Any]


class WrongTypeError(IncorrectTypeError):  # type: ignore[misc]  # the library is untyped
    """A document is of another type; the message is the error object of the API."""

    def __init__(self, errors: Sequence[ErrorObject]) -> None:
        """Note the one error object there is."""
        super().__init__("{actual}", actual=errors[0]["detail"])
        self._errors = errors

    @property
    def messages(self) -> Document:
        """The errors as the API answers them."""
        return {"errors": list(self._errors)}


class DocumentSchema(Schema):  # type: ignore[misc]  # the library is untyped
    """Schema of the library, in the words of the API: the base of every declaration."""

    class Meta:
        """The options of the library."""

        type_ = "abstract"

    type_: ClassVar[str]
    singleton: ClassVar[str | None] = None
    attributes: ClassVar[Mapping[str, Attribute]]
    relationships: ClassVar[Mapping[str, Relationship]]

    def __init__(
        self,
        *,
        view: View | None = None,
        base_url: str = "",
        meta: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Make a schema for records of the type.

        Args:
            view: what is around the records; without one, members that need more than their record
                are left out.
            base_url: what links begin with; none: that of the view, or nothing.
            meta: what each resource object says of the organization.
            **options: of the library: ``only``, ``exclude``, ``many``, ``partial``.
        """
        self.view = view
        self.base_url = base_url or (view.base_url if view else "")
        self.resource_meta = meta
        super().__init__(**options)

    # --- dump ------------------------------------------------------------------------------------

    def url_of(self, record: Mapping[str, Any]) -> str:
        """Return the URL of a record."""
        return f"{self.base_url}/api/{self.type_}/{record['id']}"

    def links_of(self, record: Record, name: str) -> Document:
        """Return the links of a relationship of a record."""
        return links_of(self.url_of(record), name)

    def get_attribute(self, obj: Record, attr: str, default: Any) -> Any:  # noqa: ARG002
        """Return the stored value: null where there is none."""
        return obj.get(attr)

    def format_items(self, data: Any, many: bool) -> Any:  # noqa: FBT001 - the library's
        """Return resource objects; in a list without what is shown of a single resource alone."""
        if not many:
            return self.format_item(data)
        alone = [
            name for name, field in self.fields.items() if getattr(field.member, "alone", None)
        ]
        return [
            self.format_item({name: value for name, value in item.items() if name not in alone})
            for item in data
        ]

    def format_item(self, item: Mapping[str, Any]) -> Document:
        """Return the resource object of what the fields of a record gave (conventions.md §4)."""
        linked = {n for n in item if isinstance(self.fields[n], LinkageField)}
        attributes = {n: value for n, value in item.items() if n not in linked and n != "id"}
        relationships = {n: value for n, value in item.items() if n in linked}
        return resource_object(
            self.type_,
            item["id"],
            links=None if self.singleton else {"self": self.url_of(item)},
            attributes=attributes or None,
            relationships={} if self.singleton else relationships or None,
            meta=self.resource_meta,
        )

    # --- load ------------------------------------------------------------------------------------

    def _do_load(self, data: Any, **options: Any) -> Any:
        """Return the values a document sets, as records hold them: of a create, or an update.

        Raises:
            ValidationError: with the error objects that the API would answer.
            IncorrectTypeError: likewise; the document is of another type.
        """
        if not isinstance(data, Mapping):
            errors = refusal("BAD_REQUEST", reason="Request must be a hash").errors
            raise ValidationError({"errors": errors})
        return super()._do_load(data, **{**options, "many": False})

    @pre_load(pass_many=True)
    def unwrap_request(self, data: Document, *, partial: bool | None, **_: Any) -> Document:
        """Return the values a document sets, by name, checked for shape and for allowed members."""
        access = self.view.access if self.view else None
        unwrapped = update if partial else creation
        try:
            values = unwrapped(data, type(self), access)
            for name in values.names() - self.load_fields.keys():
                raise refusal("PARAM_NOT_ALLOWED", name=name)
        except Refusal as refused:
            if refused.errors[0]["code"] == "INVALID_RESOURCE":
                raise WrongTypeError(refused.errors) from None
            raise ValidationError(list(refused.errors)) from None
        return {**values.attributes, **values.linkages}

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def require_present(
        self, data: Document, original: Document, *, partial: bool | None, **_: Any
    ) -> None:
        """Refuse nothing where a linkage has to be, or where other values ask for something.

        An update may leave out both; what its other values are is not known here.
        """
        plan = write_plan(type(self))  # type: ignore[arg-type]  # a class can be hashed
        sent = original["data"].get("attributes", {})
        unset = {n: initial for n, initial in plan.initial.items() if not callable(initial)}
        record = {**unset, **sent, **self.as_stored(data)}
        names = data.keys() if partial else self.load_fields.keys() - (sent.keys() - data.keys())
        # An email address may link the customer that has it: who has it, is not known here.
        names -= {a.path[0] for n, a, _ in plan.effects if a.path and n in data}
        blank = [n for n, a in plan.required if not partial and self._is_blank(a, record)]
        blank += [
            name
            for name, relationship in plan.needed
            if self._is_unlinked(relationship, record, is_update=bool(partial))
        ]
        messages = {name: InvalidError("blank").messages for name in blank if name in names}
        if messages:
            raise ValidationError(messages)

    def _is_blank(self, attribute: Attribute, record: Record) -> bool:
        """Say whether there is nothing where other values ask for something."""
        presence = attribute.presence
        if not callable(presence):
            return False
        return is_blank(record.get(attribute.name)) and presence(record, self._setting)

    def _is_unlinked(self, member: Relationship, record: Record, *, is_update: bool) -> bool:
        """Say whether a linkage leads nowhere that has to lead somewhere."""
        presence = member.presence
        if record.get(member.field) or not self._leads_somewhere(member):
            return False
        if callable(presence):
            return not is_update and presence(record, self._setting)
        return presence

    def _setting(self, name: str) -> Any:
        """Return a setting of the organization; without a view, none is made."""
        return self.view.engine.setting(name) if self.view else None

    def _leads_somewhere(self, relationship: Relationship) -> bool:
        """Say whether there can be a record to link; without a view, the declaration says so."""
        return not self.view or any(t in self.view.engine.registry for t in relationship.types)

    @post_load
    def as_stored(self, data: Document, **_: Any) -> Document:
        """Return the values by the fields that records hold them in."""
        stored: Document = {}
        for name, value in data.items():
            is_linkage = isinstance(self.fields[name], LinkageField)
            stored.update(value if is_linkage else {name: value})
        return stored

    def format_errors(self, errors: Any, many: bool) -> Document:  # noqa: FBT001 - the library's
        """Return the error objects, in wire order."""
        if isinstance(errors, Mapping):
            errors = {name: errors[name] for name in self.fields if name in errors}
        formatted: Document = super().format_errors(errors, many)
        return formatted

    def format_error(
        self,
        field_name: str,
        message: Mapping[str, Any],
        index: int | None = None,  # noqa: ARG002 - the library's
    ) -> ErrorObject:
        """Return the error object of a broken rule (conventions.md §16.2)."""
        meta = dict(message)
        is_linkage = isinstance(self.fields[field_name], LinkageField)
        return violation(field_name, meta.pop("error"), relationship=is_linkage, **meta)
