"""The engine under every backend: all or nothing, one at a time, copies at the boundary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockserver.access import Access
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.jsonapi.query import NO_QUERY
from mockserver.resources.registry import registry
from mockserver.schema.request_documents import Values
from mockserver.storage.conditions import EVERYTHING, Compare
from tests.backends import BACKENDS

pytestmark = pytest.mark.parametrize("storage", BACKENDS)
CUSTOMERS, TAGS = registry()["customers"], registry()["tags"]
THREADS = 8


@pytest.fixture
def access() -> Access:
    """Return somebody who may do everything."""
    return Access("acme", "test", "integration")


@pytest.fixture
def _interrupted() -> Iterator[None]:
    """Let threads take turns as often as can be."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def refused(action: Callable[[], Any]) -> str:
    """Return the code an action is refused with, or nothing."""
    try:
        action()
    except Refusal as refusal:
        return str(refusal.errors[0]["code"])
    return ""


def all_of(sandbox: Sandbox) -> dict[str, Any]:
    """Return all records by type."""
    partition = sandbox.partition
    return {type_: partition.select(type_)[0] for type_ in partition.types()}


# --- all or nothing ----------------------------------------------------------------------------


def test_a_refused_create_stores_nothing(sandbox: Sandbox, access: Access) -> None:
    """Neither the record nor what its effects have created."""
    before = all_of(sandbox)
    values = Values({"customer_email": "new@example.com", "customer_password": "short"})

    assert refused(lambda: sandbox.create(registry()["orders"], values, access)) == (
        "VALIDATION_ERROR"
    )
    assert before == all_of(sandbox)


def test_a_refused_update_stores_nothing(sandbox: Sandbox, access: Access) -> None:
    """Not even the part that was fine."""
    id_ = sandbox.add("customers", {"email": "john@example.com"})["id"]
    before = all_of(sandbox)
    values = Values({"reference": "x", "email": "nonsense"})

    assert refused(lambda: sandbox.update(CUSTOMERS, id_, values, access)) == "VALIDATION_ERROR"
    assert before == all_of(sandbox)


def test_a_refused_delete_removes_nothing(sandbox: Sandbox, access: Access) -> None:
    """What would have gone with it stays."""
    market = sandbox.partition.select("markets")[0][0]["id"]
    sandbox.add("orders", {"customer_email": "john@example.com", "market": market})
    customer = sandbox.find("customers", EVERYTHING)[0]
    sandbox.add("customer_payment_sources", {"customer": customer["id"]})
    before = all_of(sandbox)

    assert refused(lambda: sandbox.delete(CUSTOMERS, customer["id"], access)) == "LOCKED"
    assert before == all_of(sandbox)


def test_what_comes_out_is_a_copy(sandbox: Sandbox, access: Access) -> None:
    """Changing it changes nothing that is stored."""
    sent = {"a": [1]}
    made = sandbox.add("customers", {"email": "john@example.com", "metadata": sent})
    found = sandbox.retrieve(CUSTOMERS, made["id"], NO_QUERY, access).records[0]
    for holder in (sent, made["metadata"], found["metadata"]):
        holder["a"].append(2)

    assert (sandbox.get("customers", made["id"]) or {})["metadata"] == {"a": [1]}


# --- the world as behaviours see it ------------------------------------------------------------


def test_adding_by_names(sandbox: Sandbox) -> None:
    """Attributes and relationships stand side by side; links are ids, or type and id."""
    tag = sandbox.add("tags", {"name": "vip"})
    group = sandbox.add("customer_groups", {"name": "Gold"})
    customer = sandbox.add(
        "customers",
        {"email": "john@example.com", "customer_group": group["id"], "tags": [tag["id"]]},
    )
    note = sandbox.add("attachments", {"name": "note", "attachable": ("customers", customer["id"])})
    changed = sandbox.change("customers", customer["id"], {"customer_group": None, "tags": []})

    assert (customer["customer_group"], customer["tags"]) == (group["id"], [tag["id"]])
    assert (note["attachable"], note["attachable_type"]) == (customer["id"], "customers")
    assert (changed["customer_group"], changed["tags"]) == (None, [])


def test_numbers_outlive_their_records(sandbox: Sandbox, access: Access) -> None:
    """The hidden integer of an id is known when its record is gone."""
    tag = sandbox.add("tags", {"name": "vip"})
    number = sandbox.number("tags", tag["id"])
    sandbox.delete(TAGS, tag["id"], access)

    assert isinstance(number, int)
    assert number == sandbox.number("tags", tag["id"])
    assert sandbox.number("tags", "not an id") is None


def test_members_are_added_and_removed(sandbox: Sandbox, access: Access) -> None:
    """Each once, in order; what is not there is not missed."""
    names = ("a", "b", "c", "d")
    tags = [("tags", sandbox.add("tags", {"name": name})["id"]) for name in names]
    id_ = sandbox.add("customers", {"email": "a@b.c", "tags": [tags[1][1]]})["id"]

    def held(members: list[tuple[str, str]], *, adding: bool) -> list[str]:
        sandbox.relink(CUSTOMERS, id_, Values(linkages={"tags": members}), access, adding=adding)
        targets = sandbox.linkage(CUSTOMERS, id_, "tags", access)
        return [names[tags.index(target)] for target in targets]

    assert held([tags[0], tags[1], tags[0]], adding=True) == ["b", "a"]
    assert held([tags[1], tags[2]], adding=False) == ["a"]
    assert held([], adding=True) == ["a"]


