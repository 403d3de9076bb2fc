"""Partitions and their transactions as TinyDB tables: names, and the content of a batch.

A table ``organization/mode/type`` holds the records of one type of one partition; the table
``partitions`` names the partitions themselves, ``numbers`` holds the last number of each type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from mockserver.storage.base import Changes, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Tables = dict[str, dict[str, Record]]
Documents = dict[str, Record | None]
#: What one transaction changes: by table and id the new record, ``None`` for what goes.
Batch = dict[str, Documents | None]

PARTITIONS = "partitions"
NUMBERS = "numbers"
BOOKKEEPING = frozenset({PARTITIONS, NUMBERS})


def partition_name(organization: str, mode: str) -> str:
    """Return the first part of the name of each of the partition's tables."""
    return f"{quote(organization, safe='')}/{quote(mode, safe='')}"


def partition_key(name: str) -> tuple[str, str]:
    """Return the organization and the mode that gave the name."""
    organization, mode = name.split("/")
    return unquote(organization), unquote(mode)


def table_name(partition: str, type_: str) -> str:
    """Return the name of the table of one type."""
    return f"{partition}/{quote(type_, safe='')}"


def table_key(name: str) -> tuple[str, str]:
    """Return the partition's name and the type that gave the name."""
    partition, _, type_ = name.rpartition("/")
    return partition, unquote(type_)


def emptied(tables: Tables, partitions: Iterable[str]) -> Batch:
    """Return the batch that removes every record and number of the partitions."""
    prefixes = tuple(f"{name}/" for name in partitions)
    batch: Batch = {name: None for name in tables if name.startswith(prefixes)}
    numbers = [name for name in tables.get(NUMBERS, ()) if name.startswith(prefixes)]
    return {**batch, NUMBERS: dict.fromkeys(numbers)} if numbers else batch


def batch_of(changes: Changes, tables: Tables, partition: str) -> Batch:
    """Return the changes of a partition's transaction as a batch of the tables."""
    batch = emptied(tables, [partition]) if changes.cleared else {}
    for type_, id_, record in changes.entries:
        _documents(batch, tables, table_name(partition, type_))[id_] = record
    if changes.numbers:
        last = {table_name(partition, t): {"last": n} for t, n in changes.numbers.items()}
        batch[NUMBERS] = {**(batch.get(NUMBERS) or {}), **last}
    return batch


def difference(tables: Tables, wanted: Tables) -> Batch:
    """Return the transaction that makes the one of the other."""
    batch: Batch = {}
    for name in dict.fromkeys((*tables, *wanted)):
        now, then = tables.get(name, {}), wanted.get(name, {})
        changes: Documents = {id_: then.get(id_) for id_ in (*now, *then)}
        changes = {id_: new for id_, new in changes.items() if new != now.get(id_)}
        if changes:
            batch[name] = changes
    return batch


def _documents(batch: Batch, tables: Mapping[str, Mapping[str, Record]], name: str) -> Documents:
    """Return the table's part; what an emptied table held goes record by record instead."""
    documents = batch.get(name)
    if documents is None:
        removed: Documents = dict.fromkeys(tables[name]) if name in batch else {}
        documents = batch[name] = removed
    return documents
