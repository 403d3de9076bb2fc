"""What customers take away from a store (catalogue.md §12, §35.6)."""

from __future__ import annotations

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import address, events


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return the shop of the story, with a store that has one shirt of its own."""
    shop = ShippingShop(api, "no_split")
    shop.stock("mil", TSHIRT=2, MUG=5, ICE=4)
    shop.stock("rom", TSHIRT=10)
    place = {"address": to(address(api))}
    shop.locations["shp"] = api.create("stock_locations", links=place, name="SHP", code="shp")
    shop.stock("shp", TSHIRT=1)
    return shop


def in_store(api: Api, shop: ShippingShop) -> Document:
    """Return the linkage of the store."""
    links = {"market": to(shop.market), "stock_location": to(shop.locations["shp"])}
    return {"store": to(api.create("stores", links=links, name="SHOP", code="shop"))}


def test_handed_over(api: Api, sandbox: Sandbox, shop: ShippingShop) -> None:
    """Without a method, and delivered as soon as it is fulfilled."""
    order = shop.order(in_store(api, shop), TSHIRT=1)
    (shipment,) = shop.shipments(order)

    assert shop.location(shipment) == "shp"
    assert shop.linked(shipment, "inventory_stock_location") is None
    assert "STD" in shop.offered(shipment)
    assert shop.total(order) == 2900
    shop.pay(order)
    shop.step(order, "_place", "_approve")
    answered = api.update(order, _capture=True)["attributes"]
    delivered = shop.shown(shipment)
    assert delivered["status"] == "delivered"
    assert delivered["shipped_at"] == delivered["delivered_at"] is not None
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"
    assert answered == shop.shown(order)
    assert shop.held("shp", "TSHIRT") == "0/0"
    told = [name for name in events(sandbox, shipment) if name != "shipments.create"]
    assert told == ["shipments.upcoming", "shipments.deliver"]


def test_one_from_the_store_and_one_sent(api: Api, shop: ShippingShop) -> None:
    """The second one costs what sending it costs: 5800 and 700."""
    api.update(shop.model, strategy="split_shipments")
    order = shop.order(in_store(api, shop), TSHIRT=2)
    here, there = shop.shipments(order)

    assert [shop.location(each) for each in (here, there)] == ["shp", "mil"]
    assert shop.choose(there, "STD").status_code == 200
    assert shop.total(order) == 6500


def test_with_a_default_method(api: Api, shop: ShippingShop) -> None:
    """It is given to what is sent alone; three shirts are 8700, one way of 990 makes 9690."""
    api.update(shop.model, strategy="split_shipments")
    default = api.create(
        "shipping_methods", name="Post", price_amount_cents=990, currency_code="EUR"
    )
    api.update(shop.market, links={"default_shipping_method": to(default)})
    order = shop.order(in_store(api, shop), TSHIRT=3)
    here, there = shop.shipments(order)

    assert shop.linked(here, "shipping_method") is None
    assert shop.linked(there, "shipping_method")["id"] == default["id"]
    assert (
        api.get(f"/api/orders/{order['id']}/default_shipping_method").json["data"]["id"]
        == (default["id"])
    )
    assert shop.total(order) == 9690
