"""Whether one record satisfies a condition: looked up from the record on, not among all others."""

from __future__ import annotations

from mockserver.storage.base import Partition, Record
from mockserver.storage.conditions import All, Any_, Compare, Condition, Not, Related
from mockserver.storage.matching import matcher


def holds(partition: Partition, record: Record, condition: Condition) -> bool:
    """Say whether the record satisfies the condition; it need not be stored.

    The foreign fields of related conditions hold one id each, as those of restrictions do.
    """
    match condition:
        case All(conditions):
            return all(holds(partition, record, inner) for inner in conditions)
        case Any_(conditions):
            return any(holds(partition, record, inner) for inner in conditions)
        case Not(inner):
            return not holds(partition, record, inner)
        case Related():
            return _is_related(partition, record.get(condition.local), condition)
    return matcher(condition, _unrelated)(record)


def _is_related(partition: Partition, own: object, related: Related) -> bool:
    keys = frozenset(own if isinstance(own, list) else [own] if own is not None else [])
    found, _ = partition.select(related.type, Compare(related.foreign, "in", keys))
    return any(holds(partition, other, related.condition) for other in found)


def _unrelated(related: Related) -> frozenset[object]:
    raise TypeError(related)
