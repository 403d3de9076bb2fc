"""PostgreSQL: JSONB beside the document, and indexes of what is in it.

What sorts does so by bytes, which in UTF-8 is by code point, whatever the database is set to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import cache, partial
from typing import Any
from zlib import crc32

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Connection,
    FromClause,
    Numeric,
    Select,
    Text,
    TextClause,
    and_,
    any_,
    bindparam,
    case,
    cast,
    collate,
    column,
    create_engine,
    event,
    func,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

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
from mockserver.databases.folding import FOLDED, UNFOLDED, fold
from mockserver.effort import EXCESS
from mockserver.errors import refusal
from mockserver.storage.base import (
    FileInUseError,
    Index,
    Kind,
    NotUniqueError,
    StorageError,
    UnavailableError,
)

#: How much of a text stands in an index, whose rows are limited.
CUT = 256
#: What a session is told; a question that takes longer is refused.
SETTINGS = "SET statement_timeout = '30s'; SET jit = off; SET client_min_messages = warning"
#: The lock on the layout.
LAYOUT_LOCK = 0x6D6F636B
#: The lock of who has it open, and how long it is waited for.
CLAIM_LOCK = LAYOUT_LOCK + 1
MOMENT = "3s"
#: Of the letters that are known by now: another Python may know others, and has its own.
FOLD = f"mockserver_fold_{crc32((UNFOLDED + FOLDED).encode()):08x}"
#: ASCII, as most texts are, is not looked up letter by letter.
FOLD_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FOLD}(given text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF octet_length(given) = length(given) THEN RETURN lower(given COLLATE "C"); END IF;
  RETURN translate(lower(given COLLATE "C"), '{UNFOLDED}', '{FOLDED}');
END $$
"""
TRIGRAMS = """
SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'pg_trgm'
"""
EXISTING = """
SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
"""
PUT = """
INSERT INTO {table} ({key}, id, serial, document)
SELECT {given}, id, serial, document FROM unnest(
  CAST(:ids AS text[]), CAST(:serials AS bigint[]), CAST(:documents AS text[])
) AS given (id, serial, document)
ON CONFLICT ({key}, id) DO UPDATE SET serial = excluded.serial, document = excluded.document
"""
SCALARS = tuple(map(literal, ("string", "number", "boolean")))
ARRAYS: Mapping[type[Any], ARRAY[Any]] = {
    str: ARRAY(Text()),
    int: ARRAY(BigInteger()),
    Decimal: ARRAY(Numeric()),
}
#: SQLSTATEs, or classes of them: https://www.postgresql.org/docs/current/errcodes-appendix.html
NOT_UNIQUE = frozenset({"23505", "23P01"})
TOO_MUCH = frozenset({"57014", "54001", "54000"})
GONE = ("08", "57P", "40", "55P03", "53300", "25006")


