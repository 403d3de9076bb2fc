"""Imports: how they wait, begin, go on and end; what their rows do is beside.

neighbours.md §37.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.backends import BACKENDS
from tests.background import (
    DELAY,
    LONG,
    STEP,
    counts,
    done,
    file,
    imported,
    now,
    pass_time,
    records,
)
from tests.client import Api, Document, document, path_of
from tests.refusals import got, impossible, refused_with, violation
from tests.scene import NOBODY, alter, digest, events, order, stored

BOTH = pytest.mark.parametrize("storage", BACKENDS)
EMAILS = [{"email": f"{number:04}@example.com"} for number in range(600)]


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


def with_errors(size: int, every: int) -> list[Document]:
    """Return rows of which every so many one has no email address."""
    return [{"email": f"{n}@example.com" if n % every else f"bad-{n}"} for n in range(size)]


def refused_import(api: Api, sandbox: Sandbox, *errors: Document, **attributes: Any) -> None:
    """Check that an import is refused, and that nothing has changed."""
    before = digest(sandbox)
    answer = api.post("/api/imports", document("imports", **attributes))

    assert got(answer) == refused_with(errors)
    assert digest(sandbox) == before


# --- from pending to completed -------------------------------------------------------------------


def test_created(api: Api) -> None:
    """It waits; what it is to do can be read until it has done it."""
    rows = [{"email": "john@example.com"}, {"email": "jane@example.com", "metadata": {"a": [1]}}]
    attributes = imported(api, "customers", rows)["attributes"]
    times = dict.fromkeys(("started_at", "completed_at", "interrupted_at"))
    numbers = ("errors_count", "warnings_count", "destroyed_count", "processed_count")
    expected = {
        "resource_type": "customers",
        "format": "json",
        "parent_resource_id": None,
        "status": "pending",
        **times,
        "inputs": rows,
        "inputs_size": 2,
        **dict.fromkeys(numbers, 0),
        "errors_log": {},
        "warnings_log": {},
        "cleanup_records": False,
        "skip_errors": False,
        "attachment_url": None,
    }

    assert expected == {name: attributes[name] for name in expected}


@BOTH
def test_from_pending_to_completed(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """It begins after a while and goes on by steps, which a poll sees."""
    made, began = imported(api, "customers", EMAILS), clock.timestamp()
    seen = [counts(now(api, made))]
    for by in (DELAY, STEP, STEP, STEP):
        pass_time(api, by)
        seen.append(counts(now(api, made)))
    last = now(api, made)

    assert seen == [
        ("pending", 0, 0),
        *(("in_progress", processed, 0) for processed in (0, 250, 500)),
        ("completed", 600, 0),
    ]
    assert records(sandbox, "customers", "email") == [row["email"] for row in EMAILS]
    assert began < last["started_at"] < last["completed_at"] == last["updated_at"]
    assert last["inputs"] is None
    assert last["inputs_size"] == 600
    assert events(sandbox, made) == [f"imports.{name}" for name in ("create", "start", "complete")]


def test_all_at_once(api: Api) -> None:
    """However many steps there are, time that has passed is enough."""
    assert counts(done(api, imported(api, "customers", EMAILS))) == ("completed", 600, 0)


def test_the_history(api: Api) -> None:
    """Every step is told, by the worker."""
    made = imported(api, "tags", [{"name": "vip"}])
    done(api, made)
    entries = api.get(f"{path_of(made)}/event_stores").json["data"]
    told = [entry["attributes"] for entry in entries]
    moves = [e["payload"]["status"]["to"] for e in told if "status" in e["payload"]]

    assert moves == ["pending", "in_progress", "completed"]
    assert [next(iter(each["who"])) for each in told[1:]] == ["worker"] * (len(told) - 1)


def test_what_is_kept_of_the_rows(api: Api, sandbox: Sandbox) -> None:
    """A file, from the start on; it goes with the import."""
    rows = [{"name": "vip"}, {"name": "gold"}]
    made = imported(api, "tags", rows)
    attributes = done(api, made)

    assert json.loads(file(api, attributes)) == rows
    assert api.get("/api/imports", {"filter[q][attachment_url_null]": "false"}).json["data"]
    assert len(records(sandbox, "files", "id")) == 1

    api.delete(path_of(made))

    assert records(sandbox, "files", "id") == []
    assert events(sandbox, made)[-1] == "imports.destroy"


@pytest.mark.parametrize("options", [{"job_delay": 0}])
def test_at_once(api: Api, options: Mapping[str, Any]) -> None:
    """Without a delay the next request sees it done, all steps of it."""
    assert options == {"job_delay": 0}
    assert counts(now(api, imported(api, "customers", EMAILS))) == ("completed", 600, 0)


@BOTH
def test_five_thousand_customers(api: Api, sandbox: Sandbox) -> None:
    """Three in a hundred are no customers, and the log says which."""
    rows = [
        {"email": f"{n}@example.com" if n % 100 > 2 else f"bad-{n}", "reference": str(n)}
        for n in range(5000)
    ]
    made = imported(api, "customers", rows)
    attributes = done(api, made)
    log = attributes["errors_log"]

    assert counts(attributes) == ("completed", 4850, 150)
    assert sandbox.count("customers") == 4850
    assert list(log)[:4] == ["bad-0", "bad-1", "bad-2", "bad-100"]
    assert set(map(repr, log.values())) == {"{'email': ['is invalid']}"}
    assert len(log) == 150


def test_others_get_in_between(
    app: MockServerApp, api: Api, sandbox: Sandbox, clock: Clock
) -> None:
    """While the worker is at it, with the time running, the records can be read."""
    made = imported(api, "customers", [{"email": f"{n}@example.com"} for n in range(3000)])
    clock.thaw()
    clock.advance(timedelta(seconds=1))
    app.worker.wake()
    seen = [counts(stored(sandbox, made))]
    while seen[-1][0] != "completed":
        seen.append(counts(stored(sandbox, made)))

    assert {"in_progress", "completed"} <= {status for status, *_ in seen}
    assert seen[-1] == ("completed", 3000, 0)


def test_nobody_needs_to_ask(app: MockServerApp, api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """With the time running the worker does it all."""
    clock.thaw()
    made = imported(api, "tags", [{"name": "vip"}])
    clock.advance(timedelta(seconds=2))
    app.worker.wake()
    watching = Thread(target=_until_done, args=(sandbox, made))
    watching.start()
    watching.join(20)

    assert stored(sandbox, made)["status"] == "completed"


def _until_done(sandbox: Sandbox, made: Document) -> None:
    while stored(sandbox, made)["status"] != "completed":
        pass


# --- what is refused -----------------------------------------------------------------------------

ROWS = [{"name": "vip"}]
MANY = [{"name": f"tag-{number}"} for number in range(10_001)]
REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "no-type": (
        {"inputs": ROWS},
        [violation("attributes/resource_type", "can't be blank", "blank")],
    ),
    "a-type-that-is-not-imported": (
        {"resource_type": "markets", "inputs": ROWS},
        [
            violation(
                "attributes/resource_type",
                "is not included in the list",
                "inclusion",
                value="markets",
            )
        ],
    ),
    "another-format": (
        {"resource_type": "tags", "inputs": ROWS, "format": "xml"},
        [violation("attributes/format", "is not included in the list", "inclusion", value="xml")],
    ),
    "too-many": (
        {"resource_type": "tags", "inputs": MANY},
        [
            violation(
                "attributes/inputs",
                "is too long (maximum is 10000 characters)",
                "too_long",
                count=10_000,
            )
        ],
    ),
    "several-things": (
        {"format": "xml"},
        [
            violation("attributes/resource_type", "can't be blank", "blank"),
            violation("attributes/format", "is not included in the list", "inclusion", value="xml"),
            violation("attributes/inputs", "can't be blank", "blank"),
        ],
    ),
}


@pytest.mark.parametrize(("attributes", "errors"), REFUSED.values(), ids=REFUSED)
def test_refused(api: Api, sandbox: Sandbox, attributes: Document, errors: list[Document]) -> None:
    """422, and nothing has changed."""
    refused_import(api, sandbox, *errors, **attributes)


BLANK = violation("attributes/inputs", "can't be blank", "blank")
INVALID = violation("attributes/inputs", "is invalid", "invalid")
INPUTS: dict[str, tuple[Document, Document]] = {
    "none": ({}, BLANK),
    "null": ({"inputs": None}, BLANK),
    "empty": ({"inputs": []}, BLANK),
    "no-lines": ({"inputs": "", "format": "csv"}, BLANK),
    "only-a-header": ({"inputs": "name\n", "format": "csv"}, BLANK),
    "text-that-is-no-csv": ({"inputs": "name\nvip"}, INVALID),
    "numbers": ({"inputs": [1]}, INVALID),
    "lines-that-are-no-csv": ({"inputs": ["name", "vip"]}, INVALID),
    "lists": ({"inputs": [["vip"]], "format": "csv"}, INVALID),
    "too-many-cells": ({"inputs": "name\nvip,gold", "format": "csv"}, INVALID),
    "an-open-quote": ({"inputs": 'name\n"vip', "format": "csv"}, INVALID),
    "an-object": (
        {"inputs": {"name": "vip"}},
        violation("attributes/inputs", "is invalid", "invalid", value={"name": "vip"}),
    ),
    "a-nul-byte": (
        {"inputs": [{"name": "\0"}]},
        violation("attributes/inputs", "is invalid", "invalid", value=[{"name": "\0"}]),
    ),
}


@pytest.mark.parametrize(("attributes", "error"), INPUTS.values(), ids=INPUTS)
def test_inputs_that_are_none(
    api: Api, sandbox: Sandbox, attributes: Document, error: Document
) -> None:
    """422 as well; a client that sends text without saying CSV has forgotten something."""
    refused_import(api, sandbox, error, resource_type="tags", **attributes)


def test_the_queue(api: Api, sandbox: Sandbox) -> None:
    """As many as the organization has room for; one that is done makes room."""
    made = [imported(api, "tags", [{"name": f"tag-{n}"}]) for n in range(10)]
    full = violation("", "exceeds the maximum of 10 concurrent jobs", "too_many_jobs", count=10)
    refused_import(api, sandbox, full, resource_type="tags", inputs=ROWS)
    api.update(made[0], _interrupt=True)

    assert imported(api, "tags", ROWS)["attributes"]["status"] == "pending"


@pytest.mark.parametrize("value", [3, 11])
def test_the_length_of_the_queue(api: Api, sandbox: Sandbox, value: int) -> None:
    """It is a setting of the organization."""
    sandbox.organization.set({"imports_max_concurrent_count": value})
    codes = [
        api.post("/api/imports", document("imports", resource_type="tags", inputs=ROWS)).status_code
        for _ in range(12)
    ]

    assert codes == [201] * value + [422] * (12 - value)


@pytest.mark.parametrize("name", ["status", "inputs_size", "errors_log", "attachment_url"])
def test_what_is_the_services_own(api: Api, name: str) -> None:
    """None of it can be sent."""
    answer = api.post("/api/imports", document("imports", **{name: "x"}))

    assert answer.json["errors"][0]["code"] == "PARAM_NOT_ALLOWED"


@pytest.mark.parametrize("name", ["inputs", "resource_type", "format", "skip_errors"])
def test_what_stays_as_it_is(api: Api, name: str) -> None:
    """What an import does is settled when it is made."""
    made = imported(api, "tags", ROWS)
    answer = api.patch(path_of(made), document("imports", made["id"], **{name: None}))

    assert answer.json["errors"][0]["code"] == "PARAM_NOT_ALLOWED"


# --- interruption --------------------------------------------------------------------------------


def test_too_many_errors(api: Api, sandbox: Sandbox) -> None:
    """More than a tenth: what is done stays, the counts tell where it stopped."""
    made = imported(api, "customers", with_errors(100, every=5))
    attributes = done(api, made)

    assert counts(attributes) == ("interrupted", 40, 11)
    assert list(attributes["errors_log"])[-1] == "bad-50"
    assert attributes["interrupted_at"] == attributes["updated_at"]
    assert attributes["completed_at"] is None
    assert sandbox.count("customers") == 40
    assert events(sandbox, made)[1:] == ["imports.start", "imports.interrupt"]


def test_a_tenth_is_not_too_many(api: Api) -> None:
    attributes = done(api, imported(api, "customers", with_errors(100, every=10)))

    assert counts(attributes) == ("completed", 90, 10)


@pytest.mark.parametrize(
    ("attributes", "setting"), [({"skip_errors": True}, False), ({}, True)], ids=["own", "setting"]
)
def test_errors_that_do_not_matter(
    api: Api, sandbox: Sandbox, attributes: Document, *, setting: bool
) -> None:
    """By its own word, or by the organization's."""
    sandbox.organization.set({"imports_skip_errors": setting})
    made = imported(api, "customers", with_errors(100, every=2), **attributes)

    assert counts(done(api, made)) == ("completed", 50, 50)


