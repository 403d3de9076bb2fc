"""Listeners to the events and changes in the organizations of a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from mockserver.engine.furnishing import Furnishing
from mockserver.engine.record_store import RecordStore
from mockserver.engine.tenant import Defaults
from mockserver.late_dataclass import dataclass
from mockserver.schema.service_calls import ServiceCall, ServiceReply
from mockserver.storage.base import Record


def nobody_asks(_: RecordStore, call: ServiceCall) -> ServiceReply:
    """Answer for a service where nothing can be sent."""
    return ServiceReply(failure=f"Nobody is asked for {call.name} here")


@dataclass(slots=True)
class EventListeners(Defaults):
    """The listeners of a server, called inside the transaction of what they are told of.

    Attributes:
        owner_gone: called with the type and id of a resource owner whose sessions end.
        announced: called with the record of each event that is announced.
        stored: by type: called with what a record was and what it has become.
        scheduled: called when there is something to do later, once that is stored.
        furnishing: what the modes of an organization can wait for; ``None``: nothing waits.
        service: called with each call of an external service: sends it, and returns the answer.
    """

    owner_gone: list[Callable[[RecordStore, str, str], None]] = field(default_factory=list)
    announced: list[Callable[[RecordStore, Record], None]] = field(default_factory=list)
    stored: dict[str, list[Callable[[RecordStore, Record | None, Record | None], None]]] = field(
        default_factory=dict
    )
    scheduled: list[Callable[[], None]] = field(default_factory=list)
    furnishing: Furnishing | None = None
    service: Callable[[RecordStore, ServiceCall], ServiceReply] = nobody_asks
