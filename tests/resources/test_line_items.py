"""Line items: their item, their price, their order (neighbours.md §8)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import (
    NOBODY,
    alter,
    cart,
    digest,
    events,
    line,
    market,
    order,
    restock,
    sku,
    stored,
)

PATH = "/api/line_items"
TITLE = "can't be changed"


@pytest.fixture
def bought(api: Api) -> Document:
    """Return an empty cart."""
    return order(api)


@pytest.fixture
def cap(api: Api) -> Document:
    """Return a SKU that costs 29.00."""
    return sku(api, cents=2900, image_url="https://example.com/cap.png")


def shown(api: Api, object_: Document) -> Document:
    """Return a record's attributes as they are now."""
    found: Document = api.get(path_of(object_)).json["data"]["attributes"]
    return found


def post(api: Api, bought: Document, *, links: Document | None = None, **attributes: Any) -> Any:
    """Add a line item; return the answer."""
    linked = {"order": to(bought), **(links or {})}
    return api.post(PATH, document("line_items", links=linked, **attributes))


# --- the item -------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["code", "item", "both"])
def test_what_comes_from_the_sku(api: Api, bought: Document, cap: Document, way: str) -> None:
    """Name, image, price and code, whether it is named by its code or linked."""
    ways = {"code": ({"sku_code": "CAP"}, {}), "item": ({}, {"item": to(cap)})}
    ways["both"] = (ways["code"][0], ways["item"][1])
    sent, links = ways[way]
    row = post(api, bought, links=links, quantity=2, **sent).json["data"]
    expected = {
        "sku_code": "CAP",
        "bundle_code": None,
        "quantity": 2,
        "_external_price": False,
        "currency_code": "EUR",
        "unit_amount_cents": 2900,
        "unit_amount_float": 29.0,
        "formatted_unit_amount": "€29,00",
        "compare_at_amount_cents": 2900,
        "options_amount_cents": 0,
        "discount_cents": 0,
        "total_amount_cents": 5800,
        "formatted_total_amount": "€58,00",
        "tax_amount_cents": 0,
        "name": "A cap",
        "image_url": "https://example.com/cap.png",
        "item_type": "skus",
        "frequency": None,
        "circuit_state": "closed",
    }

    assert {name: row["attributes"][name] for name in expected} == expected
    assert "_update_quantity" not in row["attributes"]
    for name in ("item", "sku"):
        assert api.get(f"{path_of(row)}/relationships/{name}").json["data"] == to(cap)
    assert api.get(f"{path_of(row)}/bundle").json == {"data": None}


def test_what_is_said_wins(api: Api, bought: Document, cap: Document) -> None:
    """Over what the SKU says; a linkage wins over a code (catalogue.md §1.3)."""
    hat = sku(api, "HAT")
    said = {"name": "Mine", "image_url": "https://example.com/", "unit_amount_cents": 0}
    row = post(api, bought, links={"item": to(hat)}, sku_code="CAP", quantity=1, **said)

    assert {name: row.json["data"]["attributes"][name] for name in said} == said
    assert stored_item(api, row.json["data"]) == to(hat) != to(cap)


def stored_item(api: Api, row: Document) -> Document:
    """Return the linkage of the item."""
    found: Document = api.get(f"{path_of(row)}/relationships/item").json["data"]
    return found


def test_another_sku(api: Api, bought: Document, cap: Document) -> None:
    """Another code brings another item, with its name and price; what was said stays."""
    hat = sku(api, "HAT")
    row = line(api, bought, sku_code="CAP", name="Mine")
    other = api.update(row, sku_code="HAT")
    priced = api.update(row, sku_code="CAP", unit_amount_cents=5)
    expected = ("HAT", "A hat", 1000)

    attributes = other["attributes"]
    assert expected == tuple(attributes[n] for n in ("sku_code", "name", "unit_amount_cents"))
    assert stored_item(api, other) == to(cap) != to(hat)
    assert priced["attributes"]["unit_amount_cents"] == 5


def test_a_price_nobody_knows(api: Api, bought: Document, cap: Document) -> None:
    """A SKU that is sold but for its price needs one that is said (catalogue.md §11)."""
    for price in api.get(f"{path_of(cap)}/prices").json["data"]:
        assert api.delete(path_of(price)).status_code == 204
    answer = post(api, bought, sku_code="CAP", quantity=1)
    row = line(api, bought, sku_code="CAP", unit_amount_cents=700)["attributes"]

    assert got(answer) == refused_with(
        [violation("attributes/unit_amount_cents", "can't be blank", "blank")]
    )
    assert (row["unit_amount_cents"], row["compare_at_amount_cents"]) == (700, 0)


