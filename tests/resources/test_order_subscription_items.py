"""Rows of order subscriptions (neighbours.md §10)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, digest, events, offer_subscriptions, order, sku, stored

JOHN = "john@example.com"
TYPE = "order_subscription_items"
PATH = f"/api/{TYPE}"
SHOWN = ("sku_code", "bundle_code", "quantity", "unit_amount_cents", "total_amount_cents")


@pytest.fixture
def skus(api: Api) -> list[Document]:
    """Return a cap of 12 euros and a scarf of 10."""
    return [sku(api, code, c, name=code.title()) for code, c in (("CAP", 1200), ("SCARF", 1000))]


@pytest.fixture
def subscription(api: Api) -> Document:
    """Return a subscription to an order without lines."""
    return subscribe(api, order(api))


def subscribe(api: Api, bought: Document, frequency: str = "monthly") -> Document:
    """Subscribe to an order, which need not be placed."""
    links, start = {"source_order": to(bought)}, "2098-01-01T00:00:00Z"
    return api.create(
        "order_subscriptions",
        frequency=frequency,
        activate_by_source_order=False,
        starts_at=start,
        links=links,
    )


def converted(api: Api, subscription: Document) -> Document:
    """Have a subscription run by itself."""
    return api.update(subscription, _convert=True)


def line(api: Api, sandbox: Sandbox, bought: Document, **fields: Any) -> Document:
    """Add a line to an order, two pieces of 8 euros."""
    links = {"order": to(bought)}
    made = api.create("line_items", links=links, name="Line", quantity=2, unit_amount_cents=800)
    alter(sandbox, made, **fields)
    return made


def items(api: Api, subscription: Document) -> list[Document]:
    """Return the rows of a subscription."""
    answer = api.get(f"{path_of(subscription)}/{TYPE}", {"include": "source_line_item,item"})
    found: list[Document] = answer.json["data"]
    return found


def of(sku: Document) -> Document:
    """Return the fields of a line that is of a SKU."""
    return {"item_type": "skus", "item": sku["id"]}


# --- copied from the source order -----------------------------------------------------------------


def test_the_lines_of_the_order(api: Api, sandbox: Sandbox, skus: list[Document]) -> None:
    """Goods and adjustments become rows; shipping and the like is found anew by each run."""
    offer_subscriptions(api, "monthly")
    bought = order(api)
    lines = [line(api, sandbox, bought, **of(sku)) for sku in skus]
    line(api, sandbox, bought, item_type="shipments", item="ShipmentId")
    line(api, sandbox, bought)
    made = subscribe(api, bought)
    before = items(api, made)
    found = items(api, converted(api, made))
    linked = [
        [each["relationships"][name]["data"] for name in ("source_line_item", "item")]
        for each in found
    ]

    assert before == []
    assert [[each["attributes"][name] for name in SHOWN] for each in found] == [
        ["CAP", None, 2, 800, 1600],
        ["SCARF", None, 2, 800, 1600],
    ]
    assert linked == [[to(a), to(b)] for a, b in zip(lines, skus, strict=True)]


def test_rows_of_its_own(api: Api, sandbox: Sandbox, skus: list[Document]) -> None:
    """They stay, and the order's are not copied."""
    offer_subscriptions(api, "monthly")
    bought = order(api)
    made = subscribe(api, bought)
    links = {"order_subscription": to(made), "item": to(skus[1])}
    api.create(TYPE, links=links, quantity=1, unit_amount_cents=1)
    line(api, sandbox, bought, **of(skus[0]))
    found = items(api, converted(api, made))

    assert [each["attributes"]["sku_code"] for each in found] == ["SCARF"]


# --- made one by one ------------------------------------------------------------------------------

#: How the cap is named.
WAYS: dict[str, tuple[Document, Document]] = {
    "item": ({"item": "skus"}, {}),
    "sku": ({"sku": "skus"}, {}),
    "code": ({}, {"sku_code": "CAP"}),
    "code-and-nothing-else": ({"bundle": None}, {"sku_code": "CAP", "bundle_code": None}),
}


@pytest.mark.parametrize(("linked", "attributes"), WAYS.values(), ids=WAYS)
def test_what_it_is_of(
    api: Api, skus: list[Document], subscription: Document, linked: Document, attributes: Document
) -> None:
    """By its item, by its type's own name for it, or by its code; the price is the item's."""
    links = {name: to(skus[0]) if type_ else None for name, type_ in linked.items()}
    links["order_subscription"] = to(subscription)
    made = api.create(TYPE, links=links, quantity=3, **attributes)
    views = {
        name: api.get(f"{path_of(made)}/{name}").json["data"]
        for name in ("item", "sku", "bundle", "adjustment")
    }

    assert [made["attributes"][name] for name in SHOWN] == ["CAP", None, 3, 1200, 3600]
    assert made["attributes"]["formatted_total_amount"] == "€36,00"
    assert {name: each and to(each) for name, each in views.items()} == {
        **dict.fromkeys(("item", "sku"), to(skus[0])),
        **dict.fromkeys(("bundle", "adjustment")),
    }
    assert ids(api.get(PATH, {"filter[q][sku_code_eq]": "CAP"})) == [made["id"]]
    assert ids(api.get(PATH, {"filter[sku_id]": skus[1]["id"]})) == []


