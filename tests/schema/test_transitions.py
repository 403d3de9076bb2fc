"""State machines as data: every word of a transition does what it says."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import Clock, parse_timestamp
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.schema.transitions import Transition
from tests.refusals import impossible, violation

NOW = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def change(sandbox: Sandbox, clock: Clock) -> ChangeSet:
    """Return a change of something that is placed."""
    clock.freeze(parse_timestamp(NOW))
    record = {"status": "placed", "paid": "no"}
    change = ChangeSet(sandbox, registry()["orders"], sandbox.system, record)
    change.member = "_approve"
    return change


def run(transition: Transition, change: ChangeSet) -> dict[str, Any]:
    transition(change, True)
    return change.record


MOVES: dict[str, tuple[Transition, dict[str, Any]]] = {
    "from the state": (Transition("approved", ("placed",)), {"status": "approved"}),
    "from any state": (Transition("approved"), {"status": "approved"}),
    "nowhere": (Transition(None, ("placed",)), {"status": "placed"}),
    "with a stamp": (
        Transition("approved", stamp="approved_at"),
        {"status": "approved", "approved_at": NOW},
    ),
    "of another field": (
        Transition("yes", ("no",), state="paid"),
        {"status": "placed", "paid": "yes"},
    ),
    "with more fields": (
        Transition("approved", sets={"paid": "yes"}),
        {"status": "approved", "paid": "yes"},
    ),
    "and on": (
        Transition("approved", then=lambda change, _: change.record.update(paid="maybe")),
        {"status": "approved", "paid": "maybe"},
    ),
}


@pytest.mark.parametrize(("transition", "expected"), MOVES.values(), ids=MOVES)
def test_moves(change: ChangeSet, transition: Transition, expected: dict[str, Any]) -> None:
    """What it says changes, and nothing else does."""
    assert {"paid": "no", **expected} == run(transition, change)
    assert change._violations == []


def test_what_is_told(change: ChangeSet) -> None:
    """The event, where one is named."""
    run(Transition("approved"), change)
    run(Transition("cancelled", event="cancel"), change)

    assert change.events == ["cancel"]


def test_a_refusal(change: ChangeSet) -> None:
    """From another state nothing changes, nothing is told, and the state is blamed."""
    done: list[Any] = []
    transition = Transition(
        "approved",
        ("draft", "pending"),
        "approved_at",
        "approve",
        sets={"paid": "yes"},
        then=lambda *_: done.append(1),
    )

    assert run(transition, change) == {"status": "placed", "paid": "no"}
    (error,) = change._violations
    assert error == impossible("placed", "approved")
    assert (change.events, done) == ([], [])


REFUSALS: dict[str, tuple[Transition, dict[str, Any]]] = {
    "of another field": (
        Transition({"yes": "done"}, state="paid"),
        impossible("no", "done", "paid"),
    ),
    "of one that leads nowhere": (
        Transition(None, ("draft",)),
        violation("attributes/_approve", "is invalid", "invalid"),
    ),
    "by another field": (
        Transition("approved", ("placed",), requires={"paid": ("yes",)}),
        impossible("placed", "approved"),
    ),
    "by its guard": (
        Transition("approved", ("placed",), guard=lambda _: False),
        impossible("placed", "approved"),
    ),
}


@pytest.mark.parametrize(("transition", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(change: ChangeSet, transition: Transition, error: dict[str, Any]) -> None:
    """Each says from where to where there is no way, or that the trigger is none now."""
    assert run(transition, change) == {"status": "placed", "paid": "no"}
    assert change._violations == [error]


REACHED: dict[str, Transition] = {
    "its state": Transition("placed", ("draft",), "placed_at", "place"),
    "what is asked for of several": Transition({"draft": "placed", "editing": "draft"}),
    "one that leads there": Transition("approved", underway=("placed",)),
    "its moment": Transition(None, stamp="status"),
}


@pytest.mark.parametrize("transition", REACHED.values(), ids=REACHED)
def test_what_is_reached(change: ChangeSet, transition: Transition) -> None:
    """It stays: nothing changes, nothing is told, nothing is wrong (commerce.md §14.1)."""
    assert run(transition, change) == {"status": "placed", "paid": "no"}
    assert (change.events, change._violations) == ([], [])
