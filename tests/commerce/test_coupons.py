"""Coupons, and the codes of orders (commerce.md §8)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, document, path_of, to
from tests.commerce.promotion_shop import FIXED_AMOUNT, PERCENTAGE, PromotionShop
from tests.refusals import got, refused_with, violation
from tests.scene import alter, complete, coupon, events, gift_card, shown

CODE = "SUMMER-2026"
NOENT = violation("attributes/coupon_code", "doesn't exist", "noent_coupon")


def patch(api: Api, object_: Document, **attributes: Any) -> Any:
    return api.patch(path_of(object_), document(object_["type"], object_["id"], **attributes))


def switch_off(sandbox: Sandbox, name: str) -> None:
    """Change what the organization says of itself, as its owner could."""
    sandbox.partition.put("organizations", {**sandbox.organization_record(), name: False})


# --- on orders ------------------------------------------------------------------------------------


def test_on_and_off_with_live_numbers(api: Api) -> None:
    """commerce.md §29.3, without its shipping."""
    shop = PromotionShop(api, included=False, currency="USD")
    shop.coupon(shop.promote(FIXED_AMOUNT, fixed_amount_cents=10000, currency_code="USD"), CODE)
    order = shop.cart(A=(11880, 1))
    names = ("discount_amount", "total_tax_amount", "total_amount", "total_amount_with_taxes")
    assert shop.now(order, *names) == (0, 2614, 11880, 14494)

    api.update(order, coupon_code=CODE)
    assert shop.now(order, *names) == (-10000, 414, 1880, 2294)
    (line,) = [each for each in shop.lines(order) if each["item_type"] == FIXED_AMOUNT]
    (share,) = shop.goods(order)[0]["discount_breakdown"].values()
    assert line["coupon_code"] == CODE
    assert share == {"cents": -10000, "weight": 1.0, "name": "P", "coupon_code": CODE}

    api.update(order, coupon_code="")
    assert shop.now(order, *names) == (0, 2614, 11880, 14494)
    assert shown(api, order)["coupon_code"] == ""
    assert shop.discounts(order) == {}


def test_one_code_brings_about_every_promotion_with_such_a_coupon(api: Api) -> None:
    shop = PromotionShop(api)
    for name, percentage in {"P1": 10, "P2": 5}.items():
        shop.coupon(shop.promote(PERCENTAGE, name=name, percentage=percentage), CODE)
    shop.coupon(shop.promote(PERCENTAGE, name="P3", percentage=50), "WINTER-2026")
    order = shop.cart(A=(1000, 1))
    api.update(order, coupon_code=CODE)

    assert shop.discounts(order) == {"P1": -100, "P2": -50}


#: What is wrong with a coupon for an order of John's.
WRONG: dict[str, dict[str, Any]] = {
    "expired": {"expires_at": "2020-01-01T00:00:00Z"},
    "another's": {"recipient_email": "ada@example.com"},
}


@pytest.mark.parametrize("attributes", WRONG.values(), ids=WRONG)
def test_a_coupon_that_cannot_be_used(api: Api, attributes: dict[str, Any]) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    coupon(api, CODE, **attributes)

    assert got(patch(api, order, coupon_code=CODE)) == refused_with([NOENT])


#: What is wrong with its promotion.
GONE: dict[str, dict[str, Any]] = {
    "disabled": {"_disable": True},
    "over": {"expires_at": "2021-01-01T00:00:00Z"},
    "of another currency": {"currency_code": "USD"},
}


@pytest.mark.parametrize("attributes", GONE.values(), ids=GONE)
def test_a_coupon_of_a_promotion_that_is_not_active(api: Api, attributes: dict[str, Any]) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    sale = shop.promote(PERCENTAGE, percentage=10)
    shop.coupon(sale, CODE)
    api.update(sale, **attributes)

    assert got(patch(api, order, coupon_code=CODE)) == refused_with([NOENT])
    assert got(patch(api, order, coupon_code="NOTHING-AT-ALL")) == refused_with([NOENT])
    assert got(patch(api, order, coupon_code=CODE.lower())) == refused_with([NOENT])


def test_the_code_of_either(api: Api) -> None:
    """A gift card first, then a coupon; neither is an error of its own."""
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    coupon(api, CODE)
    card = gift_card(api, 500)
    api.update(order, gift_card_or_coupon_code=CODE)
    assert [shown(api, order)[n] for n in ("coupon_code", "gift_card_or_coupon_code")] == [CODE] * 2

    answer = patch(api, order, gift_card_or_coupon_code="NOBODYS-CODE")
    title = "doesn't match any active gift card or coupon"
    assert got(answer) == refused_with(
        [violation("attributes/gift_card_or_coupon_code", title, "noent_gift_card_or_coupon")]
    )
    assert shop.discounts(order) == {"10%": -100}

    code = card["attributes"]["code"]
    api.update(order, gift_card_or_coupon_code=code)
    assert shown(api, order)["gift_card_or_coupon_code"] == code
    assert shop.now(order, "discount_amount", "gift_card_amount") == (-100, -500)


def test_without_errors_the_code_is_kept(api: Api, sandbox: Sandbox) -> None:
    shop = PromotionShop(api)
    order = shop.cart(A=(1000, 1))
    switch_off(sandbox, "orders_invalid_coupon_errors")
    api.update(order, coupon_code="NOTHING")

    assert shown(api, order)["coupon_code"] == "NOTHING"
    assert shop.discounts(order) == {}


def test_a_coupon_for_somebody_waits_for_its_customer(api: Api) -> None:
    shop = PromotionShop(api)
    coupon(api, CODE, recipient_email="Ada@Example.com")
    order = api.create("orders", links={"market": to(shop.market)})
    shop.put(order, "A", 1000)
    api.update(order, coupon_code=CODE)
    assert shop.discounts(order) == {}

    api.update(order, customer_email="ada@example.com")
    assert shop.discounts(order) == {"10%": -100}


def place(api: Api, order: Document) -> Any:
    """Give an order what it takes to be placed, and place it."""
    if shown(api, order)["total_amount_with_taxes_cents"]:
        complete(api, order)
    return patch(api, order, _place=True)


def test_uses_are_counted_from_placing_to_cancelling(api: Api) -> None:
    shop = PromotionShop(api)
    ticket = coupon(api, CODE, usage_limit=1)
    (sale,) = api.get("/api/promotions").json["data"]
    free = shop.promote(PERCENTAGE, name="Other", percentage=90, total_usage_limit=1)
    order, late = shop.cart(A=(1000, 1)), shop.cart(A=(1000, 1))
    for each in (order, late):
        api.update(each, coupon_code=CODE)

    def counted() -> list[int]:
        promotions = [shown(api, each)["total_usage_count"] for each in (sale, free)]
        return [shown(api, ticket)["usage_count"], *promotions]

    assert counted() == [0, 0, 0]
    assert place(api, order).status_code == 200
    assert counted() == [1, 1, 1]
    used = shown(api, free)
    assert (used["total_usage_reached"], used["status"], used["active"]) == (
        True,
        "inactive",
        False,
    )

    # The other order has lost both by now, and cannot be placed with a code that is none.
    shop.refresh(late)
    assert shop.discounts(late) == {}
    assert shown(api, late)["coupon_code"] == CODE
    assert got(place(api, late)) == refused_with([NOENT])

    api.update(order, _cancel=True)
    assert counted() == [0, 0, 0]


def test_an_order_that_is_edited_keeps_what_it_has_used(api: Api) -> None:
    shop = PromotionShop(api)
    coupon(api, CODE, usage_limit=1)
    shop.promote(PERCENTAGE, name="Other", percentage=20, total_usage_limit=1)
    order = shop.cart(A=(1000, 2))
    api.update(order, coupon_code=CODE)
    assert place(api, order).status_code == 200
    api.update(order, _start_editing=True)
    shop.refresh(order)

    assert shop.discounts(order) == {"10%": -200, "Other": -400}


def test_what_editing_changes_is_counted_once_it_is_over(api: Api) -> None:
    """What has come is counted then, and what has gone is not any more."""
    shop = PromotionShop(api)
    ticket = coupon(api, CODE)
    sale = shop.promote(PERCENTAGE, name="Other", percentage=20)
    order = shop.cart(A=(1000, 2))
    api.update(order, coupon_code=CODE)
    api.update(sale, _disable=True)
    assert place(api, order).status_code == 200

    def counted() -> tuple[int, int]:
        return shown(api, ticket)["usage_count"], shown(api, sale)["total_usage_count"]

    api.update(sale, _enable=True)
    found = [counted()]
    for sent in ({"_start_editing": True}, {"coupon_code": ""}, {"_stop_editing": True}):
        api.update(order, **sent)
        found.append(counted())
    api.update(order, _start_editing=True)
    api.update(order, _cancel=True)

    assert shop.discounts(order) == {"Other": -400}
    assert (found, counted()) == ([(1, 0), (1, 0), (1, 0), (0, 1)], (0, 0))


def test_editing_brings_no_use_of_others(api: Api) -> None:
    """A coupon that another order has used up is none for what is edited."""
    shop = PromotionShop(api)
    coupon(api, CODE, usage_limit=1)
    orders = [shop.cart(A=(1000, 1)), shop.cart(A=(1000, 1))]
    api.update(orders[0], coupon_code=CODE)
    for order in orders:
        assert place(api, order).status_code == 200
    api.update(orders[1], _start_editing=True)

    assert got(patch(api, orders[1], coupon_code=CODE)) == refused_with([NOENT])


def test_what_is_used_up_while_an_order_is_edited(api: Api) -> None:
    """It discounts the order no more once that is placed again, and counts no use too many."""
    shop = PromotionShop(api)
    sale = shop.promote(PERCENTAGE, name="Other", percentage=20, total_usage_limit=1)
    api.update(sale, _disable=True)
    edited, other = (shop.cart(A=(1000, 1)) for _ in range(2))
    assert place(api, edited).status_code == 200
    api.update(edited, _start_editing=True)
    api.update(sale, _enable=True)
    shop.refresh(edited)
    assert shop.discounts(edited) == {"Other": -200}
    shop.refresh(other)
    assert place(api, other).status_code == 200
    api.update(edited, _stop_editing=True)

    assert (shop.discounts(edited), shop.discounts(other)) == ({}, {"Other": -200})
    assert shown(api, sale)["total_usage_count"] == 1


def test_once_for_each_customer(api: Api) -> None:
    shop = PromotionShop(api)
    coupon(api, CODE, customer_single_use=True)
    orders = [shop.cart(A=(1000, 1)) for _ in range(2)]
    assert patch(api, orders[0], coupon_code=CODE).status_code == 200
    assert place(api, orders[0]).status_code == 200
    assert got(patch(api, orders[1], coupon_code=CODE)) == refused_with([NOENT])

    # Who has cancelled has not used it; and somebody else has not.
    api.update(orders[0], _cancel=True)
    assert patch(api, orders[1], coupon_code=CODE).status_code == 200


# --- coupons themselves ---------------------------------------------------------------------------

#: What is sent of a coupon, and what is wrong with that.
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "short": (
        {"code": "1234567"},
        ("attributes/code", "is too short (minimum is 8 characters)", "too_short"),
    ),
    "long": (
        {"code": "x" * 41},
        ("attributes/code", "is too long (maximum is 40 characters)", "too_long"),
    ),
    "none": ({"code": None}, ("attributes/code", "can't be blank", "blank")),
    "limit": (
        {"usage_limit": 0},
        ("attributes/usage_limit", "must be greater than 0", "greater_than"),
    ),
    "taken": (
        {"code": "SUMMER-2026"},
        ("attributes/code", "has already been taken", "taken"),
    ),
    "recipient": (
        {"recipient_email": "nobody"},
        ("attributes/recipient_email", "is invalid", "invalid"),
    ),
}


@pytest.mark.parametrize(("attributes", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused_coupons(
    api: Api, attributes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    first = coupon(api, CODE)
    rule = api.get(f"{path_of(first)}/promotion_rule").json["data"]
    links = {"promotion_rule": to(rule)}
    body = document("coupons", links=links, **{"code": "WINTER-2026", **attributes})
    answer = api.post("/api/coupons", body)

    (error,) = answer.json["errors"]
    found = (error["source"]["pointer"], error["title"], error["meta"]["error"])
    assert (answer.status_code, found) == (422, (f"/data/{expected[0]}", *expected[1:]))


def test_the_same_code_under_another_promotion(api: Api) -> None:
    coupon(api, CODE)
    coupon(api, CODE)

    assert len(api.get("/api/coupons", {"filter[q][code_eq]": CODE}).json["data"]) == 2


def test_recipients(api: Api) -> None:
    """One by email, found or made, with the customer of that email; null lets go of it."""
    customer = api.create("customers", email="ada@example.com")
    first = coupon(api, CODE, recipient_email=" Ada@Example.com ")
    second = coupon(api, "WINTER-2026", recipient_email="ada@example.com")
    recipients = api.get("/api/coupon_recipients").json["data"]
    assert [each["attributes"]["email"] for each in recipients] == ["ada@example.com"]
    found = api.get(f"{path_of(recipients[0])}/customer").json["data"]
    assert found["id"] == customer["id"]

    api.update(first, links={"coupon_recipient": None})
    assert shown(api, first)["recipient_email"] is None
    assert api.delete(path_of(recipients[0])).status_code == 204
    assert shown(api, second)["recipient_email"] is None


def test_what_goes_with_a_promotion(api: Api, sandbox: Sandbox) -> None:
    """Its rules and coupons; open orders lose the line, placed ones hold it."""
    shop = PromotionShop(api)
    ticket = coupon(api, CODE)
    (sale,) = api.get("/api/percentage_discount_promotions").json["data"]
    assert shown(api, sale)["coupons_count"] == 1
    order = shop.cart(A=(1000, 1))
    api.update(order, coupon_code=CODE)
    assert api.delete(path_of(sale)).status_code == 204
    shop.refresh(order)

    assert shop.discounts(order) == {}
    for path in (path_of(ticket), "/api/promotion_rules", "/api/coupons"):
        found = api.get(path)
        assert found.status_code == 404 or found.json["data"] == []
    assert events(sandbox, sale) == [
        f"{type_}.{event}"
        for event in ("create", "destroy")
        for type_ in (PERCENTAGE, "promotions")
    ]

    kept = shop.promote(PERCENTAGE, percentage=10)
    bought = shop.cart(A=(1000, 1))
    alter(sandbox, bought, placed_at="2026-01-01T00:00:00.000Z", status="placed")
    refused = api.delete(path_of(kept))
    assert refused.status_code == 423
    assert refused.json["errors"][0]["detail"].startswith(
        "Failed to destroy PercentageDiscountPromotion with id="
    )


def test_coupons_follow_their_rule(api: Api) -> None:
    """To another promotion that has no such rule yet."""
    shop = PromotionShop(api)
    ticket = coupon(api, CODE)
    rule = api.get(f"{path_of(ticket)}/promotion_rule").json["data"]
    other = shop.promote(PERCENTAGE, name="Other", percentage=50)
    api.update(rule, links={"promotion": to(other)})
    order = shop.cart(A=(1000, 1))
    api.update(order, coupon_code=CODE)

    # The first one applies without a coupon now.
    assert shop.discounts(order) == {"10%": -100, "Other": -500}
    assert [each["id"] for each in api.get(f"{path_of(other)}/coupons").json["data"]] == [
        ticket["id"]
    ]


def test_coupons_and_rules_given_by_the_other_end(api: Api) -> None:
    """A rule takes coupons that exist, a promotion a rule, where it has none of the kind yet."""
    shop = PromotionShop(api)
    ticket = coupon(api, CODE)
    other = shop.promote(PERCENTAGE, name="Other", percentage=50)
    rule = api.create(
        "coupon_codes_promotion_rules",
        links={"promotion": to(other), "coupons": [to(ticket)]},
    )
    found = api.get(f"{path_of(ticket)}/promotion_rule").json["data"]
    assert found["id"] == rule["id"]
    assert [each["id"] for each in api.get(f"{path_of(other)}/coupons").json["data"]] == [
        ticket["id"]
    ]

    third = shop.promote(PERCENTAGE, name="Third", percentage=30)
    api.update(third, links={"coupon_codes_promotion_rule": to(rule)})
    assert api.get(f"{path_of(rule)}/promotion").json["data"]["id"] == third["id"]
    order = shop.cart(A=(1000, 1))
    api.update(order, coupon_code=CODE)
    # The one whose rule has no coupon left never applies.
    assert shop.discounts(order) == {"Other": -500, "Third": -300}
