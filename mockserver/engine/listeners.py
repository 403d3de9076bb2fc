"""What all organizations of a server share, and who is told of what happens in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.engine.delays import Delays
from mockserver.engine.preferences import Preferences
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.engine.record_engine import RecordEngine


@dataclass(slots=True)
class Listeners:
    """The listeners of a server, called inside the transaction of what they are told of.

    Attributes:
        pace: how long things take that are done later.
        preferences: what organizations have in common, unless one has it otherwise.
        owner_gone: called with the type and id of a resource owner whose sessions end.
        announced: called with the record of each event that is announced.
        stored: by type: called with what a record was and what it has become.
        scheduled: called when there is something to do later, once that is stored.
    """

    delays: Delays = field(default_factory=Delays)
    preferences: Preferences = field(default_factory=Preferences)
    owner_gone: list[Callable[[RecordEngine, str, str], None]] = field(default_factory=list)
    announced: list[Callable[[RecordEngine, Record], None]] = field(default_factory=list)
    stored: dict[str, list[Callable[[RecordEngine, Record | None, Record | None], None]]] = field(
        default_factory=dict
    )
    scheduled: list[Callable[[], None]] = field(default_factory=list)
