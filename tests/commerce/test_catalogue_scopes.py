"""What tokens with a market in scope see of everything around the catalogue (catalogue.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused

EU, US = "market:code:eu", "market:code:us"
UNAUTHORIZED = refused("UNAUTHORIZED")


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def shop(token_bearers: TokenBearers) -> PriceShop:
    """Return a shop with shirts in both places, and elsewhere."""
    shop = PriceShop(token_bearers.integration())
    shop.stock("mil", TSHIRT=10)
    shop.stock("rom", TSHIRT=5)
    links = {"address": to(shop.address)}
    attic = shop.api.create("stock_locations", links=links, name="Attic", code="attic")
    links = {"stock_location": to(attic), "sku": to(shop.skus["TSHIRT"])}
    shop.api.create("stock_items", links=links, quantity=99)
    shop.list_price("TSHIRT", shop.dollars, 3300)
    return shop


def included(api: Api, sku: Document, path: str) -> list[str]:
    """Return the ids of what is included of a SKU."""
    found = api.get(f"{path_of(sku)}?include={path}").json
    return [each["id"] for each in found.get("included", ())]


def test_stock_items(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """Those of the model's locations, or of the one in scope; single ones alone."""
    shirt, guest = shop.skus["TSHIRT"], token_bearers.guest(EU)
    rome = token_bearers.guest(f"{EU} stock_location:code:rom")
    mil, rom = (shop.items[location, "TSHIRT"] for location in ("mil", "rom"))

    assert included(guest, shirt, "stock_items") == [mil["id"], rom["id"]]
    assert included(rome, shirt, "stock_items") == [rom["id"]]
    assert len(included(shop.api, shirt, "stock_items")) == 3
    assert guest.get(path_of(mil)).status_code == 200
    assert got(rome.get(path_of(mil))) == UNAUTHORIZED
    assert got(guest.get("/api/stock_items")) == UNAUTHORIZED