def test_a_sku_that_is_nowhere(api: Api, bought: Document, cap: Document) -> None:
    """Without a stock item where the market sells from it is no item; untracked it needs none."""
    for item in api.get(f"{path_of(cap)}/stock_items").json["data"]:
        assert api.delete(path_of(item)).status_code == 204
    by_code = post(api, bought, sku_code="CAP", quantity=1)
    linked = post(api, bought, links={"item": to(cap)}, quantity=1)
    blank = refused_with([violation("relationships/item", "can't be blank", "blank")])
    api.update(cap, do_not_track=True)

    assert got(by_code) == got(linked) == blank
    assert line(api, bought, sku_code="CAP")["attributes"]["unit_amount_cents"] == 2900


def test_something_without_a_sku(api: Api, bought: Document) -> None:
    """It has a price of its own, and is of no kind."""
    row = line(api, bought, name="Gift wrap", item_type="skus", unit_amount_cents=200)

    assert row["attributes"]["item_type"] is None
    assert row["attributes"]["total_amount_cents"] == 200
    assert api.get(f"{path_of(row)}/item").json == {"data": None}


BLANK = ("can't be blank", "blank")
REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "nothing": (
        {},
        [
            violation("attributes/quantity", *BLANK),
            violation("relationships/item", *BLANK),
        ],
    ),
    "an-unknown-sku": (
        {"sku_code": "NOPE", "quantity": 1},
        [violation("relationships/item", *BLANK)],
    ),
    "an-unknown-bundle": (
        {"bundle_code": "NOPE", "quantity": 1, "unit_amount_cents": 1},
        [violation("relationships/item", *BLANK)],
    ),
    "none-of-it": (
        {"sku_code": "CAP", "quantity": 0},
        [
            violation(
                "attributes/quantity",
                "must be greater than 0",
                "greater_than",
                value=0,
                count=0,
            )
        ],
    ),
    "another-kind": (
        {"quantity": 1, "unit_amount_cents": 1, "item_type": "customers"},
        [
            violation(
                "attributes/item_type",
                "is not included in the list",
                "inclusion",
                value="customers",
            )
        ],
    ),
    "a-frequency-of-its-own": (
        {"sku_code": "CAP", "quantity": 1, "frequency": "now and then"},
        [
            violation(
                "attributes/frequency",
                "is not included in the list",
                "inclusion",
                value="now and then",
            )
        ],
    ),
    "more-than-a-number-holds": (
        {"quantity": 2_000_000_000, "unit_amount_cents": 2},
        [violation("attributes/quantity", "is invalid", "invalid", value=2_000_000_000)],
    ),
}


@pytest.mark.parametrize(("sent", "errors"), REFUSED.values(), ids=REFUSED)
def test_refused(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    bought: Document,
    cap: Document,
    *,
    sent: Document,
    errors: list[Document],
) -> None:
    """Everything that is wrong is said, and nothing is changed."""
    assert cap["attributes"]["code"] == "CAP"
    before = digest(sandbox)

    assert got(post(api, bought, **sent)) == refused_with(errors)
    assert digest(sandbox) == before


def test_no_order(api: Api, cap: Document) -> None:
    """A line item belongs to one, which has to be there."""
    code = cap["attributes"]["code"]
    none = api.post(PATH, document("line_items", sku_code=code, quantity=1))
    nowhere = post(api, {"type": "orders", "id": NOBODY}, sku_code=code, quantity=1)

    assert got(none) == refused_with([violation("relationships/order", *BLANK)])
    assert got(nowhere) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize(
    ("there", "quantity", "do_not_track", "errors"),
    [
        (10, 10, False, []),
        (10, 11, False, ["is out of stock"]),
        (0, 1, False, ["is out of stock"]),
        (0, 1, True, []),
    ],
)
def test_stock(  # noqa: PLR0913 - the row of the table
    api: Api, bought: Document, *, there: int, quantity: int, do_not_track: bool, errors: list[str]
) -> None:
    """There have to be so many, of what is counted (catalogue.md §15.2)."""
    made = sku(api, do_not_track=do_not_track)
    restock(api, made, there)
    answer = post(api, bought, sku_code="CAP", quantity=quantity)

    assert answer.status_code == (422 if errors else 201)
    expected = [violation("attributes/quantity", title, "out_of_stock") for title in errors]
    assert answer.json.get("errors", []) == expected


