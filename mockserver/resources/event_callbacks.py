"""Event callbacks (contract: neighbours.md §19, customers.md §16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from orjson import loads

from mockserver.schema.protocols import Target, View
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
)
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING

#: How many callbacks are the last ones.
LAST = 10


def last_event_callbacks(linkage: str) -> Relationship:
    """Declare ``last_event_callbacks`` of the records that callbacks are linked to so."""

    def last(record: Record, view: View) -> Sequence[Target]:
        found = view.pointing_at(record, "event_callbacks", linkage)
        return [("event_callbacks", callback["id"]) for callback in found[-LAST:]]

    return to_many("event_callbacks", targets=last)


def sent(record: Record) -> Any:
    """Return the document that was sent; an older version has stored it as such."""
    body = record.get("body")
    return loads(body) if body else record.get("payload")


class EventCallback(Resource, type_="event_callbacks"):
    """One attempt to deliver an event to a webhook; the engine makes them."""

    actions: ClassVar = ("list", "retrieve")
    expendable: ClassVar = EVERYTHING
    limited_by: ClassVar = "deliveries_size"

    callback_url = attribute("string", "Rf")
    signature = attribute("string", "")
    payload = attribute("object", "R", derive=sent)
    response_code = attribute("string", "Rfs")
    response_message = attribute("string", "Rfs")
    base = base_attributes()

    #: A callback outlives its webhook (neighbours.md §43).
    webhook = to_one("webhooks", "fs", required=True, on_delete="keep")
    event_stores = event_stores()
    event = to_one("events", hidden=True, on_delete="keep")
    #: What was sent, as text: the delivery has the same, and neither takes the room of the other.
    body = internal("string")
