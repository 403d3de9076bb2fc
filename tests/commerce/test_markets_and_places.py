"""Markets that are closed, their terms, and what geocoders know (catalogue.md §2, §12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused_with, violation
from tests.scene import PLACE, address, market, order, sku

INVALID = ("is invalid", "invalid")


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def api(token_bearers: TokenBearers) -> Api:
    """Return an integration."""
    return token_bearers.integration()


def test_a_closed_market(token_bearers: TokenBearers, api: Api) -> None:
    """Its tokens read on and write nothing of orders; others go on writing (catalogue.md §2)."""
    guest = token_bearers.guest()
    sku(api)
    bought = guest.create("orders", links={"market": to(market(api))})
    row = guest.create("line_items", links={"order": to(bought)}, sku_code="CAP", quantity=1)
    api.update(market(api), _disable=True)
    line = document("line_items", links={"order": to(bought)}, sku_code="CAP", quantity=1)
    answers = [
        guest.post("/api/orders", document("orders", links={"market": to(market(api))})),
        guest.patch(path_of(bought), document("orders", bought["id"], customer_email="a@b.ch")),
        guest.post("/api/line_items", line),
        guest.patch(path_of(row), document("line_items", row["id"], quantity=2)),
    ]

    closed = refused_with([violation("relationships/market", "is disabled", "disabled")])
    assert [got(answer) for answer in answers] == [closed] * 4
    assert guest.get(path_of(bought)).status_code == 200
    assert api.update(row, quantity=2)["attributes"]["quantity"] == 2


def test_default_methods(api: Api) -> None:
    """They are bound to no market, place or category."""
    shop = PriceShop(api)
    anywhere = api.create(
        "shipping_methods", name="Anywhere", currency_code="EUR", price_amount_cents=1
    )
    bound = [
        api.patch(
            path_of(shop.market),
            document("markets", shop.market["id"], links={"default_shipping_method": to(method)}),
        )
        for method in (shop.methods["STD"], anywhere)
    ]

    assert got(bound[0]) == refused_with(
        [violation("relationships/default_shipping_method", *INVALID)]
    )
    assert bound[1].status_code == 200


BAD_CODES = {
    "a space": ("north east", "is invalid", "invalid", {"value": "north east"}),
    "a sign": ("eu!", "is invalid", "invalid", {"value": "eu!"}),
    "too much": ("e" * 26, "is too long (maximum is 25 characters)", "too_long", {"count": 25}),
    "another's": ("usa", "has already been taken", "taken", {"value": "usa"}),
}


@pytest.mark.parametrize(("code", "title", "rule", "meta"), BAD_CODES.values(), ids=BAD_CODES)
def test_codes_of_markets(api: Api, code: str, title: str, rule: str, meta: Document) -> None:
    """Letters, digits, dashes, of one market alone; nothing is many (catalogue.md §1.2)."""
    own = market(api)
    body = document("markets", own["id"], code=code)

    assert got(api.patch(path_of(own), body)) == refused_with(
        [violation("attributes/code", title, rule, **meta)]
    )
    for each in (own, market(api, "vip")):
        assert api.update(each, code="")["attributes"]["code"] is None


@pytest.mark.parametrize(
    ("frequencies", "rule"),
    [
        ([], "blank"),
        (None, "blank"),
        (["weekly", "now and then"], "inclusion"),
        (["* * 1 * *"], "inclusion"),
        ([7], "inclusion"),
        (["30 * * * *", "yearly"], None),
    ],
)
def test_subscription_models(api: Api, frequencies: Any, rule: str | None) -> None:
    """They offer the words, and crontabs that run hourly at most (catalogue.md §12)."""
    body = document("subscription_models", name="Often", frequencies=frequencies)
    errors = api.post("/api/subscription_models", body).json.get("errors", [])

    assert [each["meta"]["error"] for each in errors] == ([rule] if rule else [])
    assert [each["source"]["pointer"] for each in errors] == (
        ["/data/attributes/frequencies"] if rule else []
    )


# --- geocoders -----------------------------------------------------------------------------------


def test_geocoders_keep_their_keys(token_bearers: TokenBearers, api: Api) -> None:
    """Both kinds are listed as what they are; keys are not told."""
    google = api.create("google_geocoders", name="G", api_key="secret-1")
    bing = api.create("bing_geocoders", name="B", key="secret-2")
    listed = api.get("/api/geocoders")

    assert [each["type"] for each in listed.json["data"]] == ["google_geocoders", "bing_geocoders"]
    assert "secret" not in listed.text
    assert listed.json["data"][0]["links"] == google["links"]
    assert token_bearers.guest().get(f"/api/geocoders/{bing['id']}").status_code == 200
    assert api.delete(f"/api/geocoders/{bing['id']}").status_code == 405


PLACED = ("lat", "lng", "is_localized", "is_geocoded", "provider_name")


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, (43.88, 11.097, True, True, "google")),
        ({"city": "Paris", "country_code": "FR"}, (48.857, 2.352, True, True, "google")),
        ({"city": "Nowhere"}, (None, None, False, False, None)),
        ({"lat": 1.5, "lng": 2.5}, (1.5, 2.5, True, False, None)),
    ],
)
def test_an_address_with_a_geocoder(api: Api, sent: Document, found: tuple[Any, ...]) -> None:
    """It is found where it is known to be, unless that has been said."""
    google = api.create("google_geocoders", name="G", api_key="secret")
    sent = {**PLACE, **sent}
    made = api.create("addresses", links={"geocoder": to(google)}, **sent)["attributes"]

    assert tuple(made[name] for name in PLACED) == found


def test_the_geocoder_of_a_market(api: Api) -> None:
    """It finds the addresses of the market's orders (neighbours.md §3)."""
    bing = api.create("bing_geocoders", name="B", key="secret")
    api.update(market(api), links={"geocoder": to(bing)})
    home, unused = address(api), address(api)
    order(api, {"shipping_address": to(home)})
    found = [api.get(path_of(each)).json["data"]["attributes"] for each in (home, unused)]

    assert [each["provider_name"] for each in found] == ["bing", None]
    assert found[0]["map_url"] == "https://www.bing.com/maps?cp=43.88~11.097"
