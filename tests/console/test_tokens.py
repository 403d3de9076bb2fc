"""Tokens in the console: read, explained, and got for anybody."""

from __future__ import annotations

import re
from html import unescape

import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from tests.console.browsing import ROOT, Browser

TOKENS = f"{ROOT}/acme/test/tokens"
CUSTOMER = {"email": "ada@example.com", "password": "secret123"}


@pytest.fixture
def browser(fresh: MockServerApp) -> Browser:
    browser = Browser(fresh)
    browser.open(TOKENS)
    return browser


def client_id(name: str, mode: str = "test") -> str:
    return f"{mode}_{name}_client_id_".ljust(43, "0")


def got(browser: Browser, name: str, **fields: str) -> str:
    """Get a token and return it, empty where there is none."""
    browser.open(TOKENS)
    browser.send(f"{TOKENS}/get", {"client_id": client_id(name), **fields})
    found = re.search(r'"access_token": "([^"]+)"', unescape(browser.page))
    return found[1] if found else ""


def read(browser: Browser, token: str) -> str:
    browser.open(TOKENS)
    browser.send(f"{TOKENS}/read", {"token": token})
    return browser.text


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("integration", {}, "Integration, integration"),
        ("sales_channel", {}, "Sales channel, sales_channel"),
        ("sales_channel", {"customer": "ada@example.com"}, "Customer ada@example.com"),
        ("webapp", {}, "User admin@example.com"),
        ("webapp", {"user": "viewer@example.com"}, "User viewer@example.com"),
    ],
)
def test_a_token_for_anybody(
    browser: Browser, plane: ControlPlane, name: str, fields: dict[str, str], said: str
) -> None:
    plane.customers.add("acme", CUSTOMER)
    token = got(browser, name, **fields)

    assert token
    assert "accepted in test mode" in browser.text
    assert said in browser.text
    assert "accepted" in read(browser, f"Bearer {token}")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("integration", {"scope": "market:code:none"}),
        ("sales_channel", {"customer": "ada@example.com", "password": "wrong"}),
        ("webapp", {"user": "nobody@example.com"}),
        ("none", {}),
    ],
)
def test_why_there_is_none(
    browser: Browser, plane: ControlPlane, name: str, fields: dict[str, str]
) -> None:
    plane.customers.add("acme", CUSTOMER)

    assert not got(browser, name, **fields)
    assert browser.status in (400, 401)
    assert 'role="alert"' in browser.page


def test_what_a_token_says_and_may(browser: Browser) -> None:
    token = got(browser, "read_only_integration")
    text = read(browser, token)

    assert "Read only" in text
    assert '"kind": "integration"' in text
    assert re.search(r"customers read(?! *,)", text)


def test_why_a_token_is_refused(browser: Browser, plane: ControlPlane) -> None:
    token = got(browser, "integration")
    plane.clocks.advance({"by": "P1D"}, "acme")
    assert "refused Why:" in read(browser, token)
    assert "expired" in browser.text

    head, payload, signature = token.split(".")
    assert "refused" in read(browser, f"{head}.{payload}.{signature[::-1]}")
    assert '"slug": "acme"' in browser.text


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "....", "e30.e30.x", "é.é.é", "e30.eyJleHAiOjFlOTl9.x"]
)
def test_what_is_no_token(browser: Browser, token: str) -> None:
    assert "refused Why:" in read(browser, token)
    assert browser.status == 200