# --- one at a time -----------------------------------------------------------------------------


@pytest.mark.usefixtures("_interrupted")
def test_members_added_at_once(sandbox: Sandbox, access: Access) -> None:
    """None is lost."""
    tags = [("tags", sandbox.add("tags", {"name": f"tag-{n}"})["id"]) for n in range(THREADS)]
    id_ = sandbox.add("customers", {"email": "john@example.com"})["id"]

    def add(tag: tuple[str, str]) -> None:
        sandbox.relink(CUSTOMERS, id_, Values(linkages={"tags": [tag]}), access, adding=True)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(add, tags))

    assert set(tags) == set(sandbox.linkage(CUSTOMERS, id_, "tags", access))


@pytest.mark.usefixtures("_interrupted")
def test_one_email_at_once(sandbox: Sandbox, access: Access) -> None:
    """One customer gets it, the others are told that it is taken."""

    def create(_: int) -> str:
        values = Values({"email": "john@example.com"})
        return refused(lambda: sandbox.create(CUSTOMERS, values, access))

    with ThreadPoolExecutor(THREADS) as pool:
        codes = sorted(pool.map(create, range(THREADS)))

    assert codes == ["", *["VALIDATION_ERROR"] * (THREADS - 1)]
    assert sandbox.partition.count("customers") == 1


@pytest.mark.usefixtures("_interrupted")
def test_attributes_changed_at_once(sandbox: Sandbox, access: Access) -> None:
    """An update changes what it names and nothing else, whoever else is at work."""
    names = ["reference", "reference_origin", "tax_exemption_code", "profile_id"]
    id_ = sandbox.add("customers", {"email": "john@example.com"})["id"]

    def change(name: str) -> None:
        for number in range(20):
            sandbox.update(CUSTOMERS, id_, Values({name: f"{name} {number}"}), access)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(change, names))
    record = sandbox.get("customers", id_) or {}

    assert {name: f"{name} 19" for name in names} == {name: record[name] for name in names}


@pytest.mark.usefixtures("_interrupted")
def test_a_deleted_record_stays_deleted(sandbox: Sandbox, access: Access) -> None:
    """An update that comes too late finds nothing, and brings nothing back."""
    ids = [sandbox.add("tags", {"name": f"t-{number}"})["id"] for number in range(40)]

    def attempt(action: str, id_: str) -> str:
        values = Values({"name": f"{action}-{id_}"})
        if action == "delete":
            return refused(lambda: sandbox.delete(TAGS, id_, access))
        return refused(lambda: sandbox.update(TAGS, id_, values, access))

    def work(action: str) -> set[str]:
        return {attempt(action, id_) for id_ in ids}

    with ThreadPoolExecutor(4) as pool:
        codes = set().union(*pool.map(work, ["update", "delete", "change", "delete"]))

    assert codes <= {"", "RECORD_NOT_FOUND"}
    assert sandbox.find("tags", Compare("id", "in", frozenset(ids))) == []


@pytest.mark.usefixtures("_interrupted")
def test_reading_while_others_write(sandbox: Sandbox, access: Access) -> None:
    """A page is never half of two states: its records and its count belong together."""

    def write(_: int) -> None:
        for number in range(30):
            tag = sandbox.add("tags", {"name": f"{sandbox.entropy.hex(8)}-{number}"})
            sandbox.delete(TAGS, tag["id"], access)

    def read(_: int) -> bool:
        pages = [sandbox.list(TAGS, NO_QUERY, access) for _ in range(60)]
        return all(len(page.records) == min(page.total, NO_QUERY.size) for page in pages)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(2)]
        reading = [pool.submit(read, number) for number in range(2)]
        assert all(future.result() for future in reading)
        assert [future.result() for future in writing] == [None, None]


# --- past every rule -----------------------------------------------------------------------------


def test_rewriting(sandbox: Sandbox) -> None:
    """No rule refuses it and no effect comes of it; in the history it is as it is called."""
    made = sandbox.add("customers", {"email": "a@b.c", "password": "secret123"})
    values = {"email": None, "password": None, "metadata": {"a": 1}}
    rewritten = sandbox.rewrite("customers", made["id"], values, called="rewritten")
    events = [event["name"] for event in sandbox.find("events", EVERYTHING)]

    assert sandbox.get("customers", made["id"]) == rewritten
    assert {name: rewritten[name] for name in values} == values
    assert events == ["customers.create", "customers.create_password"]
    assert [entry["event"] for entry in sandbox.history.of("customers", rewritten)] == [
        "create",
        "rewritten",
    ]
    assert refused(lambda: sandbox.rewrite("customers", "nobody", {})) == "RECORD_NOT_FOUND"
