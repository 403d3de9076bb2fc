"""Holdings: how many records there are, as lines of metrics.

A scrape must not cost what the worlds of a test run cost: the lines of what has as many records
as the last time are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.access import MODES, Mode
from mockserver.engine.organization import Organization
from mockserver.situations.snapshots import TOKENS
from mockserver.storage.base import Partition
from mockserver.traffic.metrics import escaped

NAME = "mockserver_records"


class Holdings:
    """The lines of every organization, by mode."""

    def __init__(self) -> None:
        """Start with none."""
        self._known: Mapping[tuple[Organization, Mode], tuple[Mapping[str, int], str]] = {}

    def lines(self, organizations: Iterable[Organization]) -> list[str]:
        """Return the lines of these organizations, those of a mode as one text."""
        known = {}
        for organization in organizations:
            for mode in MODES:
                place = organization, mode
                counts = held(organization.partitions[mode])
                before = self._known.get(place)
                if before is None or before[0] != counts:
                    before = counts, _text(organization.slug, mode, counts)
                known[place] = before
        self._known = known
        return [text for _, text in known.values() if text]


def held(partition: Partition) -> Mapping[str, int]:
    """Return how many records a partition holds, by type; what waits to be made is none yet."""
    counts = getattr(partition, "counts", None)
    if counts is None:
        return {type_: partition.count(type_) for type_ in partition.types()}
    found: Mapping[str, int] = counts()
    return found


def _text(slug: str, mode: Mode, counts: Mapping[str, int]) -> str:
    labels = f'organization="{escaped(slug)}",mode="{mode}"'
    return "\n".join(
        f'{NAME}{{{labels},type="{escaped(type_)}"}} {count}'
        for type_, count in sorted(counts.items())
        if type_ not in TOKENS
    )
