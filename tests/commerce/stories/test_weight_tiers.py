"""Prices by weight, and where they hold (catalogue.md §35.9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, document, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import address

NOT_AVAILABLE = ("is not available", "/data/relationships/shipping_method")
EUROPE = {"country_code_regex": "AT|BE|DE|FR|IT", "not_zip_code_regex": "^(23041|23030)$"}


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return the shop of the story, with a method that has three tiers."""
    shop = ShippingShop(api)
    shop.sell("BOOK", 1800, weight=10, unit_of_weight="oz")
    shop.stock("mil", TSHIRT=100, MUG=100, BOOK=100)
    words = {"scheme": "weight_tiered", "unit_of_weight": "gr"}
    shop.method("TIER", 2000, **words)
    return shop


@pytest.fixture
def tiers(api: Api, shop: ShippingShop) -> dict[Any, Document]:
    """Return the tiers, by their limit."""
    return {
        limit: tier(api, shop, limit, cents)
        for limit, cents in ((500, 500), (1000, 800), (None, 1500))
    }


def tier(api: Api, shop: ShippingShop, up_to: float | None, cents: int) -> Document:
    links = {"shipping_method": to(shop.methods["TIER"])}
    words = {"name": f"up to {up_to}", "up_to": up_to, "price_amount_cents": cents}
    return api.create("shipping_weight_tiers", links=links, **words)


@pytest.mark.usefixtures("tiers")
@pytest.mark.parametrize(
    ("cart", "cost", "total"),
    [
        ({"TSHIRT": 1}, 500, 3400),
        ({"TSHIRT": 2}, 800, 6600),
        ({"TSHIRT": 1, "BOOK": 1}, 800, 5500),
        ({"TSHIRT": 2, "MUG": 1}, 1500, 8550),
        # Of other numbers: three books are 850.49 gr at 5400; ten of them weigh 2834.95.
        ({"BOOK": 3}, 800, 6200),
        ({"BOOK": 10}, 1500, 19500),
    ],
)
def test_the_story(shop: ShippingShop, cart: dict[str, int], cost: int, total: int) -> None:
    """The tier that the weight falls in."""
    order = shop.order(**cart)
    shop.ship_by(order, "TIER")

    assert shop.offered(shop.shipments(order)[0])["TIER"] == cost
    assert (shop.shown(order)["shipping_amount_cents"], shop.total(order)) == (cost, total)


def test_beyond_the_tiers(api: Api, shop: ShippingShop, tiers: dict[Any, Document]) -> None:
    """The method's own price; and nothing above the most weight it bears."""
    order = shop.order(TSHIRT=2, MUG=1)
    shop.ship_by(order, "TIER")
    api.delete(f"/api/shipping_weight_tiers/{tiers[None]['id']}")
    api.update(order, _refresh=True)
    assert shop.total(order) == 9050

    api.update(shop.methods["TIER"], max_weight=1000)
    other = shop.order(TSHIRT=2, MUG=1)
    (shipment,) = shop.shipments(other)
    answer = shop.choose(shipment, "TIER")
    assert "TIER" not in shop.offered(shipment)
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert (error["title"], error["source"]["pointer"]) == NOT_AVAILABLE
    assert error["meta"] == {"error": "not_available"}


@pytest.mark.usefixtures("tiers")
def test_zones(api: Api, shop: ShippingShop) -> None:
    """Where the zone reaches; an address beyond it takes the method away."""
    zone = api.create("shipping_zones", name="EUROPE", **EUROPE)
    api.update(shop.methods["TIER"], links={"shipping_zone": to(zone)})
    order = shop.order(TSHIRT=1)
    offered = {}
    for country, code in (("IT", "23041"), ("FR", "75001"), ("US", "10013"), ("IT", "20121")):
        place = address(api, country_code=country, zip_code=code, state_code="XX")
        api.update(order, links={"shipping_address": to(place)})
        offered[country, code] = "TIER" in shop.offered(shop.shipments(order)[0])
    assert offered == {
        ("IT", "23041"): False,
        ("FR", "75001"): True,
        ("US", "10013"): False,
        ("IT", "20121"): True,
    }

    shop.ship_by(order, "TIER")
    assert shop.total(order) == 3400
    elsewhere = address(api, country_code="US", state_code="NY", zip_code="10013")
    moved = api.update(order, links={"shipping_address": to(elsewhere)})
    (shipment,) = shop.shipments(order)
    assert moved["attributes"]["total_amount_cents"] == 2900
    assert shop.linked(shipment, "shipping_method") is None
    assert shop.linked(shipment, "shipping_address")["attributes"]["zip_code"] == "10013"


