"""What holds of a storage in a database besides the contract: indexes, uniqueness, versions."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mockserver.databases.folding import FOLDED, UNFOLDED, fold
from mockserver.databases.jsonb import FOLD
from mockserver.databases.opening import open_storage
from mockserver.databases.postgresql import PostgreSQL
from mockserver.databases.sqlite import SQLite
from mockserver.databases.storage import SqlStorage, postgresql, sqlite
from mockserver.storage.base import FileInUseError, Index, Indexes, NotUniqueError, StorageError
from mockserver.storage.conditions import (
    EVERYTHING,
    Any_,
    Compare,
    Condition,
    Null,
    Related,
    SortKey,
    both,
)
from mockserver.storage.ilike import like
from tests.databases import Postgres, programs
from tests.storage.test_conformance import in_threads

SCHEMA = {
    "customers": Indexes(
        {
            "email": Index(unique=True),
            "group": Index(references=("groups",)),
            "tags": Index(references=("tags",), many=True),
            "status": Index(),
            "age": Index("integer"),
            "is_guest": Index("boolean"),
            "metadata": Index("object"),
        },
        unique_together=(("group", "code"),),
    ),
    "groups": Indexes({"name": Index()}),
    "tags": Indexes(),
}
KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where there is a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'records'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def opened(place: str) -> Iterator[Callable[[Any], Any]]:
    """Return what opens it with a schema; what is open in the end is closed."""
    made: list[Any] = []

    def open_(schema: Any = SCHEMA) -> Any:
        made.append(open_storage(place, schema))
        return made[-1]

    yield open_
    for storage in made:
        storage.close()


def customer(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "serial": number, **values}


# --- indexes

INDEXED: dict[str, tuple[Condition, tuple[SortKey, ...]]] = {
    "a text": (Compare("email", "eq", "a@b.c"), ()),
    "texts": (Compare("status", "in", frozenset({"a", "b"})), ()),
    "a foreign key": (Compare("group", "eq", "g1"), ()),
    "foreign keys": (Compare("group", "in", frozenset({"g1", "g2"})), ()),
    "from a moment on": (Compare("created_at", "gteq", "2026"), ()),
    "a number": (Compare("age", "eq", 5), ()),
    "from a number on": (Compare("age", "gt", 5), ()),
    "a boolean": (Compare("is_guest", "eq", True), ()),
    "nothing": (Null("email"), ()),
    "with others": (both(Compare("group", "eq", "g1"), Compare("name", "eq", "x")), ()),
    "related": (Related("groups", "group", "id", Compare("name", "eq", "Gold")), ()),
    "sorted": (EVERYTHING, (SortKey("email"),)),
    "sorted descending": (EVERYTHING, (SortKey("created_at", descending=True),)),
}
#: What is found by an index on PostgreSQL alone.
MORE: dict[str, tuple[Condition, tuple[SortKey, ...]]] = {
    "one of two": (Any_((Compare("email", "eq", "a"), Compare("group", "eq", "g"))), ()),
    "tagged": (Related("tags", "tags", "id", Compare("id", "eq", "x")), ()),
    "containing": (Compare("metadata", "contains", {"vip": True}), ()),
    "a part of a text": (Compare("email", "like", "%@example.com%"), ()),
}


def plans(storage: SqlStorage, condition: Condition, order: tuple[SortKey, ...]) -> str:
    """Return how the database goes about a question."""
    explained: list[str] = []
    engine = storage._dialect.engine
    asking = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "

    def noted(connection: Any, _: Any, statement: str, given: Any, *__: Any) -> None:
        if "EXPLAIN" not in statement and "document" in statement:
            cursor = connection.connection.cursor()
            cursor.execute("SET enable_seqscan = off") if asking == "EXPLAIN " else None
            cursor.execute(asking + statement, given)
            explained.extend(str(line[-1]) for line in cursor.fetchall())
            cursor.close()

    event.listen(engine, "before_cursor_execute", noted)
    storage.partition("acme", "test").select("customers", condition, order, limit=25)
    event.remove(engine, "before_cursor_execute", noted)
    return "\n".join(explained)


def filled(storage: Any) -> Any:
    partition = storage.partition("acme", "test")
    partition.load(
        "customers", [customer(n, email=f"{n}@b.c", group="g1", age=n) for n in range(500)]
    )
    return storage


@pytest.fixture(scope="module")
def in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStorage]:
    storage = sqlite(tmp_path_factory.mktemp("plans") / "records", SCHEMA)
    yield filled(storage)
    storage.close()


@pytest.fixture(scope="module")
def in_postgresql(postgres: Postgres) -> Iterator[SqlStorage]:
    storage = postgresql(postgres.database(), SCHEMA)
    yield filled(storage)
    storage.close()


@pytest.mark.parametrize(("condition", "order"), INDEXED.values(), ids=INDEXED.keys())
def test_sqlite_finds_by_an_index(
    in_sqlite: SqlStorage, condition: Condition, order: tuple[SortKey, ...]
) -> None:
    plan = plans(in_sqlite, condition, order)

    first = next(line for line in plan.splitlines() if "records_customers" in line)
    assert re.search(r"<expr>|USING INDEX records_customers_(?!2c8f07f9)", first), plan


@pytest.mark.parametrize(
    ("condition", "order"),
    [*INDEXED.values(), *MORE.values()],
    ids=[*INDEXED.keys(), *MORE.keys()],
)
def test_postgresql_finds_by_an_index(
    in_postgresql: SqlStorage, condition: Condition, order: tuple[SortKey, ...]
) -> None:
    if order == () and condition == MORE["a part of a text"][0]:
        with in_postgresql._dialect.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname='pg_trgm'")
            if found.scalar() is None:  # not part of this server: it reads each record
                assert in_postgresql.partition("acme", "test").count("customers", condition) == 0
                return
    plan = plans(in_postgresql, condition, order)

    used = re.findall(r"Index Scan\w* (?:Backward )?(?:using|on) (records_customers_\w+)", plan)
    assert set(used) - {"records_customers_pkey", "records_customers_2c8f07f9"}, plan


# --- letters


def test_letters_of_both_cases_are_those_of_the_patterns_in_memory() -> None:
    """Every letter that is folded, and what it is folded to."""
    for letter, folded in zip(UNFOLDED, FOLDED, strict=True):
        assert like(letter)(folded)
        assert like(folded)(letter)
        assert fold(letter) == folded == fold(folded)
    pairs = [(a, b) for a in UNFOLDED[:300] for b in UNFOLDED[:300]]
    assert [(a, b) for a, b in pairs if (fold(a) == fold(b)) is not like(a)(b)] == []


def test_the_database_folds_letters_alike(in_postgresql: SqlStorage) -> None:
    text = "".join(map(chr, range(1, 0xD800)))
    with in_postgresql._dialect.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {FOLD}(%s)", (text,)).scalar()

    assert found == fold(text)


# --- what is unique


@pytest.fixture
def unique(postgres: Postgres) -> Iterator[Any]:
    """Return a partition whose values are unique."""
    storage = postgresql(postgres.database(), SCHEMA)
    yield storage.partition("acme", "test")
    storage.close()


TAKEN = [
    ({"email": "a@b.c"}, {"email": "a@b.c"}, True),
    ({"email": "a@b.c"}, {"email": "A@b.c"}, False),
    ({"email": None}, {"email": None}, False),
    ({"email": ""}, {"email": ""}, False),
    ({"email": "x" * 5000}, {"email": "x" * 5000}, True),
    ({"email": "x" * 5000 + "a"}, {"email": "x" * 5000 + "b"}, False),
    ({"group": "g", "code": "1"}, {"group": "g", "code": "1"}, True),
    ({"group": "g", "code": "1"}, {"group": "h", "code": "1"}, False),
    ({"group": None, "code": "1"}, {"group": None, "code": "1"}, False),
]


@pytest.mark.parametrize(("one", "other", "refused"), TAKEN)
def test_who_comes_second_is_refused(
    unique: Any, one: dict[str, Any], other: dict[str, Any], *, refused: bool
) -> None:
    """By the database, when the transaction ends; nothing of it is stored."""
    unique.put("customers", customer(1, **one))
    if not refused:
        unique.put("customers", customer(2, **other))
        return
    with pytest.raises(NotUniqueError):
        unique.load("customers", [customer(2, **other), customer(3)])

    assert unique.count("customers") == 1
    unique.put("customers", customer(2, email="free"))


def test_two_exchange_what_is_unique(unique: Any) -> None:
    unique.load("customers", [customer(1, email="a"), customer(2, email="b")])
    with unique.transaction():
        unique.put("customers", customer(1, email="b"))
        unique.put("customers", customer(2, email="a"))

    assert unique.get("customers", "c1")["email"] == "b"


def test_partitions_do_not_share_what_is_unique(postgres: Postgres) -> None:
    storage = postgresql(postgres.database(), SCHEMA)
    for mode in ("test", "live"):
        storage.partition("acme", mode).put("customers", customer(1, email="a"))
    storage.close()


# --- the layout


def test_it_is_opened_again(opened: Callable[..., Any]) -> None:
    first = opened()
    first.partition("acme", "test").put("customers", customer(1, email="a"))
    first.partition("acme", "test").next_number("customers")
    first.close()
    again = opened().partition("acme", "test")

    assert again.select("customers") == ([customer(1, email="a")], 1)
    assert again.next_number("customers") == 3


def test_a_type_that_is_known_later(opened: Callable[..., Any]) -> None:
    """Its records are where they belong then, and found by its indexes."""
    first = opened({"groups": Indexes()})
    partition = first.partition("acme", "test")
    partition.put("customers", customer(1, email="a"))
    partition.put("other", customer(1, email="a"))
    first.close()
    later = opened()
    partition = later.partition("acme", "test")

    assert partition.types() == ["customers", "other"]
    assert partition.count("customers", Compare("email", "eq", "a")) == 1
    assert partition.remove("customers", "c1")
    assert partition.types() == ["other"]


def test_one_that_knows_less_works_beside_it(opened: Callable[..., Any]) -> None:
    """As the one of before does while it is replaced."""
    opened().close()
    fewer = {"customers": Indexes({"email": Index(unique=True)}), "groups": Indexes()}
    older = opened(fewer)
    older.partition("acme", "test").put("customers", customer(1, email="a", status="x"))
    older.close()
    newer = opened().partition("acme", "test")

    assert newer.count("customers", Compare("status", "eq", "x")) == 1


def test_a_version_that_is_not_known_is_refused(opened: Callable[..., Any]) -> None:
    storage = opened()
    with storage._dialect.engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO mockserver VALUES (7, 5)")
    storage.close()

    words = "of version 7, which a mockserver of version 5 or later works with; this one is of"
    with pytest.raises(StorageError, match=words):
        opened()


def test_another_server_has_it_open(opened: Callable[..., Any]) -> None:
    opened()
    with pytest.raises(FileInUseError, match="in use by another mockserver"):
        opened()


# --- several at a time


@pytest.fixture
def two(place: str) -> Iterator[list[Any]]:
    """Return one partition as two processes have it."""
    kind, _, where = place.partition(":")
    made = []
    for _ in range(2):
        dialect = SQLite(Path(where)) if kind == "sqlite" else PostgreSQL(place)
        made.append(SqlStorage(dialect, SCHEMA, exclusive=False))
    yield [storage.partition("acme", "test") for storage in made]
    for storage in made:
        storage.close()


def test_writers_wait_for_each_other(two: list[Any]) -> None:
    """Nothing that one has read is another when it writes, and no number comes twice."""
    two[0].put("groups", {"id": "sum", "serial": 1, "name": 0})
    numbers: list[int] = []

    def work(thread: int) -> None:
        own = two[thread % 2]
        for _ in range(10):
            with own.transaction():
                before = own.get("groups", "sum")
                numbers.append(own.next_number("customers"))
                own.put("groups", {**before, "name": before["name"] + 1})

    in_threads(4, work)
    assert two[1].get("groups", "sum")["name"] == 40
    assert sorted(numbers) == list(range(1, 41))


def test_one_email_for_one_of_them(two: list[Any]) -> None:
    """Whoever looks before storing, as the engine does, finds what the other one has stored."""
    stored: list[int] = []

    def work(thread: int) -> None:
        own = two[thread % 2]
        for n in range(5):
            with own.transaction():
                if not own.count("customers", Compare("email", "eq", f"{n}@b.c")):
                    number = own.next_number("customers")
                    own.put("customers", customer(number, email=f"{n}@b.c"))
                    stored.append(n)

    in_threads(4, work)
    assert sorted(stored) == [0, 1, 2, 3, 4]
    assert two[0].count("customers") == two[1].count("customers") == 5


def test_who_does_not_write_does_not_wait(two: list[Any]) -> None:
    """He reads what there was before, paused or not."""
    two[0].put("customers", customer(1, email="old"))
    with two[0].transaction():
        two[0].put("customers", customer(1, email="new"))
        assert two[1].get("customers", "c1")["email"] == "old"
        with two[0].paused():
            assert two[1].count("customers", Compare("email", "eq", "old")) == 1
    assert two[1].get("customers", "c1")["email"] == "new"


def test_a_partition_that_another_one_has_dropped(two: list[Any], place: str) -> None:
    kind, _, where = place.partition(":")
    dialect = SQLite(Path(where)) if kind == "sqlite" else PostgreSQL(place)
    third = SqlStorage(dialect, SCHEMA, exclusive=False)
    third.drop("acme")
    third.close()

    with pytest.raises(StorageError, match="dropped"):
        two[0].put("customers", customer(1))


# --- what is wrong


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("sqlite:/nowhere/at/all", "/nowhere/at/all cannot be opened: No such file"),
        ("postgresql://mock:hidden@localhost:1/mock", "The database cannot be reached: .*refused"),
        ("postgresql:what", "named as postgresql://USER:PASSWORD@HOST/DATABASE"),
    ],
)
def test_what_cannot_be_opened(place: str, says: str) -> None:
    with pytest.raises(StorageError, match=says) as raised:
        open_storage(place, SCHEMA)
    assert "hidden" not in str(raised.value)


def test_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, but long enough to be taken for one" * 9)
    with pytest.raises(StorageError, match="text cannot be used: file is not a database"):
        open_storage(f"sqlite:{tmp_path / 'text'}", SCHEMA)


#: Opens a storage where a package is not installed.
WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from mockserver.storage.base import StorageError
from mockserver.databases.opening import open_storage
try:
    open_storage(sys.argv[2], {})
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "place", "extra"),
    [
        ("sqlalchemy", "sqlite:records", "sqlite"),
        ("sqlalchemy", "postgresql://localhost/mock", "postgres"),
        ("psycopg", "postgresql://localhost/mock", "postgres"),
    ],
)
def test_an_extra_that_is_not_installed(package: str, place: str, extra: str) -> None:
    command = [sys.executable, "-c", WITHOUT, package, place]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.rstrip().endswith(f"pip install 'commercelayer-mockserver[{extra}]'")


def test_every_server_there_is_is_new_enough() -> None:
    """The oldest of them is the one that the tests are run on."""
    assert programs()
