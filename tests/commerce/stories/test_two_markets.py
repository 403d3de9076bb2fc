"""Two markets, two price lists: who sees and buys what, at which price (catalogue.md §35.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused, refused_with, violation

EU, US = "market:code:eu", "market:code:us"
BLANK = ("can't be blank", "blank")


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def shop(token_bearers: TokenBearers) -> PriceShop:
    """Return the shop of the story: shirts in both markets, everything else in one."""
    shop = PriceShop(token_bearers.integration())
    shop.api.update(shop.price("TSHIRT"), compare_at_amount_cents=3500)
    shop.list_price("TSHIRT", shop.dollars, 3300)
    shop.stock("mil", TSHIRT=10, MUG=5, ICE=4)
    return shop


def codes(api: Api) -> list[str]:
    """Return the codes of the SKUs that are listed."""
    return [each["attributes"]["code"] for each in api.get("/api/skus").json["data"]]


def included_prices(api: Api, sku: Document) -> list[tuple[Any, ...]]:
    """Return amount and compared amount of the prices that a SKU is shown with."""
    names = ("amount_cents", "formatted_amount", "compare_at_amount_cents")
    found = api.get(f"{path_of(sku)}?include=prices").json
    assert found["data"]["relationships"]["prices"]["data"] == [to(e) for e in found["included"]]
    return [tuple(each["attributes"][name] for name in names) for each in found["included"]]


def test_what_is_seen(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """What has a price on the market's list and a stock item; an untracked SKU needs none."""
    eu, us = token_bearers.guest(EU), token_bearers.guest(US)
    shirt = shop.skus["TSHIRT"]

    assert codes(eu) == ["TSHIRT", "MUG", "ICE", "EBOOK"]
    assert codes(us) == ["TSHIRT"]
    assert got(us.get(path_of(shop.skus["MUG"]))) == refused("UNAUTHORIZED")
    assert included_prices(eu, shirt) == [(2900, "€29,00", 3500)]
    assert included_prices(us, shirt) == [(3300, "$33.00", 3300)]
    assert [each["id"] for each in us.get("/api/prices").json["data"]] == [
        shop.price("TSHIRT", shop.dollars)["id"]
    ]
    assert got(us.get(path_of(shop.price("TSHIRT")))) == refused("UNAUTHORIZED")


