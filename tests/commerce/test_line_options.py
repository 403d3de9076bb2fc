"""Options of line items (catalogue.md §4, commerce.md §4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused_with, violation
from tests.scene import line, market, order, shown, sku
from tests.till import ready


@pytest.fixture
def row(api: Api) -> Document:
    """Return a line of three caps at 10.00."""
    sku(api)
    return line(api, order(api), sku_code="CAP", quantity=3)


def option(api: Api, **attributes: Any) -> Document:
    """Create something that caps can be ordered with."""
    links = attributes.pop("links", {"market": to(market(api))})
    sent = {"name": "Embroidery", "price_amount_cents": 400, "delay_hours": 36, **attributes}
    return api.create("sku_options", links=links, **sent)


def add(api: Api, row: Document, chosen: Document, **attributes: Any) -> Any:
    """Add an option to a line; return the answer."""
    links = {"line_item": to(row), "sku_option": to(chosen)}
    sent = {"quantity": 2, "options": {"text": "Ada"}, **attributes}
    return api.post("/api/line_item_options", document("line_item_options", links=links, **sent))


def amounts(api: Api, row: Document) -> tuple[int, int, int, int]:
    """Return what options of a line cost, the line, its order, and how many there are."""
    now = shown(api, row)
    bought = api.get(f"{path_of(row)}/order").json["data"]["attributes"]
    return (
        now["options_amount_cents"],
        now["total_amount_cents"],
        bought["total_amount_cents"],
        bought["line_item_options_count"],
    )


def test_what_comes_from_the_sku_option(api: Api, row: Document) -> None:
    """Name, price and delay; days are rounded to the nearest."""
    made = add(api, row, option(api)).json["data"]["attributes"]
    expected = {
        "name": "Embroidery",
        "quantity": 2,
        "currency_code": "EUR",
        "unit_amount_cents": 400,
        "total_amount_cents": 800,
        "formatted_total_amount": "€8,00",
        "delay_hours": 36,
        "delay_days": 2,
        "options": {"text": "Ada"},
    }

    assert {name: made[name] for name in expected} == expected


def test_the_line_follows(api: Api, row: Document) -> None:
    """Options are on top of it, whatever its quantity; more, fewer, and none."""
    before = amounts(api, row)
    made = add(api, row, option(api)).json["data"]
    added = amounts(api, row)
    api.update(made, quantity=1, unit_amount_cents=500)
    changed = amounts(api, row)
    api.update(row, options_amount_cents=50)
    by_hand = amounts(api, row)
    api.update(row, quantity=1)
    kept = amounts(api, row)
    api.delete(path_of(made))

    assert before == (0, 3000, 3000, 0)
    assert added == (800, 3800, 3800, 1)
    assert changed == (500, 3500, 3500, 1)
    assert (by_hand, kept) == ((50, 3050, 3050, 1), (50, 1050, 1050, 1))
    assert amounts(api, row) == (0, 1000, 1000, 0)


UNSUITED: dict[str, Any] = {
    "another code": lambda api: option(api, sku_code_regex="^HAT"),
    "another market": lambda api: option(api, links={"market": to(market(api, "usa"))}),
}


@pytest.mark.parametrize("made", UNSUITED.values(), ids=UNSUITED)
def test_options_that_do_not_suit(api: Api, row: Document, made: Any) -> None:
    """An option is for certain SKUs, and for a market, or for all of them."""
    assert got(add(api, row, made(api))) == refused_with(
        [violation("relationships/sku_option", "is invalid", "invalid")]
    )
    assert add(api, row, option(api, sku_code_regex="^(CAP|HAT)$")).status_code == 201


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"options": {}}, violation("attributes/options", "can't be blank", "blank")),
        ({"options": None}, violation("attributes/options", "can't be blank", "blank")),
        (
            {"quantity": 0},
            violation(
                "attributes/quantity", "must be greater than 0", "greater_than", value=0, count=0
            ),
        ),
        (
            {"quantity": 2_000_000_000},
            violation("attributes/quantity", "is invalid", "invalid", value=2_000_000_000),
        ),
    ],
)
def test_what_is_none(api: Api, row: Document, sent: Document, error: Document) -> None:
    """Refused, with what is wrong."""
    assert got(add(api, row, option(api), **sent)) == refused_with([error])


def test_of_a_placed_order(api: Api, row: Document, token_bearers: TokenBearers) -> None:
    """It stays as it is (commerce.md §4)."""
    made = add(api, row, option(api)).json["data"]
    bought = api.get(f"{path_of(row)}/order").json["data"]
    guest = token_bearers.guest()
    own = guest.update(made, quantity=3)["attributes"]["total_amount_cents"]
    api.update(bought, customer_email="john@example.com", guest=True)
    ready(api, bought)
    api.update(bought, _place=True)
    changed = document("line_item_options", made["id"], quantity=1)

    assert own == 1200
    assert got(api.patch(path_of(made), changed)) == refused_with(
        [violation("relationships/line_item", "can't be changed", "not_editable")]
    )
    assert api.delete(path_of(made)).status_code == 423
    assert guest.patch(path_of(made), changed).status_code == 401
    assert guest.get(path_of(made)).status_code == 200


@pytest.mark.parametrize("kind", ["percentage_discount_promotions", "adjustments", "gift_cards"])
def test_what_is_no_goods(api: Api, row: Document, kind: str) -> None:
    """Costs what its item says: an option would make a discount of it that raises prices."""
    links = {"order": {"type": "orders", "id": api.get(f"{path_of(row)}/order").json["data"]["id"]}}
    span = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}
    if kind == "percentage_discount_promotions":
        api.create(kind, name="10%", percentage=10, **span)
        api.update(row, quantity=3)
    else:
        values = {"amount_cents": 100, "name": "Fee"} if kind == "adjustments" else {}
        money = values or {"balance_cents": 100}
        item = api.create(kind, currency_code="EUR", **money)
        api.create("line_items", links={**links, "item": to(item)}, quantity=1)
    (line,) = api.get("/api/line_items", {"filter[q][item_type_eq]": kind}).json["data"]

    assert got(add(api, line, option(api))) == refused_with(
        [violation("relationships/sku_option", "is invalid", "invalid")]
    )
