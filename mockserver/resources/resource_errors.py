"""Resource errors (contract: commerce.md §23)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class ResourceError(Resource, type_="resource_errors"):
    """Something that went wrong with an order or a return."""

    sample: ClassVar = ("resource",)
    actions: ClassVar = ("list", "retrieve")

    name = attribute("string", "Rfs")
    code = attribute("string", "Rfs")
    message = attribute("string", "Rf")
    base = base_attributes()

    resource = to_one(("orders", "returns"), "R")
    event_stores = event_stores()
