"""Any sequence of changes and questions: each backend against a dictionary searched naively."""
# ruff: noqa: D102, D107 - the rules are named after what they do

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Callable
from functools import cmp_to_key
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mockserver.storage.base import Index, Indexes, Storage
from mockserver.storage.conditions import (
    EVERYTHING,
    All,
    Any_,
    Compare,
    Condition,
    Not,
    Null,
    Related,
    SortKey,
)
from mockserver.storage.memory import MemoryStorage
from mockserver.storage.tinydb import TinyDBStorage
from tests.storage.conftest import DATABASES

SCHEMA = {
    "customers": Indexes({"email": Index(), "group": Index(), "tags": Index(many=True)}),
    "groups": Indexes({"name": Index()}),
}
BOUNDED = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Records = dict[str, dict[str, dict[str, Any]]]

# --- what records and questions look like

IDS = st.sampled_from("abcdef")
TYPES = st.sampled_from(["customers", "groups"])
WORDS = st.sampled_from(["", "a", "B", "ab", "a%", "b_", "é\\"])
VALUES = st.one_of(WORDS, st.integers(-1, 2), st.booleans(), st.none(), st.just(0.5))
NESTED = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.sampled_from(["email", "group", "tags", "name", "size", "any", "id"])
RECORDS = st.fixed_dictionaries(
    {"id": IDS},
    optional={
        "email": WORDS | st.none(),
        "group": IDS | st.none(),
        "tags": st.lists(IDS, max_size=3) | st.none(),
        "name": WORDS,
        "size": st.integers(-2, 2) | st.none(),
        "any": NESTED,
    },
)
PATTERNS = st.text("ab%_\\É", max_size=4)
COMPARISONS = st.one_of(
    st.builds(
        Compare, FIELDS, st.sampled_from(["eq", "lt", "lteq", "gt", "gteq"]), NESTED, st.booleans()
    ),
    st.builds(
        Compare, FIELDS, st.just("in"), st.frozensets(VALUES | IDS, max_size=3), st.booleans()
    ),
    st.builds(Compare, FIELDS, st.just("like"), PATTERNS, st.booleans()),
    st.builds(
        Compare,
        FIELDS,
        st.just("contains"),
        st.dictionaries(WORDS, NESTED, max_size=1),
        st.booleans(),
    ),
    st.builds(Null, FIELDS, st.booleans()),
)


def _nested(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, max_size=3).map(tuple)
    related = st.builds(Related, TYPES, FIELDS, FIELDS, inner)
    return st.one_of(
        st.builds(All, several), st.builds(Any_, several), st.builds(Not, inner), related
    )


CONDITIONS = st.just(EVERYTHING) | st.recursive(COMPARISONS, _nested, max_leaves=5)
VIAS = st.sampled_from([(), (("groups", "group"),), (("customers", "any"), ("groups", "group"))])
#: Of one kind each: in which order kinds come is left open.
ORDERS = st.lists(
    st.builds(SortKey, st.sampled_from(["email", "name", "size", "serial"]), st.booleans(), VIAS),
    max_size=2,
)


# --- the naive answers


