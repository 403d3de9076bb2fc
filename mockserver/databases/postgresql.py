"""PostgreSQL: its layout, statements and errors; jsonb.py has the questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    TextClause,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from mockserver.databases.dialect import LENIENT, Stored, Value
from mockserver.databases.folding import FOLDED, UNFOLDED
from mockserver.databases.jsonb import FOLD, JsonbQuestions, folded_in, in_jsonb, text_in
from mockserver.effort import EXCESS
from mockserver.errors import refusal
from mockserver.storage.base import (
    FileInUseError,
    Index,
    NotUniqueError,
    StorageError,
    UnavailableError,
)

#: What a session is told; a question that takes longer is refused.
SETTINGS = "SET statement_timeout = '30s'; SET jit = off; SET client_min_messages = warning"
#: The lock on the layout.
LAYOUT_LOCK = 0x6D6F636B
#: The lock of who has it open, and how long it is waited for.
CLAIM_LOCK = LAYOUT_LOCK + 1
MOMENT = "3s"
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
#: SQLSTATEs, or classes of them: https://www.postgresql.org/docs/current/errcodes-appendix.html
NOT_UNIQUE = frozenset({"23505", "23P01"})
TOO_MUCH = frozenset({"57014", "54001", "54000"})
GONE = ("08", "57P", "40", "55P03", "53300", "25006")


class PostgreSQL(JsonbQuestions):
    """A PostgreSQL server, 15 or later."""

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
            yield f"USING gin (({self._written(in_jsonb(row, field))}))"
        elif index.kind == "object":
            yield f"USING gin (({self._written(in_jsonb(row, field))}) jsonb_path_ops)"
        else:
            first = next(self.order(row, field, index.kind, descending=False))
            yield f"(partition, ({self._written(first)}), serial)"
        if self._trigrams and index.kind == "string" and index.references is None:
            folded = self._written(folded_in(row, field))
            yield f"USING gin (({folded}) {self._trigrams}.gin_trgm_ops)"

    def unique(self, row: FromClause, fields: Sequence[str], *, blank: bool) -> str:
        """Return the constraint that no two records have the same values in these fields.

        It is looked at when a transaction ends: two records may exchange what they are called.
        """
        texts = [self._written(text_in(row, field)) for field in fields]
        parts = [f"md5({each}) WITH =" for each in texts]
        there = [f"{each} IS NOT NULL" if blank else f"{each} <> ''" for each in texts]
        return (
            f"EXCLUDE USING btree (partition WITH =, {', '.join(parts)}) "
            f"WHERE ({' AND '.join(there)}) DEFERRABLE INITIALLY DEFERRED"
        )

    def _written(self, value: Value) -> str:
        compiled = value.compile(self.engine, compile_kwargs={"include_table": False})
        return str(compiled).replace("%%", "%")

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