def test_stock_that_has_gone(api: Api, bought: Document, cap: Document) -> None:
    """What is in a cart may stay, but not become more."""
    row = line(api, bought, sku_code="CAP", quantity=5)
    restock(api, cap, 3)
    more = api.patch(path_of(row), document("line_items", row["id"], quantity=6))
    title, rule = "must be less than or equal to 3", "less_than_or_equal_to"
    expected = violation("attributes/quantity", title, rule, value=6, count=3)

    assert api.update(row, reference="r")["attributes"]["quantity"] == 5
    assert got(more) == refused_with([expected])
    restock(api, cap, 0)
    none = api.patch(path_of(row), document("line_items", row["id"], quantity=6))
    expected = violation("attributes/quantity", "is out of stock", "out_of_stock")
    assert got(none) == refused_with([expected])


# --- adding to what is there ----------------------------------------------------------------------


@pytest.mark.parametrize("asked", [True, "1", "true"])
def test_adding_to_a_line_item(
    api: Api, sandbox: Sandbox, bought: Document, cap: Document, asked: Any
) -> None:
    """``_update_quantity`` makes no second line item of the same SKU."""
    row = line(api, bought, sku_code="CAP")
    by_code = post(api, bought, sku_code="CAP", quantity=2, _update_quantity=asked)
    by_link = post(
        api, bought, links={"item": to(cap)}, quantity="3", _update_quantity=asked, name="Other"
    )

    assert [answer.status_code for answer in (by_code, by_link)] == [201, 201]
    assert [answer.json["data"]["id"] for answer in (by_code, by_link)] == [row["id"]] * 2
    assert shown(api, row)["quantity"] == 6
    assert shown(api, row)["name"] == "A cap"
    assert shown(api, bought)["total_amount_cents"] == 6 * 2900
    assert stored(sandbox, bought)["skus_count"] == 6


def test_nothing_to_add_to(api: Api, bought: Document, cap: Document) -> None:
    """Otherwise it is a new one: of another SKU, another order, or without being asked."""
    sku(api, "HAT")
    rows = [
        line(api, bought, sku_code=cap["attributes"]["code"], _update_quantity=True),
        line(api, bought, sku_code="HAT", _update_quantity=True),
        line(api, order(api), sku_code="CAP", _update_quantity=True),
        line(api, bought, sku_code="CAP", _update_quantity=False),
        line(api, bought, _update_quantity=True),
    ]

    assert len({row["id"] for row in rows}) == 5


ADDED: dict[str, Document] = {
    "none": {"quantity": 0},
    "no-number": {"quantity": {}},
    "nothing": {},
    "too-many": {"quantity": 5},
}


@pytest.mark.parametrize("sent", ADDED.values(), ids=ADDED)
def test_what_cannot_be_added(
    api: Api, sandbox: Sandbox, bought: Document, cap: Document, sent: Document
) -> None:
    """The rules of quantities apply, those of the stock to all of it."""
    restock(api, cap, 5)
    line(api, bought, sku_code="CAP")
    before = digest(sandbox)
    answer = post(api, bought, sku_code="CAP", _update_quantity=True, **sent)

    assert answer.status_code == 422
    assert [e["source"]["pointer"] for e in answer.json["errors"]] == ["/data/attributes/quantity"]
    assert digest(sandbox) == before


# --- sales channels -------------------------------------------------------------------------------


def test_a_guest_fills_a_cart(token_bearers: TokenBearers, api: Api, cap: Document) -> None:
    """At the SKU's price: a guest names none, and changes quantities."""
    guest = token_bearers.guest()
    bought = guest.create("orders")
    row = line(guest, bought, sku_code=cap["attributes"]["code"])
    more = guest.update(row, quantity=3)
    merged = line(guest, bought, sku_code="CAP", _update_quantity=True)

    assert (row["attributes"]["unit_amount_cents"], more["attributes"]["quantity"]) == (2900, 3)
    assert merged["id"] == row["id"]
    assert shown(guest, bought)["total_amount_cents"] == 4 * 2900
    assert got(post(guest, bought, quantity=1, unit_amount_cents=1)) == refused(
        "PARAM_NOT_ALLOWED", "unit_amount_cents is not allowed."
    )
    assert got(post(guest, bought, quantity=1)) == refused_with(
        [violation("relationships/item", *BLANK)]
    )
    assert guest.delete(path_of(row)).status_code == 204
    assert ids(api.get(PATH)) == []


