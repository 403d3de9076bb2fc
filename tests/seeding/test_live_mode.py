"""Live mode is seeded when it is asked for, and nobody can tell when that was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mockserver.access import Mode
from mockserver.clock import Clock
from mockserver.engine.organization import Organization, Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.engine.tenant import SeedOptions
from mockserver.resources.registry import indexes
from mockserver.seeding.seed import populate
from mockserver.situations.seed_and_reset import reset, seed
from mockserver.storage.base import Storage
from mockserver.storage.memory import MemoryStorage
from mockserver.storage.tinydb import TinyDBStorage

CUSTOMERS = 8
NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)


def world(storage: Storage) -> Organization:
    """Return a seeded organization."""
    options = SeedOptions(CUSTOMERS)
    organization = Organizations(storage).open("acme", Clock(), 1, options)
    seed(organization)
    return organization


@pytest.fixture
def organization() -> Organization:
    """Of a server that keeps nothing."""
    return world(MemoryStorage(indexes()))


def waiting(organization: Organization) -> bool:
    """Say whether live mode is not seeded yet."""
    return organization.partitions["live"].count("customers") == 0


def held(organization: Organization, mode: Mode = "live") -> Mapping[str, Any]:
    """Return all that a mode holds once it is asked for."""
    partition = organization.sandbox(mode).partition
    return {type_: partition.select(type_)[0] for type_ in partition.types()}


def test_it_waits(organization: Organization) -> None:
    """Test mode is there, and of live mode what tokens need."""
    assert waiting(organization)
    assert organization.partitions["live"].count("applications") > 0
    assert organization.partitions["test"].count("customers") == CUSTOMERS
    assert [organization.sandbox("test")] == list(organization.active())
    assert organization.sandbox("live").partition.count("customers") == CUSTOMERS
    assert not waiting(organization)
    assert len(list(organization.active())) == 2


def test_it_is_the_same_whenever_it_is_asked_for(organization: Organization) -> None:
    """Whatever has become of the clock and of test mode meanwhile."""
    at_once = held(world(MemoryStorage(indexes())))
    organization.clock.freeze(NEW_YEAR)
    test = organization.sandbox("test")
    with test.transaction():
        test.insert("tags", {"name": "another"})
        populate(test, 3)

    assert at_once == held(organization)


def test_what_is_added_comes_after(organization: Organization) -> None:
    """Who adds customers to live mode adds them to those it has from the start."""
    populate(organization.sandbox("live"), 2)

    assert organization.sandbox("live").partition.count("customers") == CUSTOMERS + 2


def test_a_transaction_that_fails(organization: Organization) -> None:
    """It takes nothing away of what live mode is seeded with."""

    def fail() -> None:
        with organization.transaction():
            organization.sandbox("live").partition.remove("organizations", organization.id)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert organization.sandbox("live").partition.count("customers") == CUSTOMERS


def test_a_reset(organization: Organization) -> None:
    """It goes back to what live mode is seeded with, and has that wait again."""
    before = held(organization)
    populate(organization.sandbox("live"), 2)
    reset(organization)

    assert waiting(organization)
    assert before == held(organization)


def test_a_seeding_that_fails(organization: Organization) -> None:
    """It is tried again."""
    tried = []

    def fail(sandbox: Sandbox) -> None:
        tried.append(sandbox.mode)
        if len(tried) == 1:
            raise LookupError

    organization.furnish("live", fail)
    with pytest.raises(LookupError):
        organization.sandbox("live")
    organization.sandbox("live")
    organization.sandbox("live")
    assert tried == ["live", "live"]


def test_two_that_ask_at_once(organization: Organization) -> None:
    """Both find all of it, and it is there once."""
    found: list[int] = []

    def ask() -> None:
        found.append(organization.sandbox("live").partition.count("customers"))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [CUSTOMERS] * 4 == found


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Storage]:
    """A storage that another process may open."""
    storage = TinyDBStorage(tmp_path / "records", indexes())
    yield storage
    storage.close()


def test_what_is_kept_is_seeded_at_once(durable: Storage) -> None:
    """Another process would not know that something is to come."""
    assert not waiting(world(durable))


def test_seeding_of_test_mode_never_waits(organization: Organization) -> None:
    """Nearly everybody asks for it."""
    organization.furnish("test", partial(populate, count=2))

    assert organization.partitions["test"].count("customers") == CUSTOMERS + 2
