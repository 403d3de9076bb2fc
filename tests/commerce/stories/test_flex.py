"""Every X discount Y, free shipping (commerce.md §29.8)."""

from __future__ import annotations

from typing import Any

from mockserver.app import MockServerApp
from tests.client import Api, Document, to
from tests.commerce.promotion_shop import ALWAYS, FLEX
from tests.commerce.shipping_shop import MERCH, ShippingShop
from tests.commerce.story_shop import StoryShop

SKUS, SHIPMENT = "order.line_items.sku", "order.line_items.shipment"


def opened(api: Api) -> ShippingShop:
    """Return a shop that ships, and taxes goods and freight by 22 percent."""
    shop = ShippingShop(api)
    calculator = api.create("manual_tax_calculators", name="VAT")
    links = {"manual_tax_calculator": to(calculator)}
    api.create("tax_rules", links=links, name="VAT", tax_rate=0.22, freight_taxable=True)
    api.update(shop.market, links={"tax_calculator": to(calculator)})
    return shop


def fill(shop: ShippingShop, method: str, **cents: int) -> Document:
    """Fill a cart with a piece of something for each price, and choose how it is shipped."""
    for code, amount in cents.items():
        shop.sell(code, amount, MERCH, do_not_track=True)
    order = shop.order(**dict.fromkeys(cents, 1))
    shop.ship_by(order, *[method] * len(shop.shipments(order)))
    return order


def flex(api: Api, *actions: dict[str, Any], conditions: Any = (), **attributes: Any) -> Document:
    """Create a flex promotion of one rule."""
    rule = {"name": "R", "conditions": list(conditions), "actions": list(actions)}
    sent = {"name": "Flex", **ALWAYS, "rules": {"rules": [rule]}, **attributes}
    return api.create(FLEX, **sent)


def every(x: int, y: int) -> dict[str, Any]:
    value = {"x": x, "y": y, "attribute": "subtotal_amount_cents"}
    return {"type": "every_x_discount_y", "selector": SKUS, "value": value}


FREE = {"type": "percentage", "selector": SHIPMENT, "value": 1}


def lines(api: Api, order: Document) -> list[dict[str, Any]]:
    found = api.get(f"/api/orders/{order['id']}/line_items", {"sort": "created_at"}).json["data"]
    return [{"id": each["id"], **each["attributes"]} for each in found]


def of_kind(api: Api, order: Document, kind: str) -> list[dict[str, Any]]:
    return [line for line in lines(api, order) if line["item_type"] == kind]


def test_the_story(api: Api) -> None:
    shop = opened(api)
    order = fill(shop, "EXP", A=20000, B=40000)
    flex(api, every(30000, 5000), FREE)
    api.update(order, _refresh=True)

    (discount,) = of_kind(api, order, FLEX)
    assert discount["total_amount_cents"] == -11200
    goods = of_kind(api, order, "skus")
    assert [line["discount_cents"] for line in goods] == [-5000, -5000]
    assert [line["tax_amount_cents"] for line in goods] == [2705, 6311]
    (shipment,) = of_kind(api, order, "shipments")
    assert shipment["discount_breakdown"][discount["id"]]["cents"] == -1200
    assert (shipment["tax_amount_cents"], shipment["total_amount_cents"]) == (0, 1200)
    now = shop.shown(order)
    expected = {
        "total_tax_amount": 9016,
        "shipping_amount": 1200,
        "total_amount": 50000,
        "subtotal_taxable_amount": 50984,
        "shipping_taxable_amount": 1200,
        "total_taxable_amount": 52184,
    }
    assert {name: now[f"{name}_cents"] for name in expected} == expected
    (outcome,) = discount["rule_outcomes"]
    assert (outcome["name"], outcome["match"], outcome["conditions"]) == ("R", True, [])


