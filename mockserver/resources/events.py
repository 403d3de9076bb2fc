"""Events (contract: neighbours.md §18, customers.md §16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from mockserver.resources.event_callbacks import last_event_callbacks
from mockserver.schema.protocols import Change, Target, View
from mockserver.schema.vocabulary import (
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
from mockserver.storage.base import Record


def announce_again(change: Change, _: Any) -> None:
    """Tell the webhooks of the event once more, as things are now."""
    change.after(lambda: change.engine.announce(change.record))


def subscribed(record: Record, view: View) -> Sequence[Target]:
    """Return the webhooks of the topic, disabled ones too."""
    found = view.pointing_at(record, "webhooks", "topic", own="name")
    return [("webhooks", webhook["id"]) for webhook in found]


class Event(Resource):
    """A topic that was fired on a record; the engine makes them."""

    class Meta:
        """The type."""

        type_ = "events"

    actions: ClassVar = ("list", "retrieve", "update")

    name = attribute("string", "Rfs")
    _trigger = trigger(announce_again, prohibited=True)
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    webhooks = to_many("webhooks", targets=subscribed)
    last_event_callbacks = last_event_callbacks("event")
    event_stores = event_stores()
    #: What it happened to; an event outlives its record.
    resource = to_one((), hidden=True, on_delete="keep")
