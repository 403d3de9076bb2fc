"""The steps of records' lives, as the engine has taken them: read from a file and taken again.

Making an order through the engine takes milliseconds; a hundred thousand customers are to be there
in seconds, and fifty before anybody has waited. So what each command of the API, each job and each
placed order changes is found out once, by ``recording.py``, and copied to whatever is seeded: no
status and no stamp of a seeded record is thought up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from mockserver.late_dataclass import dataclass
from mockserver.seeding.dates import spelled, written
from mockserver.storage.base import Record

STEPS = Path(__file__).with_name("steps.json")


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that one command makes to a record.

    Attributes:
        sets: fields that always become the same.
        stamps: fields that become the moment of the step.
        counts: fields that grow by one.
        copies: fields that become what another one is.
        merges: fields that are objects, with the members that always become the same.
        spells: the members of those that become the moment, as ``anonymization_info`` prints it.
        signs: the members of those that become who asked for it.
        events: what is told of, in turn.
    """

    sets: Mapping[str, Any] = field(default_factory=dict)
    stamps: Sequence[str] = ()
    counts: Sequence[str] = ()
    copies: Mapping[str, str] = field(default_factory=dict)
    merges: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    events: Sequence[str] = ()

    def take(self, record: Record, moment: datetime, who: Mapping[str, Any] | None = None) -> None:
        """Change a record as the engine would at this moment.

        Args:
            record: of the type that the step is of, ours to change.
            moment: when it is done.
            who: asks for it, where that is noted.
        """
        record.update(self.sets)
        if self.stamps:
            record.update(dict.fromkeys(self.stamps, written(moment)))
        for name in self.counts:
            record[name] += 1
        for name, other in self.copies.items():
            record[name] = record[other]
        for name, members in self.merges.items():
            spelled_at = dict.fromkeys(self.spells.get(name, ()), spelled(moment))
            signed = dict.fromkeys(self.signs.get(name, ()), who)
            record[name] = {**record[name], **members, **spelled_at, **signed}


@cache
def steps() -> Mapping[str, Mapping[str, Step]]:
    """Return every step there is, by type and name."""
    recorded = orjson.loads(STEPS.read_bytes())
    return {type_: dict(_steps(named)) for type_, named in recorded.items()}


def _steps(named: Mapping[str, Any]) -> Iterator[tuple[str, Step]]:
    for name, members in named.items():
        yield name, Step(**members)
