"""Rules of price lists and of prices, as tokens see them and orders pay (catalogue.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.scene import stored

EU = "market:code:eu"


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def shop(token_bearers: TokenBearers) -> PriceShop:
    """Return a shop with plenty of shirts."""
    shop = PriceShop(token_bearers.integration())
    shop.stock("mil", TSHIRT=100, MUG=100)
    return shop


def rule(name: str, action: str, value: Any, *conditions: Document) -> Document:
    """Return a rule with one action on the price."""
    actions = [{"type": action, "selector": "price", "value": value}]
    return {"name": name, "conditions": list(conditions), "actions": actions}


def when(field: str, matcher: str, value: Any) -> Document:
    """Return a condition."""
    return {"field": field, "matcher": matcher, "value": value}


SHIRTS = when("price.sku.code", "eq", "TSHIRT")
DEAR = when("price.amount_cents", "gteq", 2000)
IN_EU = when("price.jwt_markets.code", "eq", "eu")


def seen(api: Api, price: Document) -> tuple[Any, ...]:
    """Return what a token is shown of a price."""
    shown = api.get(path_of(price)).json["data"]["attributes"]
    names = ("amount_cents", "formatted_amount", "original_amount_cents", "rule_outcomes")
    return tuple(shown[name] for name in names)


def test_of_a_price(shop: PriceShop) -> None:
    """Rules run in order on what is left; the amount that was sent stays beside it."""
    price = shop.price("TSHIRT")
    rules = [
        rule("tenth", "percentage", 0.1, SHIRTS, DEAR),
        rule("hundred", "fixed_amount", 100),
        rule("mugs", "fixed_price", 1, when("price.sku.code", "eq", "MUG")),
    ]
    changed = shop.api.update(price, rules={"rules": rules})

    assert seen(shop.api, price) == (
        2510,
        "€25,10",
        2900,
        [
            {"name": "tenth", "match": True, "value": 2610},
            {"name": "hundred", "match": True, "value": 2510},
            {"name": "mugs", "match": False, "value": 2510},
        ],
    )
    assert changed["attributes"]["rules"] == {"rules": rules}
    assert "rule_outcomes" not in changed["attributes"]
    assert "rules" not in shop.api.get("/api/prices").json["data"][0]["attributes"]
    assert seen(shop.api, shop.price("MUG"))[2:] == (1250, [])


def test_of_a_list_first(shop: PriceShop) -> None:
    """The list's rules come before the price's own; a half cent is one more."""
    shop.api.update(shop.prices, rules={"rules": [rule("list", "percentage", 0.5)]})
    price = shop.price("TSHIRT")
    shop.api.update(price, rules={"rules": [rule("own", "percentage", 0.5)]})
    outcomes = [
        {"name": "list", "match": True, "value": 1450},
        {"name": "own", "match": True, "value": 725},
    ]
    shown = shop.shown(shop.prices)

    assert seen(shop.api, price) == (725, "€7,25", 2900, outcomes)
    assert shown["rule_outcomes"] == [{"name": "list", "match": True, "value": None}]
    assert seen(shop.api, shop.price("MUG"))[:2] == (625, "€6,25")


def test_by_the_token(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """What a token says decides, in what it sees and in what it buys."""
    price = shop.price("TSHIRT")
    shop.api.update(price, rules={"rules": [rule("eu", "fixed_amount", 500, IN_EU)]})
    guest = token_bearers.guest(EU)
    bought = guest.create("orders", links={"market": to(shop.market)})
    links = {"order": to(bought)}
    own = guest.create("line_items", links=links, sku_code="TSHIRT", quantity=2)["attributes"]
    theirs = shop.buy(shop.cart(), "TSHIRT", 2)["attributes"]
    payload = guest.get(path_of(price)).json["data"]["attributes"]["resource_payload"]

    assert (seen(guest, price)[0], seen(shop.api, price)[0]) == (2400, 2900)
    assert (own["total_amount_cents"], theirs["total_amount_cents"]) == (4800, 5800)
    assert payload["price"]["jwt_markets"] == [
        {"name": "EU", "code": "eu", "id": shop.market["id"]}
    ]


def test_by_the_token_that_has_prices_read_again(
    token_bearers: TokenBearers, shop: PriceShop
) -> None:
    """Whoever bought the line before."""
    shop.api.update(shop.price("TSHIRT"), rules={"rules": [rule("eu", "fixed_amount", 500, IN_EU)]})
    cart = shop.cart()
    row = shop.buy(cart, "TSHIRT", 2)
    inside = token_bearers.integration(scope=EU)
    paid = []
    for asking in (inside, shop.api, inside):
        asking.update(cart, _refresh_prices=True)
        paid.append(shop.shown(row)["unit_amount_cents"])

    assert row["attributes"]["unit_amount_cents"] == 2900
    assert paid == [2400, 2900, 2400]


def test_after_tiers(shop: PriceShop) -> None:
    """Rules act on what a tier makes of the price, and never below nothing."""
    price = shop.price("MUG")
    tier = {"name": "Few", "up_to": 5, "price_amount_cents": 1000}
    shop.api.create("price_volume_tiers", links={"price": to(price)}, **tier)
    shop.api.update(price, rules={"rules": [rule("cheap", "fixed_amount", 1100)]})
    row = shop.buy(shop.cart(), "MUG", 5)
    few = row["attributes"]["unit_amount_cents"]
    many = shop.api.update(row, quantity=6)["attributes"]["unit_amount_cents"]

    assert (few, many) == (0, 150)


def test_switched_off(token_bearers: TokenBearers, shop: PriceShop) -> None:
    """An organization without the rules engine keeps rules and ignores them."""
    price = shop.price("TSHIRT")
    shop.api.update(price, rules={"rules": [rule("half", "percentage", 0.5)]})
    sandbox = token_bearers.sandbox()
    sandbox.rewrite(
        "organizations", sandbox.organization_record()["id"], {"api_rules_engine": False}
    )

    assert seen(shop.api, price) == (2900, "€29,00", 2900, [])
    assert shop.buy(shop.cart(), "TSHIRT", 1)["attributes"]["unit_amount_cents"] == 2900
    assert stored(sandbox, price)["rules"]["rules"][0]["name"] == "half"


def test_what_is_refused(shop: PriceShop) -> None:
    """What is no rule, and what there are too many of."""
    price = shop.price("TSHIRT")
    many = [rule(f"r{number}", "fixed_amount", 1) for number in range(16)]
    cases = {
        "is too long (maximum is 15 rules)": {"rules": many},
        "is invalid": {"rules": [rule("bad", "gift", 1)]},
    }
    found = [
        shop.api.patch(path_of(price), document("prices", price["id"], rules=rules)).json["errors"]
        for rules in cases.values()
    ]

    assert [{each["title"] for each in errors} for errors in found] == [{t} for t in cases]
    assert {e["source"]["pointer"] for errors in found for e in errors} == {
        "/data/attributes/rules"
    }
