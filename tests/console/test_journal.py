"""The journal in the console: searched, copied, sent again, and made rules of."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mockserver.app import MockServerApp
from tests.client import Api
from tests.console.browsing import ROOT, Browser
from tests.control_clients import client_of

TEST = f"{ROOT}/acme/test"
JOURNAL = f"{TEST}/journal"


@pytest.fixture
def browser(fresh: MockServerApp) -> Browser:
    return Browser(fresh)


@pytest.fixture
def client(fresh: MockServerApp) -> Api:
    """Return a client with a token, whose journal is empty."""
    return client_of(fresh, fresh.plane.organizations.retrieve("acme"))


def last(app: MockServerApp) -> dict[str, Any]:
    found: dict[str, Any] = app.plane.journal.list({})["exchanges"][-1]
    return found


def paths(browser: Browser) -> list[str]:
    return re.findall(rf'href="{JOURNAL}/\d+"><code>([^<]+)<', browser.page)


def test_exchanges_are_searched(browser: Browser, client: Api) -> None:
    client.get("/api/customers")
    client.get("/api/orders/none")
    client.create("tags", name="x")

    browser.open(JOURNAL)
    assert paths(browser)[:3] == ["/api/tags", "/api/orders/none", "/api/customers"]
    for query, found in (
        ("status=4xx", ["/api/orders/none"]),
        ("method=GET&path=/api/cust*", ["/api/customers"]),
        ("action=create", ["/api/tags"]),
        ("text=orders/NONE", ["/api/orders/none"]),
        ("scope=all&status=5xx", []),
    ):
        browser.open(f"{JOURNAL}?{query}")
        assert paths(browser) == found, query


def test_a_search_that_cannot_be_meant(browser: Browser) -> None:
    browser.open(f"{JOURNAL}?path=customers")

    assert browser.status == 422
    assert "matches no path" in browser.text


def test_the_other_mode_has_its_own(browser: Browser, client: Api) -> None:
    client.get("/api/customers")
    browser.open(f"{ROOT}/acme/live/journal")

    assert "Nothing yet" in browser.text
    browser.open(f"{ROOT}/acme/live/journal?scope=organization")
    assert "/api/customers" in browser.text


def test_a_list_that_grows_asks_for_its_lines_alone(browser: Browser, client: Api) -> None:
    client.get("/api/customers")
    browser.open(JOURNAL)
    assert f'hx-get="{JOURNAL}" hx-trigger="every 2s"' in browser.page

    browser.open(JOURNAL, headers={"HX-Request": "true"})
    assert browser.page.strip().startswith("<tr>")
    assert "/api/customers" in browser.text


def test_request_and_answer_side_by_side(
    browser: Browser, client: Api, fresh: MockServerApp
) -> None:
    client.get("/api/customers?filter[q][emial_eq]=x")
    browser.open(f"{JOURNAL}/{last(fresh)['id']}")

    assert "Unknown filter emial_eq" in browser.text
    assert "ignored_filter" in browser.text
    assert "curl -g" in browser.text
    assert "Bearer $TOKEN" in browser.text


@pytest.mark.parametrize("fields", [{}, {"new_token": "1"}])
def test_a_request_is_sent_again(
    browser: Browser, client: Api, fresh: MockServerApp, fields: dict[str, str]
) -> None:
    """With its body, and its own token or a new one of the same application."""
    client.create("tags", name="again")
    first = last(fresh)
    browser.open(f"{JOURNAL}/{first['id']}")
    browser.send(f"{JOURNAL}/{first['id']}/replay", fields)
    again = last(fresh)

    assert "has already been taken" in browser.text
    assert again["id"] > first["id"]
    assert again["request"]["body"] == first["request"]["body"]
    assert again["application"] == first["application"]
    assert again["response"]["status"] == 422


def test_a_request_that_was_cut_is_not_sent_again(
    browser: Browser, client: Api, fresh: MockServerApp
) -> None:
    client.create("customers", email="a@b.com", metadata={"text": "x" * 300_000})
    id_ = last(fresh)["id"]
    browser.open(f"{JOURNAL}/{id_}")
    browser.send(f"{JOURNAL}/{id_}/replay")

    assert browser.status == 409
    assert "were kept" in browser.text


def test_a_fault_is_made_of_a_request(browser: Browser, client: Api, fresh: MockServerApp) -> None:
    client.get("/api/customers")
    browser.open(f"{JOURNAL}/{last(fresh)['id']}")
    fields = {"effect": "TOO_MANY_REQUESTS", "times": "1"}
    browser.send(f"{JOURNAL}/{last(fresh)['id']}/fault", fields)

    (rule,) = fresh.plane.faults.list()
    assert rule["match"] == {"method": "GET", "path": "/api/customers", "organization": "acme"}
    assert [client.get("/api/customers").status_code for _ in range(2)] == [429, 200]


def test_a_fault_that_is_none(browser: Browser, client: Api, fresh: MockServerApp) -> None:
    client.get("/api/customers")
    browser.open(f"{JOURNAL}/{last(fresh)['id']}")
    browser.send(f"{JOURNAL}/{last(fresh)['id']}/fault", {"effect": "nonsense"})

    assert (browser.status, fresh.plane.faults.list()) == (422, [])
    assert "/effect" in browser.text


def test_a_stub_is_made_of_an_answer(browser: Browser, client: Api, fresh: MockServerApp) -> None:
    client.create("tags", name="old")
    client.get("/api/tags?fields[tags]=name")
    before = last(fresh)["response"]["body"]
    browser.open(f"{JOURNAL}/{last(fresh)['id']}")
    browser.send(f"{JOURNAL}/{last(fresh)['id']}/stub")
    client.create("tags", name="new")

    assert client.get("/api/tags?fields[tags]=name").json == before
    assert client.get("/api/tags").json["meta"]["record_count"] == 2


def test_the_archive_has_what_is_shown(browser: Browser, client: Api) -> None:
    client.get("/api/customers")
    client.get("/api/orders")
    answer = browser.ask("GET", f"{JOURNAL}/har?path=/api/orders")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-test.har"'
    (entry,) = json.loads(answer.data)["log"]["entries"]
    assert entry["request"]["url"].endswith("/api/orders")


def test_the_journal_is_cleared(browser: Browser, client: Api, fresh: MockServerApp) -> None:
    client.get("/api/customers")
    browser.open(JOURNAL)
    browser.send(f"{JOURNAL}/clear")

    assert fresh.plane.journal.list({})["total"] == 0
