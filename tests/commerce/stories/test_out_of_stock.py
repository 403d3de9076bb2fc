"""How much a cart can have of what two locations hold (catalogue.md §35.5, §35.6)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.refusals import got, refused_with, violation
from tests.scene import address, stored

OUT = violation("attributes/quantity", "is out of stock", "out_of_stock")


def stocked(api: Api, strategy: str, **tshirts: int) -> ShippingShop:
    """Return the shop of the stories."""
    shop = ShippingShop(api, strategy)
    for location, quantity in (tshirts or {"mil": 2, "rom": 10}).items():
        shop.stock(location, TSHIRT=quantity)
    shop.stock("mil", MUG=5)
    return shop


def put(api: Api, order: Document, quantity: int) -> Any:
    """Put shirts into a cart by another token; return the answer."""
    links = {"order": to(order)}
    body = document("line_items", links=links, sku_code="TSHIRT", quantity=quantity)
    return api.post("/api/line_items", body)


def add(shop: ShippingShop, order: Document, code: str, quantity: int, **also: Any) -> Any:
    """Put something into a cart; return the answer."""
    body = document(
        "line_items", links={"order": to(order)}, sku_code=code, quantity=quantity, **also
    )
    return shop.api.post("/api/line_items", body)


def change(shop: ShippingShop, line: Document, quantity: int) -> Any:
    """Change how much of it there is; return the answer."""
    return shop.api.patch(path_of(line), document("line_items", line["id"], quantity=quantity))


def at_most(most: int, asked: int) -> Document:
    """Return the error object of more than there is."""
    title, rule = f"must be less than or equal to {most}", "less_than_or_equal_to"
    return violation("attributes/quantity", title, rule, value=asked, count=most)


def inventory(api: Api, product: Document) -> tuple[int, list[int]]:
    """Return how many pieces there are, and how many in each place."""
    found = api.get(path_of(product)).json["data"]["attributes"]["inventory"]
    return found["quantity"], [level["quantity"] for level in found["levels"]]


@pytest.mark.parametrize(
    ("strategy", "stock", "first", "most"),
    [
        ("split_shipments", {"mil": 2, "rom": 10}, 5, 12),
        ("split_shipments", {"mil": 4, "rom": 3}, 6, 7),
        ("no_split", {"mil": 2, "rom": 10}, 2, 2),
        ("no_split", {"mil": 7, "rom": 10}, 5, 7),
        ("ship_from_primary", {"mil": 0, "rom": 3}, 1, 3),
    ],
)
def test_all_there_is(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    api: Api,
    *,
    strategy: str,
    stock: dict[str, int],
    first: int,
    most: int,
) -> None:
    """Who adds more is told that it is out of stock, who changes a line how much there is."""
    shop = stocked(api, strategy, **stock)
    order = shop.order(MUG=1)
    guest = token_bearers.guest("market:code:eu")

    assert inventory(guest, shop.skus["TSHIRT"])[0] == most
    assert got(add(shop, order, "TSHIRT", most + 1)) == refused_with([OUT])
    line = add(shop, order, "TSHIRT", first).json["data"]
    assert got(change(shop, line, most + 1)) == refused_with([at_most(most, most + 1)])
    assert change(shop, line, most).status_code == 200
    assert got(add(shop, order, "TSHIRT", 1)) == refused_with([OUT])
    more = add(shop, order, "TSHIRT", 1, _update_quantity=True)
    assert got(more) == refused_with([OUT])


def test_another_line_of_the_same(api: Api) -> None:
    """Takes from what there is for the first one: 12 less 5."""
    shop = stocked(api, "split_shipments")
    order = shop.order(TSHIRT=5)

    assert got(add(shop, order, "TSHIRT", 8)) == refused_with([OUT])
    line = add(shop, order, "TSHIRT", 6).json["data"]
    assert got(change(shop, line, 8)) == refused_with([at_most(7, 8)])


def test_one_place_in_scope(token_bearers: TokenBearers, api: Api, sandbox: Sandbox) -> None:
    """Of that one all pieces are taken, whoever goes on with the order."""
    shop = stocked(api, "no_split")
    here = token_bearers.guest("market:code:eu")
    there = token_bearers.guest("market:code:eu stock_location:code:rom")

    assert inventory(here, shop.skus["TSHIRT"]) == (2, [2])
    assert inventory(there, shop.skus["TSHIRT"]) == (10, [10])
    order, other = (
        each.create("orders", customer_email="john@example.com") for each in (there, here)
    )
    assert got(put(here, other, 5)) == refused_with([OUT])
    assert put(there, order, 5).status_code == 201
    api.update(order, links={"shipping_address": to(address(api))})
    (shipment,) = shop.shipments(order)

    assert shop.location(shipment) == "rom"
    assert stored(sandbox, order)["stock_locations"] == [shop.locations["rom"]["id"]]
    shop.ship_by(order, "STD")
    shop.pay(order)
    shop.step(order, "_place")
    assert (shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")) == ("2/0", "10/5")
    shop.step(order, "_approve")
    assert (shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")) == ("2/0", "5/0")


def test_only_the_store_is_asked(token_bearers: TokenBearers, api: Api) -> None:
    """Where nothing is split (catalogue.md §35.6)."""
    shop = stocked(api, "no_split")
    place = {"address": to(address(api))}
    shop.locations["shp"] = api.create("stock_locations", links=place, name="SHP", code="shp")
    shop.stock("shp", TSHIRT=1)
    links = {"market": to(shop.market), "stock_location": to(shop.locations["shp"])}
    api.create("stores", links=links, name="SHOP", code="shop")
    guest = token_bearers.guest("store:code:shop")
    order = guest.create("orders")

    assert inventory(guest, shop.skus["TSHIRT"]) == (1, [1])
    assert got(put(guest, order, 2)) == refused_with([OUT])
    assert put(guest, order, 1).status_code == 201


def test_what_another_place_has_still(api: Api) -> None:
    """Is taken from there, when the order is placed (catalogue.md §17)."""
    shop = stocked(api, "split_shipments", mil=2, rom=10)
    mine, theirs = shop.order(TSHIRT=4), shop.order(TSHIRT=1)
    for order in (mine, theirs):
        for shipment in shop.shipments(order):
            assert shop.choose(shipment, "STD").status_code == 200
        shop.pay(order)
    shop.step(theirs, "_place")
    shop.step(mine, "_place")

    assert (shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")) == ("2/2", "10/3")
    assert [shop.contents(each) for each in shop.shipments(mine)] == [["TSHIRT 1"], ["TSHIRT 3"]]


def test_what_nobody_looks_for(api: Api, sandbox: Sandbox) -> None:
    """An organization may want everything to have been found somewhere before."""
    shop = stocked(api, "split_shipments")
    order = shop.order(TSHIRT=2)
    shop.ship_by(order, "STD")
    shop.pay(order)
    (line,) = shop.related(order, "stock_line_items")
    assert api.delete(path_of(line)).status_code == 204
    asked = {"orders_validate_shipping_stock": True}
    sandbox.partition.put("organizations", {**sandbox.organization_record(), **asked})
    refused = shop.refuse(order, _place=True)

    assert refused == [("is out of stock", "/data/relationships/line_items")]


def test_placed_meanwhile(api: Api) -> None:
    """What another order has reserved is not there; this one cannot be placed any more."""
    shop = stocked(api, "split_shipments", mil=2, rom=3)
    mine, theirs = shop.order(TSHIRT=4), shop.order(TSHIRT=2)
    for order in (mine, theirs):
        for shipment in shop.shipments(order):
            assert shop.choose(shipment, "STD").status_code == 200
        shop.pay(order)
    shop.step(theirs, "_place")
    title = ("is out of stock", "/data/relationships/line_items")

    assert title in shop.refuse(mine, _place=True)
    assert shop.shown(mine)["status"] == "pending"
    assert (shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")) == ("2/2", "3/0")
    shop.step(theirs, "_cancel")
    shop.step(mine, "_place")
    assert (shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")) == ("2/2", "3/2")
