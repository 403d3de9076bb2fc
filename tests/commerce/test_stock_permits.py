"""What sales channels may do with stock, its transfers and who waits for it.

authentication.md §13.1, catalogue.md §2.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.refusals import got, refused

UNAUTHORIZED = refused("UNAUTHORIZED")
CLOSED = ("stock_reservations", "reserved_stocks", "stock_locations", "inventory_models")
EU = "market:code:eu"


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop that brings shirts from Rome to Milan."""
    shop = ShippingShop(api, "ship_from_primary")
    shop.stock("mil", TSHIRT=2)
    shop.stock("rom", TSHIRT=10)
    return shop


def test_an_order_shows_where_it_comes_from(
    token_bearers: TokenBearers, shop: ShippingShop
) -> None:
    """To whoever may read it: transfers and stock line items, one by one; nobody lists them."""
    order = shop.order(TSHIRT=5)
    theirs = shop.api.create("customers", email="ada@example.com", password=PASSWORD)
    guest = token_bearers.guest(EU)
    ada = token_bearers.customer("ada@example.com", scope=EU)
    for name in ("stock_transfers", "stock_line_items"):
        (each,) = shop.related(order, name)
        assert guest.get(path_of(each)).status_code == 200
        assert guest.get(f"{path_of(order)}/{name}").status_code == 200
        assert got(guest.get(f"/api/{name}")) == UNAUTHORIZED
        assert got(ada.get(path_of(each))) == UNAUTHORIZED
        body = document(each["type"], each["id"], quantity=1)
        assert got(guest.patch(path_of(each), body)) == UNAUTHORIZED
        assert got(guest.delete(path_of(each))) == UNAUTHORIZED
    assert theirs["id"]


def test_stock_is_read_one_by_one(token_bearers: TokenBearers, shop: ShippingShop) -> None:
    """In the places that are in scope; what is reserved only beside it."""
    guest = token_bearers.guest(EU)
    here = shop.items["mil", "TSHIRT"]
    shop.api.create("stock_reservations", links={"stock_item": to(here)}, quantity=1)
    found = guest.get(path_of(here), {"include": "reserved_stock"}).json

    assert [each["attributes"]["quantity"] for each in found["included"]] == [1]
    narrow = token_bearers.guest(f"{EU} stock_location:code:rom")
    assert got(narrow.get(path_of(here))) == UNAUTHORIZED
    assert got(guest.get("/api/stock_items")) == UNAUTHORIZED
    for type_ in CLOSED:
        assert got(guest.get(f"/api/{type_}")) == UNAUTHORIZED


def signed_up(api: Api, shop: ShippingShop, **sent: Any) -> Any:
    """Wait for shirts; return the answer."""
    links: Document = {"market": to(shop.market)}
    body = document("in_stock_subscriptions", links=links, sku_code="TSHIRT", **sent)
    return api.post("/api/in_stock_subscriptions", body)


def test_guests_wait_for_skus(token_bearers: TokenBearers, shop: ShippingShop) -> None:
    """In the market in scope; a subscription of somebody with a password is not theirs."""
    guest = token_bearers.guest(EU)
    made = signed_up(guest, shop, customer_email="bob@example.com").json["data"]
    assert guest.get(path_of(made)).status_code == 200
    assert guest.update(made, stock_threshold=2)["attributes"]["stock_threshold"] == 2
    assert guest.update(made, _deactivate=True)["attributes"]["status"] == "inactive"
    elsewhere = token_bearers.guest()
    assert got(elsewhere.get(path_of(made))) == UNAUTHORIZED
    assert got(guest.get("/api/in_stock_subscriptions")) == UNAUTHORIZED
    shop.api.create("customers", email="ada@example.com", password=PASSWORD)
    others = signed_up(shop.api, shop, customer_email="ada@example.com").json["data"]
    assert got(guest.get(path_of(others))) == UNAUTHORIZED
    assert guest.delete(path_of(made)).status_code == 204


def test_customers_wait_for_skus(token_bearers: TokenBearers, shop: ShippingShop) -> None:
    """For themselves, without saying who they are."""
    shop.api.create("customers", email="ada@example.com", password=PASSWORD)
    ada = token_bearers.customer("ada@example.com", scope=EU)
    answer = signed_up(ada, shop)
    assert answer.status_code == 201
    assert answer.json["data"]["attributes"]["customer_email"] == "ada@example.com"
    others = signed_up(shop.api, shop, customer_email="bob@example.com").json["data"]
    assert got(ada.get(path_of(others))) == UNAUTHORIZED
