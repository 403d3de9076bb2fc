"""Stock that comes in files, and how stock is looked for (catalogue.md §14, §32)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, ids, to
from tests.commerce.shipping_shop import ShippingShop
from tests.commerce.stock_shop import Shop


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop with shirts and mugs in Milan, and shirts in Rome."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    return shop


def imported(shop: Shop, *rows: Document) -> Document:
    """Import stock of Milan; return what has become of it."""
    made = shop.api.create(
        "imports",
        resource_type="stock_items",
        parent_resource_id=shop.locations["mil"]["id"],
        inputs=[*rows],
    )
    sandbox = next(iter(shop.api.app.organizations)).sandbox("test")
    sandbox.job_queue.run()
    return shop.shown(made)


def test_rows_of_stock(shop: ShippingShop) -> None:
    """A row is known by SKU and location; it may be held against what is reserved."""
    shop.sell("CAP", 1000)
    item = shop.items["mil", "MUG"]
    held = shop.api.create("stock_reservations", links={"stock_item": to(item)}, quantity=3)
    shop.step(held, "_pending")
    done = imported(
        shop,
        {"sku_code": "TSHIRT", "quantity": 7},
        {"sku_code": "CAP", "quantity": 4},
        {"sku_code": "MUG", "quantity": 2, "_validate": True},
    )

    assert (done["processed_count"], done["errors_count"]) == (2, 1)
    (messages,) = done["errors_log"].values()
    assert messages == {"quantity": ["must be greater than or equal to 3"]}
    assert shop.at("mil", "TSHIRT") == (7, 0)
    assert shop.at("mil", "CAP") == (4, 0)
    assert shop.at("mil", "MUG") == (5, 3)
    assert shop.at("rom", "TSHIRT") == (10, 0)


def test_files_wake_nobody(shop: ShippingShop) -> None:
    """Who waits for a SKU hears of it when somebody puts it there (catalogue.md §27)."""
    links = {"market": to(shop.market)}
    wish = {"customer_email": "ada@example.com", "sku_code": "ICE"}
    waiting = shop.api.create("in_stock_subscriptions", links=links, **wish)
    imported(shop, {"sku_code": "ICE", "quantity": 4})
    assert shop.shown(waiting)["status"] == "active"
    item = shop.related(shop.skus["ICE"], "stock_items")[0]
    shop.api.update(item, quantity=5)
    assert shop.shown(waiting)["status"] == "active"
    shop.api.update(item, quantity=0)
    shop.api.update(item, quantity=1)
    assert shop.shown(waiting)["status"] == "notified"


#: What dashboards filter stock by, and the items that are found: place and code.
FOUND: dict[str, tuple[Any, set[tuple[str, str]]]] = {
    "sku_code_or_sku_name_i_cont": ("shirt", {("mil", "TSHIRT"), ("rom", "TSHIRT")}),
    "stock_location_id_in": ("{mil}", {("mil", "TSHIRT"), ("mil", "MUG")}),
    "quantity_eq": (10, {("rom", "TSHIRT")}),
    "quantity_gt": (2, {("mil", "MUG"), ("rom", "TSHIRT")}),
    "reserved_stock_quantity_eq": (3, {("mil", "MUG")}),
}


@pytest.mark.parametrize(("name", "asked"), FOUND.items(), ids=FOUND)
def test_looking_for_stock(
    shop: ShippingShop, name: str, asked: tuple[Any, set[tuple[str, str]]]
) -> None:
    """By place, SKU and quantity."""
    item = shop.items["mil", "MUG"]
    shop.api.create("stock_reservations", links={"stock_item": to(item)}, quantity=3)
    value, expected = asked
    sent = str(value).format(mil=shop.locations["mil"]["id"])
    found = ids(shop.api.get("/api/stock_items", {f"filter[q][{name}]": sent}))
    names = {item["id"]: at for at, item in shop.items.items()}

    assert {names[id_] for id_ in found} == expected


def test_sorted_by_what_is_reserved(shop: ShippingShop) -> None:
    """Where something has been reserved ever."""
    for location, quantity in (("mil", 2), ("rom", 1)):
        links = {"stock_item": to(shop.items[location, "TSHIRT"])}
        shop.api.create("stock_reservations", links=links, quantity=quantity)
    query = {"sort": "reserved_stock.quantity", "filter[q][reserved_stock_quantity_gt]": "0"}
    found = ids(shop.api.get("/api/stock_items", query))

    assert found == [shop.items[each, "TSHIRT"]["id"] for each in ("rom", "mil")]


def test_transfers_by_their_ends(shop: ShippingShop) -> None:
    """As dashboards ask for them."""
    links = {
        "sku": to(shop.skus["TSHIRT"]),
        "origin_stock_location": to(shop.locations["rom"]),
        "destination_stock_location": to(shop.locations["mil"]),
    }
    made = shop.api.create("stock_transfers", links=links, quantity=1)
    for end, place in (("origin", "rom"), ("destination", "mil")):
        query = {f"filter[q][{end}_stock_location_id_in]": shop.locations[place]["id"]}
        assert ids(shop.api.get("/api/stock_transfers", query)) == [made["id"]]
    assert ids(shop.api.get("/api/stock_transfers", {"filter[q][status_in]": "upcoming"})) == []
