"""SQLite: the document alone, looked into by its JSON functions, and by ours where it has none.

Null sorts first there, and no index knows better, so that each has another column before the
value: whether it is null.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    create_engine,
    event,
    func,
    literal_column,
    select,
)

from mockserver.databases.dialect import (
    LENIENT,
    SIGNS,
    Beside,
    Dialect,
    Stored,
    Truth,
    Value,
    literal,
)
from mockserver.errors import Refusal
from mockserver.storage.base import Index, Kind, StorageError, UnavailableError
from mockserver.storage.claim import claim
from mockserver.storage.ilike import like
from mockserver.storage.matching import contains
from mockserver.storage.values import key

#: Milliseconds that one process waits for another one that writes.
PATIENCE = 30_000
#: Of a connection: others read while one writes, and what is acknowledged survives a kill.
SETTINGS = (
    "PRAGMA journal_mode = WAL",
    f"PRAGMA busy_timeout = {PATIENCE}",
    "PRAGMA cache_size = -65536",
)
EXISTING = "SELECT name FROM sqlite_master"
PUT = """
INSERT INTO {table} ({key}, id, serial, document) VALUES ({given}, ?, ?, ?)
ON CONFLICT ({key}, id) DO UPDATE SET serial = excluded.serial, document = excluded.document
"""
#: Results of SQLite: https://www.sqlite.org/rescode.html
BUSY, LOCKED = 5, 6
LARGEST = 2**63 - 1
NUMBERS = ("integer", "real")
NESTED = ("object", "array")


class SQLite(Dialect):
    """A file of SQLite, 3.38 or later."""

    definition = """
        partition INTEGER NOT NULL,
        id TEXT NOT NULL,
        serial INTEGER NOT NULL,
        document TEXT NOT NULL"""
    identity = "INTEGER PRIMARY KEY AUTOINCREMENT"
    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        """Be ready to open a file, which is made when it is missing."""
        self._path = path
        self._settings = (*SETTINGS, f"PRAGMA synchronous = {'FULL' if fsync else 'NORMAL'}")
        self._refusals = _Refusals()
        self.engine = create_engine(
            f"sqlite:///{path}",
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=32,
            **LENIENT,
        )
        event.listen(self.engine, "connect", self._told)

    # --- the layout ------------------------------------------------------------------------------

    @contextmanager
    def changing(self, connection: Connection) -> Iterator[None]:
        """Change the layout, all of it or nothing, while nobody else does."""
        connection.exec_driver_sql(self.begin)
        try:
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise

    def change(self, connection: Connection, statements: Iterable[str]) -> None:
        """Do several things, one after the other."""
        for statement in statements:
            connection.exec_driver_sql(statement)

    def claim(self) -> Callable[[], None]:
        """Keep others from opening the file, until what is returned is called."""
        return claim(self._path).release

    def existing(self, connection: Connection) -> set[str]:
        """Return the names of the tables and indexes there are."""
        return set(connection.exec_driver_sql(EXISTING).scalars())

    def indexed(self, row: FromClause, field: str, index: Index) -> Iterator[str]:
        """Yield the definitions of a field's indexes, behind the name of the table."""
        if not index.many:
            parts = (self._nullity(row, field), _value(row, field))
            yield f"(partition, {', '.join(map(self._written, parts))}, serial)"

    def unique(self, row: FromClause, fields: Sequence[str], *, blank: bool) -> None:
        """Return none: who writes has looked, and nobody else writes meanwhile."""

    def _written(self, value: Value) -> str:
        return str(value.compile(self.engine, compile_kwargs={"include_table": False}))

    # --- values ----------------------------------------------------------------------------------

    def id_in(self, row: FromClause, field: str) -> Value:
        """Return a value that is the id of another record, as an index has it."""
        return _value(row, field)

    def id_of(self, row: FromClause) -> Value:
        """Return the id of a record as mere text: what a column is compared with has no index."""
        return super().id_of(row).op("||")(literal(""))

    def id_among(self, row: FromClause, field: str, ids: Select[Any]) -> Truth:
        """Say whether a value is one of the ids that a question returns."""
        return and_(self._is_there(row, field), super().id_among(row, field, ids))

    def is_null(self, row: FromClause, field: str) -> Truth:
        """Say whether there is no value."""
        return self._nullity(row, field) == literal_column("1")

    def _nullity(self, row: FromClause, field: str) -> Value:
        """Return whether there is no value, as it stands in an index."""
        return _value(row, field).is_(None)

    def is_text(self, row: FromClause, field: str, values: Collection[str]) -> Truth:
        """Say whether a value is one of these texts."""
        return self._is(row, field, self.among(_value(row, field), values, str), "text")

    def is_number(self, row: FromClause, field: str, values: Collection[float]) -> Truth:
        """Say whether a value is one of these numbers."""
        given = [_quantity(value) for value in values]
        return self._is(row, field, self.among(_value(row, field), given, float), *NUMBERS)

    def is_boolean(self, row: FromClause, field: str, *, value: bool) -> Truth:
        """Say whether a value is this boolean."""
        is_it = _value(row, field) == int(value)
        return self._is(row, field, is_it, "true" if value else "false")

    def is_nested(self, row: FromClause, field: str, value: Any) -> Truth:
        """Say whether a value is this list or object."""
        is_it = func.mock_key(_written(row, field)) == _key(value)
        return self._is(row, field, is_it, *NESTED)

    def compares(self, row: FromClause, field: str, sign: str, value: Any) -> Truth:
        """Say whether a value is less or greater than this text, number or boolean."""
        kinds: tuple[str, ...] = NUMBERS
        if isinstance(value, str):
            kinds = ("text",)
        elif isinstance(value, bool):
            kinds = ("true", "false")
        if not isinstance(value, str):
            value = _quantity(value)
        compared = _value(row, field).op(SIGNS[sign], is_comparison=True)(value)
        return self._is(row, field, compared, *kinds)

    def is_like(self, row: FromClause, field: str, pattern: str) -> Truth:
        """Say whether a value is a text that fits a pattern, in whatever case."""
        fits = func.mock_like(pattern, _value(row, field), type_=Integer()) == 1
        return self._is(row, field, fits, "text")

    def contains(self, row: FromClause, field: str, part: Any) -> Truth:
        """Say whether a value contains another one."""
        given = orjson.dumps(part).decode()
        has = func.mock_contains(_written(row, field), given, type_=Integer()) == 1
        return self._is(row, field, has, *NESTED)

    def order(
        self,
        row: FromClause,
        field: str,
        kind: Kind | None,  # noqa: ARG002 - numbers sort before texts by themselves
        *,
        descending: bool,
    ) -> Iterator[Value]:
        """Yield the criteria that sort by a field, whose values are of a known kind or of any."""
        for each in (self._nullity(row, field), _value(row, field)):
            yield each.desc() if descending else each

    def among(self, column: Value, values: Collection[Any], type_: type[Any]) -> Truth:  # noqa: ARG002 - it tells kinds apart itself
        """Say whether a column has one of these values, all texts or all numbers."""
        if len(values) == 1:
            return column == bindparam(None, next(iter(values)))
        given = bindparam(None, orjson.dumps(list(values)).decode(), type_=Text())
        each = func.json_each(given).table_valued("value", name="given")
        return column.in_(select(each.c.value))

    def _is(self, row: FromClause, field: str, test: Truth, *kinds: str) -> Truth:
        """Have an index find it, and let no value of another kind pass for one."""
        kind = func.json_type(row.c.document, _path(field))
        given = [literal(each) for each in kinds]
        of_kind = kind == given[0] if len(given) == 1 else kind.in_(given)
        return and_(self._is_there(row, field), test, of_kind)

    def _is_there(self, row: FromClause, field: str) -> Truth:
        return self._nullity(row, field) == literal_column("0")

    def number(self, row: FromClause, *, narrowed: bool) -> Value:
        """Return the number of a record, but not its index, which is taken for the best of all."""
        number = super().number(row, narrowed=narrowed)
        return number + literal_column("0") if narrowed else number

    # --- lists -----------------------------------------------------------------------------------

    def members(self, row: FromClause, field: str) -> Beside:
        """Return the texts of a list of texts."""
        beside = func.json_each(row.c.document, _path(field)).table_valued("value")
        return beside, beside.c.value

    def keys(self, row: FromClause, field: str) -> Beside:
        """Return the key by which a value, or each of a list, is equal to others; none of null."""
        given = func.mock_keys(_written(row, field))
        beside = func.json_each(given).table_valued("value")
        return beside, beside.c.value

    def lists(self, row: FromClause, field: str, texts: Select[Any]) -> Truth:
        """Say whether a list of texts has one of those."""
        beside, each = self.members(row, field)
        return select(literal_column("1")).select_from(beside).where(each.in_(texts)).exists()

    # --- statements ------------------------------------------------------------------------------

    def put(self, connection: Connection, table: str, stored: Sequence[Stored], **key: Any) -> None:
        """Store records, each of another id, in the place of those that have it."""
        names, given = ", ".join(key), ", ".join("?" for _ in key)
        statement = PUT.format(table=table, key=names, given=given)
        connection.exec_driver_sql(statement, [(*key.values(), *each) for each in stored])

    def translated(self, error: Exception) -> Exception:
        """Return the error of the contract in the place of one of the database."""
        if refusal := self._refusals.taken():
            return refusal
        origin = getattr(error, "orig", error)
        code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
        if code in {BUSY, LOCKED}:
            return UnavailableError("The database is busy: another process writes to it.")
        return StorageError(f"{self.engine.url.database} cannot be used: {origin}.")

    def _told(self, connection: Any, _: object) -> None:
        for setting in self._settings:
            connection.execute(setting).close()
        functions: dict[str, tuple[int, Callable[..., Any]]] = {
            "mock_like": (2, _is_like),
            "mock_contains": (2, _contains),
            "mock_key": (1, _key_of),
            "mock_keys": (1, _keys_of),
        }
        for name, (number, function) in functions.items():
            kept = self._refusals.kept(function)
            connection.create_function(name, number, kept, deterministic=True)


