"""Prices that depend on how often something is bought (catalogue.md §35.3)."""

from __future__ import annotations

import pytest

from tests.client import Api, document, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused_with, violation

FREQUENCIES = ["daily", "weekly", "monthly", "two-month", "0 8 * * 1"]


@pytest.fixture
def shop(api: Api) -> PriceShop:
    """Return a shop that sells coffee, cheaper the more often it comes."""
    shop = PriceShop(api)
    shop.sell("COFFEE", 2000)
    shop.stock("mil", COFFEE=1000)
    offer(shop, *FREQUENCIES)
    return shop


def offer(shop: PriceShop, *frequencies: str) -> None:
    """Have the market offer to buy so often."""
    model = shop.api.create("subscription_models", name="Often", frequencies=[*frequencies])
    shop.api.update(shop.market, links={"subscription_model": to(model)})


def tier(shop: PriceShop, kind: str, up_to: object, cents: int, code: str = "COFFEE") -> object:
    """Add a tier; return its limit."""
    links = {"price": to(shop.price(code))}
    sent = {"name": f"{up_to}", "up_to": up_to, "price_amount_cents": cents}
    return shop.api.create(f"price_{kind}_tiers", links=links, **sent)["attributes"]["up_to"]


STORY: dict[str | None, tuple[int, int]] = {
    "daily": (1500, 4500),
    "weekly": (1500, 4500),
    "0 8 * * 1": (1500, 4500),
    "monthly": (1800, 5400),
    "two-month": (2000, 6000),
    None: (1900, 5700),
}


def test_the_story(shop: PriceShop) -> None:
    """The tier by days decides alone; a line that is bought once asks for its quantity."""
    limits = [
        tier(shop, kind, up_to, cents)
        for kind, up_to, cents in (
            ("frequency", "weekly", 1500),
            ("frequency", 30, 1800),
            ("volume", 100, 1900),
        )
    ]
    bought = shop.cart()
    rows = {
        frequency: shop.buy(bought, "COFFEE", 3, frequency=frequency)["attributes"]
        for frequency in STORY
    }

    assert limits == [7, 30, 100]
    assert {
        frequency: (row["unit_amount_cents"], row["total_amount_cents"])
        for frequency, row in rows.items()
    } == STORY


def test_other_numbers(shop: PriceShop) -> None:
    """Daily at 4.44, beyond at 6.66: five a day are 22.20, five a month 33.30."""
    shop.sell("TEA", 777)
    shop.stock("mil", TEA=100)
    for up_to, cents in (("daily", 444), (None, 666)):
        tier(shop, "frequency", up_to, cents, "TEA")
    row = shop.buy(shop.cart(), "TEA", 5, frequency="daily")
    daily = row["attributes"]["formatted_total_amount"]
    monthly = shop.api.update(row, frequency="monthly")["attributes"]["formatted_total_amount"]
    once = shop.api.update(row, frequency=None)["attributes"]["formatted_total_amount"]

    assert (daily, monthly, once) == ("€22,20", "€33,30", "€38,85")


@pytest.mark.parametrize("offered", [True, False])
def test_what_is_not_offered(shop: PriceShop, *, offered: bool) -> None:
    """A frequency that the market's model lacks, or any of a market without a model."""
    if not offered:
        shop.api.update(shop.market, links={"subscription_model": None})
    frequency = "yearly" if offered else "weekly"
    links = {"order": to(shop.cart())}
    body = document("line_items", links=links, sku_code="COFFEE", quantity=3, frequency=frequency)

    title = "is not included in the list"
    assert got(shop.api.post("/api/line_items", body)) == refused_with(
        [violation("attributes/frequency", title, "inclusion", value=frequency)]
    )
