"""Inventory of SKUs by token: levels, lead times, what counts (catalogue.md §3, §35.5, §35.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, path_of, to
from tests.commerce.shipping_shop import ShippingShop

EU = "market:code:eu"


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


def opened(bearers: TokenBearers, strategy: str) -> ShippingShop:
    """Return the shop of the stories, with lead times from both places."""
    shop = ShippingShop(bearers.integration(), strategy)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    for location, method, hours in (
        ("mil", "STD", (48, 72)),
        ("rom", "STD", (72, 120)),
        ("mil", "EXP", (10, 36)),
        ("mil", "COLD", (1, 2)),
    ):
        links = {
            "stock_location": to(shop.locations[location]),
            "shipping_method": to(shop.methods[method]),
        }
        limits = dict(zip(("min_hours", "max_hours"), hours, strict=True))
        shop.api.create("delivery_lead_times", links=links, **limits)
    return shop


def inventory(api: Api, sku: Document) -> Document:
    """Return the inventory of a SKU."""
    found: Document = api.get(path_of(sku)).json["data"]["attributes"]["inventory"]
    return found


def time(name: str, cents: int, low: tuple[int, int], high: tuple[int, int]) -> Document:
    """Return a lead time as inventories show it."""
    return {
        "shipping_method": {
            "name": name,
            "reference": None,
            "price_amount_cents": cents,
            "free_over_amount_cents": None,
            "formatted_price_amount": f"€{cents // 100},00",
            "formatted_free_over_amount": None,
        },
        "min": {"hours": low[0], "days": low[1]},
        "max": {"hours": high[0], "days": high[1]},
    }


STANDARD = time("STD", 700, (48, 2), (72, 3))
EXPRESS = time("EXP", 1200, (10, 0), (36, 2))


def test_split(token_bearers: TokenBearers) -> None:
    """Every location that has some, in order, with the methods of the SKU, the cheapest first."""
    shop = opened(token_bearers, "split_shipments")
    guest = token_bearers.guest(EU)

    assert inventory(guest, shop.skus["TSHIRT"]) == {
        "available": True,
        "quantity": 12,
        "levels": [
            {"quantity": 2, "delivery_lead_times": [STANDARD, EXPRESS]},
            {"quantity": 10, "delivery_lead_times": [time("STD", 700, (72, 3), (120, 5))]},
        ],
    }


def test_no_split(token_bearers: TokenBearers) -> None:
    """The first location alone, or the one in scope."""
    shop = opened(token_bearers, "no_split")
    shirt = shop.skus["TSHIRT"]
    rome = token_bearers.guest(f"{EU} stock_location:code:rom")
    of_milan = inventory(token_bearers.guest(EU), shirt)

    assert (of_milan["quantity"], len(of_milan["levels"])) == (2, 1)
    assert inventory(rome, shirt)["quantity"] == 10


def test_what_is_not_there(token_bearers: TokenBearers) -> None:
    """Nothing, and what nobody counts; what is reserved or of a disabled method is left out."""
    shop = opened(token_bearers, "split_shipments")
    shop.api.update(shop.methods["EXP"], _disable=True)
    links = {"stock_item": to(shop.items["mil", "TSHIRT"])}
    shop.api.create("stock_reservations", links=links, quantity=2)
    shop.api.update(shop.items["mil", "MUG"], quantity=0)
    guest = token_bearers.guest(EU)
    shirt, mug, book = (inventory(guest, shop.skus[code]) for code in ("TSHIRT", "MUG", "EBOOK"))

    assert [level["quantity"] for level in shirt["levels"]] == [10]
    assert mug == {"available": False, "quantity": 0, "levels": []}
    assert book == {"available": True, "quantity": 0, "levels": []}


def test_without_a_market(token_bearers: TokenBearers) -> None:
    """All that enabled markets serve from, together."""
    shop = opened(token_bearers, "no_split")
    before = inventory(shop.api, shop.skus["TSHIRT"])["quantity"]
    shop.api.update(shop.market, _disable=True)

    assert before == 2
    assert inventory(shop.api, shop.skus["TSHIRT"])["quantity"] == 0