def test_a_scoped_integration_sees_the_same(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """The scope decides, not the kind of the token."""
    us = token_bearers.integration(scope=US)

    assert codes(us) == ["TSHIRT"]
    assert got(us.get(path_of(shop.skus["MUG"]))) == refused("UNAUTHORIZED")
    assert len(codes(shop.api)) == 4


def test_what_is_gone_from_a_market(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """Empty shelves are still shelves; without a shelf, or outside of those in scope, it is not."""
    eu = token_bearers.guest(EU)
    shop.api.update(shop.items["mil", "MUG"], quantity=0)
    shop.api.delete(path_of(shop.items["mil", "ICE"]))
    rome = token_bearers.guest(f"{EU} stock_location:code:rom")

    assert codes(eu) == ["TSHIRT", "MUG", "EBOOK"]
    assert codes(rome) == ["EBOOK"]


def test_prices_by_another_service(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """A market that asks another service for prices sells what has none on its list."""
    shop.api.update(shop.usa, external_prices_url="https://prices.example.com/")

    assert codes(token_bearers.guest(US)) == ["TSHIRT", "MUG", "ICE", "EBOOK"]


def test_two_markets_in_scope(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """All that one of them sells, with the prices of both."""
    both = token_bearers.guest(f"{EU} {US}")

    assert codes(both) == ["TSHIRT", "MUG", "ICE", "EBOOK"]
    assert [cents for cents, *_ in included_prices(both, shop.skus["TSHIRT"])] == [2900, 3300]


def test_what_prices_may_be(shop: PriceShop) -> None:
    """One of a SKU on each list, compared with no less than it costs."""
    lower = shop.api.update(shop.price("TSHIRT"), compare_at_amount_cents=2000)
    links = {"price_list": to(shop.prices), "sku": to(shop.skus["TSHIRT"])}
    second = shop.api.post("/api/prices", document("prices", links=links, amount_cents=1))
    dearer = shop.api.update(shop.price("TSHIRT"), amount_cents=3100)

    assert lower["attributes"]["compare_at_amount_cents"] == 2900
    assert got(second) == refused_with(
        [violation("relationships/sku", "has already been taken", "taken", value="TSHIRT")]
    )
    assert dearer["attributes"]["compare_at_amount_cents"] == 3100


def test_a_european_order(shop: PriceShop) -> None:
    """In euros, taxes included."""
    bought = shop.cart()
    totals = [
        shop.buy(bought, code, quantity)["attributes"]["total_amount_cents"]
        for code, quantity in (("TSHIRT", 2), ("MUG", 1))
    ]
    order = shop.shown(bought)

    assert totals == [5800, 1250]
    assert (order["subtotal_amount_cents"], order["formatted_subtotal_amount"]) == (7050, "€70,50")
    assert (order["skus_count"], order["currency_code"], order["tax_included"]) == (3, "EUR", True)


def test_an_american_order(shop: PriceShop) -> None:
    """In dollars, taxes on top; a line without an item counts as goods, and as no SKU."""
    bought = shop.cart(shop.usa)
    row = shop.buy(bought, "TSHIRT", 2)["attributes"]
    before = shop.shown(bought)
    links = {"order": to(bought)}
    answers = [
        shop.api.post(
            "/api/line_items", document("line_items", links=links, sku_code=code, quantity=1)
        )
        for code in ("MUG", "NOPE")
    ]
    wrapping = {"unit_amount_cents": 500, "name": "Wrapping", "quantity": 2}
    wrapped = shop.api.create("line_items", links=links, **wrapping)["attributes"]
    order = shop.shown(bought)

    assert (row["unit_amount_cents"], row["compare_at_amount_cents"]) == (3300, 3300)
    assert (before["formatted_subtotal_amount"], before["tax_included"]) == ("$66.00", False)
    assert [got(answer) for answer in answers] == [
        refused_with([violation("attributes/unit_amount_cents", *BLANK)]),
        refused_with([violation("relationships/item", *BLANK)]),
    ]
    assert (wrapped["item_type"], wrapped["total_amount_cents"]) == (None, 1000)
    assert (order["subtotal_amount_cents"], order["formatted_subtotal_amount"]) == (7600, "$76.00")
    assert order["skus_count"] == 2


def test_other_numbers(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """Mugs at 13.75, three of them, and shirts at 41.20 in dollars: 41.25 and 82.40."""
    shop.api.update(shop.price("MUG"), amount_cents=1375)
    shop.api.update(shop.price("TSHIRT", shop.dollars), amount_cents=4120)
    euros, dollars = shop.cart(), shop.cart(shop.usa)
    shop.buy(euros, "MUG", 3)
    shop.buy(dollars, "TSHIRT", 2)

    assert shop.shown(euros)["formatted_subtotal_amount"] == "€41,25"
    assert shop.shown(dollars)["formatted_subtotal_amount"] == "$82.40"
    assert included_prices(token_bearers.guest(US), shop.skus["TSHIRT"]) == [(4120, "$41.20", 4120)]


def test_a_guest_fills_a_cart(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """The order's market decides what a guest can buy, whatever is linked; no prices are said."""
    us = token_bearers.guest(US)
    bought = us.create("orders", links={"market": to(shop.usa)})
    links = {"order": to(bought)}
    row = us.create("line_items", links=links, sku_code="TSHIRT", quantity=1)
    mug = {**links, "item": to(shop.skus["MUG"])}
    linked = us.post("/api/line_items", document("line_items", links=mug, quantity=1))
    said = us.post(
        "/api/line_items",
        document("line_items", links=links, sku_code="TSHIRT", unit_amount_cents=1, quantity=1),
    )

    assert row["attributes"]["formatted_unit_amount"] == "$33.00"
    assert got(linked) == refused_with([violation("attributes/unit_amount_cents", *BLANK)])
    assert said.status_code == 400


def test_a_price_that_is_said(shop: PriceShop) -> None:
    """It stays when the quantity changes, until prices are asked for anew (catalogue.md §11)."""
    bought = shop.cart()
    row = shop.buy(bought, "TSHIRT", 1, unit_amount_cents=500)
    more = shop.api.update(row, quantity=3)["attributes"]
    links = {"order": to(bought)}
    wrapping = shop.api.create("line_items", links=links, unit_amount_cents=90, quantity=1)
    shop.api.update(bought, _refresh=True)
    refreshed = shop.shown(row)["unit_amount_cents"]
    shop.api.update(bought, _refresh_prices=True)
    amounts = ("unit_amount_cents", "compare_at_amount_cents")

    assert tuple(row["attributes"][name] for name in amounts) == (500, 3500)
    assert (more["unit_amount_cents"], more["total_amount_cents"], refreshed) == (500, 1500, 500)
    assert tuple(shop.shown(row)[name] for name in amounts) == (2900, 3500)
    assert shop.shown(wrapping)["unit_amount_cents"] == 90
    assert shop.shown(bought)["subtotal_amount_cents"] == 8790
