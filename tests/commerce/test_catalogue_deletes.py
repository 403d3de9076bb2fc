"""What of the catalogue stays while it is used, and what goes with it (catalogue.md §31)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import EVERYTHING, Compare
from tests.client import Api, Document, path_of, to
from tests.commerce.price_shop import PriceShop


@pytest.fixture
def shop(api: Api) -> PriceShop:
    """Return a shop with a store and a kit, and shirts."""
    shop = PriceShop(api)
    shop.stock("mil", TSHIRT=10)
    return shop


def of(shop: PriceShop, name: str) -> Document:
    """Return what the European market leads to."""
    found: Document = shop.api.get(f"{path_of(shop.market)}/{name}").json["data"]
    return found


def store(shop: PriceShop) -> Document:
    """Make a store with a merchant of its own."""
    links = {"market": to(shop.market), "merchant": to(merchant(shop))}
    return shop.api.create("stores", links=links, name="Store")


def merchant(shop: PriceShop) -> Document:
    """Make a merchant."""
    return shop.api.create("merchants", links={"address": to(shop.address)}, name="M")


def kit(shop: PriceShop) -> Document:
    """Make a bundle of the European market."""
    made = shop.api.create("sku_lists", name="Kit")
    links = {"sku_list": to(made), "sku": to(shop.skus["TSHIRT"])}
    shop.api.create("sku_list_items", links=links)
    links = {"sku_list": to(made), "market": to(shop.market)}
    return shop.api.create("bundles", links=links, code="K", name="K", price_amount_cents=1)


def scheduled_list(shop: PriceShop) -> Document:
    """Make a list that a scheduler is for."""
    made = shop.api.create("price_lists", name="Sale", currency_code="EUR")
    links = {"market": to(shop.market), "price_list": to(made)}
    days = {"starts_at": "2030-01-01T00:00:00Z", "expires_at": "2030-02-01T00:00:00Z"}
    shop.api.create("price_list_schedulers", links=links, name="S", **days)
    return made


def linked(type_: str, relationship: str, **attributes: object) -> Callable[[PriceShop], Document]:
    """Return what makes a record that the European market leads to."""

    def make(shop: PriceShop) -> Document:
        made = shop.api.create(type_, **attributes)
        shop.api.update(shop.market, links={relationship: to(made)})
        return made

    return make


def market_of(make: Callable[[PriceShop], Document]) -> Callable[[PriceShop], Document]:
    """Return the European market, with what is in its way."""

    def market(shop: PriceShop) -> Document:
        make(shop)
        return shop.market

    return market


def ordered_store(shop: PriceShop) -> Document:
    """Make a store with an order."""
    made = store(shop)
    shop.api.create("orders", links={"market": to(shop.market), "store": to(made)})
    return made


def of_store(shop: PriceShop) -> Document:
    """Return the merchant of a store alone."""
    found: Document = shop.api.get(f"{path_of(store(shop))}/merchant").json["data"]
    return found


def listed(shop: PriceShop) -> Document:
    """Return the list that was made last."""
    found: Document = shop.api.get("/api/sku_lists", {"sort": "-id"}).json["data"][0]
    return found


HELD: dict[str, Callable[[PriceShop], Document]] = {
    "the list of a market": lambda shop: shop.prices,
    "a scheduler's list": scheduled_list,
    "the merchant of a market": lambda shop: of(shop, "merchant"),
    "the merchant of a store": of_store,
    "the model of a market": lambda shop: shop.model,
    "a subscription model": linked(
        "subscription_models", "subscription_model", name="S", frequencies=["weekly"]
    ),
    "a geocoder": linked("google_geocoders", "geocoder", name="G", api_key="k"),
    "a market with orders": market_of(PriceShop.cart),
    "a market with bundles": market_of(kit),
    "a store with orders": ordered_store,
    "the SKU of a bundle": lambda shop: [kit(shop), shop.skus["TSHIRT"]][1],
    "the list of a bundle": lambda shop: [kit(shop), listed(shop)][1],
    "a location in a model": lambda shop: shop.locations["mil"],
}


@pytest.mark.parametrize("make", HELD.values(), ids=HELD)
def test_what_stays(shop: PriceShop, make: Callable[[PriceShop], Document]) -> None:
    """423 while something is in the way."""
    held = make(shop)

    assert shop.api.delete(path_of(held)).status_code == 423
    assert shop.api.get(path_of(held)).status_code == 200


def test_what_goes_with_a_sku(shop: PriceShop, sandbox: Sandbox) -> None:
    """Prices with their tiers, stock items, memberships, attachments."""
    shirt = shop.skus["TSHIRT"]
    tier = {"name": "T", "up_to": 1, "price_amount_cents": 1}
    shop.api.create("price_volume_tiers", links={"price": to(shop.price("TSHIRT"))}, **tier)
    shop.api.create("attachments", links={"attachable": to(shirt)}, name="A", url="https://a.it")
    links = {"sku_list": to(shop.api.create("sku_lists", name="L")), "sku": to(shirt)}
    shop.api.create("sku_list_items", links=links)
    types = ("prices", "stock_items", "price_tiers", "attachments", "sku_list_items")
    before = [sandbox.count(type_) for type_ in types]
    assert shop.api.delete(path_of(shirt)).status_code == 204

    assert [b - sandbox.count(type_) for type_, b in zip(types, before, strict=True)] == [1] * 5
    names = [event["name"] for event in sandbox.page("events", EVERYTHING, 1000)]
    assert "price_volume_tiers.destroy" in names


def test_what_goes_with_a_list_and_a_market(shop: PriceShop, sandbox: Sandbox) -> None:
    """Prices go with their list, stores and schedulers with their market."""
    scheduled_list(shop)
    store(shop)
    for method in shop.methods.values():
        assert shop.api.delete(path_of(method)).status_code == 204
    assert shop.api.delete(path_of(shop.market)).status_code == 204
    assert shop.api.delete(path_of(shop.prices)).status_code == 204

    assert not sandbox.find("stores", Compare("market", "eq", shop.market["id"]))
    assert sandbox.count("price_list_schedulers") == 0
    assert not sandbox.find("prices", Compare("price_list", "eq", shop.prices["id"]))


def test_what_goes_with_an_option(shop: PriceShop, sandbox: Sandbox) -> None:
    """Where it was chosen in carts; what was placed keeps what it has."""
    option = shop.api.create("sku_options", name="Wrap", currency_code="EUR")
    rows = [shop.buy(shop.cart(), "TSHIRT", 1) for _ in range(2)]
    chosen = [
        shop.api.create(
            "line_item_options",
            links={"line_item": to(row), "sku_option": to(option)},
            quantity=1,
            options={"text": "a"},
        )
        for row in rows
    ]
    order = sandbox.get("line_items", rows[1]["id"])
    assert order is not None
    sandbox.rewrite("orders", order["order"], {"status": "placed"})
    assert shop.api.delete(path_of(option)).status_code == 204

    assert [shop.api.get(path_of(each)).status_code for each in chosen] == [404, 200]


def test_types_without_delete(shop: PriceShop) -> None:
    """What both kinds of tiers, or of geocoders, are called together."""
    tier = {"name": "T", "up_to": 1, "price_amount_cents": 1}
    links = {"price": to(shop.price("TSHIRT"))}
    made = shop.api.create("price_volume_tiers", links=links, **tier)

    assert shop.api.delete(f"/api/price_tiers/{made['id']}").status_code == 405
    assert shop.api.delete(path_of(made)).status_code == 204