@BOTH
def test_interrupting(api: Api, sandbox: Sandbox) -> None:
    """Midway: what is done stays, the rest never happens."""
    made = imported(api, "customers", EMAILS)
    for by in (DELAY, STEP):
        pass_time(api, by)
    interrupted = api.update(made, _interrupt=True)["attributes"]

    assert counts(interrupted) == ("interrupted", 250, 0)
    assert interrupted["interrupted_at"] == interrupted["updated_at"]
    assert done(api, made) == {**interrupted, "attachment_url": now(api, made)["attachment_url"]}
    assert sandbox.count("customers") == 250
    assert events(sandbox, made)[-1] == "imports.interrupt"
    assert sandbox.count("jobs") == 0


def test_interrupting_before_the_start(api: Api, sandbox: Sandbox) -> None:
    made = imported(api, "tags", ROWS)
    api.update(made, _interrupt=True)

    assert counts(done(api, made)) == ("interrupted", 0, 0)
    assert sandbox.count("tags") == 0


@pytest.mark.parametrize("rows", [ROWS, [{"name": "not a tag"}]], ids=["done", "interrupted"])
def test_interrupting_what_is_over(api: Api, rows: list[Document]) -> None:
    """What is completed stays so; what has been interrupted is so already."""
    made = imported(api, "tags", rows)
    before = done(api, made)
    answer = api.patch(path_of(made), document("imports", made["id"], _interrupt=True))

    if before["status"] == "interrupted":
        assert answer.status_code == 200
    else:
        assert got(answer) == refused_with([impossible("completed", "interrupted")])
    assert now(api, made) == before


