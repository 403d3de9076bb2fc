"""Shipping that is free above an amount (catalogue.md §35.8)."""

from __future__ import annotations

import pytest

from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop

OVER = "free_over_amount_cents"


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return the shop of the story."""
    shop = ShippingShop(api)
    for code, cents in (("CAP", 3300), ("KEY", 250)):
        shop.sell(code, cents)
    shop.stock("mil", CAP=100, KEY=100)
    api.update(shop.methods["STD"], **{OVER: 9900})
    return shop


def costs(shop: ShippingShop, order: Document) -> tuple[int, int, int]:
    """Return what STD costs the shipment, what shipping costs, and what the order does."""
    (shipment,) = shop.shipments(order)
    now = shop.shown(order)
    amounts = (now["shipping_amount_cents"], now["total_amount_cents"])
    return (shop.offered(shipment)["STD"], *amounts)


def test_the_story(api: Api, shop: ShippingShop) -> None:
    """The rows without a promotion: over the amount, not at it."""
    order = shop.order(CAP=3)
    shop.ship_by(order, "STD")
    assert costs(shop, order) == (700, 700, 10600)
    assert shop.shown(order)["formatted_total_amount"] == "€106,00"

    key = shop.add(order, "KEY", 1)
    (shipment,) = shop.shipments(order)
    (std, _) = shop.related(shipment, "available_shipping_methods")
    assert costs(shop, order) == (0, 0, 10150)
    assert std["attributes"]["formatted_price_amount_for_shipment"] == "€0,00"
    assert shop.shown(shop.methods["STD"])["price_amount_cents"] == 700

    shop.ship_by(order, "EXP")
    assert costs(shop, order)[1:] == (1200, 11350)

    shop.ship_by(order, "STD")
    assert api.delete(f"/api/line_items/{key['id']}").status_code == 204
    assert costs(shop, order) == (700, 700, 10600)


def test_with_a_promotion(api: Api, shop: ShippingShop) -> None:
    """Ten per cent off bring the order below the amount, unless the subtotal counts."""
    order = shop.order(CAP=3, KEY=1)
    shop.ship_by(order, "STD")
    api.create(
        "percentage_discount_promotions",
        name="10%",
        percentage=10,
        starts_at="2020-01-01T00:00:00Z",
        expires_at="2099-01-01T00:00:00Z",
    )
    api.update(order, _refresh=True)
    assert shop.shown(order)["discount_amount_cents"] == -1015
    assert costs(shop, order) == (700, 700, 9835)

    api.update(shop.methods["STD"], use_subtotal=True)
    api.update(order, _refresh=True)
    assert costs(shop, order) == (0, 0, 9135)


def test_with_other_numbers(api: Api, shop: ShippingShop) -> None:
    """Two caps are 6600: free over 6599, not over 6600; an adjustment counts, the subtotal not."""
    order = shop.order(CAP=2)
    shop.ship_by(order, "STD")
    api.update(shop.methods["STD"], **{OVER: 6599})
    api.update(order, _refresh=True)
    assert costs(shop, order) == (0, 0, 6600)

    api.update(shop.methods["STD"], **{OVER: 6600})
    api.update(order, _refresh=True)
    assert costs(shop, order) == (700, 700, 7300)

    charge = api.create("adjustments", name="Wrapping", currency_code="EUR", amount_cents=1)
    api.create("line_items", links={"order": to(order), "item": to(charge)}, quantity=1)
    assert costs(shop, order) == (0, 0, 6601)
    api.update(shop.methods["STD"], use_subtotal=True)
    api.update(order, _refresh=True)
    assert costs(shop, order) == (700, 700, 7301)
