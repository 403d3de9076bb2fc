"""Webhooks in the console, tried with a receiver of its own and no other server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from mockserver import MockServer
from mockserver.app import MockServerApp
from tests.cli.processes import until
from tests.console.browsing import PROOF, ROOT, Browser

WEBHOOKS = f"{ROOT}/acme/test/webhooks"


@pytest.fixture
def browser(fresh: MockServerApp) -> Browser:
    browser = Browser(fresh)
    browser.open(WEBHOOKS)
    return browser


class Visitor:
    """A browser at a server that listens."""

    def __init__(self, url: str) -> None:
        """Visit a server."""
        self._url = url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = ""

    def open(self, path: str, fields: dict[str, Any] | None = None) -> str:
        """Open a page, or send a form of the one at hand, and return the HTML."""
        proof = PROOF.search(self.page)
        sent = {**fields, "proof": proof[1] if proof else ""} if fields is not None else None
        body = urlencode(sent).encode() if sent is not None else None
        with self._opener.open(self._url + path, body, timeout=30) as answer:
            self.page = answer.read().decode()
        return self.page


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(tls_port=None) as server:
        yield server


def test_a_webhook_arrives_without_another_server(server: MockServer) -> None:
    """Its signature is checked; it is sent once more; a receiver can be told to fail."""
    visitor, name = Visitor(server.url), f"{WEBHOOKS}/receivers/inbox"
    visitor.open(WEBHOOKS)
    visitor.open(WEBHOOKS, {"topic": "customers.create", "receiver": "inbox"})
    assert "receivers/inbox" in visitor.page
    visitor.open(f"{ROOT}/acme/test/data/customers/new")
    visitor.open(f"{ROOT}/acme/test/data/customers/new", {"email": "ada@example.com"})

    until(lambda: "signature is right" in visitor.open(name))
    assert "ada@example.com" in visitor.page
    assert "customers.create" in visitor.page
    until(lambda: 'tag good">delivered' in visitor.open(WEBHOOKS))
    (delivery,) = re.findall(rf'{WEBHOOKS}/deliveries/(\w+)"', visitor.page)
    visitor.open(f"{WEBHOOKS}/deliveries/{delivery}")
    assert '"response_code": "200"' in visitor.page.replace("&#34;", '"')
    visitor.open(f"{WEBHOOKS}/deliveries/{delivery}/replay", {})
    until(lambda: visitor.open(name).count("signature is right") == 2)


def test_time_passes_while_a_receiver_answers(server: MockServer) -> None:
    """What is delivered on the way to another time arrives, though one thread answers all."""
    visitor, page = Visitor(server.url), f"{ROOT}/acme/test/situations"
    visitor.open(WEBHOOKS)
    visitor.open(WEBHOOKS, {"topic": "customers.anonymization_completed", "receiver": "late"})
    server.plane.organizations.records(
        "acme",
        {"data": {"type": "customers", "id": "jane", "attributes": {"email": "j@example.com"}}},
    )
    server.plane.customers.anonymize("acme", {"email": "j@example.com"})
    visitor.open(page)
    visitor.open(f"{page}/advance", {"by": "P1W"})

    assert "jane" in visitor.open(f"{WEBHOOKS}/receivers/late")


def test_a_receiver_is_reached_by_this_machine(browser: Browser, fresh: MockServerApp) -> None:
    browser.send(WEBHOOKS, {"topic": "orders.place", "receiver": "mine", "status": "503"})
    (webhook,) = fresh.organizations.get("acme").sandbox("test").partition.select("webhooks")[0]

    assert webhook["callback_url"] == "http://localhost:8080/_mock/receivers/mine?status=503"


def test_a_topic_there_is_not(browser: Browser) -> None:
    browser.send(WEBHOOKS, {"topic": "customers.born", "receiver": "inbox"})

    assert browser.status == 422
    assert "is not included in the list" in browser.text
    assert 'value="customers.born"' in browser.page


def test_a_webhook_is_switched_off_and_on(browser: Browser, fresh: MockServerApp) -> None:
    browser.send(WEBHOOKS, {"topic": "orders.place", "url": "http://localhost:9/x"})
    (webhook,) = fresh.organizations.get("acme").sandbox("test").partition.select("webhooks")[0]
    browser.send(f"{WEBHOOKS}/{webhook['id']}/command", {"name": "_disable"})
    assert 'tag warn">disabled' in browser.page
    browser.send(f"{WEBHOOKS}/{webhook['id']}/command", {"name": "_enable"})
    assert 'tag warn">disabled' not in browser.page


def test_what_arrives_unsigned_is_told(browser: Browser, fresh: MockServerApp) -> None:
    fresh.plane.receivers.receive("inbox", {}, b"{}")
    fresh.plane.receivers.receive("inbox", {"X-CommerceLayer-Signature": "no"}, b"{}")
    browser.open(f"{WEBHOOKS}/receivers/inbox")

    assert "no signature" in browser.text
    assert "no webhook of this mode leads here" in browser.text
    browser.open(WEBHOOKS)
    browser.send(WEBHOOKS, {"topic": "orders.place", "receiver": "inbox"})
    browser.open(f"{WEBHOOKS}/receivers/inbox")
    assert "signature is wrong" in browser.text
    browser.send(f"{WEBHOOKS}/receivers/inbox/clear")
    assert "Nothing has arrived yet" in browser.text


def test_a_page_that_waits_asks_no_more_once_something_has_come(
    browser: Browser, fresh: MockServerApp
) -> None:
    browser.open(f"{WEBHOOKS}/receivers/inbox")
    assert 'hx-trigger="every 1s"' in browser.page
    fresh.plane.receivers.receive("inbox", {}, b"{}")
    browser.open(f"{WEBHOOKS}/receivers/inbox", headers={"HX-Request": "true"})
    assert browser.status == 286