def test_deleting_midway(api: Api, sandbox: Sandbox) -> None:
    """What is done stays, the rest never happens."""
    made = imported(api, "customers", EMAILS)
    for by in (DELAY, STEP):
        pass_time(api, by)

    assert api.delete(path_of(made)).status_code == 204
    pass_time(api, LONG)
    assert sandbox.count("customers") == 250
    assert sandbox.count("jobs") == 0


def test_a_type_that_goes_away(api: Api, sandbox: Sandbox) -> None:
    """A row that fails for no reason of its own is an error as well, not the end of all."""
    made = imported(api, "tags", [{"name": f"tag-{n}"} for n in range(20)])
    alter(sandbox, made, skip_errors=True)
    sandbox.organization.set({"tags_max_name_length": "x"})
    attributes = done(api, made)

    assert counts(attributes) == ("completed", 0, 20)
    assert list(attributes["errors_log"]["tag-0"]) == ["base"]


# --- cleaning up ---------------------------------------------------------------------------------


def test_cleaning_up(api: Api, sandbox: Sandbox) -> None:
    """What is not among the rows is deleted, what cannot be is told of."""
    bought = api.create("customers", email="bought@example.com")
    order(api, {"customer": {"type": "customers", "id": bought["id"]}})
    for name in ("kept", "gone", "gone-too"):
        api.create("customers", email=f"{name}@example.com")
    rows = [{"email": "Kept@example.com"}, {"email": "new@example.com"}]
    made = imported(api, "customers", rows, cleanup_records=True)
    attributes = done(api, made)
    left = records(sandbox, "customers", "email")
    held = "bought@example.com" in left

    assert [email for email in left if "bought" not in email] == [
        "kept@example.com",
        "new@example.com",
    ]
    assert counts(attributes) == ("completed", 2, 0)
    assert (attributes["destroyed_count"], attributes["warnings_count"]) == (3 - held, int(held))
    assert attributes["warnings_log"] == (
        {"bought@example.com": ["could not be deleted"]} if held else {}
    )


