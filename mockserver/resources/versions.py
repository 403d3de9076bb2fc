"""Versions (contract: neighbours.md §22): withdrawn for event stores, so there are none."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
)


class Version(Resource):
    """A change of a record as it used to be told; nothing makes one."""

    class Meta:
        """The type."""

        type_ = "versions"

    actions: ClassVar = ("list", "retrieve")

    item_type = attribute("string", "")
    resource_type = attribute("string", "Rf")
    resource_id = attribute("string", "Rf")
    event = attribute("string", "R")
    ip_address = attribute("string", "")
    user_agent = attribute("string", "")
    uuid = attribute("string", "")
    changes = attribute("object", "R")
    who = attribute("object", "R")
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    event_stores = event_stores()
