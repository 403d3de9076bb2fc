"""Situations in the console: each form does what the verb of the control plane does."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.console.situation_verbs import VERBS
from tests.console.browsing import ROOT, Browser
from tests.control_clients import client_of

PAGE = f"{ROOT}/acme/test/situations"
JANE = {"type": "customers", "id": "jane", "attributes": {"email": "jane@example.com"}}


@pytest.fixture
def browser(fresh: MockServerApp) -> Browser:
    browser = Browser(fresh)
    browser.open(PAGE)
    return browser


def do(browser: Browser, verb: str, **fields: Any) -> str:
    """Send one of the forms."""
    browser.open(PAGE)
    return browser.send(f"{PAGE}/{verb}", fields)


def requested(app: MockServerApp) -> str:
    """Have somebody be forgotten, and return the id of the job that begins with it."""
    app.plane.organizations.records("acme", {"data": JANE})
    app.plane.customers.anonymize("acme", {"email": "jane@example.com"})
    (job,) = app.plane.jobs.list()
    return str(job["id"])


def test_every_verb_has_a_form(browser: Browser, fresh: MockServerApp) -> None:
    """All of them are on the page, once there is something of each kind."""
    requested(fresh)
    fresh.plane.faults.add({"effect": "503"})
    fresh.plane.stubs.add({"match": {"path": "/x"}, "response": {}})
    pages = browser.open(PAGE)
    fresh.plane.clocks.set({"frozen_at": "now"}, "acme")
    fresh.plane.outages.on(None, "acme")
    pages += browser.open(PAGE)

    assert [name for name in VERBS if f'action="{PAGE}/{name}"' not in pages] == []


def test_time_stands_still_and_goes_on(browser: Browser, fresh: MockServerApp) -> None:
    do(browser, "freeze", at="2030-01-01T00:00:00Z")
    assert browser.status == 200
    browser.open(PAGE)
    assert "Time stands still at 2030-01-01T00:00:00.000Z" in browser.text

    for by in ("P1M", "86400"):
        do(browser, "advance", by=by)
    assert fresh.plane.clocks.retrieve("acme")["now"] == "2030-02-02T00:00:00.000Z"

    do(browser, "thaw")
    assert fresh.plane.clocks.retrieve("acme")["frozen_at"] is None
    do(browser, "advance", by="yesterday")
    assert (browser.status, "/by" in browser.text) == (422, True)


def test_what_is_due_on_the_way_is_done(browser: Browser, fresh: MockServerApp) -> None:
    requested(fresh)
    do(browser, "advance", by="P1W")

    customer = fresh.organizations.get("acme").sandbox("test").get("customers", "jane")
    assert customer["anonymization_status"] == "completed"


def test_what_waits_is_done_or_fails(browser: Browser, fresh: MockServerApp) -> None:
    job = requested(fresh)
    browser.open(PAGE)
    assert "anonymization_start" in browser.text
    do(browser, "run-job", id=job, mode="test")
    assert "anonymization_start of customers jane" in browser.text

    (next_,) = fresh.plane.jobs.list()
    do(browser, "fail-job", id=next_["id"], mode="test")
    assert "has failed" in browser.text
    do(browser, "run-job", id="none")
    assert (browser.status, "Why" in browser.text) == (404, True)
    do(browser, "run-jobs")
    assert "0 jobs are done" in browser.text


def test_the_next_list_fails(browser: Browser, fresh: MockServerApp) -> None:
    api = client_of(fresh, fresh.plane.organizations.retrieve("acme"))
    do(browser, "add-fault", effect="TOO_MANY_REQUESTS", action="list", times="1")

    assert "fault-1 is in force" in browser.text
    assert [api.get("/api/customers").status_code for _ in range(2)] == [429, 200]
    browser.open(PAGE)
    assert "1 of 1" in browser.text
    do(browser, "remove-fault", id="fault-1")
    assert fresh.plane.faults.list() == []


@pytest.mark.parametrize(
    ("verb", "fields", "pointer"),
    [
        ("add-fault", {"effect": "nothing"}, "/effect"),
        ("add-fault", {"effect": "503", "times": "many"}, "/times"),
        ("add-fault", {"effect": "503", "type": "costumers"}, "/match/type"),
        ("add-stub", {"status": "200"}, "/match"),
        ("add-customers", {"count": "0"}, "/customers"),
        ("add-customers", {"count": "1", "locale": "xx_XX"}, "/locale"),
        ("add-customer", {"email": "nobody"}, "/email"),
        ("create-organization", {"slug": "No"}, "/slug"),
        ("settings", {"journal_size": "big"}, "/journal_size"),
        ("outage-on", {"effect": "nothing"}, "/effect"),
    ],
)
def test_what_is_refused_is_said_where_it_was_asked(
    browser: Browser, fresh: MockServerApp, verb: str, fields: dict[str, str], pointer: str
) -> None:
    before = fresh.plane.settings.settings()
    do(browser, verb, **fields)

    assert browser.status in (404, 422), browser.text
    assert pointer in browser.text
    assert fresh.plane.settings.settings() == before
    part = browser.page.partition(f'<h2 id="{VERBS[verb][0]}"')[2].partition("<section")[0]
    assert pointer in part


def test_the_api_goes_down_and_up(browser: Browser, fresh: MockServerApp) -> None:
    api = client_of(fresh, fresh.plane.organizations.retrieve("acme"))
    do(browser, "outage-on")
    assert api.get("/api/customers").status_code == 503
    do(browser, "outage-off")
    assert api.get("/api/customers").status_code == 200


def test_a_stub_answers(browser: Browser, fresh: MockServerApp) -> None:
    api = client_of(fresh, fresh.plane.organizations.retrieve("acme"))
    do(browser, "add-stub", path="/api/loyalty", status="201", body='{"points": 3}')
    answer = api.get("/api/loyalty")

    assert (answer.status_code, answer.json) == (201, {"points": 3})
    do(browser, "clear-stubs")
    assert fresh.plane.stubs.list() == []


def test_customers_and_scenarios(browser: Browser, fresh: MockServerApp) -> None:
    sandbox = fresh.organizations.get("acme").sandbox("test")
    do(browser, "add-customers", count="3", locale="it_IT")
    assert sandbox.count("customers") == 3
    do(browser, "add-customer", email="ada@example.com", orders="1", addresses="1", wallet="1")
    assert "ada@example.com is there, with 1 orders" in browser.text
    do(browser, "play", name="gdpr")
    assert sandbox.count("customers") > 4
    do(browser, "play", name="../secret")
    assert browser.status == 404


def test_a_snapshot_is_downloaded_and_restored(browser: Browser, fresh: MockServerApp) -> None:
    do(browser, "add-customer", email="ada@example.com")
    answer = browser.ask("GET", f"{PAGE}/snapshot")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    do(browser, "add-customer", email="eve@example.com")

    do(browser, "restore", file=(BytesIO(answer.data), "snapshot.json"))
    partition = fresh.organizations.get("acme").sandbox("test").partition
    emails = [customer["email"] for customer in partition.select("customers")[0]]
    assert emails == ["ada@example.com"]
    assert "acme is as the snapshot says" in browser.text
    do(browser, "restore", file=(BytesIO(b"{"), "snapshot.json"))
    assert (browser.status, "Not JSON" in browser.text) == (422, True)
    do(browser, "restore", file=(BytesIO(json.dumps({"x": 1}).encode()), "snapshot.json"))
    assert browser.status == 422


def test_a_reset_keeps_what_is_ticked(browser: Browser, fresh: MockServerApp) -> None:
    do(browser, "add-fault", effect="503")
    do(browser, "add-customer", email="ada@example.com")
    do(browser, "reset", **{"keep-faults": "1"})

    assert fresh.organizations.get("acme").sandbox("test").count("customers") == 0
    assert len(fresh.plane.faults.list()) == 1


def test_settings_are_changed_as_far_as_they_are_others(
    browser: Browser, fresh: MockServerApp
) -> None:
    do(browser, "settings", rate_limits='{"scale": 0.5}', journal_size="1000", advice="true")

    assert "rate_limits, advice changed" in browser.text
    assert fresh.plane.settings.settings()["rate_limits"] == {"scale": 0.5}
    do(browser, "settings", rate_limits="off")


def test_another_world(browser: Browser) -> None:
    do(browser, "create-organization", slug="shop", customers="2")
    browser.open(f"{ROOT}/shop/test/data/customers")

    assert "customers 2" in browser.text


def test_a_verb_there_is_not(browser: Browser) -> None:
    do(browser, "nothing")

    assert browser.status == 404
