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
    """The listeners of a server; each is called inside the transaction of what it is told of.

    Attributes:
        pace: how long things take that are done later.
        preferences: what organizations have in common, unless one has it otherwise.
        owner_gone: called with the type and id of a resource owner whose sessions end.
        event_told: called with the record of each event that is told of.
        kept: by type: called with what a record was and what it has become.
        job_noted: called when there is something to do later.
    """

    delays: Delays = field(default_factory=Delays)
    preferences: Preferences = field(default_factory=Preferences)
    owner_gone: list[Callable[[RecordEngine, str, str], None]] = field(default_factory=list)
    event_told: list[Callable[[RecordEngine, Record], None]] = field(default_factory=list)
    kept: dict[str, list[Callable[[RecordEngine, Record | None, Record | None], None]]] = field(
        default_factory=dict
    )
    job_noted: list[Callable[[], None]] = field(default_factory=list)
