"""Records that satisfy a condition: looked up from the records on, not among all others."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.storage.base import Partition, Record
from mockserver.storage.conditions import All, Any_, Compare, Condition, Not, Related
from mockserver.storage.matching import matcher

Records = Sequence[Record]


def holds(partition: Partition, record: Record, condition: Condition) -> bool:
    """Say whether the record satisfies the condition; see :func:`holding`."""
    return bool(holding(partition, (record,), condition))


def holding(partition: Partition, records: Records, condition: Condition) -> Records:
    """Return the records that satisfy the condition, in order; they need not be stored.

    The foreign fields of related conditions hold one id each, as those of restrictions do. The
    number of reads grows with the condition, not with the records.
    """
    if not records:
        return records
    match condition:
        case All(conditions):
            for inner in conditions:
                records = holding(partition, records, inner)
            return records
        case Any_(conditions):
            return _holding_one_of(partition, records, conditions)
        case Not(inner):
            return _others(records, holding(partition, records, inner))
        case Related():
            return _related(partition, records, condition)
    return list(filter(matcher(condition, _unrelated), records))


def _holding_one_of(
    partition: Partition, records: Records, conditions: Sequence[Condition]
) -> Records:
    rest = records
    for inner in conditions:
        rest = _others(rest, holding(partition, rest, inner))
    return _others(records, rest)


def _others(records: Records, without: Records) -> Records:
    """Return the records that are none of some of them."""
    left_out = set(map(id, without))
    return [record for record in records if id(record) not in left_out]


def _related(partition: Partition, records: Records, related: Related) -> Records:
    own = [_ids(record.get(related.local)) for record in records]
    ids = frozenset().union(*own)
    if not ids:
        return []
    found, _ = partition.select(related.type, Compare(related.foreign, "in", ids))
    leading = {other[related.foreign] for other in holding(partition, found, related.condition)}
    return [record for record, its in zip(records, own, strict=True) if its & leading]


def _ids(value: object) -> frozenset[object]:
    """Return the ids in a field: of one that leads nowhere none."""
    return frozenset(value if isinstance(value, list) else [] if value is None else [value])


def _unrelated(related: Related) -> frozenset[object]:
    raise TypeError(related)
