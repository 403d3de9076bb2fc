"""Prices that depend on how many pieces are bought (catalogue.md §35.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused_with, violation

VOLUME = "price_volume_tiers"
TIERS: dict[int | None, int] = {9: 1000, 49: 850, None: 700}


@pytest.fixture
def shop(api: Api) -> PriceShop:
    """Return a shop that sells pens, a hundred of them."""
    shop = PriceShop(api)
    shop.sell("PEN", 1000)
    shop.stock("mil", PEN=100)
    return shop


def tier(shop: PriceShop, up_to: Any, cents: int, type_: str = VOLUME, code: str = "PEN") -> Any:
    """Add a tier; return the answer."""
    links = {"price": to(shop.price(code))}
    sent = {"name": f"Up to {up_to}", "up_to": up_to, "price_amount_cents": cents}
    return shop.api.post(f"/api/{type_}", document(type_, links=links, **sent))


@pytest.fixture
def tiers(shop: PriceShop) -> dict[int | None, Document]:
    """Return the tiers of the story, by their limit."""
    return {up_to: tier(shop, up_to, cents).json["data"] for up_to, cents in TIERS.items()}


def priced(row: Document) -> tuple[Any, ...]:
    """Return what one piece of a line costs, and all of it."""
    names = ("unit_amount_cents", "total_amount_cents", "formatted_total_amount")
    return tuple(row["attributes"][name] for name in names)


def test_the_tiers_decide(shop: PriceShop, tiers: dict[int | None, Document]) -> None:
    """All pieces cost what the narrowest tier says that reaches so far; then the last, or none."""
    row = shop.buy(shop.cart(), "PEN", 9)
    found = [priced(row)]
    found += [priced(shop.api.update(row, quantity=quantity)) for quantity in (10, 49, 50)]
    shop.api.update(row, quantity=49)
    shop.api.delete(path_of(tiers[None]))
    beyond = priced(shop.api.update(row, quantity=50))

    assert found == [
        (1000, 9000, "€90,00"),
        (850, 8500, "€85,00"),
        (850, 41650, "€416,50"),
        (700, 35000, "€350,00"),
    ]
    assert beyond == (1000, 50000, "€500,00")


def test_other_tiers(shop: PriceShop) -> None:
    """Up to 3 at 9.99, beyond at 7.77: 3 are 29.97, 4 are 31.08, 7 are 54.39."""
    for up_to, cents in ((3, 999), (None, 777)):
        tier(shop, up_to, cents)
    row = shop.buy(shop.cart(), "PEN", 3)
    found = [priced(row), *(priced(shop.api.update(row, quantity=n)) for n in (4, 7))]

    assert [formatted for *_, formatted in found] == ["€29,97", "€31,08", "€54,39"]


@pytest.mark.usefixtures("tiers")
def test_with_an_option(shop: PriceShop) -> None:
    """Options are no part of the unit price; more of the same is priced as one line."""
    bought = shop.cart()
    row = shop.buy(bought, "PEN", 10)
    option = shop.api.create(
        "sku_options", name="Embossing", currency_code="EUR", price_amount_cents=990
    )
    links = {"line_item": to(row), "sku_option": to(option)}
    shop.api.create("line_item_options", links=links, quantity=2, options={"text": "Ada"})
    with_option = shop.shown(row)
    links = {"order": to(bought)}
    body = document("line_items", links=links, sku_code="PEN", quantity=5, _update_quantity=True)
    answer = shop.api.post("/api/line_items", body)
    more = answer.json["data"]
    lines = shop.related(bought, "line_items")

    assert (with_option["options_amount_cents"], with_option["total_amount_cents"]) == (1980, 10480)
    assert (answer.status_code, more["id"]) == (201, row["id"])
    assert (more["attributes"]["quantity"], more["attributes"]["unit_amount_cents"]) == (15, 850)
    assert more["attributes"]["total_amount_cents"] == 14730
    assert [each["id"] for each in lines] == [row["id"]]


def test_other_tiers_with_an_option(shop: PriceShop) -> None:
    """Four at 7.77 and three options at 1.25 are 34.83; six more of the same make 81.45."""
    for up_to, cents in ((3, 999), (None, 777)):
        tier(shop, up_to, cents)
    bought = shop.cart()
    row = shop.buy(bought, "PEN", 4)
    words = {"name": "Engraving", "currency_code": "EUR", "price_amount_cents": 125}
    option = shop.api.create("sku_options", **words)
    links = {"line_item": to(row), "sku_option": to(option)}
    shop.api.create("line_item_options", links=links, quantity=3, options={"text": "Ada"})
    before = shop.shown(row)["formatted_total_amount"]
    links = {"order": to(bought)}
    sent = {"sku_code": "PEN", "quantity": 6, "_update_quantity": True}
    more = shop.api.create("line_items", links=links, **sent)["attributes"]

    assert (before, more["quantity"], more["formatted_total_amount"]) == ("€34,83", 10, "€81,45")


@pytest.mark.usefixtures("tiers")
def test_how_many_tiers(shop: PriceShop) -> None:
    """Ten of both kinds together, one up to each limit."""
    again, beyond = tier(shop, 9, 1), tier(shop, None, 1)
    more = [tier(shop, 100 + number, 1).status_code for number in range(7)]
    other_kind = tier(shop, 9, 1, "price_frequency_tiers")
    title = "is too long (maximum is 10 tiers)"

    assert got(again) == refused_with(
        [violation("attributes/up_to", "has already been taken", "taken", value=9)]
    )
    assert got(beyond) == refused_with(
        [violation("attributes/up_to", "has already been taken", "taken", value=None)]
    )
    assert more == [201] * 7
    assert got(other_kind) == refused_with(
        [violation("relationships/price", title, "too_long", count=10)]
    )


@pytest.mark.usefixtures("tiers")
def test_more_than_there_is(shop: PriceShop) -> None:
    """A new line is out of stock; one that is there can have so many."""
    bought = shop.cart()
    body = document("line_items", links={"order": to(bought)}, sku_code="PEN", quantity=101)
    created = shop.api.post("/api/line_items", body)
    row = shop.buy(bought, "PEN", 10)

    assert created.json["errors"][0]["title"] == "is out of stock"
    assert shop.refuse(row, quantity=101) == [
        ("must be less than or equal to 100", "/data/attributes/quantity")
    ]


def test_what_tiers_look_like(shop: PriceShop, tiers: dict[int | None, Document]) -> None:
    """Both kinds are tiers of the price, each under its own type (catalogue.md §10)."""
    often = tier(shop, "weekly", 500, "price_frequency_tiers").json["data"]
    price, every = shop.price("PEN"), [*map(to, tiers.values()), to(often)]
    shown = shop.api.get(f"{path_of(price)}?include=price_tiers").json
    of_kinds = [
        [to(each) for each in shop.related(price, name)]
        for name in ("price_tiers", VOLUME, "price_frequency_tiers")
    ]

    assert [to(each) for each in shown["included"]] == every
    assert of_kinds == [every, every[:3], every[3:]]
    assert [to(each) for each in shop.api.get("/api/price_tiers").json["data"]] == every
    assert shop.api.get(f"/api/price_tiers/{often['id']}").json["data"]["links"] == often["links"]
    assert (often["attributes"]["up_to"], often["attributes"]["formatted_price_amount"]) == (
        7,
        "€5,00",
    )
    assert shop.api.delete(path_of(price)).status_code == 204
    assert shop.api.get("/api/price_tiers").json["data"] == []


REFUSED = {
    "nothing": ({"up_to": 0}, VOLUME, "greater_than_or_equal_to"),
    "less than no days": ({"up_to": -1}, "price_frequency_tiers", "greater_than_or_equal_to"),
    "less than no money": ({"price_amount_cents": -1}, VOLUME, "greater_than_or_equal_to"),
}


@pytest.mark.parametrize(("sent", "type_", "rule"), REFUSED.values(), ids=REFUSED)
def test_bad_tiers(shop: PriceShop, sent: Document, type_: str, rule: str) -> None:
    """Limits and amounts are none below what there can be."""
    values = {"name": "Tier", "up_to": 5, "price_amount_cents": 1, **sent}
    body = document(type_, links={"price": to(shop.price("PEN"))}, **values)
    answer = shop.api.post(f"/api/{type_}", body)

    assert [error["meta"]["error"] for error in answer.json["errors"]] == [rule]


def test_moving_tiers(shop: PriceShop, tiers: dict[int | None, Document]) -> None:
    """Tiers that another price is given go over to it (catalogue.md §9)."""
    other, moved = shop.price("MUG"), tiers[9]
    shop.api.update(other, links={"price_tiers": [to(moved)]})

    assert [to(each) for each in shop.related(other, "price_tiers")] == [to(moved)]
    assert len(shop.related(shop.price("PEN"), "price_tiers")) == 2