def test_methods_and_lead_times(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """Enabled ones of the market, or of every market; their lead times are listed."""
    guest, times = token_bearers.guest(EU), {}
    american = shop.method("US", 900, links={"market": to(shop.usa)})
    for name in ("STD", "EXP", "US"):
        links = {
            "stock_location": to(shop.locations["mil"]),
            "shipping_method": to(shop.methods[name]),
        }
        hours = {"min_hours": 24, "max_hours": 48}
        times[name] = shop.api.create("delivery_lead_times", links=links, **hours)
    shop.api.update(shop.methods["EXP"], _disable=True)
    listed = [each["id"] for each in guest.get("/api/delivery_lead_times").json["data"]]

    assert listed == [times["STD"]["id"]]
    assert included(guest, shop.skus["TSHIRT"], "delivery_lead_times") == listed
    assert guest.get(path_of(shop.methods["STD"])).status_code == 200
    for method in (american, shop.methods["EXP"]):
        assert got(guest.get(path_of(method))) == UNAUTHORIZED
    assert got(guest.get("/api/shipping_methods")) == UNAUTHORIZED


def test_options(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """In scope as bundles; of a SKU those that its code matches (catalogue.md §3)."""
    shirt, of_us = shop.skus["TSHIRT"], {"market": to(shop.usa)}
    make = shop.api.create
    wrap = make("sku_options", name="Wrap", currency_code="EUR", sku_code_regex="^T")
    mugs = make("sku_options", name="Mugs", currency_code="EUR", sku_code_regex="MUG")
    dollars = make("sku_options", name="US", links=of_us, delay_hours=36)
    eu, us = token_bearers.guest(EU), token_bearers.guest(US)

    assert [each["id"] for each in eu.get("/api/sku_options").json["data"]] == [
        wrap["id"],
        mugs["id"],
    ]
    assert included(eu, shirt, "sku_options") == [wrap["id"]]
    assert included(us, shirt, "sku_options") == [dollars["id"]]
    assert (dollars["attributes"]["currency_code"], dollars["attributes"]["delay_days"]) == (
        "USD",
        2,
    )


def test_what_is_only_included(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """Tiers and markets where something leads to them, and nowhere else."""
    links = {"price": to(shop.price("TSHIRT"))}
    tier = shop.api.create(
        "price_volume_tiers", links=links, name="T", up_to=1, price_amount_cents=1
    )
    guest, shirt = token_bearers.guest(EU), shop.skus["TSHIRT"]
    paths = "prices.price_tiers,jwt_markets,shipping_category,stock_items.stock_location"
    found = guest.get(f"{path_of(shirt)}?include={paths}").json["included"]

    assert sorted({each["type"] for each in found}) == [
        "markets",
        "price_volume_tiers",
        "prices",
        "shipping_categories",
        "stock_items",
        "stock_locations",
    ]
    for each in (tier, shop.market, shop.prices, shop.locations["mil"], shop.model):
        assert got(guest.get(path_of(each))) == UNAUTHORIZED
        assert got(guest.get(f"/api/{each['type']}")) == UNAUTHORIZED


def test_lists_show_what_is_sold(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """SKU lists show a token what its market sells, and integrations everything."""
    made = shop.api.create("sku_lists", name="All", manual=False, sku_code_regex=".")
    guest, path = token_bearers.guest(US), f"{path_of(made)}/skus"
    codes = [
        [each["attributes"]["code"] for each in api.get(path).json["data"]]
        for api in (guest, shop.api)
    ]

    assert codes == [["TSHIRT"], ["EBOOK", "ICE", "MUG", "TSHIRT"]]


#: What first-party apps filter by (catalogue.md §32).
FILTERS = {
    "skus": ("code_in", "code_eq", "name_i_cont", "shipping_category_id_in", "tags_id_in"),
    "stock_items": ("sku_code_or_sku_name_i_cont", "stock_location_id_eq", "quantity_eq"),
    "prices": ("price_list_id_in", "sku_code_or_sku_name_i_cont", "sku_id_in"),
    "sku_list_items": ("sku_list_id_eq",),
    "bundles": ("market_id_in", "code_not_in", "tags_id_in"),
    "sku_options": ("market_id_in", "name_i_cont"),
    "price_lists": ("id_not_eq", "name_i_cont"),
    "stock_transfers": (
        "origin_stock_location_id_in",
        "destination_stock_location_id_in",
        "status_in",
    ),
}


@pytest.mark.parametrize(
    ("type_", "name"), [(type_, name) for type_, names in FILTERS.items() for name in names]
)
def test_filters_of_the_apps(shop: PriceShop, type_: str, name: str) -> None:
    """They are known, and find what is asked for."""
    value = "1" if name == "quantity_eq" else "none-of-these"

    answer = shop.api.get(f"/api/{type_}", {f"filter[q][{name}]": value})
    assert answer.status_code == 200
    is_negative = "not" in name
    count = shop.api.get(f"/api/{type_}").json["meta"]["record_count"]
    assert answer.json["meta"]["record_count"] == (count if is_negative else 0)


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ({"filter[codes]": "MUG,TSHIRT"}, ["TSHIRT", "MUG"]),
        ({"filter[q][stock_items_quantity_gt]": "4"}, ["TSHIRT"]),
        ({"filter[q][prices_price_list_currency_code_eq]": "USD"}, ["TSHIRT"]),
    ],
)
def test_filters_of_storefronts(
    token_bearers: TokenBearers, shop: PriceShop, filters: dict[str, str], codes: list[str]
) -> None:
    """Those of the documentation, over what a token sees."""
    shop.stock("mil", MUG=1)
    api = shop.api if "currency" in str(filters) else token_bearers.guest(EU)
    found = api.get("/api/skus", filters).json["data"]

    assert [each["attributes"]["code"] for each in found] == codes


def test_attachments_of_tiers(shop: PriceShop) -> None:
    """A tier may be named as what both kinds are (catalogue.md §28)."""
    links = {"price": to(shop.price("TSHIRT"))}
    tier = shop.api.create(
        "price_volume_tiers", links=links, name="T", up_to=1, price_amount_cents=1
    )
    base = {"type": "price_tiers", "id": tier["id"]}
    made = shop.api.create("attachments", links={"attachable": base}, name="A")

    assert shop.api.get(f"{path_of(made)}/relationships/attachable").json["data"] == to(tier)
    assert shop.api.delete(path_of(tier)).status_code == 204
    assert shop.api.get(path_of(made)).status_code == 404
