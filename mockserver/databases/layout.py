"""Layout of a database: made, and brought up to date, by whoever opens it.

What an older mockserver needs stays as it is: only tables, indexes and columns are added. A change
that it could not live with raises ``READABLE_BY``, and an older one then does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from zlib import crc32

from sqlalchemy import Connection, FromClause, text

from mockserver.databases.dialect import Dialect
from mockserver.databases.tables import MOMENTS, OTHERS, Tables
from mockserver.storage.base import Indexes, Schema, StorageError

#: The version of this layout, and the oldest mockserver, by its own version, that works with it.
VERSION = 1
READABLE_BY = 1
VERSIONS = "mockserver"
#: What there is besides records.
BOOKKEEPING = {
    VERSIONS: "version integer NOT NULL PRIMARY KEY, readable_by integer NOT NULL",
    "layouts": "fingerprint text NOT NULL PRIMARY KEY",
    "partitions": (
        "id {identity}, organization text NOT NULL, mode text NOT NULL, UNIQUE (organization, mode)"
    ),
    "numbers": (
        "partition integer NOT NULL, type text NOT NULL, last bigint NOT NULL, "
        "PRIMARY KEY (partition, type)"
    ),
}
VERSION_MADE = text(
    "INSERT INTO mockserver (version, readable_by) VALUES (:own, :by) "
    "ON CONFLICT (version) DO NOTHING"
)
LAYOUT_MADE = text("INSERT INTO layouts (fingerprint) VALUES (:fingerprint)")
IS_MADE = text("SELECT 1 FROM layouts WHERE fingerprint = :fingerprint")
INDEX = "CREATE INDEX {{name}} ON {{table}} {0}"
CONSTRAINT = "ALTER TABLE {{table}} ADD CONSTRAINT {{name}} {0}"


def bring_up_to_date(dialect: Dialect, schema: Schema, tables: Tables) -> None:
    """Make what is missing: all of it or nothing, by one process at a time.

    Raises:
        StorageError: the layout is one that this mockserver does not know.
    """
    fingerprint = _fingerprint(dialect, schema)
    with dialect.engine.connect() as connection:
        if _is_made(connection, dialect.existing(connection), fingerprint):
            return
        with dialect.changing(connection):
            there = dialect.existing(connection)
            if _is_made(connection, there, fingerprint):
                return
            dialect.change(connection, _missing(dialect, schema, tables, there))
            own = {"own": VERSION, "by": READABLE_BY, "fingerprint": fingerprint}
            connection.execute(VERSION_MADE, own)
            connection.execute(LAYOUT_MADE, own)


def _fingerprint(dialect: Dialect, schema: Schema) -> str:
    """Return a text that is another one for another layout."""
    wanted = sorted((type_, repr(indexes)) for type_, indexes in schema.items())
    return sha256(repr((VERSION, dialect.peculiar, wanted)).encode()).hexdigest()


def _is_made(connection: Connection, there: set[str], fingerprint: str) -> bool:
    """Say whether somebody has made this layout, after having looked whether it is known."""
    if VERSIONS not in there:
        return False
    _check_version(connection)
    return connection.execute(IS_MADE, {"fingerprint": fingerprint}).scalar() is not None


def _check_version(connection: Connection) -> None:
    found = connection.exec_driver_sql("SELECT version, readable_by FROM mockserver")
    for version, readable_by in found:
        if readable_by > VERSION:
            message = (
                f"the database is of version {version}, which a mockserver of version "
                f"{readable_by} or later works with; this one is of version {VERSION}."
            )
            raise StorageError(message)


def _missing(dialect: Dialect, schema: Schema, tables: Tables, there: set[str]) -> Iterator[str]:
    """Yield the statements that make what is not there."""
    for name, columns in BOOKKEEPING.items():
        if name not in there:
            yield f"CREATE TABLE {name} ({columns.format(identity=dialect.identity)})"
    if OTHERS not in there:
        key = "PRIMARY KEY (partition, type, id)"
        yield f"CREATE TABLE {OTHERS} (type text NOT NULL, {dialect.definition}, {key})"
    for type_ in tables.own():
        row, _ = tables.stored(type_)
        table = row.name
        if table not in there:
            yield f"CREATE TABLE {table} ({dialect.definition}, PRIMARY KEY (partition, id))"
            yield from _moved(type_, table)
        for definition in _definitions(dialect, row, schema[type_]):
            name = _name(table, definition)
            if name not in there:
                yield definition.format(name=name, table=table)


def _moved(type_: str, table: str) -> Iterator[str]:
    """Yield the statements that move records of a type nobody knew when they were stored."""
    columns = "partition, id, serial, document"
    of_type = f"FROM {OTHERS} WHERE type = '{type_}'"
    yield f"INSERT INTO {table} ({columns}) SELECT {columns} {of_type}"
    yield f"DELETE {of_type}"


def _definitions(dialect: Dialect, row: FromClause, indexes: Indexes) -> Iterator[str]:
    """Yield the statements that make the indexes and constraints of a table."""
    yield INDEX.format("(partition, serial)")
    for field, known in {**MOMENTS, **indexes.fields}.items():
        for behind in dialect.indexed(row, field, known):
            yield INDEX.format(behind)
    alone = [(field,) for field, known in indexes.fields.items() if known.unique]
    for fields in (*alone, *indexes.unique_together):
        if unique := dialect.unique(row, fields, blank=len(fields) > 1):
            yield CONSTRAINT.format(unique)


def _name(table: str, definition: str) -> str:
    """Return the name of an index, which says what it is: another one has another name."""
    return f"{table}_{crc32(definition.encode()):08x}"
