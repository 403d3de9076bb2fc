"""What a write carries about: it begins and ends with its transaction, and is of its thread."""
# ruff: noqa: PT012 - what a transaction does before it fails is the point of these tests

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest

from mockserver.access import Access
from mockserver.engine.history import HISTORY
from mockserver.engine.sandbox import Sandbox
from mockserver.engine.transaction import NONE, Transactions
from mockserver.storage.base import Record
from mockserver.storage.memory import MemoryPartition

ANNA, BERT = (Access("acme", "test", "integration", application_id=name) for name in "ab")


@pytest.fixture
def transactions() -> Transactions:
    """Return those of an empty partition."""
    return Transactions(MemoryPartition({}))


def test_outside_nothing_is_said(transactions: Transactions) -> None:
    """Nobody acts, nothing is muted, and it counts from now."""
    with transactions.begin(ANNA, mutes_events=True, counted_from=1.0):
        pass

    assert transactions.current is NONE
    assert (None, False, None) == (NONE.acting_as, NONE.mutes_events, NONE.counted_from)


def test_what_follows_is_in_the_name_of_who_began(transactions: Transactions) -> None:
    """The first one inside who says who acts is heard, and nobody after him."""
    with transactions.begin():
        with transactions.begin(ANNA), transactions.begin(BERT) as inner:
            assert ANNA == inner.acting_as
        with transactions.begin(BERT) as other:
            assert BERT == other.acting_as
        assert transactions.current.acting_as is None


def test_events_are_muted_further_in(transactions: Transactions) -> None:
    """Not further out, nor in what comes next."""
    with transactions.begin():
        with transactions.begin(mutes_events=True), transactions.begin() as inner:
            assert inner.mutes_events
        with transactions.begin() as other:
            assert not other.mutes_events


def test_the_innermost_moment_counts(transactions: Transactions) -> None:
    """A job within a job counts from its own."""
    with transactions.begin(counted_from=1.0):
        with transactions.begin() as same, transactions.begin(counted_from=2.0) as other:
            assert (1.0, 2.0) == (same.counted_from, other.counted_from)
        assert transactions.current.counted_from == 1.0


def test_what_follows_comes_once_all_is_stored(transactions: Transactions) -> None:
    """Each once, in order; at once where no transaction is open."""
    done: list[str] = []
    with transactions.begin():
        transactions.after(done.append, "first")
        with transactions.begin():
            transactions.after(done.append, "second")
        transactions.after(done.append, "first")
        assert not done
    transactions.after(done.append, "third")

    assert ["first", "second", "third"] == done


def test_what_fails_sets_nothing_off(transactions: Transactions) -> None:
    """One inside another loses its own part alone; one that fails as a whole loses all."""
    done: list[str] = []
    with transactions.begin(ANNA) as outer:
        transactions.after(done.append, "kept")
        with pytest.raises(ZeroDivisionError), transactions.begin(mutes_events=True):
            transactions.after(done.append, "lost")
            _ = 1 / 0
        assert transactions.current is outer
    with pytest.raises(ZeroDivisionError), transactions.begin():
        transactions.after(done.append, "lost, too")
        _ = 1 / 0

    assert ["kept"] == done
    assert transactions.current is NONE


def test_another_thread_knows_nothing_of_it(transactions: Transactions) -> None:
    """It would act in somebody else's name."""
    seen: list[bool] = []
    with transactions.begin(ANNA):
        thread = Thread(target=lambda: seen.append(transactions.current is NONE))
        thread.start()
        thread.join(10)

    assert [True] == seen


# --- of an engine --------------------------------------------------------------------------------


def who(sandbox: Sandbox, record: Record) -> list[str]:
    """Return who has changed a record: an application's id, or the worker's type."""
    entries = sandbox.history.of("customers", sandbox.get("customers", record["id"]) or {})
    told = (entry["who"] for entry in entries)
    return [each["application"]["id"] if "application" in each else "Worker" for each in told]


def test_each_change_is_recorded_in_the_name_of_its_own_transaction(sandbox: Sandbox) -> None:
    """One that failed in between is in no history, and its bearer in nobody's mind."""
    with sandbox.transaction(ANNA):
        made = sandbox.add("customers", {"email": "jane@example.com"})
        with pytest.raises(ZeroDivisionError), sandbox.transaction():
            sandbox.change("customers", made["id"], {"reference": "lost"})
            _ = 1 / 0
    sandbox.change("customers", made["id"], {"reference": "of the service"})
    with sandbox.transaction(BERT):
        sandbox.change("customers", made["id"], {"reference": "of Bert"})

    assert ["a", "Worker", "b"] == who(sandbox, made)
    assert sandbox.partition.count(HISTORY) == 3


@pytest.fixture
def announced(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the events that are announced, as they are."""
    heard: list[str] = []
    listeners = [lambda _, event: heard.append(event["name"])]
    monkeypatch.setattr(sandbox.listeners, "announced", listeners)
    return heard


def test_a_muted_part_that_fails_leaves_the_rest_to_be_heard(
    sandbox: Sandbox, announced: list[str]
) -> None:
    """Events are muted as long as their own transaction is open."""
    with sandbox.transaction():
        with pytest.raises(ZeroDivisionError), sandbox.transaction(mutes_events=True):
            sandbox.add("customers", {"email": "muted@example.com"})
            _ = 1 / 0
        sandbox.add("customers", {"email": "heard@example.com"})

    assert ["customers.create"] == announced
    assert sandbox.partition.count("events") == 1


@pytest.mark.parametrize("fails", [False, True], ids=["stored", "undone"])
def test_whoever_works_is_called_once_a_job_is_stored(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    """Not before, when another process would not find it; and not for what was undone."""
    found: list[int] = []
    scheduled: list[Callable[[], None]] = [lambda: found.append(sandbox.partition.count("jobs"))]
    monkeypatch.setattr(sandbox.listeners, "scheduled", scheduled)

    with suppress(ZeroDivisionError), sandbox.transaction():
        sandbox.schedule("customers", "AbcdEfghIj", "anonymize", timedelta(days=1))
        assert not found
        _ = 1 / (not fails)

    assert found == ([] if fails else [1])