class PostgreSQL(Dialect):
    """A PostgreSQL server, 15 or later."""

    columns = (*Dialect.columns, "body")
    definition = """
        partition integer NOT NULL,
        id text COLLATE "C" NOT NULL,
        serial bigint NOT NULL,
        document text NOT NULL,
        body jsonb NOT NULL GENERATED ALWAYS AS
            (replace(document, '\\u0000', '\\ufffd')::jsonb) STORED"""
    identity = "integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY"
    peculiar = FOLD
    for_update = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        """Be ready to connect to a database.

        Raises:
            StorageError: it is no URL.
        """
        try:
            where = make_url(url).set(drivername="postgresql+psycopg")
        except (ArgumentError, ValueError) as error:
            message = "the database has to be named as postgresql://USER:PASSWORD@HOST/DATABASE."
            raise StorageError(message) from error
        self.engine = create_engine(
            where,
            isolation_level="AUTOCOMMIT",
            pool_size=8,
            max_overflow=32,
            connect_args={"connect_timeout": 5},
            **LENIENT,
        )
        event.listen(self.engine, "connect", _told)
        self._trigrams: str | None = None

    # --- the layout ------------------------------------------------------------------------------

    @contextmanager
    def changing(self, connection: Connection) -> Iterator[None]:
        """Change the layout, all of it or nothing, while nobody else does."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            message = f"the database is encoded in {encoding}; it has to be made with UTF8."
            raise StorageError(message)
        with suppress(DBAPIError):  # it may not be there, or not be ours to add
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        connection.exec_driver_sql("BEGIN")
        try:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LAYOUT_LOCK})")
            self._trigrams = connection.exec_driver_sql(TRIGRAMS).scalar()
            connection.exec_driver_sql(FOLD_FUNCTION.replace("%", "%%"))
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise

    def change(self, connection: Connection, statements: Iterable[str]) -> None:
        """Do several things at once."""
        if together := ";\n".join(statements):
            connection.exec_driver_sql(together.replace("%", "%%"))

    def claim(self) -> Callable[[], None]:
        """Keep others from opening the database, until what is returned is called.

        A process that was killed may still have it for a moment.
        """
        connection = self.engine.connect()
        try:
            connection.exec_driver_sql(f"SET lock_timeout = '{MOMENT}'")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({CLAIM_LOCK})")
            connection.exec_driver_sql("RESET lock_timeout")
        except OperationalError as error:
            connection.close()
            message = f"{self.engine.url.render_as_string()} is in use by another mockserver."
            raise FileInUseError(message) from error
        return partial(_given_up, connection)

    def existing(self, connection: Connection) -> set[str]:
        """Return the names of the tables, indexes and constraints there are."""
        return set(connection.exec_driver_sql(EXISTING).scalars())

    def indexed(self, row: FromClause, field: str, index: Index) -> Iterator[str]:
        """Yield the definitions of a field's indexes, behind the name of the table."""
        if index.many:
            yield f"USING gin (({self._written(_json(row, field))}))"
        elif index.kind == "object":
            yield f"USING gin (({self._written(_json(row, field))}) jsonb_path_ops)"
        else:
            first = next(self.order(row, field, index.kind, descending=False))
            yield f"(partition, ({self._written(first)}), serial)"
        if self._trigrams and index.kind == "string" and index.references is None:
            folded = self._written(_folded(row, field))
            yield f"USING gin (({folded}) {self._trigrams}.gin_trgm_ops)"

    def unique(self, row: FromClause, fields: Sequence[str], *, blank: bool) -> str:
        """Return the constraint that no two records have the same values in these fields.

        It is looked at when a transaction ends: two records may exchange what they are called.
        """
        texts = [self._written(_text(row, field)) for field in fields]
        parts = [f"md5({each}) WITH =" for each in texts]
        there = [f"{each} IS NOT NULL" if blank else f"{each} <> ''" for each in texts]
        return (
            f"EXCLUDE USING btree (partition WITH =, {', '.join(parts)}) "
            f"WHERE ({' AND '.join(there)}) DEFERRABLE INITIALLY DEFERRED"
        )

    def _written(self, value: Value) -> str:
        compiled = value.compile(self.engine, compile_kwargs={"include_table": False})
        return str(compiled).replace("%%", "%")

    # --- values ----------------------------------------------------------------------------------

    def id_in(self, row: FromClause, field: str) -> Value:
        """Return a value that is the id of another record, as an index has it."""
        return _cut(row, field)

    def is_null(self, row: FromClause, field: str) -> Truth:
        """Say whether there is no value."""
        return _text(row, field).is_(None)

    def is_text(self, row: FromClause, field: str, values: Collection[str]) -> Truth:
        """Say whether a value is one of these texts: by their beginnings, then as a whole."""
        values = [_storable(value) for value in values]
        short = self.among(_cut(row, field), [value[:CUT] for value in values], str)
        tests = [short, _kind(row, field) == literal("string")]
        if any(len(value) >= CUT for value in values):
            tests.append(self.among(_text(row, field), values, str))
        return and_(*tests)

    def is_number(self, row: FromClause, field: str, values: Collection[float]) -> Truth:
        """Say whether a value is one of these numbers."""
        given = [_decimal(value) for value in values]
        return self.among(_number(row, field), given, Decimal)

    def is_boolean(self, row: FromClause, field: str, *, value: bool) -> Truth:
        """Say whether a value is this boolean."""
        return _boolean(row, field).is_not_distinct_from(value)

    def is_nested(self, row: FromClause, field: str, value: Any) -> Truth:
        """Say whether a value is this list or object."""
        return _json(row, field) == _jsonb(value)

    def compares(self, row: FromClause, field: str, sign: str, value: Any) -> Truth:
        """Say whether a value is less or greater than this text, number or boolean."""
        own, other = SIGNS[sign], value
        if isinstance(value, str):
            other = _storable(value)
            near = _cut(row, field).op(own.rstrip("=") + "=", is_comparison=True)(other[:CUT])
            whole = _text(row, field).op(own, is_comparison=True)(other)
            return and_(near, whole, _kind(row, field) == literal("string"))
        if isinstance(value, bool):
            return _boolean(row, field).op(own, is_comparison=True)(other)
        return _number(row, field).op(own, is_comparison=True)(_decimal(value))

    def is_like(self, row: FromClause, field: str, pattern: str) -> Truth:
        """Say whether a value is a text that fits a pattern, in whatever case."""
        ends = len(pattern) - len(pattern.rstrip("\\"))
        whole = fold(_storable(pattern)) + "\\" * (ends % 2)
        is_text = _kind(row, field) == literal("string")
        return and_(_folded(row, field).like(whole), is_text)

    def contains(self, row: FromClause, field: str, part: Any) -> Truth:
        """Say whether a value contains another one."""
        return _json(row, field).op("@>", is_comparison=True)(_jsonb(part))

    def order(
        self, row: FromClause, field: str, kind: Kind | None, *, descending: bool
    ) -> Iterator[Value]:
        """Yield the criteria that sort by a field, whose values are of a known kind or of any."""
        texts = [_cut(row, field), _text(row, field)]
        number, boolean = _number(row, field), _boolean(row, field)
        by_kind: dict[Kind | None, list[Value]] = {
            "string": texts,
            "datetime": texts,
            "boolean": [boolean, _text(row, field)],
        }
        other = case((_kind(row, field).notin_(SCALARS), _text(row, field)))
        only_text = case((_kind(row, field) == literal("string"), _text(row, field)))
        criteria = by_kind.get(kind, [number, only_text, boolean, other])
        for each in criteria:
            yield each.desc() if descending else each

    def among(self, column: Value, values: Collection[Any], type_: type[Any]) -> Truth:
        """Say whether a column has one of these values, all texts or all numbers."""
        given: Value = bindparam(None, list(values), type_=ARRAYS[type_])
        return column == any_(given)

    # --- lists -----------------------------------------------------------------------------------

    def members(self, row: FromClause, field: str) -> Beside:
        """Return the texts of a list of texts."""
        value = _json(row, field)
        listed = case((_kind(row, field) == literal("array"), value))
        found = func.jsonb_array_elements_text(listed).table_valued(column("value", Text()))
        beside = found.render_derived().lateral()
        return beside, collate(beside.c.value, "C")

    def keys(self, row: FromClause, field: str) -> Beside:
        """Return the key by which a value, or each of a list, is equal to others; none of null."""
        value, kind = _json(row, field), _kind(row, field)
        listed = case(
            (kind == literal("array"), value),
            (kind == literal("null"), cast(literal("[]"), JSONB)),
            else_=func.jsonb_build_array(value),
        )
        given = case((value.is_not(None), listed))
        found = func.jsonb_array_elements(given).table_valued(column("value", JSONB))
        beside = found.render_derived().lateral()
        own = beside.c.value
        return beside, func.nullif(own, cast(literal("null"), JSONB))

    def lists(self, row: FromClause, field: str, texts: Select[Any]) -> Truth:
        """Say whether a list of texts has one of those."""
        given = func.array(texts.scalar_subquery(), type_=ARRAY(Text()))
        is_list = _kind(row, field) == literal("array")
        return and_(_json(row, field).op("?|", is_comparison=True)(given), is_list)

    # --- statements ------------------------------------------------------------------------------

    def put(self, connection: Connection, table: str, stored: Sequence[Stored], **key: Any) -> None:
        """Store records, each of another id, in the place of those that have it."""
        ids, serials, documents = map(list, zip(*stored, strict=True))
        given = {"ids": ids, "serials": serials, "documents": documents}
        connection.execute(_put(table, tuple(key)), {**key, **given})

    def translated(self, error: Exception) -> Exception:
        """Return the error of the contract in the place of one of the database."""
        origin = getattr(error, "orig", error)
        state = getattr(origin, "sqlstate", None) or ""
        said = " ".join(str(origin).split())
        if state in NOT_UNIQUE:
            return NotUniqueError(said)
        if state in TOO_MUCH:
            return refusal("BAD_REQUEST", reason=EXCESS)
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if lost or not state or state.startswith(GONE):
            return UnavailableError(f"The database cannot be reached: {said}")
        return StorageError(f"The database refuses: {said}")


