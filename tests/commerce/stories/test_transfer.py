"""An order that waits for a stock transfer, on its way to delivery (catalogue.md §35.7)."""

from __future__ import annotations

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import EVERYTHING
from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop

WAITING = ("cannot transition from on_hold to picking", "/data/attributes/status")
TOPICS = [
    *("stock_transfers.upcoming", "shipments.upcoming", "orders.place", "orders.approve"),
    *("orders.pay", "orders.start_fulfilling", "stock_transfers.picking", "shipments.on_hold"),
    *("stock_transfers.in_transit", "stock_transfers.complete", "shipments.picking"),
    *("shipments.packing", "parcels.create", "shipments.ready_to_ship", "shipments.ship"),
    *("orders.fulfill", "shipments.deliver"),
]


def stocked(api: Api, strategy: str, rom: int = 10) -> ShippingShop:
    """Return the shop of the story."""
    shop = ShippingShop(api, strategy)
    shop.stock("mil", TSHIRT=2)
    shop.stock("rom", TSHIRT=rom)
    return shop


def held(shop: ShippingShop) -> tuple[str, str]:
    """Return what both locations have, and what of that is reserved."""
    return shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")


def parcel(api: Api, shop: ShippingShop, shipment: Document, grams: float) -> Document:
    """Pack a parcel."""
    location = {"stock_location": to(shop.locations["mil"])}
    sizes = {"length": 10, "width": 10, "height": 10, "unit_of_length": "cm"}
    box = api.create("packages", links=location, name="Box", **sizes)
    links = {"shipment": to(shipment), "package": to(box)}
    return api.create("parcels", links=links, weight=grams, unit_of_weight="gr")


def pack(parcel_: Document, line: Document, quantity: int) -> Document:
    """Return the document that puts something into a parcel."""
    links = {"parcel": {"data": to(parcel_)}, "stock_line_item": {"data": to(line)}}
    return {
        "data": {
            "type": "parcel_line_items",
            "attributes": {"quantity": quantity},
            "relationships": links,
        }
    }


def test_the_story(api: Api, sandbox: Sandbox) -> None:
    """From the cart to the customer, with the numbers of the contract."""
    shop = stocked(api, "ship_from_primary")
    order = shop.order(TSHIRT=5)
    (shipment,) = shop.shipments(order)
    (transfer,) = shop.related(shipment, "stock_transfers")

    assert shop.number(shipment) == "S/001"
    assert shop.location(shipment) == "mil"
    assert shop.contents(shipment) == ["TSHIRT 2"]
    assert shop.contents(shipment, "stock_transfers") == ["TSHIRT 3"]
    assert transfer["attributes"]["status"] == "draft"
    assert shipment["attributes"]["skus_count"] == 5
    shop.ship_by(order, "STD")
    now = shop.shown(order)
    assert (now["total_amount_cents"], now["formatted_total_amount"]) == (15200, "€152,00")

    shop.pay(order)
    before = len(sandbox.find("events", EVERYTHING))
    assert shop.step(order, "_place")["fulfillment_status"] == "unfulfilled"
    assert (shop.shown(shipment)["status"], shop.shown(transfer)["status"]) == (
        "upcoming",
        "upcoming",
    )
    assert held(shop) == ("2/2", "10/3")

    shop.step(order, "_approve")
    assert held(shop) == ("0/0", "10/3")
    assert shop.step(order, "_capture")["fulfillment_status"] == "in_progress"
    assert (shop.shown(shipment)["status"], shop.shown(transfer)["status"]) == (
        "on_hold",
        "picking",
    )
    assert shop.refuse(shipment, _picking=True) == [WAITING]

    assert shop.step(transfer, "_in_transit", "_complete")["status"] == "completed"
    assert shop.shown(shipment)["status"] == "on_hold"
    assert held(shop) == ("0/0", "7/0")
    assert shop.contents(shipment) == ["TSHIRT 2", "TSHIRT 3"]
    assert shop.step(shipment, "_picking", "_packing")["status"] == "packing"

    packed = parcel(api, shop, shipment, 1500)
    assert packed["attributes"]["number"] == f"{shipment['attributes']['number']}/P/001"
    first, second = shop.related(shipment, "stock_line_items")
    for line, quantity in ((first, 2), (second, 3)):
        made = api.post("/api/parcel_line_items", pack(packed, line, quantity))
        assert made.status_code == 201
        assert made.json["data"]["attributes"]["sku_code"] == "TSHIRT"
    (error,) = api.post("/api/parcel_line_items", pack(packed, first, 1)).json["errors"]
    assert error["title"] == "must be less than or equal to 0"
    assert error["meta"] == {"error": "less_than_or_equal_to", "value": 1, "count": 0}

    assert shop.step(shipment, "_ready_to_ship", "_ship")["status"] == "shipped"
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"
    assert shop.step(shipment, "_deliver")["status"] == "delivered"
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"
    told = [event["name"] for event in sandbox.find("events", EVERYTHING)[before:]]
    assert [name for name in told if name in TOPICS] == TOPICS


def test_from_the_first_that_has_everything(api: Api) -> None:
    """No transfer."""
    shop = stocked(api, "ship_from_first_available_or_primary")
    order = shop.order(TSHIRT=5)
    (shipment,) = shop.shipments(order)
    shop.ship_by(order, "STD")

    assert shop.location(shipment) == "rom"
    assert shop.related(shipment, "stock_transfers") == []
    assert shop.total(order) == 15200
    shop.pay(order)
    shop.step(order, "_place")
    assert held(shop) == ("2/0", "10/5")
    shop.step(order, "_approve")
    assert held(shop) == ("2/0", "5/0")


def test_from_the_primary_if_none_has_everything(api: Api) -> None:
    """What it has, and the rest by a transfer."""
    shop = stocked(api, "ship_from_first_available_or_primary", rom=4)
    (shipment,) = shop.shipments(shop.order(TSHIRT=5))

    assert shop.location(shipment) == "mil"
    assert shop.contents(shipment) == ["TSHIRT 2"]
    assert shop.contents(shipment, "stock_transfers") == ["TSHIRT 3"]


def test_with_other_numbers_and_without_the_transfer(api: Api) -> None:
    """Seven at 2900 and 700: 21000. The transfer of five is cancelled, the shipment goes on."""
    shop = stocked(api, "ship_from_primary")
    order = shop.order(TSHIRT=7)
    shop.ship_by(order, "STD")
    assert shop.total(order) == 21000

    shop.pay(order)
    shop.step(order, "_place")
    assert held(shop) == ("2/2", "10/5")
    shop.step(order, "_approve", "_capture")
    (shipment,) = shop.shipments(order)
    (transfer,) = shop.related(shipment, "stock_transfers")
    shop.step(transfer, "_cancel")
    assert held(shop) == ("0/0", "10/0")
    assert shop.shown(shipment)["skus_count"] == 2
    shop.step(shipment, "_picking", "_packing", "_ready_to_ship", "_ship")
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"


def test_held_transfers(api: Api) -> None:
    """The model may have transfers wait, too (catalogue.md §19)."""
    shop = stocked(api, "ship_from_primary")
    api.update(shop.model, put_stock_transfers_on_hold=True)
    order = shop.order(TSHIRT=5)
    shop.ship_by(order, "STD")
    shop.pay(order)
    shop.step(order, "_place", "_approve", "_capture")
    (shipment,) = shop.shipments(order)
    (transfer,) = shop.related(shipment, "stock_transfers")

    assert shop.shown(transfer)["status"] == "on_hold"
    assert shop.shown(shipment)["status"] == "on_hold"