def same(one: Any, other: Any) -> bool:
    """Say whether two JSON values are equal, by their kinds and members."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    return bool(one == other)


def subset(value: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(value, dict) and all(
            k in value and subset(value[k], p) for k, p in part.items()
        )
    if isinstance(part, list):
        return isinstance(value, list) and all(any(subset(v, p) for v in value) for p in part)
    return same(value, part)


def ordered(one: Any, other: Any) -> int | None:
    """Return the sign of the difference, ``None`` between kinds that have no order."""
    kinds = [
        bool if isinstance(v, bool) else float if isinstance(v, int) else type(v)
        for v in (one, other)
    ]
    if kinds[0] is not kinds[1] or kinds[0] not in {bool, float, str}:
        return None
    return (one > other) - (one < other)


def is_like(text: Any, pattern: str) -> bool:
    """Walk both at once, trying every length of each run."""
    if not isinstance(text, str):
        return False
    tokens = [
        token[-1] if token[0] == "\\" else {"%": any, "_": all}.get(token, token)
        for token in re.findall(r"\\.|\\$|[^\\]", pattern, re.DOTALL)
    ]

    def fits(i: int, j: int) -> bool:
        if j == len(tokens):
            return i == len(text)
        if tokens[j] is any:
            return any(fits(k, j + 1) for k in range(i, len(text) + 1))
        one = i < len(text) and (tokens[j] is all or text[i].lower() == tokens[j].lower())
        return one and fits(i + 1, j + 1)

    return fits(0, 0)


def compares(value: Any, condition: Compare) -> bool:
    given = condition.value
    match condition.operator:
        case "eq":
            return same(value, given)
        case "in":
            return any(same(value, item) for item in given)
        case "like":
            return is_like(value, given)
        case "contains":
            return subset(value, given)
    sign = ordered(value, given)
    allowed = {"lt": {-1}, "lteq": {-1, 0}, "gt": {1}, "gteq": {0, 1}}[condition.operator]
    return sign in allowed


def holds(condition: Condition, record: dict[str, Any], world: Records) -> bool:
    match condition:
        case All(conditions):
            return all(holds(c, record, world) for c in conditions)
        case Any_(conditions):
            return any(holds(c, record, world) for c in conditions)
        case Not(inner):
            return not holds(inner, record, world)
        case Null(field, negated):
            return (record.get(field) is None) is not negated
        case Compare(field, _, given, negated):
            value = record.get(field)
            return (
                value is not None
                and given is not None
                and compares(value, condition) is not negated
            )
        case Related(type_, local, foreign, inner):
            own = members(record.get(local))
            others = [r for r in world.get(type_, {}).values() if holds(inner, r, world)]
            return any(same(a, b) for r in others for b in members(r.get(foreign)) for a in own)


def members(value: Any) -> list[Any]:
    return [v for v in (value if isinstance(value, list) else [value]) if v is not None]


def sort_value(order: SortKey, record: dict[str, Any], world: Records) -> Any:
    at: dict[str, Any] | None = record
    for type_, field in order.via:
        link = at.get(field) if at else None
        at = world.get(type_, {}).get(link) if isinstance(link, str) else None
    return at.get(order.field) if at else None


def answer(world: Records, type_: str, condition: Condition, order: list[SortKey]) -> list[Any]:
    def difference(one: dict[str, Any], other: dict[str, Any]) -> int:
        for criterion in order:
            a, b = (sort_value(criterion, r, world) for r in (one, other))
            sign = (a is None) - (b is None) or (0 if a is None else ordered(a, b) or 0)
            if sign:
                return -sign if criterion.descending else sign
        return int(one["serial"] - other["serial"])

    matching = [r for r in world.get(type_, {}).values() if holds(condition, r, world)]
    return sorted(matching, key=cmp_to_key(difference))


# --- the machine


class StorageMachine(RuleBasedStateMachine):
    """Changes the store and the dictionary alike; every answer must be equal."""

    storage: Storage

    def __init__(self) -> None:
        super().__init__()
        self.world: Records = {}
        self.numbers: dict[str, int] = {}
        #: Numbers start again in an open transaction, and go on where they were if it fails.
        self.cleared: list[bool] = []
        self.backup: list[Any] = []
        self.transactions: list[Any] = []

    def opened(self) -> Storage:
        return MemoryStorage(SCHEMA)

    @initialize()
    def start(self) -> None:
        self.storage = self.opened()
        self.partition = self.storage.partition("acme", "test")

    @rule(type_=TYPES, values=RECORDS)
    def put(self, type_: str, values: dict[str, Any]) -> None:
        known = self.world.get(type_, {}).get(values["id"])
        record = {**values, "serial": known["serial"] if known else self.number(type_)}
        self.partition.put(type_, record)
        self.world.setdefault(type_, {})[record["id"]] = copy.deepcopy(record)

    @rule(type_=TYPES, values=st.lists(RECORDS, max_size=4, unique_by=lambda r: r["id"]))
    def load(self, type_: str, values: list[dict[str, Any]]) -> None:
        records = [{**record, "serial": self.number(type_)} for record in values]
        self.partition.load(type_, copy.deepcopy(records))
        self.world.setdefault(type_, {}).update({r["id"]: r for r in records})

    def number(self, type_: str) -> int:
        number = self.partition.next_number(type_)
        assert number > self.numbers.get(type_, 0)
        self.numbers[type_] = number
        return number

    @rule(type_=TYPES, id_=IDS)
    def remove(self, type_: str, id_: str) -> None:
        there = self.world.get(type_, {}).pop(id_, None) is not None
        assert self.partition.remove(type_, id_) is there

    @rule(type_=TYPES)
    def give_a_number(self, type_: str) -> None:
        self.number(type_)

    @rule()
    def clear(self) -> None:
        self.partition.clear()
        self.world, self.numbers = {}, {}
        self.cleared = [True for _ in self.transactions]

    @precondition(lambda self: len(self.transactions) < 3)
    @rule()
    def begin(self) -> None:
        transaction = self.partition.transaction()
        transaction.__enter__()
        self.transactions.append(transaction)
        self.backup.append((copy.deepcopy(self.world), dict(self.numbers)))
        self.cleared.append(False)

    @precondition(lambda self: self.transactions)
    @rule()
    def commit(self) -> None:
        self.transactions.pop().__exit__(None, None, None)
        self.backup.pop()
        self.cleared.pop()

    @precondition(lambda self: self.transactions)
    @rule()
    def fail(self) -> None:
        """Fail on one level, whose exception somebody catches: only its own part is undone."""
        error = ZeroDivisionError()
        assert not self.transactions.pop().__exit__(ZeroDivisionError, error, None)
        self.world, numbers = self.backup.pop()
        self.numbers = numbers if self.cleared.pop() else self.numbers

    @rule(
        type_=TYPES,
        condition=CONDITIONS,
        order=ORDERS,
        offset=st.integers(0, 3),
        limit=st.integers(0, 4) | st.none(),
    )
    def select(
        self, type_: str, condition: Condition, order: list[SortKey], offset: int, limit: int | None
    ) -> None:
        expected = answer(self.world, type_, condition, order)
        stop = None if limit is None else offset + limit
        found, total = self.partition.select(type_, condition, order, offset, limit)
        assert (expected[offset:stop], len(expected)) == (found, total)
        assert self.partition.count(type_, condition) == total

    @rule(type_=TYPES, id_=IDS)
    def get(self, type_: str, id_: str) -> None:
        assert self.partition.get(type_, id_) == self.world.get(type_, {}).get(id_)

    @rule(type_=TYPES, ids=st.lists(IDS))
    def get_many(self, type_: str, ids: list[str]) -> None:
        records = self.world.get(type_, {})
        expected = {id_: records[id_] for id_ in ids if id_ in records}
        assert expected == self.partition.get_many(type_, ids)

    @invariant()
    def holds_the_same(self) -> None:
        types = [type_ for type_, records in self.world.items() if records]
        assert self.partition.types() == sorted(types)
        for type_ in types:
            assert self.partition.count(type_) == len(self.world[type_])

    def teardown(self) -> None:
        while self.transactions:
            self.transactions.pop().__exit__(None, None, None)
        if hasattr(self, "storage"):
            self.storage.close()


class TinyDBMachine(StorageMachine):
    """The same, and the file may be closed and opened at any time between transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()

    def opened(self) -> Storage:
        return TinyDBStorage(Path(self.directory.name) / "journal", SCHEMA)

    @precondition(lambda self: not self.transactions)
    @rule()
    def reopen(self) -> None:
        self.storage.close()
        self.start()

    @precondition(lambda self: not self.transactions)
    @rule()
    def compact(self) -> None:
        self.storage._journal.compact()  # type: ignore[attr-defined]

    def teardown(self) -> None:
        super().teardown()
        self.storage = self.opened()
        self.partition = self.storage.partition("acme", "test")
        for type_, records in self.world.items():
            assert self.partition.select(type_)[0] == answer(
                {type_: records}, type_, EVERYTHING, []
            )
        self.storage.close()
        self.directory.cleanup()


class DatabaseMachine(StorageMachine):
    """The same in a database, in a partition of its own for each example."""

    database: Storage
    numbers_of_examples = count()

    def opened(self) -> Storage:
        return self.database

    @initialize()
    def start(self) -> None:
        self.partition = self.opened().partition(f"acme-{next(self.numbers_of_examples)}", "test")


@pytest.mark.parametrize("kind", DATABASES)
def test_databases(databases: Callable[[str], Storage], kind: str) -> None:
    class Machine(DatabaseMachine):
        database = databases(kind)

    run_state_machine_as_test(Machine, settings=BOUNDED)


TestMemory = StorageMachine.TestCase
TestMemory.settings = BOUNDED
TestTinyDB = TinyDBMachine.TestCase
TestTinyDB.settings = BOUNDED