@cache
def _put(table: str, key: tuple[str, ...]) -> TextClause:
    given = ", ".join(f":{name}" for name in key)
    return text(PUT.format(table=table, key=", ".join(key), given=given))


def _given_up(connection: Connection) -> None:
    """Let others have it; a connection that was lost has done so."""
    with suppress(DBAPIError):
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({CLAIM_LOCK})")
    connection.close()


def _told(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)


def _json(row: FromClause, field: str) -> Value:
    return row.c.body.op("->", return_type=JSONB())(literal(field))


def _text(row: FromClause, field: str) -> Value:
    return collate(row.c.body.op("->>", return_type=Text())(literal(field)), "C")


def _cut(row: FromClause, field: str) -> Value:
    return func.left(_text(row, field), text(str(CUT)), type_=Text())


def _folded(row: FromClause, field: str) -> Value:
    folded: Value = getattr(func, FOLD)(_text(row, field), type_=Text())
    return folded


def _kind(row: FromClause, field: str) -> Value:
    return func.jsonb_typeof(_json(row, field), type_=Text())


def _number(row: FromClause, field: str) -> Value:
    is_number = _kind(row, field) == literal("number")
    return case((is_number, cast(_json(row, field), Numeric)))


def _boolean(row: FromClause, field: str) -> Value:
    is_boolean = _kind(row, field) == literal("boolean")
    return case((is_boolean, cast(_json(row, field), Boolean)))


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _storable(value: str) -> str:
    """Return a text without what PostgreSQL does not take; records have it as they are given."""
    return value.replace("\0", "\ufffd")


def _jsonb(value: Any) -> Value:
    document = orjson.dumps(value).decode().replace("\\u0000", "\\ufffd")
    return cast(bindparam(None, document, type_=Text()), JSONB)
