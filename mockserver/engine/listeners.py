"""Listeners to the events and changes in the organizations of a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mockserver.engine.record_store import RecordStore
from mockserver.engine.tenant import Defaults
from mockserver.storage.base import Record


@dataclass(slots=True)
class EventListeners(Defaults):
    """The listeners of a server, called inside the transaction of what they are told of.

    Attributes:
        owner_gone: called with the type and id of a resource owner whose sessions end.
        announced: called with the record of each event that is announced.
        stored: by type: called with what a record was and what it has become.
        scheduled: called when there is something to do later, once that is stored.
    """

    owner_gone: list[Callable[[RecordStore, str, str], None]] = field(default_factory=list)
    announced: list[Callable[[RecordStore, Record], None]] = field(default_factory=list)
    stored: dict[str, list[Callable[[RecordStore, Record | None, Record | None], None]]] = field(
        default_factory=dict
    )
    scheduled: list[Callable[[], None]] = field(default_factory=list)
