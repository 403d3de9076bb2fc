"""Plain TinyDB's form of records: documents with integer ids, which are their numbers.

The tables are those of ``batches``, but for the names of partitions and of numbered tables, which
stand in the documents: ``{"partitions": {"1": {"name": "acme/test"}}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.access import MODES
from mockserver.storage.base import SERIAL, Record, Storage
from mockserver.storage.batches import (
    BOOKKEEPING,
    NUMBERS,
    PARTITIONS,
    Tables,
    partition_key,
    partition_name,
    table_key,
    table_name,
)
from mockserver.storage.memory import copy_record

#: The member that has what such a document is called by.
NAME = "name"
#: What TinyDB makes without being asked for it.
UNUSED: tuple[str, dict[str, Record]] = ("_default", {})
_FORM = "those of a sandbox are called ORGANIZATION/MODE/TYPE"


def plain(tables: Tables) -> Tables:
    """Return copies of the documents under integer ids.

    Raises:
        KeyError: a record has no number.
    """
    return {name: dict(_numbered(name, documents)) for name, documents in tables.items()}


def _numbered(name: str, documents: Mapping[str, Record]) -> Iterator[tuple[str, Record]]:
    for position, (key, document) in enumerate(documents.items(), 1):
        if name in BOOKKEEPING:
            yield str(position), {NAME: key, **document}
        else:
            yield str(document[SERIAL]), copy_record(document)


def tables_of(found: Any) -> Tables:
    """Return the tables that plain ones stand for; tables without documents are left out.

    Args:
        found: what TinyDB writes, or what else a file may hold.

    Raises:
        ValueError: it is not what a sandbox holds; the text says what and where.
    """
    if not isinstance(found, Mapping):
        message = "TinyDB writes an object of tables"
        raise ValueError(message)  # noqa: TRY004 - of a value that was read, not of an argument
    found = {name: held for name, held in found.items() if (name, held) != UNUSED}
    return {
        name: documents for name, held in found.items() if (documents := _documents(name, held))
    }


def _documents(table: str, documents: Any) -> dict[str, Record]:
    _check_name(table)
    if not isinstance(documents, Mapping):
        message = f"the table {table!r} is no object of documents"
        raise ValueError(message)  # noqa: TRY004 - as above
    member = NAME if table in BOOKKEEPING else "id"
    taken: dict[str, Record] = {}
    numbers = set()
    for id_, document in documents.items():
        key, record = _document(f"document {id_} of {table!r}", member, id_, document)
        number = record.get(SERIAL, id_)
        if key in taken or number in numbers:
            message = f"document {id_} of {table!r} has the {member} or {SERIAL} of another one"
            raise ValueError(message)
        taken[key] = record
        numbers.add(number)
    return taken


def _document(where: str, member: str, id_: object, document: Any) -> tuple[str, Record]:
    """Return the name of a document, and the part of it that is stored."""
    if not isinstance(document, Mapping) or not str(id_).isdecimal():
        message = f"{where} is no object under a number"
        raise ValueError(message)
    record = copy_record(dict(document))
    key = record.get(member)
    if not isinstance(key, str) or not key:
        message = f"{where} has no {member}, which is a text"
        raise ValueError(message)
    if member == NAME:
        del record[NAME]
        return key, record
    serial = record.setdefault(SERIAL, int(str(id_)))
    if type(serial) is not int or serial < 1:
        message = f"{where} has a {SERIAL} that is no number of a record"
        raise ValueError(message)
    return key, record


def _check_name(table: str) -> None:
    if table in BOOKKEEPING:
        return
    try:
        partition, _ = table_key(table)
        _, mode = partition_key(partition)
    except ValueError:
        mode = ""
    if mode not in MODES:
        message = f"there is a table {table!r}; {_FORM}"
        raise ValueError(message)


def check_partitions(tables: Tables, essential: Iterable[str]) -> None:
    """Make sure that every organization has both modes, and in them what is essential.

    Raises:
        ValueError: something is missing; the text says what.
    """
    modes = {partition_key(name)[0] for name in _partitions(tables)}
    for organization in sorted(modes):
        for mode in MODES:
            for type_ in essential:
                name = table_name(partition_name(organization, mode), type_)
                if name not in tables:
                    message = f"there is no table {name!r}, without which there is no organization"
                    raise ValueError(message)


def _partitions(tables: Tables) -> Iterator[str]:
    yield from tables.get(PARTITIONS, ())
    yield from (table_key(name)[0] for name in tables if name not in BOOKKEEPING)


def tables_in(storage: Storage) -> Tables:
    """Return copies of everything a storage holds: each partition as it is at one moment."""
    tables: Tables = {PARTITIONS: {}, NUMBERS: {}}
    for organization in storage.organizations():
        for mode in MODES:
            name = partition_name(organization, mode)
            partition = storage.partition(organization, mode)
            tables[PARTITIONS][name] = {}
            with partition.transaction():
                for type_ in partition.types():
                    found = partition.select(type_)[0]
                    tables[table_name(name, type_)] = {str(r["id"]): r for r in found}
                for type_, last in partition.numbers().items():
                    tables[NUMBERS][table_name(name, type_)] = {"last": last}
    return tables
