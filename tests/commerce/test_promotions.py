"""Promotions and their rules over HTTP (commerce.md §5, §6, §7)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import Clock, parse_timestamp
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, document, ids, path_of, to
from tests.commerce.promotion_shop import (
    ALWAYS,
    BUY_X_PAY_Y,
    FIXED_AMOUNT,
    FIXED_PRICE,
    FLEX,
    FREE_GIFT,
    FREE_SHIPPING,
    PERCENTAGE,
    PromotionShop,
)
from tests.scene import coupon, events, market, shown

NAMED = {"name": "P", **ALWAYS}
EXTERNAL = "external_promotions"
URL = {"promotion_url": "https://example.com/promotion"}
Error = tuple[str, str, str]


def errors(answer: Any) -> list[Error]:
    """Return pointer, title and rule of each error of a refused write."""
    assert answer.status_code == 422, answer.text
    return [
        (each["source"]["pointer"].removeprefix("/data/"), each["title"], each["meta"]["error"])
        for each in answer.json["errors"]
    ]


def blank(name: str) -> Error:
    return f"attributes/{name}", "can't be blank", "blank"


def above(name: str, count: int) -> Error:
    return f"attributes/{name}", f"must be greater than {count}", "greater_than"


def invalid(name: str) -> Error:
    return f"attributes/{name}", "is invalid", "invalid"


EARLY = {"starts_at": "2026-02-01T00:00:00Z", "expires_at": "2026-02-01T00:00:00Z"}
#: A type, what is sent of it, and what is wrong with that.
REFUSED: dict[str, tuple[str, dict[str, Any], list[Error]]] = {
    "nothing": (
        PERCENTAGE,
        {},
        [blank(name) for name in ("name", "starts_at", "expires_at", "percentage")],
    ),
    "dates": (
        PERCENTAGE,
        {**NAMED, "percentage": 1, **EARLY},
        [("attributes/expires_at", "must be after starts_at", "after")],
    ),
    "usage": (
        PERCENTAGE,
        {**NAMED, "percentage": 1, "total_usage_limit": 0},
        [above("total_usage_limit", 0)],
    ),
    "priority": (PERCENTAGE, {**NAMED, "percentage": 1, "priority": 0}, [above("priority", 0)]),
    "no percent": (PERCENTAGE, {**NAMED, "percentage": 0}, [above("percentage", 0)]),
    "too much": (
        PERCENTAGE,
        {**NAMED, "percentage": 101},
        [
            (
                "attributes/percentage",
                "must be less than or equal to 100",
                "less_than_or_equal_to",
            )
        ],
    ),
    "currency": (
        PERCENTAGE,
        {**NAMED, "percentage": 1, "currency_code": "euro"},
        [("attributes/currency_code", "is not included in the list", "inclusion")],
    ),
    "no currency": (FIXED_AMOUNT, {**NAMED, "fixed_amount_cents": 1}, [blank("currency_code")]),
    "no amount": (
        FIXED_AMOUNT,
        {**NAMED, "fixed_amount_cents": 0, "currency_code": "EUR"},
        [above("fixed_amount_cents", 0)],
    ),
    "no list": (
        FIXED_PRICE,
        {**NAMED, "fixed_amount_cents": 0, "currency_code": "EUR"},
        [("relationships/sku_list", "can't be blank", "blank")],
    ),
    "url": (
        EXTERNAL,
        {**NAMED, "promotion_url": "ftp://example.com"},
        [invalid("promotion_url")],
    ),
    "includes": (
        EXTERNAL,
        {**NAMED, **URL, "external_includes": ["market", "line_items.nothing"]},
        [invalid("external_includes")],
    ),
}


@pytest.mark.parametrize(("type_", "sent", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(api: Api, type_: str, sent: dict[str, Any], expected: list[Error]) -> None:
    assert errors(api.post(f"/api/{type_}", document(type_, **sent))) == expected


def test_what_is_bought_and_paid(api: Api) -> None:
    shop = PromotionShop(api)
    links = {"sku_list": to(shop.listed())}

    def post(**sent: Any) -> Any:
        return api.post(f"/api/{BUY_X_PAY_Y}", document(BUY_X_PAY_Y, links=links, **NAMED, **sent))

    assert errors(post(x=2, y=2)) == [above("x", 2)]
    assert errors(post(x=2, y=0)) == [above("y", 0)]
    assert post(x=2, y=1).status_code == 201
    gift = api.create(FREE_GIFT, links=links, **NAMED)
    assert gift["attributes"]["max_quantity"] == 1


def test_includes_of_an_external_promotion(api: Api) -> None:
    wanted = ["market", "line_items.item", "customer.customer_group"]
    made = api.create(EXTERNAL, **NAMED, **URL, external_includes=wanted)

    assert made["attributes"]["external_includes"] == wanted
    assert made["attributes"]["circuit_state"] == "closed"


def test_the_currency_of_its_market(api: Api) -> None:
    """A market says the currency; another one contradicts it, and a disabled one is none."""
    usa = market(api, "usa")
    links = {"market": to(usa)}
    made = api.create(FIXED_AMOUNT, links=links, **NAMED, fixed_amount_cents=500)
    assert made["attributes"]["formatted_fixed_amount"] == "$5.00"

    sent = {**NAMED, "fixed_amount_cents": 500, "currency_code": "EUR"}
    answer = api.post(f"/api/{FIXED_AMOUNT}", document(FIXED_AMOUNT, links=links, **sent))
    assert errors(answer) == [
        ("attributes/currency_code", "is not included in the list", "inclusion")
    ]
    api.update(usa, _disable=True)
    sent["currency_code"] = "USD"
    answer = api.post(f"/api/{FIXED_AMOUNT}", document(FIXED_AMOUNT, links=links, **sent))
    assert errors(answer) == [("relationships/market", "is disabled", "disabled")]


def test_statuses(api: Api, clock: Clock) -> None:
    made = api.create(
        PERCENTAGE,
        name="P",
        percentage=1,
        starts_at="2026-02-01T00:00:00Z",
        expires_at="2026-03-01T00:00:00Z",
    )

    def status(at: str) -> tuple[str, bool]:
        clock.freeze(parse_timestamp(at))
        found = shown(api, made)
        return found["status"], found["active"]

    assert status("2026-01-31T23:59:59Z") == ("pending", False)
    assert status("2026-02-01T00:00:00Z") == ("active", True)
    assert status("2026-03-01T00:00:00Z") == ("expired", False)
    api.update(made, _disable=True)
    assert status("2026-01-31T00:00:00Z") == ("disabled", False)
    api.update(made, _enable=True)
    assert status("2026-02-02T00:00:00Z") == ("active", True)


def test_weights(api: Api) -> None:
    """Exclusive, then priority, then type, then the older one (commerce.md §5.2)."""

    def weight(type_: str = PERCENTAGE, **sent: Any) -> int:
        own = {"percentage": 1} if type_ == PERCENTAGE else {}
        made = api.create(type_, **{**NAMED, **own, **sent})
        return int(made["attributes"]["weight"])

    epoch = 1577836800
    base = 10**10 - 1 - epoch
    assert weight() == 5 * 10**10 + base
    assert weight(priority=1) == 999 * 10**12 + 5 * 10**10 + base
    assert weight(FREE_SHIPPING, exclusive=True) == 10**15 + 10**10 + base
    assert weight(priority=2000) == weight()
    assert weight(starts_at="2019-12-31T23:59:59Z") == weight() + 1


def test_a_parent_shows_all_kinds_and_takes_none(api: Api) -> None:
    made = api.create(PERCENTAGE, **NAMED, percentage=1)
    found = api.get(f"/api/promotions/{made['id']}").json["data"]
    assert (found["type"], found["id"]) == (PERCENTAGE, made["id"])
    assert found["links"]["self"].endswith(path_of(made))
    assert [each["type"] for each in api.get("/api/promotions").json["data"]] == [PERCENTAGE]

    for answer in (
        api.post("/api/promotions", document("promotions", **NAMED)),
        api.patch(f"/api/promotions/{made['id']}", document("promotions", made["id"])),
        api.delete(f"/api/promotions/{made['id']}"),
        api.post("/api/promotion_rules", document("promotion_rules")),
    ):
        assert answer.status_code == 405


def test_a_parent_is_filtered_through_what_leads_to_its_kinds(api: Api) -> None:
    """By coupons and rules, as each of its kinds is."""
    ticket = coupon(api, "SUMMER-2026")
    api.create(PERCENTAGE, **NAMED, percentage=1)
    found = ids(api.get(f"/api/{PERCENTAGE}", {"filter[q][coupons_id_eq]": ticket["id"]}))

    for query in (
        {"filter[q][coupons_code_eq]": "SUMMER-2026"},
        {"filter[q][promotion_rules_id_null]": "false"},
        {"filter[q][name_or_coupons_code_cont]": "SUMMER"},
    ):
        for type_ in ("promotions", PERCENTAGE):
            assert ids(api.get(f"/api/{type_}", query)) == found
    assert len(found) == 1


def test_sales_channels_see_what_is_active_in_their_market(token_bearers: TokenBearers) -> None:
    """Of the market in scope, or of none; and no rules, coupons or recipients at all."""
    admin, guest = token_bearers.integration(), token_bearers.guest()
    europe, usa = ({"market": to(market(admin, code))} for code in ("europe", "usa"))
    everywhere = admin.create(PERCENTAGE, **NAMED, percentage=1)
    here = admin.create(PERCENTAGE, links=europe, **NAMED, percentage=2)
    there = admin.create(PERCENTAGE, links=usa, **NAMED, percentage=3)
    over = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2021-01-01T00:00:00Z"}
    past = admin.create(PERCENTAGE, name="P", percentage=4, **over)

    for type_ in ("promotions", PERCENTAGE):
        assert set(ids(guest.get(f"/api/{type_}"))) == {everywhere["id"], here["id"]}
    assert guest.get(path_of(here)).status_code == 200
    for path in (path_of(there), path_of(past), "/api/promotion_rules", "/api/coupons"):
        assert guest.get(path).status_code == 401
    body = document(PERCENTAGE, **NAMED, percentage=1)
    assert guest.post(f"/api/{PERCENTAGE}", body).status_code == 401


# --- rules ----------------------------------------------------------------------------------------


def test_one_rule_of_a_kind(api: Api) -> None:
    shop = PromotionShop(api)
    sale = shop.promote(PERCENTAGE, percentage=10)
    rule = shop.ask("order_amount", sale, order_amount_cents=500)
    body = document("order_amount_promotion_rules", links={"promotion": to(sale)})
    answer = api.post("/api/order_amount_promotion_rules", body)

    assert errors(answer) == [("relationships/promotion", "has already been taken", "taken")]
    assert shop.ask("custom", sale)["type"] == "custom_promotion_rules"
    kinds = [each["type"] for each in api.get(f"{path_of(sale)}/promotion_rules").json["data"]]
    assert kinds == ["order_amount_promotion_rules", "custom_promotion_rules"]
    found = api.get(f"{path_of(sale)}/order_amount_promotion_rule").json["data"]
    assert found["id"] == rule["id"]
    assert found["attributes"]["formatted_order_amount"] == "€5,00"


#: What rules ask of an order of A 1000 x 2 and B 500 x 1 of John's, and whether they get it.
RULES: dict[str, tuple[str, dict[str, Any], bool]] = {
    "amount": ("order_amount", {"order_amount_cents": 2500}, True),
    "higher amount": ("order_amount", {"order_amount_cents": 2501}, False),
    "no amount": ("order_amount", {}, True),
    "any of a list": ("sku_list", {}, True),
    "all of a list": ("sku_list", {"all_skus": True}, False),
    "pieces": ("sku_list", {"all_skus": True, "min_quantity": 2}, True),
    "more pieces": ("sku_list", {"min_quantity": 3}, False),
    "status": ("custom", {"filters": {"status_eq": "pending"}}, True),
    "SKU": ("custom", {"filters": {"line_items_sku_code_eq": "B"}}, True),
    "other SKU": ("custom", {"filters": {"line_items_sku_code_eq": "Z"}}, False),
    "amount of the run": ("custom", {"filters": {"subtotal_amount_cents_gteq": 2500}}, True),
    "higher amount of the run": ("custom", {"filters": {"total_amount_cents_gt": 2500}}, False),
    "both": (
        "custom",
        {
            "filters": {
                "currency_code_in": "USD,EUR",
                "customer_email_end_any": "x.org,@example.com",
            }
        },
        True,
    ),
    "one of both": (
        "custom",
        {"filters": {"currency_code_not_in": "USD,EUR", "status_eq": "pending"}},
        False,
    ),
}


@pytest.mark.parametrize(("kind", "attributes", "applies"), RULES.values(), ids=RULES)
def test_rules(api: Api, kind: str, attributes: dict[str, Any], *, applies: bool) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 2), B=(500, 1))
    shop.skus["C"] = shop.sell("C", 100)
    sale = shop.promote(PERCENTAGE, percentage=10)
    links = {"sku_list": to(shop.listed(("A", 2), "C"))} if kind == "sku_list" else {}
    shop.ask(kind, sale, links, **attributes)
    shop.refresh(order)

    assert shop.discounts(order) == ({"P": -250} if applies else {})


def test_a_line_counts_once_it_reaches_the_quantity_of_its_item(api: Api) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 2), B=(500, 5))
    sale = shop.promote(PERCENTAGE, percentage=10)
    links = {"sku_list": to(shop.listed(("A", 3), "B"))}
    rule = shop.ask("sku_list", sale, links, min_quantity=6)
    shop.refresh(order)
    assert shop.discounts(order) == {}

    api.update(rule, min_quantity=5)
    shop.refresh(order)
    assert shop.discounts(order) == {"P": -450}
    assert api.delete(path_of(links["sku_list"])).status_code == 423


def test_amounts_of_a_rule_see_what_has_been_taken_off(api: Api) -> None:
    """Not where it is about the subtotal."""
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    shop.promote(PERCENTAGE, name="First", percentage=10, priority=1)
    net = shop.promote(PERCENTAGE, name="Net", percentage=10)
    gross = shop.promote(PERCENTAGE, name="Gross", percentage=10)
    shop.ask("order_amount", net, order_amount_cents=950)
    shop.ask("order_amount", gross, order_amount_cents=950, use_subtotal=True)
    shop.refresh(order)

    assert shop.discounts(order) == {"First": -100, "Gross": -100}


def test_filters_that_orders_do_not_have(api: Api) -> None:
    shop = PromotionShop(api)
    sale = shop.promote(PERCENTAGE, percentage=10)
    body = document(
        "custom_promotion_rules", links={"promotion": to(sale)}, filters={"nothing_eq": 1}
    )

    assert errors(api.post("/api/custom_promotion_rules", body)) == [invalid("filters")]


# --- which apply ----------------------------------------------------------------------------------


def test_only_so_many_of_those_without_coupons(api: Api, sandbox: Sandbox) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    for priority in range(1, 4):
        shop.promote(PERCENTAGE, name=f"P{priority}", percentage=priority, priority=priority)
    shop.coupon(shop.promote(PERCENTAGE, name="Coupon", percentage=50), "SUMMER-2026")
    organization = {**sandbox.organization_record(), "promotions_max_concurrent_count": 2}
    sandbox.partition.put("organizations", organization)
    api.update(order, coupon_code="SUMMER-2026")

    assert shop.discounts(order) == {"P1": -10, "P2": -20, "Coupon": -500}


def test_of_another_market_or_currency(api: Api) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    for name, links, more in (
        ("Here", {"market": to(shop.market)}, {}),
        ("There", {"market": to(market(api, "usa"))}, {}),
        ("Euros", {}, {"currency_code": "EUR"}),
        ("Dollars", {}, {"currency_code": "USD"}),
    ):
        api.create(PERCENTAGE, links=links, **{**NAMED, "name": name, **more}, percentage=10)
    shop.refresh(order)

    assert shop.discounts(order) == {"Here": -100, "Euros": -100}


def test_the_line_keeps_its_id(api: Api) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    sale = shop.promote(PERCENTAGE, percentage=10)
    shop.refresh(order)

    def line() -> str:
        found = api.get(f"/api/orders/{order['id']}/line_items").json["data"]
        return next(str(each["id"]) for each in found if each["attributes"]["name"] == "P")

    before = line()
    api.update(sale, percentage=20)
    shop.refresh(order)
    assert (line(), shop.discounts(order)) == (before, {"P": -200})


def test_changing_a_promotion_waits_for_the_next_refresh(api: Api) -> None:
    shop = PromotionShop(api)
    sale = shop.promote(PERCENTAGE, percentage=10)
    order = shop.cart(A=(1000, 1))
    api.update(sale, percentage=50)
    assert shop.discounts(order) == {"P": -100}
    api.update(order, _refresh=True)
    assert shop.discounts(order) == {"P": -500}


# --- flex -----------------------------------------------------------------------------------------

CONDITION = {"field": "order.currency_code", "matcher": "eq", "value": "EUR"}
ACTION = {"type": "percentage", "selector": "order", "value": 0.1}


def rules(count: int = 1, conditions: int = 1) -> dict[str, Any]:
    rule = {"name": "R", "conditions": [CONDITION] * conditions, "actions": [ACTION]}
    return {"rules": [rule] * count}


def test_flex_promotions_are_an_add_on(api: Api, sandbox: Sandbox) -> None:
    organization = {**sandbox.organization_record(), "api_rules_engine": False}
    sandbox.partition.put("organizations", organization)
    answer = api.post(f"/api/{FLEX}", document(FLEX, **NAMED, rules=rules()))

    assert answer.status_code == 401
    assert answer.json["errors"][0]["code"] == "UNAUTHORIZED"


def test_every_violation_is_an_error(api: Api) -> None:
    wrong = rules()
    wrong["rules"][0] = {"name": 1, "conditions": [{**CONDITION, "matcher": "is"}], "actions": []}
    answer = api.post(f"/api/{FLEX}", document(FLEX, **NAMED, rules=wrong))

    assert errors(answer) == [invalid("rules")] * 2
    details = [each["detail"] for each in answer.json["errors"]]
    assert details[1] == "rules - /rules/0/name must be a text that says something"
    assert details[0].startswith("rules - /rules/0/conditions/0/matcher must be one of eq, ")


def test_limits_of_rules(api: Api) -> None:
    def post(**sizes: int) -> Any:
        return api.post(f"/api/{FLEX}", document(FLEX, **NAMED, rules=rules(**sizes)))

    many = "is too long (maximum is 15 rules)"
    assert errors(post(count=16)) == [("attributes/rules", many, "too_long")]
    many = "is too long (maximum is 150 conditions)"
    assert errors(post(conditions=151)) == [("attributes/rules", many, "too_long")]
    assert post(count=15, conditions=10).status_code == 201


def test_rules_are_shown_alone(api: Api) -> None:
    """With one record, and where it is written; never in lists (commerce.md §5.7, §7.4)."""
    made = api.create(FLEX, **NAMED, rules=rules())
    assert made["attributes"]["rules"] == rules()
    found = shown(api, made)
    assert (found["rules"], found["rule_outcomes"]) == (rules(), [])
    (listed,) = api.get(f"/api/{FLEX}").json["data"]
    assert not {"rules", "rule_outcomes", "resource_payload"} & listed["attributes"].keys()
    assert not {"weight", "currency_code"} & found.keys()
    assert found["resource_payload"] == {}


def test_what_a_flex_promotion_has_done_last(api: Api, token_bearers: TokenBearers) -> None:
    """Shown by itself: the outcomes, and as much of the order as its rules name.

    To no sales channel: it is the order of somebody else.
    """
    shop = PromotionShop(api)
    condition = {"field": "order.line_items.sku.code", "matcher": "eq", "value": "B"}
    rule = {"name": "R", "conditions": [condition], "actions": [ACTION]}
    made = shop.promote(FLEX, rules={"rules": [rule]})
    shop.cart(B=(100, 1))
    order = shop.cart(A=(1000, 1), B=(100, 1))
    found = shown(api, made)

    assert found["rule_outcomes"] == [
        {
            "name": "R",
            "match": True,
            "conditions": [{**condition, "match": True}],
            "actions": [ACTION],
        }
    ]
    seen = found["resource_payload"]["order"]
    assert (seen["id"], seen.keys()) == (order["id"], {"id", "line_items"})
    assert [(line["sku"] or {}).get("code") for line in seen["line_items"]] == ["A", "B", None]
    to_guest = shown(token_bearers.guest(), made)
    assert (to_guest["rule_outcomes"], to_guest["resource_payload"]) == ([], {})


def test_a_flex_promotion_with_a_coupon(api: Api) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1), B=(250, 2))
    shop.coupon(shop.promote(FLEX, rules=rules()), "SUMMER-2026")
    shop.refresh(order)
    assert shop.discounts(order) == {}
    api.update(order, coupon_code="SUMMER-2026")

    assert shop.discounts(order) == {"P": -150}


def test_the_skus_of_its_list(api: Api) -> None:
    """Those of the list, by position or by their codes; of no list none."""
    shop = PromotionShop(api)
    shop.cart(A=(100, 1), B=(100, 1), AB=(100, 1))
    manual = shop.promote(PERCENTAGE, sku_list=shop.listed("B", "A"), percentage=1)
    letters = api.create("sku_lists", name="A", manual=False, sku_code_regex="^A")
    automatic = shop.promote(PERCENTAGE, sku_list=letters, percentage=1)
    whole = shop.promote(PERCENTAGE, percentage=1)
    rule = shop.ask("sku_list", whole, {"sku_list": to(letters)})

    def codes(object_: Any) -> list[str]:
        found = api.get(f"{path_of(object_)}/skus").json["data"]
        return [each["attributes"]["code"] for each in found]

    assert codes(manual) == ["B", "A"]
    assert codes(automatic) == ["A", "AB"] == codes(rule)
    assert codes(whole) == []
    included = api.get(f"/api/{PERCENTAGE}", {"include": "skus"}).json["included"]
    assert sorted(each["attributes"]["code"] for each in included) == ["A", "AB", "B"]


def test_an_external_promotion_that_nobody_answers(api: Api, sandbox: Sandbox) -> None:
    """It discounts nothing, which is told; or it is an error, where the organization says so."""
    shop = PromotionShop(api)
    made = shop.promote(EXTERNAL, promotion_url="http://127.0.0.1:9/promotion")
    order = shop.cart(A=(1000, 1))
    assert shop.discounts(order) == {}
    assert f"{EXTERNAL}.failed" in events(sandbox, made)

    organization = {**sandbox.organization_record(), "external_promotions_errors": True}
    sandbox.partition.put("organizations", organization)
    answer = api.patch(path_of(order), document("orders", order["id"], _refresh=True))
    assert [error[1] for error in errors(answer)] == ["is invalid"]


#: Paths of an order of John's with two lines of goods, and what they lead to.
PATHS: dict[str, tuple[str, Any]] = {
    "attribute": ("order.currency_code", "EUR"),
    "running amount": ("order.subtotal_amount_cents", 2500),
    "through the customer": ("order.customer_email", "john@example.com"),
    "market": ("order.market.code", "eu"),
    "address": ("order.billing_address.country_code", "IT"),
    "line": ("order.line_items.total_amount_cents", 2000),
    "SKU": ("order.line_items.sku.code", "B"),
    "list": ("order.line_items.sku.sku_lists.name", "List"),
    "tag": ("order.line_items.sku.tags.name", "sale"),
    "tag of the order": ("order.tags.name", "sale"),
    "metadata": ("order.metadata.from.shop", "here"),
    "group": ("order.customer.customer_group.name", "Friends"),
}


@pytest.mark.parametrize(("field", "value"), PATHS.values(), ids=PATHS)
def test_paths_of_conditions(api: Api, field: str, value: Any) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 2), B=(500, 1))
    shop.listed("A")
    api.create("tags", name="sale")
    api.update(shop.skus["A"], _add_tags="sale")
    api.update(order, _add_tags="sale", metadata={"from": {"shop": "here"}})
    customer = api.get(f"{path_of(order)}/customer").json["data"]
    group = api.create("customer_groups", name="Friends")
    api.update(customer, links={"customer_group": to(group)})
    condition = {"field": field, "matcher": "eq", "value": value}
    rule = {"name": "R", "conditions": [condition], "actions": [ACTION]}
    shop.promote(FLEX, rules={"rules": [rule]})
    shop.refresh(order)

    assert shop.discounts(order) == {"P": -250}


def test_paths_that_lead_too_far(api: Api) -> None:
    """Nowhere: not to what other orders are (commerce.md §7.3)."""
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    far = {"field": "order.customer.orders.status", "matcher": "eq", "value": "pending"}
    near = {"field": "order.customer.orders.status", "matcher": "null"}
    for name, condition in {"Far": far, "Near": near}.items():
        rule = {"name": "R", "conditions": [condition], "actions": [ACTION]}
        shop.promote(FLEX, name=name, rules={"rules": [rule]})
    shop.refresh(order)

    assert shop.discounts(order) == {"Near": -100}


def test_a_discount_engine_leaves_no_promotions(api: Api, sandbox: Sandbox) -> None:
    """Of the market that has one, once the organization lets it (commerce.md §20)."""
    shop = PromotionShop(api)
    shop.promote(PERCENTAGE, percentage=10)
    engine = api.create("talon_one_accounts", name="T", api_key="k", baseurl="shop")
    api.update(shop.market, links={"discount_engine": to(engine)})
    order = shop.cart(A=(1000, 1))
    assert shop.discounts(order) == {"P": -100}

    organization = {**sandbox.organization_record(), "discount_engines_enabled": True}
    sandbox.partition.put("organizations", organization)
    shop.refresh(order)
    assert shop.discounts(order) == {}


def test_the_filters_of_the_dashboard(api: Api) -> None:
    """Each that first-party apps send, of an order that satisfies it (commerce.md §6)."""
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 2))
    sale, other = (api.create("tags", name=name)["id"] for name in ("sale", "other"))
    customer = api.get(f"{path_of(order)}/customer").json["data"]
    for each in (shop.skus["A"], order, customer):
        api.update(each, _add_tags="sale")
    email = customer["attributes"]["email"]
    api.create("customer_subscriptions", customer_email=email, reference="news")
    amounts = {
        f"{name}_amount_cents_{predicate}": cents
        for name in ("subtotal", "total")
        for predicate, cents in (("eq", 2000), ("gteq", 2000), ("gt", 1999), ("lteq", 2000))
    }
    true = {
        "market_id_in": f"{shop.market['id']},AAAAAAAAAA",
        "market_id_not_in": "AAAAAAAAAA",
        "currency_code_in": "EUR,USD",
        "currency_code_not_in": "USD",
        "customer_status_in": customer["attributes"]["status"],
        "customer_status_not_in": "repeat",
        "customer_tags_id_in": sale,
        "customer_email_end_any": "@example.com",
        "customer_customer_subscriptions_reference_in": "news",
        "line_items_sku_tags_id_in": f"{other},{sale}",
        "tags_id_in": sale,
        **amounts,
        "subtotal_amount_cents_lt": 2001,
    }
    promotion = shop.promote(PERCENTAGE, percentage=10)
    rule = shop.ask("custom", promotion)
    applied = {}
    for name, value in true.items():
        api.update(rule, filters={name: value})
        shop.refresh(order)
        applied[name] = bool(shop.discounts(order))
    assert [name for name, is_applied in applied.items() if not is_applied] == []

    for name in ("customer_tags_id_in", "tags_id_in", "line_items_sku_tags_id_in"):
        api.update(rule, filters={name: other})
        shop.refresh(order)
        assert (name, shop.discounts(order)) == (name, {})
