"""An order that leaves from one location, and the same by other ways (catalogue.md §35.6)."""

from __future__ import annotations

import pytest

from tests.client import Api
from tests.commerce.shipping_shop import ShippingShop


def stocked(api: Api, strategy: str) -> ShippingShop:
    """Return the shop of the story."""
    shop = ShippingShop(api, strategy)
    shop.stock("mil", TSHIRT=2, MUG=5, ICE=4)
    shop.stock("rom", TSHIRT=10)
    return shop


def test_one_shipment_of_everything(api: Api) -> None:
    """Whatever its category, and all methods are offered; what is not shipped is apart."""
    shop = stocked(api, "no_split")
    order = shop.order(TSHIRT=2, ICE=1, EBOOK=1)
    (shipment,) = shop.shipments(order)
    taken = shop.related(order, "stock_line_items")
    (ebook,) = [each for each in taken if each["attributes"]["sku_code"] == "EBOOK"]

    assert shop.shown(order)["subtotal_amount_cents"] == 7399
    assert shop.shown(order)["skus_count"] == 4
    assert shop.location(shipment) == "mil"
    assert shop.linked(shipment, "shipping_category") is None
    assert shop.offered(shipment) == {"STD": 700, "EXP": 1200, "COLD": 1500}
    assert shop.contents(shipment) == ["TSHIRT 2", "ICE 1"]
    assert shipment["attributes"]["skus_count"] == 3
    assert shop.linked(ebook, "shipment") is None
    assert shop.linked(ebook, "stock_item") is None
    shop.ship_by(order, "COLD")
    now = shop.shown(order)
    assert (now["shipping_amount_cents"], now["total_amount_cents"]) == (1500, 8899)
    assert now["formatted_total_amount"] == "€88,99"
    assert now["fulfillment_status"] == "unfulfilled"
    shop.pay(order)
    shop.step(order, "_place", "_approve")
    assert [shop.held("mil", code) for code in ("TSHIRT", "ICE")] == ["0/0", "3/0"]


def test_the_same_lines_split(api: Api) -> None:
    """A shipment for each category, both from the first location."""
    shop = stocked(api, "split_shipments")
    order = shop.order(TSHIRT=2, ICE=1, EBOOK=1)
    first, second = shop.shipments(order)

    assert [shop.location(each) for each in (first, second)] == ["mil", "mil"]
    assert (shop.offered(first), shop.offered(second)) == (
        {"STD": 700, "EXP": 1200},
        {"COLD": 1500},
    )
    shop.ship_by(order, "STD", "COLD")
    assert shop.shown(order)["shipping_amount_cents"] == 2200
    assert shop.total(order) == 9599


@pytest.mark.parametrize("strategy", ["no_split", "split_shipments"])
def test_nothing_to_ship(api: Api, strategy: str) -> None:
    """No shipment, and nothing to fulfill."""
    shop = stocked(api, strategy)
    order = shop.order(EBOOK=1)

    assert shop.shipments(order) == []
    assert shop.shown(order)["fulfillment_status"] == "not_required"
    assert shop.total(order) == 999
    shop.add(order, "ICE", 1)
    assert shop.shown(order)["fulfillment_status"] == "unfulfilled"


def test_with_other_numbers(api: Api) -> None:
    """3 at 1250 and 2 at 600 make 4950; by COLD from one place 6450, by EXP and COLD 7650."""
    shop = stocked(api, "no_split")
    order = shop.order(MUG=3, ICE=2)
    shop.ship_by(order, "COLD")
    assert shop.total(order) == 6450

    api.update(shop.model, strategy="split_shipments")
    api.update(order, _refresh=True)
    assert shop.total(order) == 4950
    shop.ship_by(order, "EXP", "COLD")
    assert shop.total(order) == 7650