def test_cleaning_up_in_steps(api: Api, sandbox: Sandbox) -> None:
    """As many at a time as rows; those that stay do not stand in the way."""
    done(api, imported(api, "customers", EMAILS))
    for email in ("0003@example.com", "0300@example.com"):
        (found,) = sandbox.find("customers", Compare("email", "eq", email))
        order(api, {"customer": {"type": "customers", "id": found["id"]}})
    made = imported(api, "customers", EMAILS[:2], cleanup_records=True)
    pass_time(api, DELAY)
    sizes = []
    for _ in range(5):
        pass_time(api, STEP)
        sizes.append(sandbox.count("customers"))
    attributes = now(api, made)
    held = attributes["warnings_count"]

    assert sizes[0] == 600
    assert 2 + held < sizes[1] <= 600 - 248
    assert sizes[-1] == 2 + held
    assert attributes["destroyed_count"] == 598 - held
    assert attributes["status"] == "completed"


def test_cleaning_up_within_a_parent(api: Api, sandbox: Sandbox) -> None:
    """What belongs to another parent is none of it."""
    john, jane = (api.create("customers", email=f"{name}@example.com") for name in ("john", "jane"))
    for email in ("john@example.com", "jane@example.com"):
        for reference in ("news", "offers"):
            api.create("customer_subscriptions", customer_email=email, reference=reference)
    made = imported(
        api,
        "customer_subscriptions",
        [{"reference": "news"}],
        parent_resource_id=john["id"],
        cleanup_records=True,
    )
    attributes = done(api, made)

    assert counts(attributes) == ("completed", 1, 0)
    assert attributes["destroyed_count"] == 1
    assert records(sandbox, "customer_subscriptions", "customer", "reference") == [
        [john["id"], "news"],
        [jane["id"], "news"],
        [jane["id"], "offers"],
    ]


def test_a_parent_that_is_not_there(api: Api) -> None:
    """The rows tell of it: they must have one (conventions.md §16.2)."""
    made = imported(
        api, "customer_subscriptions", [{"reference": "news"}], parent_resource_id=NOBODY
    )

    assert done(api, made)["errors_log"] == {"news": {"customer": ["must exist"]}}


# --- webhooks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [False, True])
def test_what_webhooks_are_told(api: Api, sandbox: Sandbox, *, wanted: bool) -> None:
    """Of the import; of what its rows do only where the organization wants it.

    customers.md §16.
    """
    heard: list[str] = []
    listeners = sandbox.listeners.announced

    def listener(_: Any, event: Document) -> None:
        heard.append(event["name"])

    sandbox.organization.set({"imports_trigger_webhooks": wanted})
    listeners.append(listener)
    try:
        made = imported(api, "customers", [{"email": "john@example.com"}])
        done(api, made)
    finally:
        listeners.remove(listener)
    of_rows = [name for name in heard if name.startswith("customers.")]

    own = ("create", "start", "complete")
    assert [name for name in heard if name not in of_rows] == [f"imports.{name}" for name in own]
    assert of_rows == ["customers.create"] * wanted
    assert sandbox.count("events") == len(own) + 1
