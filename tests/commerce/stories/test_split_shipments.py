"""Shipments that leave from two locations (catalogue.md §35.5)."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("approved", [True, False])
def test_the_stock(api: Api, approved: bool) -> None:  # noqa: FBT001 - of a table
    """Reserved when it is placed, taken when it is approved, back when it is cancelled."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    order = shop.order(TSHIRT=5, MUG=1)
    shop.ship_by(order, "STD", "STD")
    shop.pay(order)
    shop.step(order, "_place")
    assert stock(shop) == ["2/2", "5/1", "10/3"]
    if approved:
        shop.step(order, "_approve")
        assert stock(shop) == ["0/0", "4/0", "7/0"]
    shop.step(order, "_cancel")
    assert stock(shop) == ["2/0", "5/0", "10/0"]
    assert {each["attributes"]["status"] for each in shop.shipments(order)} == {"cancelled"}


def stock(shop: ShippingShop) -> list[str]:
    """Return what there is of shirts and mugs, and how much of that is reserved."""
    places = (("mil", "TSHIRT"), ("mil", "MUG"), ("rom", "TSHIRT"))
    return [shop.held(location, code) for location, code in places]


def test_the_stock_of_other_numbers(api: Api) -> None:
    """Six shirts and three cups, all there is."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=4, MUG=3)
    shop.stock("rom", TSHIRT=2)
    order = shop.order(TSHIRT=6, MUG=3)
    shop.ship_by(order, "EXP", "STD")
    shop.pay(order)
    found = []
    for step in ("_place", "_approve", "_cancel"):
        shop.step(order, step)
        found.append(stock(shop))

    assert found == [["4/4", "3/3", "2/2"], ["0/0", "0/0", "0/0"], ["4/0", "3/0", "2/0"]]


def test_with_other_numbers(api: Api) -> None:
    """Six shirts and three cups: 17400 and 3750 are 21150; by EXP and STD 23050."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=4, MUG=3)
    shop.stock("rom", TSHIRT=2)
    order = shop.order(TSHIRT=6, MUG=3)
    shop.ship_by(order, "EXP", "STD")

    assert [shop.contents(each) for each in shop.shipments(order)] == [
        ["TSHIRT 4", "MUG 3"],
        ["TSHIRT 2"],
    ]
    assert shop.total(order) == 23050
    api.update(shop.market, shipping_cost_cutoff=0)
    assert api.update(order, _refresh=True)["attributes"]["total_amount_cents"] == 21150