@pytest.mark.parametrize("status", ["placed", "approved"])
def test_a_guest_leaves_a_placed_order_alone(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, status: str
) -> None:
    """Its line items are out of reach (authentication.md §13.1)."""
    bought = cart(api)
    row, *_ = api.get(f"{path_of(bought)}/line_items", {"sort": "created_at"}).json["data"]
    alter(sandbox, bought, status=status)
    sku(api)
    guest = token_bearers.guest()
    before = digest(sandbox)
    answers = [
        guest.patch(path_of(row), document("line_items", row["id"], quantity=2)),
        guest.delete(path_of(row)),
    ]

    assert [got(answer) for answer in answers] == [refused("UNAUTHORIZED")] * 2
    assert post(guest, bought, sku_code="CAP", quantity=1).status_code in (401, 422)
    assert digest(sandbox) == before


def test_a_customer_reaches_its_own(token_bearers: TokenBearers, api: Api, cap: Document) -> None:
    """And nobody else's."""
    email = "john@example.com"
    api.create("customers", email=email, password=PASSWORD)
    john = token_bearers.customer(email)
    mine, theirs = john.create("orders"), order(api)
    row = line(john, mine, sku_code=cap["attributes"]["code"])

    assert john.update(row, quantity=2)["attributes"]["quantity"] == 2
    assert got(post(john, theirs, sku_code="CAP", quantity=1)) == refused("UNAUTHORIZED")


# --- placed orders --------------------------------------------------------------------------------

#: What would change a placed order's line item.
CHANGES: dict[str, Document] = {
    "quantity": {"quantity": 2},
    "sku_code": {"sku_code": "CAP"},
    "unit_amount_cents": {"unit_amount_cents": 1},
    "options_amount_cents": {"options_amount_cents": 1},
}