@pytest.mark.usefixtures("tiers")
def test_too_many_tiers(api: Api, shop: ShippingShop) -> None:
    """Five, each for another weight."""
    links = {"shipping_method": to(shop.methods["TIER"])}
    words = {"name": "one more", "price_amount_cents": 1}
    again = api.post(
        "/api/shipping_weight_tiers",
        document("shipping_weight_tiers", links=links, up_to=1000.0, **words),
    )
    for limit in (2000, 3000):
        tier(api, shop, limit, 1)
    sixth = api.post(
        "/api/shipping_weight_tiers",
        document("shipping_weight_tiers", links=links, up_to=4000, **words),
    )
    found = [answer.json["errors"][0] for answer in (again, sixth)]

    assert [(error["title"], error["source"]["pointer"], error["meta"]) for error in found] == [
        (
            "has already been taken",
            "/data/attributes/up_to",
            {"error": "taken", "value": 1000.0},
        ),
        (
            "is too long (maximum is 5 tiers)",
            "/data/relationships/shipping_method",
            {"error": "too_long", "count": 5},
        ),
    ]


#: What of a method is refused: the attribute or relationship, and why.
REFUSED: dict[str, tuple[Document, str, str]] = {
    "no-url": ({"scheme": "external"}, "attributes/external_prices_url", "blank"),
    "no-unit": ({"max_weight": 1000}, "attributes/unit_of_weight", "blank"),
    "unit": ({"unit_of_weight": "st"}, "attributes/unit_of_weight", "inclusion"),
    "bounds": (
        {"min_weight": 2, "max_weight": 1, "unit_of_weight": "kg"},
        "attributes/max_weight",
        "greater_than_or_equal_to",
    ),
    "price": (
        {"price_amount_cents": -1},
        "attributes/price_amount_cents",
        "greater_than_or_equal_to",
    ),
    "no-price": ({"price_amount_cents": None}, "attributes/price_amount_cents", "blank"),
    "scheme": ({"scheme": "tiered"}, "attributes/scheme", "inclusion"),
    "currency": ({"currency_code": "USD"}, "attributes/currency_code", "inclusion"),
}


@pytest.mark.parametrize(("sent", "pointer", "error"), REFUSED.values(), ids=REFUSED)
def test_methods_that_are_none(
    api: Api, shop: ShippingShop, sent: Document, pointer: str, error: str
) -> None:
    """What a method has to be like."""
    words = {"name": "M", "price_amount_cents": 1, **sent}
    body = document("shipping_methods", links={"market": to(shop.market)}, **words)
    answer = api.post("/api/shipping_methods", body)

    assert answer.status_code == 422
    assert [(e["source"]["pointer"], e["meta"]["error"]) for e in answer.json["errors"]] == [
        (f"/data/{pointer}", error)
    ]


def test_a_method_of_every_market(api: Api) -> None:
    """It has to say its currency."""
    body = document("shipping_methods", name="M", price_amount_cents=1)
    answer = api.post("/api/shipping_methods", body)

    assert answer.json["errors"][0]["source"]["pointer"] == "/data/attributes/currency_code"


def test_kilograms(shop: ShippingShop) -> None:
    """They are taken, and given back (catalogue.md §1.5)."""
    words = {"max_weight": 0.3, "unit_of_weight": "kg", "currency_code": "EUR"}
    method = shop.method("KILO", 100, **words)
    order = shop.order(TSHIRT=1)

    assert shop.shown(method)["unit_of_weight"] == "kg"
    assert "KILO" in shop.offered(shop.shipments(order)[0])
    shop.add(order, "TSHIRT", 1)
    assert "KILO" not in shop.offered(shop.shipments(order)[0])
