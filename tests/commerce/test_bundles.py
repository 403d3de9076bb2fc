"""Bundles: what they consist of, what they cost, and who sees them (catalogue.md §6, §35.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused, refused_with, violation
from tests.scene import stored

BLANK = ("can't be blank", "blank")
INVALID = ("is invalid", "invalid")
LIST = "relationships/sku_list"


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


class KitShop(PriceShop):
    """A shop with a list of a shirt and two mugs."""

    def __init__(self, bearers: TokenBearers) -> None:
        """Open it."""
        super().__init__(bearers.integration())
        self.api.update(self.price("TSHIRT"), compare_at_amount_cents=3500)
        self.stock("mil", TSHIRT=10, MUG=10)
        self.list = self.filled("KIT-LIST", TSHIRT=1, MUG=2)

    def filled(self, name: str, **quantities: int) -> Document:
        """Make a list by hand."""
        made = self.api.create("sku_lists", name=name)
        for code, quantity in quantities.items():
            links = {"sku_list": to(made), "sku": to(self.skus[code])}
            self.api.create("sku_list_items", links=links, quantity=quantity)
        return made

    def body(
        self, of: Document | None = None, *, market: Document | None = None, **sent: Any
    ) -> Document:
        """Return what makes a bundle."""
        links = {"sku_list": to(of or self.list), **({"market": to(market)} if market else {})}
        return document("bundles", links=links, **{"code": "KIT", "name": "Kit", **sent})

    def bundle(self, **sent: Any) -> Document:
        """Make a bundle of the European market."""
        answer = self.api.post("/api/bundles", self.body(market=self.market, **sent))
        assert answer.status_code == 201, answer.text
        made: Document = answer.json["data"]
        return made


@pytest.fixture
def shop(token_bearers: TokenBearers) -> KitShop:
    """Return the shop."""
    return KitShop(token_bearers)


def test_the_story(token_bearers: TokenBearers, shop: KitShop) -> None:
    """Its price, what its SKUs cost by themselves, and how many pieces it is of."""
    kit = shop.bundle(price_amount_cents=4900, _compute_compare_at_amount=True)
    shown, item = kit["attributes"], shop.related(shop.list, "sku_list_items")[0]
    links = {"sku_list": to(shop.list), "sku": to(shop.skus["ICE"])}
    added = shop.api.post("/api/sku_list_items", document("sku_list_items", links=links))
    changed = shop.api.patch(path_of(item), document("sku_list_items", item["id"], quantity=9))
    number = stored(token_bearers.sandbox(), item)["serial"]
    locked = refused_with([violation(LIST, "is locked by a bundle", "locked")])

    assert (shown["currency_code"], shown["skus_count"]) == ("EUR", 3)
    assert (shown["price_amount_cents"], shown["formatted_compare_at_amount"]) == (4900, "€54,00")
    assert [to(each) for each in shop.related(kit, "skus")] == [
        to(shop.skus[code]) for code in ("TSHIRT", "MUG")
    ]
    assert got(added) == got(changed) == locked
    assert got(shop.api.delete(path_of(item))) == refused(
        "LOCKED", f"Failed to destroy SkuListItem with id={number}"
    )
    assert shop.api.delete(path_of(shop.skus["TSHIRT"])).status_code == 423
    assert shop.api.delete(path_of(kit)).status_code == 204
    assert shop.api.delete(path_of(item)).status_code == 204


def test_computed_once(shop: KitShop) -> None:
    """Of amounts without tiers, on the request that asks; later prices do not follow."""
    tier = {"name": "Many", "up_to": 100, "price_amount_cents": 1}
    shop.api.create("price_volume_tiers", links={"price": to(shop.price("MUG"))}, **tier)
    kit = shop.bundle(_compute_price_amount=True)
    shop.api.update(shop.price("MUG"), amount_cents=1333)
    later = shop.shown(kit)["formatted_price_amount"]
    again = shop.api.update(kit, _compute_price_amount=True)["attributes"]

    assert kit["attributes"]["formatted_price_amount"] == later == "€54,00"
    # 29.00 and twice 13.33; what it is compared with is raised to that.
    assert again["formatted_price_amount"] == again["formatted_compare_at_amount"] == "€55,66"


def test_compared_with_more(shop: KitShop) -> None:
    """What its SKUs cost, where that is known; never less than the price."""
    kit = shop.bundle(price_amount_cents=4900)
    raised = shop.api.update(kit, compare_at_amount_cents=100)["attributes"]
    body = shop.body(market=shop.usa, code="US", price_amount_cents=5000)
    unknown = shop.api.post("/api/bundles", body).json["data"]["attributes"]

    assert kit["attributes"]["compare_at_amount_cents"] == 5400
    assert raised["compare_at_amount_cents"] == 4900
    assert unknown["formatted_compare_at_amount"] == "$50.00"


def test_what_is_refused(shop: KitShop) -> None:
    """Lists that are none for bundles, and amounts that nobody knows."""
    automatic = shop.api.create("sku_lists", name="A", manual=False, sku_code_regex="^T")
    empty, ice = shop.api.create("sku_lists", name="E"), shop.filled("Ice", ICE=1)
    long = shop.api.create("sku_lists", name="L")
    for _ in range(11):
        links = {"sku_list": to(long), "sku": to(shop.skus["MUG"])}
        shop.api.create("sku_list_items", links=links)
    shop.bundle(price_amount_cents=1)
    cents = {"price_amount_cents": 1, "market": shop.market}
    title = "is too long (maximum is 10 items)"
    cases: list[tuple[Document, Document]] = [
        (shop.body(automatic, **cents, code="A"), violation(LIST, *INVALID)),
        (shop.body(empty, **cents, code="E"), violation(LIST, *INVALID)),
        (shop.body(long, **cents, code="L"), violation(LIST, title, "too_long", count=10)),
        (
            shop.body(currency_code="EUR", code="M", _compute_price_amount=True),
            violation("relationships/market", *BLANK),
        ),
        (
            shop.body(ice, market=shop.usa, code="U", _compute_price_amount=True),
            violation(LIST, *INVALID),
        ),
        (
            shop.body(market=shop.market, code="P"),
            violation("attributes/price_amount_cents", *BLANK),
        ),
        (
            shop.body(code="C", price_amount_cents=1),
            violation("attributes/currency_code", *BLANK),
        ),
        (
            shop.body(**cents, code="D", currency_code="USD"),
            violation(
                "attributes/currency_code",
                "is not included in the list",
                "inclusion",
                value="USD",
            ),
        ),
        (
            shop.body(**cents),
            violation("attributes/code", "has already been taken", "taken", value="KIT"),
        ),
    ]

    for body, error in cases:
        assert got(shop.api.post("/api/bundles", body)) == refused_with([error])
    assert len(shop.api.get("/api/bundles").json["data"]) == 1


def test_a_code_in_each_market(shop: KitShop) -> None:
    """One in a market, one without any, and a SKU may be called the same."""
    cents = {"price_amount_cents": 1}
    shop.bundle(**cents)
    for market, more in ((shop.usa, {}), (None, {"currency_code": "EUR"})):
        body = shop.body(market=market, **cents, **more)
        assert shop.api.post("/api/bundles", body).status_code == 201
    assert shop.sell("KIT", 1)["attributes"]["code"] == "KIT"


def test_flags(shop: KitShop) -> None:
    """It is not shipped when nothing of it is."""
    kit = shop.bundle(price_amount_cents=1)
    before = shop.shown(kit)["do_not_ship"]
    for code in ("TSHIRT", "MUG"):
        shop.api.update(shop.skus[code], do_not_ship=True)
    found = shop.api.get("/api/bundles", {"filter[q][do_not_ship_eq]": "true"}).json["data"]

    assert (before, shop.shown(kit)["do_not_ship"], shop.shown(kit)["do_not_track"]) == (
        False,
        True,
        False,
    )
    assert [each["id"] for each in found] == [kit["id"]]


def test_who_sees_them(token_bearers: TokenBearers, shop: KitShop) -> None:
    """Tokens of their market, or of their currency without one (catalogue.md §2)."""
    own = shop.bundle(price_amount_cents=1)
    body = shop.body(code="ANY", currency_code="USD", price_amount_cents=1)
    anywhere = shop.api.post("/api/bundles", body).json["data"]
    eu, us = token_bearers.guest("market:code:eu"), token_bearers.guest("market:code:us")

    assert [to(each) for each in eu.get("/api/bundles").json["data"]] == [to(own)]
    assert [to(each) for each in us.get("/api/bundles").json["data"]] == [to(anywhere)]
    assert got(us.get(path_of(own))) == refused("UNAUTHORIZED")


def test_bought_elsewhere(shop: KitShop) -> None:
    """Neither in another market nor in another currency."""
    own = shop.bundle(price_amount_cents=4900)
    body = shop.body(code="ANY", currency_code="USD", price_amount_cents=1)
    dollars = shop.api.post("/api/bundles", body).json["data"]
    cases = ((shop.usa, own), (shop.market, dollars))
    answers = [
        shop.api.post(
            "/api/line_items",
            document(
                "line_items",
                links={"order": to(shop.cart(market)), "item": to(bundle)},
                quantity=1,
            ),
        )
        for market, bundle in cases
    ]

    expected = refused_with([violation("relationships/item", *INVALID)])
    assert [got(answer) for answer in answers] == [expected] * 2
