"""The plan of writing says of a declaration all that a write has to know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.schema.validations import Length
from mockserver.schema.vocabulary import Resource, attribute, to_many, to_one, trigger
from mockserver.schema.write_plan import WritePlan, write_plan


def effect(*_: Any) -> None:
    """Do more than being stored."""


class Parcel(Resource, type_="parcels"):
    """A type with every kind of member."""

    id = attribute("string", "R")
    number = attribute("string", "CUR", required=True, unique=True)
    secret = attribute("string", "CU", effect=effect, required=True, validate=Length(6))
    weight = attribute("integer", "CR", initial=7)
    state = attribute("string", "R", initial="draft", enum=("draft", "sent"))
    label = attribute("string", "R", derive=lambda record: record["number"])
    _code = attribute("string", "C", effect=effect, required=True)
    _note = attribute("string", "U", effect=effect, prohibited=True)
    _send = trigger(effect)

    order = to_one("orders", "CU", required=True)
    carrier = to_one("carriers", "U", closed_to_sales_channels=True)
    tags = to_many("tags", "CU")
    events = to_many("events", inverse="parcel")


def names(pairs: Any) -> list[str]:
    """Return the names of members."""
    return [name for name, *_ in pairs]


SETTLED: dict[str, tuple[Callable[[WritePlan], Any], Any]] = {
    "what is stored, with what is initial": (
        lambda plan: dict(plan.initial),
        {"id": None, "number": None, "secret": None, "weight": 7, "state": "draft"},
    ),
    "what is stored as it is sent": (
        lambda plan: plan.plain,
        {"id", "number", "weight", "state"},
    ),
    "effects, in wire order": (
        lambda plan: names(plan.effects),
        ["secret", "_code", "_note", "_send"],
    ),
    "what has to be there; a record does not hold what an effect makes of a secret": (
        lambda plan: names(plan.required),
        ["number", "_code"],
    ),
    "what is held to rules": (lambda plan: names(plan.ruled), ["number", "secret", "state"]),
    "lists of ids": (lambda plan: plan.lists, ["tags"]),
    "what has to lead somewhere": (lambda plan: names(plan.needed), ["order"]),
    "what a request may set": (
        lambda plan: plan.sendable["creatable", False],
        {"number", "secret", "weight", "_code", "order", "tags"},
    ),
    "what an update may set": (
        lambda plan: plan.sendable["updatable", False],
        {"number", "secret", "_note", "_send", "order", "carrier", "tags"},
    ),
    "what that of a sales channel may": (
        lambda plan: plan.sendable["updatable", True],
        {"number", "secret", "_send", "order", "tags"},
    ),
}


@pytest.mark.parametrize(("told", "expected"), SETTLED.values(), ids=SETTLED)
def test_what_a_declaration_settles(told: Callable[[WritePlan], Any], expected: Any) -> None:
    """Each part of the plan follows from the members."""
    assert told(write_plan(Parcel)) == expected


def test_it_is_made_once() -> None:
    """No request pays for it."""
    assert write_plan(Parcel) is write_plan(Parcel)
