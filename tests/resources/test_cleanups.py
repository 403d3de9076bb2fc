"""Cleanups: many records of one type go, in the background (neighbours.md §39)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.commerce.transfers.background_jobs import MAXIMUM_RECORDS
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.resources.sku_lists import SkuList
from mockserver.storage.base import Record
from tests.backends import BACKENDS
from tests.background import (
    DELAY,
    LONG,
    STEP,
    counts,
    crowd,
    done,
    now,
    pass_time,
    records,
)
from tests.client import Api, Document, document
from tests.refusals import got, refused_with, violation
from tests.scene import digest, events

BOTH = pytest.mark.parametrize("storage", BACKENDS)
TYPE = "sku_lists"


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


def lists(sandbox: Sandbox, size: int) -> None:
    """Store so many SKU lists, named by their numbers."""
    crowd(sandbox, TYPE, [{"name": f"{number:04}"} for number in range(size)])


def cleanup(api: Api, **attributes: Any) -> Document:
    """Return a cleanup of SKU lists."""
    return api.create("cleanups", resource_type=TYPE, **attributes)


def hold(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let lists with these names not be deleted."""

    def deletable(record: Record) -> bool:
        return record["name"] not in names

    monkeypatch.setattr(SkuList, "deletable", staticmethod(deletable))


def test_created(api: Api, sandbox: Sandbox) -> None:
    """It waits; how much there is to do is known."""
    lists(sandbox, 3)
    attributes = cleanup(api, filters={"name_lt": "0002"})["attributes"]
    expected = {
        "resource_type": TYPE,
        "status": "pending",
        **dict.fromkeys(("started_at", "completed_at", "interrupted_at")),
        "filters": {"name_lt": "0002"},
        "records_count": 2,
        "errors_count": 0,
        "processed_count": 0,
        "errors_log": {},
    }

    assert expected == {name: attributes[name] for name in expected}


@BOTH
def test_from_pending_to_completed(api: Api, sandbox: Sandbox) -> None:
    """By steps; what is not asked for stays."""
    lists(sandbox, 603)
    made = cleanup(api, filters={"name_lt": "0600"})
    seen = [counts(now(api, made))]
    for by in (DELAY, STEP, STEP, STEP):
        pass_time(api, by)
        seen.append(counts(now(api, made)))

    assert seen == [
        ("pending", 0, 0),
        *(("in_progress", processed, 0) for processed in (0, 250, 500)),
        ("completed", 600, 0),
    ]
    assert records(sandbox, TYPE, "name") == ["0600", "0601", "0602"]
    assert events(sandbox, made) == [f"cleanups.{n}" for n in ("create", "start", "complete")]


@pytest.mark.parametrize("moment", ["2024/01/01", "1 January 2024", "2024-01-01}"])
def test_chosen_by_a_moment(api: Api, sandbox: Sandbox, moment: str) -> None:
    """Whatever form a moment has, only what is older goes."""
    dated = [{"name": "new"}, {"name": "old", "created_at": "2023-12-31T23:59:59.999Z"}]
    crowd(sandbox, TYPE, dated)

    assert counts(done(api, cleanup(api, filters={"created_at_lt": moment}))) == ("completed", 1, 0)
    assert records(sandbox, TYPE, "name") == ["new"]


def test_nothing_to_do(api: Api) -> None:
    assert counts(done(api, cleanup(api))) == ("completed", 0, 0)


def test_what_cannot_be_deleted(
    api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays and is told of; the others go."""
    lists(sandbox, 300)
    hold(monkeypatch, "0000", "0260")
    ids = dict(records(sandbox, TYPE, "name", "id"))
    attributes = done(api, cleanup(api))

    assert counts(attributes) == ("completed", 298, 2)
    assert records(sandbox, TYPE, "name") == ["0000", "0260"]
    assert list(attributes["errors_log"]) == [ids["0000"], ids["0260"]]
    assert attributes["errors_log"][ids["0000"]] == {
        "base": [f"Failed to destroy SkuList with id={sandbox.number(TYPE, ids['0000'])}"]
    }


def test_too_many_errors(api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a tenth: the rest stays."""
    lists(sandbox, 20)
    hold(monkeypatch, *(f"{number:04}" for number in range(5, 10)))
    made = cleanup(api)

    assert counts(done(api, made)) == ("interrupted", 5, 3)
    assert events(sandbox, made)[-1] == "cleanups.interrupt"


def test_interrupting(api: Api, sandbox: Sandbox) -> None:
    """Midway: the rest stays."""
    lists(sandbox, 600)
    made = cleanup(api)
    for by in (DELAY, STEP):
        pass_time(api, by)
    api.update(made, _interrupt=True)

    assert counts(done(api, made)) == ("interrupted", 250, 0)
    assert sandbox.count(TYPE) == 350


def not_included(value: str) -> Document:
    title = "is not included in the list"
    return violation("attributes/resource_type", title, "inclusion", value=value)


UNDECLARED = "spaceships"
REFUSED: dict[str, tuple[Document, Document]] = {
    "customers": ({"resource_type": "customers"}, not_included("customers")),
    "not-declared": ({"resource_type": UNDECLARED}, not_included(UNDECLARED)),
    "no-type": ({}, violation("attributes/resource_type", "can't be blank", "blank")),
    "an-unknown-filter": (
        {"resource_type": TYPE, "filters": {"nope_eq": 1}},
        violation("attributes/filters", "is invalid", "invalid", value={"nope_eq": 1}),
    ),
    # Ignored, as in a list, it would have more deleted than was asked for.
    "an-unknown-filter-beside-a-known-one": (
        {"resource_type": TYPE, "filters": {"name_eq": "0001", "nope_eq": 1}},
        violation(
            "attributes/filters", "is invalid", "invalid", value={"name_eq": "0001", "nope_eq": 1}
        ),
    ),
}


@pytest.mark.parametrize(("attributes", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(api: Api, sandbox: Sandbox, attributes: Document, error: Document) -> None:
    """422, and nothing has changed."""
    assert UNDECLARED not in registry()
    before = digest(sandbox)

    assert got(api.post("/api/cleanups", document("cleanups", **attributes))) == refused_with(
        [error]
    )
    assert digest(sandbox) == before


def test_too_many(api: Api, sandbox: Sandbox) -> None:
    lists(sandbox, MAXIMUM_RECORDS + 1)
    answer = api.post("/api/cleanups", document("cleanups", resource_type=TYPE))
    error = violation(
        "attributes/records_count",
        "must be less than or equal to 10000",
        "less_than_or_equal_to",
        value=MAXIMUM_RECORDS + 1,
        count=MAXIMUM_RECORDS,
    )

    assert got(answer) == refused_with([error])


def test_the_queue(api: Api, sandbox: Sandbox) -> None:
    """As many as the organization has room for; one that is done makes room."""
    body = document("cleanups", resource_type=TYPE)
    codes = [api.post("/api/cleanups", body).status_code for _ in range(11)]
    sandbox.organization.set({"cleanups_max_concurrent_count": 1})
    pass_time(api, LONG)
    again = [api.post("/api/cleanups", body).status_code for _ in range(2)]

    assert (codes, again) == ([201] * 10 + [422], [201, 422])
