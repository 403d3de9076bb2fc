"""Events (contract: neighbours.md §18, customers.md §16)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.resources.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_many,
    to_one,
    trigger,
)


class Event(Resource):
    """A topic that was fired on a record; the engine makes them."""

    class Meta:
        """The type."""

        type_ = "events"

    actions: ClassVar = ("list", "retrieve", "update")

    name = attribute("string", "Rfs")
    _trigger = trigger(prohibited=True)
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    webhooks = to_many("webhooks", virtual=True)
    last_event_callbacks = to_many("event_callbacks", virtual=True)
    event_stores = event_stores()
    #: What it happened to; an event outlives its record.
    resource = to_one((), hidden=True, on_delete="keep")