class _Refusals(threading.local):
    """A refusal in a function of ours, which the database would hand on as an error of its own."""

    _last: Refusal | None = None

    def kept(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function; a refusal in it is kept for who has asked."""

        @wraps(function)
        def guarded(*given: Any) -> Any:
            try:
                return function(*given)
            except Refusal as refusal:
                self._last = refusal
                raise

        return guarded

    def taken(self) -> Refusal | None:
        """Return and forget the last one."""
        last, self._last = self._last, None
        return last


def _is_like(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and like(pattern)(value)


def _contains(value: str | None, part: str) -> bool:
    return value is not None and contains(orjson.loads(value), orjson.loads(part))


def _key_of(value: str | None) -> str | None:
    return None if value is None else _key(orjson.loads(value))


def _keys_of(value: str | None) -> str:
    given = None if value is None else orjson.loads(value)
    each = given if isinstance(given, list) else [given]
    return orjson.dumps([_key(one) for one in each if one is not None]).decode()


def _key(value: Any) -> str:
    """Return a text that is equal for equal values."""
    own = key(value)
    if isinstance(own, float) and own.is_integer():
        own = int(own)
    return repr(own)


def _quantity(value: float) -> float:
    """Return a number as SQLite takes it."""
    return float(value) if isinstance(value, float) or abs(value) > LARGEST else int(value)


def _path(field: str) -> Value:
    return literal(f'$."{field}"')


def _value(row: FromClause, field: str) -> Value:
    return func.json_extract(row.c.document, _path(field))


def _written(row: FromClause, field: str) -> Value:
    """Return a value as JSON."""
    return row.c.document.op("->")(_path(field))
