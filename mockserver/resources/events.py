"""Events (contract: neighbours.md §18, customers.md §16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from mockserver.resources.event_callbacks import last_event_callbacks
from mockserver.schema.protocols import Change, Target, View
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING


def announce_again(change: Change, _: Any) -> None:
    """Tell the webhooks of the event once more, as things are now."""
    change.after(lambda: change.engine.announce(change.record))


def subscribed(record: Record, view: View) -> Sequence[Target]:
    """Return the webhooks of the topic, disabled ones too."""
    found = view.pointing_at(record, "webhooks", "topic", own="name")
    return [("webhooks", webhook["id"]) for webhook in found]


class Event(Resource, type_="events"):
    """A topic that was fired on a record; the engine makes them."""

    actions: ClassVar = ("list", "retrieve", "update")
    expendable: ClassVar = EVERYTHING

    name = attribute("string", "Rfs")
    _trigger = trigger(announce_again, prohibited=True)
    base = base_attributes()

    webhooks = to_many("webhooks", targets=subscribed)
    last_event_callbacks = last_event_callbacks("event")
    event_stores = event_stores()
    #: What it happened to; an event outlives its record.
    resource = to_one((), hidden=True, on_delete="keep")
