"""The overview: what is said of an organization, and whether it works when it is pasted."""

from __future__ import annotations

import pytest

from mockserver.app import MockServerApp
from mockserver.console.standpoints import MOST_ORGANIZATIONS
from tests.client import Api
from tests.console.browsing import ROOT, Browser


@pytest.mark.parametrize("mode", ["test", "live"])
def test_the_mode_is_said_by_word_colour_and_url(app: MockServerApp, mode: str) -> None:
    browser = Browser(app)
    browser.open(f"{ROOT}/acme/{mode}")

    assert f'<body class="mode-{mode}">' in browser.page
    assert f">{mode} mode</strong>" in browser.page
    assert f"{mode}_integration_client_id" in browser.page
    other = "live" if mode == "test" else "test"
    assert f"{other}_integration_client_id" not in browser.page
    assert f'href="{ROOT}/acme/{other}"' in browser.page


def test_what_happened_lately(app: MockServerApp, api: Api) -> None:
    api.get("/api/customers?filter[q][email_eq]=nobody@example.com")
    api.get("/api/costumers")
    browser = Browser(app)
    browser.open(ROOT)

    assert "filter[q][email_eq]=nobody@example.com" in browser.text
    assert "costumers" in browser.text


def test_every_organization_is_one_click_away(fresh: MockServerApp) -> None:
    fresh.plane.organizations.create({"slug": "shop"})
    browser = Browser(fresh)
    browser.open(ROOT)

    assert f'href="{ROOT}/shop/live"' in browser.page
    browser.open(f"{ROOT}/shop/live")
    assert "shop live" in browser.text


def test_no_more_organizations_are_listed_than_somebody_reads(fresh: MockServerApp) -> None:
    for number in range(MOST_ORGANIZATIONS):
        fresh.plane.organizations.create({"slug": f"shop-{number}"})
    last = f"{ROOT}/shop-{MOST_ORGANIZATIONS - 1}/test"
    browser = Browser(fresh)
    browser.open(ROOT)
    assert f"The first {MOST_ORGANIZATIONS} of {MOST_ORGANIZATIONS + 1}." in browser.text
    assert f'href="{last}"' not in browser.page

    browser.open(last)
    assert f'href="{last}" aria-current="true"' in browser.page
