"""Faults and stubs as the control plane keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.control.control_plane import ControlPlane
from mockserver.control.rules import RuleControl
from tests.control_clients import refused

RULES = {
    "faults": {"match": {"path": "/api/tags"}, "effect": {"status": 503}},
    "stubs": {"match": {"path": "/api/skus"}, "response": {"status": 204}},
}
KINDS = pytest.mark.parametrize("kind", list(RULES))


@KINDS
def test_kept(plane: ControlPlane, kind: str) -> None:
    """Listed in the order they were added, each with an id and as it was given."""
    rules: RuleControl = getattr(plane, kind)
    made = [rules.add(RULES[kind]), rules.add({**RULES[kind], "times": 2})]

    assert made == rules.list()
    assert made[1] == rules.retrieve(made[1]["id"])
    assert {n: made[0][n] for n in RULES[kind]} == RULES[kind]
    rules.remove(made[0]["id"])
    assert [made[1]] == rules.list()
    rules.clear()
    assert rules.list() == []
    assert rules.add(RULES[kind])["id"] not in {rule["id"] for rule in made}


@KINDS
def test_of_one_organization(plane: ControlPlane, kind: str) -> None:
    """A rule about one alone is listed and cleared with it; one about all is not."""
    rules: RuleControl = getattr(plane, kind)
    of_all, own = rules.add(RULES[kind]), rules.add(RULES[kind], "acme")

    assert own["match"] == {**RULES[kind]["match"], "organization": "acme"}
    assert ([own], [of_all, own]) == (rules.list("acme"), rules.list())
    rules.clear("acme")
    assert [of_all] == rules.list()


@KINDS
@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"nope": 1}], ids=str)
def test_no_rule(plane: ControlPlane, kind: str, body: Any) -> None:
    rules: RuleControl = getattr(plane, kind)

    assert {status for status, _ in refused(lambda: rules.add(body))} == {422}
    assert rules.list() == []


@KINDS
@pytest.mark.parametrize("call", ["retrieve", "remove"])
def test_no_such_rule(plane: ControlPlane, kind: str, call: str) -> None:
    assert refused(lambda: getattr(getattr(plane, kind), call)("x-1")) == [(404, "")]


def test_the_pointer_of_what_is_wrong(plane: ControlPlane) -> None:
    """However deep it is."""
    match = {"method": "FETCH", "headers": {"X": 7}}

    found = refused(lambda: plane.faults.add({"match": match, "effect": {"error": "NOPE"}}))

    assert found == [(422, "/match/method"), (422, "/match/headers/X"), (422, "/effect/error")]


def test_a_rule_of_another_organization(plane: ControlPlane) -> None:
    body = {**RULES["faults"], "match": {"organization": "other"}}

    assert refused(lambda: plane.faults.add(body, "acme")) == [(422, "/match/organization")]
