"""Shipments of a placed order that is edited (catalogue.md §16, §17)."""

from __future__ import annotations

import pytest

from tests.client import Api, Document, path_of, to
from tests.commerce.shipping_shop import ShippingShop


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop with shirts in two places, and ice in one."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=2, ICE=5)
    shop.stock("rom", TSHIRT=10)
    return shop


def edited(shop: ShippingShop, **quantities: int) -> tuple[Document, dict[str, Document]]:
    """Return a placed order that is being edited, and its lines by SKU."""
    order = shop.order(**quantities)
    methods = [("STD" if code == "TSHIRT" else "COLD") for code in quantities]
    if quantities.get("TSHIRT", 0) > 2:
        methods.append("STD")
    shop.ship_by(order, *methods)
    shop.pay(order)
    shop.step(order, "_place", "_start_editing")
    lines = {each["attributes"]["sku_code"]: each for each in shop.related(order, "line_items")}
    return order, lines


def test_fewer_pieces(api: Api, shop: ShippingShop) -> None:
    """What is not needed any more is free again, and the second shipment is gone."""
    order, lines = edited(shop, TSHIRT=5)
    assert [shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")] == ["2/2", "10/3"]
    first, second = shop.shipments(order)
    api.update(lines["TSHIRT"], quantity=1)

    assert [to(each) for each in shop.shipments(order)] == [to(first)]
    assert api.get(path_of(second)).status_code == 404
    assert shop.total(order) == 3600
    shop.step(order, "_stop_editing")
    assert shop.shown(first)["status"] == "upcoming"
    assert [shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")] == ["2/1", "10/0"]


def test_another_kind(api: Api, shop: ShippingShop) -> None:
    """A new shipment follows the others when editing ends, once it has a method."""
    order, lines = edited(shop, TSHIRT=5)
    shop.add(order, "ICE", 1)
    api.delete(path_of(lines["TSHIRT"]))
    (cold,) = shop.shipments(order)

    assert shop.shown(cold)["status"] == "draft"
    assert shop.number(cold) == "S/003"
    shop.ship_by(order, "COLD")
    assert shop.total(order) == 2100
    shop.step(order, "_stop_editing")
    assert shop.shown(cold)["status"] == "upcoming"
    assert shop.held("mil", "ICE") == "5/1"
    assert [shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")] == ["2/0", "10/0"]


def test_less_to_be_brought(api: Api) -> None:
    """A transfer becomes smaller, and so does what is reserved for it."""
    shop = ShippingShop(api, "ship_from_primary")
    shop.stock("mil", TSHIRT=2)
    shop.stock("rom", TSHIRT=10)
    order = shop.order(TSHIRT=5)
    shop.ship_by(order, "STD")
    shop.pay(order)
    shop.step(order, "_place", "_start_editing")
    (line, *_) = shop.related(order, "line_items")
    api.update(line, quantity=3)
    (shipment,) = shop.shipments(order)
    (transfer,) = shop.related(shipment, "stock_transfers")
    assert transfer["attributes"]["quantity"] == 1

    shop.step(order, "_stop_editing")
    assert shop.shown(transfer)["status"] == "upcoming"
    assert [shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")] == ["2/2", "10/1"]
    shop.step(order, "_start_editing")
    api.update(line, quantity=2)
    assert shop.related(shipment, "stock_transfers") == []
    shop.step(order, "_stop_editing")
    assert [shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")] == ["2/2", "10/0"]
