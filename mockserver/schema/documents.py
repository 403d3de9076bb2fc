"""Declarations as schemas of marshmallow-jsonapi: ``dump`` and ``load`` give what the API does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow_jsonapi import Schema

from mockserver.schema.dumping import resource_object
from mockserver.schema.members import Relationship
from mockserver.schema.protocols import View
from mockserver.storage.base import Record

Document = dict[str, Any]


class DocumentSchema(Schema):  # type: ignore[misc]  # the library is untyped
    """What the declarations have from the library, in the words of the API."""

    class Meta:
        """The options of the library."""

        type_ = "abstract"

    singleton: ClassVar[str | None] = None

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

    def get_attribute(self, obj: Record, attr: str, default: Any) -> Any:  # noqa: ARG002
        """Return what is stored: null where nothing is."""
        return obj.get(attr)

    def format_items(self, data: Any, many: bool) -> Any:  # noqa: FBT001 - the library's
        """Return resource objects; in a list without what is shown of a single resource alone."""
        if not many:
            return self.format_item(data)
        alone = [name for name, field in self.fields.items() if getattr(field, "alone", False)]
        return [
            self.format_item({name: value for name, value in item.items() if name not in alone})
            for item in data
        ]

    def format_item(self, item: Mapping[str, Any]) -> Document:
        """Return the resource object of what the fields of a record gave (conventions.md §4)."""
        linked = {n for n in item if isinstance(self.fields[n], Relationship)}
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
