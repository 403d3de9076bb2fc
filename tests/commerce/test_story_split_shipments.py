"""Shipments that leave from two locations (catalogue.md §35.5)."""

from __future__ import annotations

from tests.client import Api, to
from tests.commerce.shipping_shop import ShippingShop


def test_the_story(api: Api) -> None:
    """With the numbers of the contract."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    order = shop.order(TSHIRT=5, MUG=1)
    number = shop.shown(order)["number"]
    first, second = shop.shipments(order)

    assert first["attributes"]["number"] == f"#{number}/S/001"
    assert [shop.number(each) for each in (first, second)] == ["S/001", "S/002"]
    assert [shop.location(each) for each in (first, second)] == ["mil", "rom"]
    assert shop.contents(first) == ["TSHIRT 2", "MUG 1"]
    assert shop.contents(second) == ["TSHIRT 3"]
    assert [each["attributes"]["skus_count"] for each in (first, second)] == [3, 3]
    assert shop.offered(first) == shop.offered(second) == {"STD": 700, "EXP": 1200}
    lines = [each["attributes"] for each in shop.related(order, "line_items")]
    assert [line["name"] for line in lines if line["item_type"] == "shipments"] == [
        f"Shipment #{number}/S/001",
        f"Shipment #{number}/S/002",
    ]
    assert shop.total(order) == 15750

    shop.ship_by(order, "STD", "STD")
    now = shop.shown(order)
    assert (now["subtotal_amount_cents"], now["shipping_amount_cents"]) == (15750, 1400)
    assert (now["total_amount_cents"], now["formatted_total_amount"]) == (17150, "€171,50")
    assert now["shipments_count"] == 2

    shop.ship_by(order, "EXP", "STD")
    assert shop.total(order) == 17650
    shop.ship_by(order, "STD", "STD")
    api.update(shop.market, shipping_cost_cutoff=1)
    assert api.update(order, _refresh=True)["attributes"]["total_amount_cents"] == 16450
    assert to(first) in [to(each) for each in shop.shipments(order)]
