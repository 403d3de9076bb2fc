"""What waits until it is asked for: nobody can tell it from what was there from the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.access import MODES
from mockserver.app import MockServerApp
from mockserver.engine.furnishing import is_postponed
from mockserver.engine.organization import Organization
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import declarations, family_of
from mockserver.seeding.seed import FURNISHING
from tests.conftest import Make
from tests.control_clients import client_of


@pytest.fixture(params=["memory", "tinydb"])
def storage(request: pytest.FixtureRequest) -> str:
    """Return each kind of storage."""
    return str(request.param)


def made(app: MockServerApp, slug: str = "world") -> Organization:
    """Return a new organization, of which everything waits that can."""
    app.plane.organizations.create({"slug": slug})
    organization = app.plane.organizations.find(slug)
    assert all(is_postponed(organization.sandbox(mode)) for mode in MODES)
    return organization


def everything(sandbox: Sandbox) -> Mapping[str, Any]:
    partition = sandbox.partition
    records = {type_: partition.select(type_)[0] for type_ in partition.types()}
    return {**records, "numbers": {t: n for t, n in partition.numbers().items() if n}}


@pytest.fixture
def whole(make: Make) -> Mapping[str, Any]:
    """Return what the test mode of a world holds of which nothing waits."""
    app = make()
    app.organizations.listeners.furnishing = None
    app.plane.organizations.create({"slug": "world"})
    return everything(app.plane.organizations.find("world").sandbox("test"))


def test_the_types_are_those_of_which_something_waits(fresh: MockServerApp) -> None:
    """And the families and views that show them."""
    sandbox = made(fresh).sandbox("test")
    before = set(sandbox.partition.counts())  # type: ignore[attr-defined]
    types = set(sandbox.partition.types()) - before
    views = {name for name, type_ in declarations().items() if type_.shows in types}

    assert FURNISHING.types == types | {family_of(type_) for type_ in types} | views


ASKING: dict[str, Callable[[Sandbox], object]] = {
    "get": lambda sandbox: sandbox.get("markets", "x"),
    "look": lambda sandbox: sandbox.look("markets", "x"),
    "lend": lambda sandbox: sandbox.partition.held_page("markets"),  # type: ignore[attr-defined]
    "find": lambda sandbox: sandbox.partition.select("stock_locations"),
    "family": lambda sandbox: sandbox.partition.count("payment_gateways"),
    "number": lambda sandbox: sandbox.partition.next_number("addresses"),
    "random values": lambda sandbox: sandbox.entropy,
    "types": lambda sandbox: sandbox.partition.types(),
    "numbers": lambda sandbox: sandbox.partition.numbers(),
    "put": lambda sandbox: sandbox.add("customer_groups", {"name": "x"}),
}


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_whoever_asks_finds_all_of_it(
    fresh: MockServerApp, whole: Mapping[str, Any], ask: Callable[[Sandbox], object]
) -> None:
    """The same records under the same ids; the other mode still waits."""
    organization = made(fresh)
    sandbox = organization.sandbox("test")
    ask(sandbox)

    assert not is_postponed(sandbox)
    found = everything(sandbox)
    assert all(
        whole[type_] == found[type_][: len(whole[type_])] for type_ in whole if type_ != "numbers"
    )
    assert is_postponed(organization.sandbox("live"))


def test_what_has_nothing_to_do_with_it_lets_it_wait(fresh: MockServerApp) -> None:
    """Tokens, a look for customers, what is searched in all worlds, metrics, the list of them."""
    organization = made(fresh)
    sandbox = organization.sandbox("test")
    api = client_of(fresh, fresh.plane.organizations.retrieve("world"))
    assert api.get("/api/customers").status_code == 200
    fresh.plane.settings.metrics()
    fresh.plane.organizations.list()
    fresh.plane.clocks.advance({"by": 60})
    fresh.test_client().get("/links/none")
    assert fresh.organizations.client("nobody") is None

    assert all(is_postponed(organization.sandbox(mode)) for mode in MODES)
    assert api.get("/api/markets").json["meta"]["record_count"] == 3
    assert not is_postponed(sandbox)


def refuse(sandbox: Sandbox) -> None:
    """Do something of which nothing stays."""
    with sandbox.transaction():
        sandbox.add("customer_groups", {"name": "gone"})
        assert sandbox.partition.count("markets") == 3
        raise ZeroDivisionError


def test_who_is_refused_leaves_it_waiting(fresh: MockServerApp, whole: Mapping[str, Any]) -> None:
    """All that a transaction has done is undone; the next one finds it all the same."""
    sandbox = made(fresh).sandbox("test")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            refuse(sandbox)
        assert is_postponed(sandbox)
    found = everything(sandbox)

    # Numbers are not given twice: what was refused has had one of each.
    taken = {"customer_groups": 3, "event_stores": 2}
    assert {**whole, "numbers": {**whole["numbers"], **taken}} == found


def test_a_reset_and_a_snapshot_do_not_bring_it_twice(
    fresh: MockServerApp, whole: Mapping[str, Any]
) -> None:
    """Whether it waits or not, before and after."""
    organization = made(fresh)
    plane = fresh.plane.organizations
    snapshot = plane.snapshot("world")
    assert not is_postponed(organization.sandbox("test"))
    plane.reset("world")
    assert is_postponed(organization.sandbox("test"))
    plane.restore("world", snapshot)

    found = everything(organization.sandbox("test"))
    assert {type_: whole[type_] for type_ in found if type_ != "numbers"} == {
        type_: records for type_, records in found.items() if type_ != "numbers"
    }
    assert snapshot == plane.snapshot("world")


@pytest.mark.parametrize("mode", MODES)
def test_it_waits_in_a_file_as_well(make: Make, tmp_path: Path, mode: Any) -> None:
    """A server that is started again goes on where the other one was, and makes the same."""
    place = f"tinydb:{tmp_path / 'records'}"
    first = make(storage=place)
    made(first, "one")
    made(first, "two")
    first.plane.organizations.find("two").sandbox(mode).partition.count("markets")
    first.close()
    second = make(storage=place)
    one, two = (second.plane.organizations.find(slug).sandbox(mode) for slug in ("one", "two"))

    assert (True, False) == (is_postponed(one), is_postponed(two))
    assert [m["code"] for m in one.partition.select("markets")[0]] == [
        m["code"] for m in two.partition.select("markets")[0]
    ]
    assert not is_postponed(one)


def test_customers_and_scenarios_do_not_wait(fresh: MockServerApp) -> None:
    """They stand on it, and what is wrong with a scenario is said at once."""
    fresh.plane.organizations.create({"slug": "full", "customers": 3})
    fresh.plane.organizations.create({"slug": "shown", "scenario": "empty"})

    for slug in ("full", "shown"):
        sandbox = fresh.plane.organizations.find(slug).sandbox("test")
        assert not is_postponed(sandbox)