def test_other_numbers(api: Api) -> None:
    """Of 7300 twice 3000 is full: 2 x 401, of two pieces each; half of the 700 for shipping."""
    shop = opened(api)
    order = fill(shop, "STD", A=3500, B=3800)
    flex(api, every(3000, 401), {**FREE, "value": "0.5"})
    api.update(order, _refresh=True)

    # Goods -401 each, shipping -350: 3099 x .22 / 1.22 = 558.84; 3399 -> 612.93; 350 -> 63.11.
    assert [line["tax_amount_cents"] for line in of_kind(api, order, "skus")] == [559, 613]
    assert [line["tax_amount_cents"] for line in of_kind(api, order, "shipments")] == [63]
    assert [line["total_amount_cents"] for line in of_kind(api, order, FLEX)] == [-1152]
    assert shop.total(order) == 7300 + 700 - 1152


def test_conditions_and_groups(api: Api) -> None:
    """Only what a condition has put into a group is discounted, while it holds."""
    shop = opened(api)
    order = fill(shop, "STD", A=3500, B=3800, C=100)
    field = "order.line_items.sku.code"
    pick = {"field": field, "matcher": "is_in", "value": ["A", "C"], "group": "picked"}
    many = {"field": "order.line_items.quantity", "operator": "sum", "matcher": "gteq", "value": 3}
    mail = {"field": "order.customer_email", "matcher": "matches", "value": ".*@example.com"}
    market = {"field": "order.market.name", "matcher": "not_eq", "value": "Nowhere"}
    action = {"type": "percentage", "selector": SKUS, "value": 0.1, "groups": ["picked"]}
    flex(api, action, conditions=[{**pick, "aggregations": [many]}, mail, market])
    api.update(order, _refresh=True)
    assert of_kind(api, order, FLEX) == []

    api.update({"type": "line_items", "id": of_kind(api, order, "skus")[0]["id"]}, quantity=2)
    assert [line["discount_cents"] for line in of_kind(api, order, "skus")] == [-700, 0, -10]
    (discount,) = of_kind(api, order, FLEX)
    assert [each["match"] for each in discount["rule_outcomes"][0]["conditions"]] == [True] * 3


def test_it_may_be_exclusive_by_what_it_takes_off_shipping_alone(api: Api) -> None:
    shop = opened(api)
    order = fill(shop, "STD", A=3500)
    api.create("percentage_discount_promotions", name="P", **ALWAYS, percentage=10)
    flex(api, FREE, exclusive=True)
    api.update(order, _refresh=True)

    kinds = [line["item_type"] for line in lines(api, order)]
    assert sorted(kinds) == [FLEX, "shipments", "skus"]
    assert shop.total(order) == 3500


def test_what_rules_have_done_goes_into_snapshots(api: Api, app: MockServerApp) -> None:
    """And is there again when one is restored."""
    shop = opened(api)
    order = fill(shop, "STD", A=3500)
    flex(api, FREE)
    api.update(order, _refresh=True)
    before = lines(api, order)
    organizations = app.plane.organizations
    taken = organizations.snapshot("acme")
    api.update(order, metadata={"changed": True})
    organizations.restore("acme", taken)

    assert lines(api, order) == before
    assert of_kind(api, order, FLEX)[0]["rule_outcomes"][0]["match"] is True


def test_the_payment_method_may_cost_less(api: Api) -> None:
    """It has a line by then, as shipments have, which amounts of rules see (commerce.md §3.1)."""
    shop = StoryShop(api, included=False, rate=0.0)
    shop.stocked(A=1000)
    order = shop.cart(A=1)
    shop.pay_by(order, 500)
    half = {"type": "percentage", "selector": "order.line_items.payment_method", "value": 0.5}
    whole = {"field": "order.total_amount_cents", "matcher": "gteq", "value": 2200}
    flex(api, half, conditions=[whole])
    sale = api.create("free_shipping_promotions", name="Free", **ALWAYS)
    links = {"promotion": to(sale)}
    rule = api.create("order_amount_promotion_rules", links=links, order_amount_cents=1950)
    api.update(order, _refresh=True)

    # 1000 + 700 + 500 are 2200; less 250 they are 1950, of which free shipping takes 700.
    assert [line["total_amount_cents"] for line in of_kind(api, order, FLEX)] == [-250]
    (method,) = of_kind(api, order, "payment_methods")
    assert (method["total_amount_cents"], method["discount_cents"]) == (500, -250)
    assert shop.total(order) == 1250

    api.update(rule, order_amount_cents=1951)
    api.update(order, _refresh=True)
    assert shop.total(order) == 1950