def test_prices(api: Api, sandbox: Sandbox, skus: list[Document]) -> None:
    """Said, or what the item costs by now, whatever the order's line cost."""
    bought = order(api)
    links = {"order_subscription": to(subscribe(api, bought)), "item": to(skus[0])}
    line(api, sandbox, bought, **of(skus[0]))
    own = api.create(TYPE, links=links, quantity=2)
    said = api.create(TYPE, links=links, quantity=2, unit_amount_cents=0)
    unknown = api.create(TYPE, links={**links, "item": to(skus[1])}, quantity=2)

    shown = [[each["attributes"][n] for n in SHOWN[3:]] for each in (own, said, unknown)]
    assert shown == [[1200, 2400], [0, 0], [1000, 2000]]


def test_updates(api: Api, skus: list[Document], subscription: Document) -> None:
    """The total follows; the item changes by its code."""
    links = {"order_subscription": to(subscription), "item": to(skus[0])}
    made = api.create(TYPE, links=links, quantity=1)
    more = api.update(made, quantity=4)
    dearer = api.update(made, unit_amount_cents=1500)
    other = api.update(made, sku_code="SCARF")
    answer = api.patch(path_of(made), document(TYPE, made["id"], links={"item": to(skus[0])}))

    assert [[each["attributes"][n] for n in SHOWN] for each in (more, dearer, other)] == [
        ["CAP", None, 4, 1200, 4800],
        ["CAP", None, 4, 1500, 6000],
        ["SCARF", None, 4, 1500, 6000],
    ]
    assert got(answer) == refused("PARAM_NOT_ALLOWED", "item is not allowed.")


BLANK_ITEM = violation("relationships/item", "can't be blank", "blank")
REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "no-item": ({"quantity": 1}, [BLANK_ITEM]),
    "no-quantity": (
        {"sku_code": "CAP"},
        [violation("attributes/quantity", "can't be blank", "blank")],
    ),
    "none": (
        {"sku_code": "CAP", "quantity": 0},
        [
            violation(
                "attributes/quantity",
                "must be greater than or equal to 1",
                "greater_than_or_equal_to",
                value=0,
                count=1,
            )
        ],
    ),
    "dearer-than-an-amount-can-be": (
        {"sku_code": "CAP", "quantity": 2, "unit_amount_cents": 2**31 - 1},
        [violation("attributes/quantity", "is invalid", "invalid", value=2)],
    ),
    "unknown-sku": (
        {"sku_code": "HAT", "quantity": 1},
        [BLANK_ITEM],
    ),
    "unknown-bundle": (
        {"bundle_code": "HAT", "quantity": 1},
        [BLANK_ITEM],
    ),
}


@pytest.mark.parametrize(("attributes", "errors"), REFUSED.values(), ids=REFUSED)
@pytest.mark.usefixtures("skus")
def test_what_is_refused(
    api: Api, sandbox: Sandbox, subscription: Document, attributes: Document, errors: list[Document]
) -> None:
    """Every broken rule has its error."""
    links = {"order_subscription": to(subscription)}
    before = digest(sandbox)

    assert got(api.post(PATH, document(TYPE, links=links, **attributes))) == refused_with(errors)
    assert digest(sandbox) == before


# --- who, and what else ---------------------------------------------------------------------------


def test_relationships(
    api: Api, sandbox: Sandbox, skus: list[Document], subscription: Document
) -> None:
    """Both ways; the rows go with the subscription, and stay when the SKU goes."""
    links = {"order_subscription": to(subscription), "item": to(skus[0])}
    made = api.create(TYPE, links=links, quantity=1)
    path = path_of(made)
    document_ = api.get(path, {"include": "order_subscription.order_subscription_items,item"}).json
    linkage = api.get(f"{path_of(subscription)}/relationships/{TYPE}").json["data"]
    api.delete(path_of(skus[0]))
    without = api.get(path).json["data"]["attributes"]

    assert [each["type"] for each in document_["included"]] == ["order_subscriptions", "skus"]
    assert linkage == [to(made)]
    assert [without[name] for name in SHOWN] == [None, None, 1, 1200, 1200]
    assert api.get(f"{path}/item").json["data"] is None
    api.delete(path_of(subscription))
    assert api.get(path).status_code == 404
    assert events(sandbox, made) == []


def test_a_logged_customer(token_bearers: TokenBearers, api: Api, skus: list[Document]) -> None:
    """It sees the rows of its own subscriptions, and says how much it wants of them."""
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    own, other = (
        api.create(
            TYPE,
            links={"order_subscription": to(subscribe(api, bought)), "item": to(skus[0])},
            quantity=1,
        )
        for bought in (order(api, {"customer": to(customer)}), order(api))
    )
    john = token_bearers.customer(JOHN)

    john.update(own, quantity=2)

    assert ids(john.get(PATH)) == [own["id"]]
    assert got(john.get(path_of(other))) == refused("UNAUTHORIZED")
    assert got(john.delete(path_of(own))) == refused("UNAUTHORIZED")
    assert got(token_bearers.guest().get(path_of(own))) == refused("UNAUTHORIZED")
    assert stored(token_bearers.sandbox(), own)["quantity"] == 2