@pytest.mark.parametrize("status", ["placing", "placed", "approved", "cancelled"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_a_placed_order_keeps(
    api: Api, sandbox: Sandbox, cap: Document, name: str, status: str
) -> None:
    """Its line items, until it is edited; a new one is none of it."""
    assert cap["attributes"]["code"] == "CAP"
    bought = cart(api)
    row, *_ = api.get(f"{path_of(bought)}/line_items", {"sort": "created_at"}).json["data"]
    alter(sandbox, bought, status=status)
    before = digest(sandbox)
    answer = api.patch(path_of(row), document("line_items", row["id"], **CHANGES[name]))
    blamed = [error["source"]["pointer"] for error in answer.json["errors"]]
    added = post(api, bought, sku_code="CAP", quantity=1)

    assert f"/data/attributes/{name}" in blamed
    assert {e["title"] for e in answer.json["errors"]} == {TITLE}
    assert {e["meta"]["error"] for e in answer.json["errors"]} == {"not_editable"}
    assert got(added) == refused_with([violation("relationships/order", TITLE, "not_editable")])
    assert api.delete(path_of(row)).status_code == 423
    assert digest(sandbox) == before
    assert api.update(row, reference="r", name="Other")["attributes"]["name"] == "Other"
    alter(sandbox, bought, status="editing")
    assert api.update(row, **CHANGES[name])["id"] == row["id"]
    assert api.delete(path_of(row)).status_code == 204


# --- what the order has of it ---------------------------------------------------------------------


def test_the_order_follows(api: Api, sandbox: Sandbox, bought: Document, cap: Document) -> None:
    """Every change of a line item is one of its order, history and all."""
    seen = []
    row = line(api, bought, sku_code=cap["attributes"]["code"], quantity=2)
    seen.append(shown(api, bought))
    api.update(row, quantity=3)
    seen.append(shown(api, bought))
    api.delete(path_of(row))
    seen.append(shown(api, bought))
    totals = [(each["total_amount_cents"], each["skus_count"]) for each in seen]
    history = api.get(f"{path_of(bought)}/event_stores").json["data"]
    changes = [each["attributes"]["payload"].get("total_amount_cents") for each in history]

    assert totals == [(5800, 2), (8700, 3), (0, 0)]
    assert changes[1:] == [
        {"from": 0, "to": 5800},
        {"from": 5800, "to": 8700},
        {"from": 8700, "to": 0},
    ]
    assert bought["attributes"]["updated_at"] < seen[0]["updated_at"] < seen[2]["updated_at"]
    assert events(sandbox, row) == []


def test_another_market(api: Api, bought: Document, cap: Document) -> None:
    """The currency is the order's, also when that becomes another one."""
    row = line(api, bought, sku_code=cap["attributes"]["code"])
    api.update(bought, links={"market": to(market(api, "usa"))})

    assert shown(api, row)["formatted_total_amount"] == "$29.00"
    assert shown(api, bought)["formatted_total_amount"] == "$29.00"


# --- both ways ------------------------------------------------------------------------------------


def test_includes(api: Api, bought: Document, cap: Document) -> None:
    """From the order to the SKU, and back to the order."""
    row = line(api, bought, sku_code=cap["attributes"]["code"])
    down = api.get(f"{path_of(bought)}?include=line_items.sku,line_items.item").json
    up = api.get(f"{PATH}?include=order,sku").json

    assert [to(each) for each in down["included"]] == [to(row), to(cap)]
    assert down["included"][0]["relationships"]["item"]["data"] == to(cap)
    assert [to(each) for each in up["included"]] == [to(bought), to(cap)]


FILTERS = {
    "by-order": "filter[q][order_id_eq]={order}",
    "by-the-orders-own": "filter[q][order_reference_eq]=mine",
    "by-code": "filter[q][sku_code_eq]=CAP",
    "by-sku": "filter[q][sku_id_eq]={sku}",
    "by-sku-exactly": "filter[sku_id]={sku}",
    "by-the-skus-own": "filter[q][sku_name_start]=A c",
    "by-type": "filter[q][item_type_eq]=skus",
    "without-a-bundle": "filter[q][sku_id_null]=false",
}


@pytest.mark.parametrize("query", FILTERS.values(), ids=FILTERS)
def test_filters(api: Api, cap: Document, query: str) -> None:
    """Through the order, and through what the item is when it is a SKU."""
    bought = order(api, reference="mine")
    row = line(api, bought, sku_code="CAP")
    line(api, order(api))
    sent = query.format(order=bought["id"], sku=cap["id"])

    assert ids(api.get(f"{PATH}?{sent}")) == [row["id"]]


def test_the_other_filters_find_the_rest(api: Api, bought: Document, cap: Document) -> None:
    """What is no SKU has none, also where an id would be the same."""
    line(api, bought, sku_code=cap["attributes"]["code"])
    other = line(api, bought)

    assert ids(api.get(f"{PATH}?filter[q][sku_id_null]=true")) == [other["id"]]
    assert ids(api.get(f"{PATH}?filter[bundle_id]={cap['id']}")) == []
    assert ids(api.get("/api/orders?filter[q][line_items_sku_code_eq]=CAP")) == [bought["id"]]


def test_filtering_by_item(api: Api, bought: Document, cap: Document) -> None:
    """The SKU is there or not, or is this one; its relationship alone says so.

    conventions.md §13.
    """
    capped = line(api, bought, sku_code="CAP")
    other = line(api, bought)
    path = "/api/line_items"

    assert ids(api.get(path, {"filter[q][sku_null]": "true"})) == [other["id"]]
    assert ids(api.get(path, {"filter[q][sku_null]": "false"})) == [capped["id"]]
    assert ids(api.get(path, {"filter[q][sku_in]": cap["id"]})) == [capped["id"]]
    assert ids(api.get(path, {"filter[q][bundle_null]": "true"})) == [capped["id"], other["id"]]


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_adding_to_what_is_placed_for_others(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, bought: Document, kind: str
) -> None:
    """A missing permission comes before what else is wrong (conventions.md §17)."""
    api.create("customers", email="jane@example.com", password=PASSWORD)
    channel = (
        token_bearers.guest() if kind == "guest" else token_bearers.customer("jane@example.com")
    )
    alter(sandbox, bought, status="placed")

    assert got(post(channel, bought, sku_code="NOPE")) == refused("UNAUTHORIZED")
