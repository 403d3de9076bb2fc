"""Orders made of other orders (commerce.md §18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.commerce.subscription_shop import SubscriptionShop, told
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, restock

TYPE, RECURRING = "order_copies", "recurring_order_copies"
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
BLANK = "can't be blank"


@pytest.fixture
def shop(api: Api, clock: Clock) -> SubscriptionShop:
    """Open the shop, and stop the time."""
    clock.freeze(NOW)
    return SubscriptionShop(api)


def copied(shop: SubscriptionShop, clock: Clock, order: Document, **said: Any) -> Document:
    """Have an order copied, and wait for it; return the copy as it is then."""
    made = shop.api.create(TYPE, links={"source_order": to(order)}, **said)
    clock.advance(timedelta(seconds=1))
    found: Document = shop.api.get(path_of(made)).json["data"]
    return found


def state(copy: Document) -> tuple[str, int, Document]:
    """Return what has become of a copy."""
    shown = copy["attributes"]
    return shown["status"], shown["errors_count"], shown["errors_log"]


def linkage(shop: SubscriptionShop, object_: Document, name: str) -> Document:
    """Return what a to-one leads to, which has to lead somewhere."""
    found: Document = shop.api.get(f"{path_of(object_)}/relationships/{name}").json["data"]
    assert found
    return found


# --- how it goes ----------------------------------------------------------------------------------


def test_it_waits_and_is_completed(shop: SubscriptionShop, sandbox: Sandbox, clock: Clock) -> None:
    """As long as jobs wait; what it has done, and when, it says."""
    order = shop.bought(("A", 2, None))
    made = shop.api.create(TYPE, links={"source_order": to(order)})
    clock.advance(timedelta(seconds=1))
    done = shop.shown(made)

    assert state(made) == ("pending", 0, {})
    assert (done["status"], done["errors_log"]) == ("completed", {})
    assert done["started_at"] == done["completed_at"] == "2030-01-15T12:00:01.000Z"
    assert done["failed_at"] is None
    assert told(sandbox, made) == ["create", "start", "complete"]


def test_what_is_copied(shop: SubscriptionShop, clock: Clock) -> None:
    """Who buys what, where it goes, how; what belongs to the source stays there."""
    order = shop.bought(("A", 2, "weekly"), ("B", 1, None))
    shop.api.update(order, metadata={"a": 1}, reference="R", affiliate_code="AFF")
    target = shop.target(copied(shop, clock, order))
    now, before = shop.shown(target), shop.shown(order)
    same = ("customer_email", "language_code", "metadata", "total_amount_cents", "tax_rate")

    assert [now[name] for name in same] == [before[name] for name in same]
    assert (now["status"], now["reference"], now["placed_at"]) == ("pending", None, None)
    assert [(e["sku_code"], e["quantity"], e["unit_amount_cents"]) for e in shop.lines(target)] == [
        ("A", 2, 1500),
        ("B", 1, 2500),
    ]
    for name in ("market", "customer", "payment_method"):
        assert linkage(shop, target, name) == linkage(shop, order, name)
    for name in ("shipping_address", "billing_address"):
        ours, theirs = shop.linked(target, name), shop.linked(order, name)
        assert ours
        assert theirs
        assert ours["id"] != theirs["id"]
        assert ours["attributes"]["line_1"] == theirs["attributes"]["line_1"]
    assert shop.linked(target, "payment_source") is None
    assert shop.related(target, "transactions") == []
    shipment = shop.shipments(target)[0]
    source = shop.shipments(order)[0]
    names = ("shipping_method", "stock_location", "shipping_category")
    assert [linkage(shop, shipment, n) for n in names] == [linkage(shop, source, n) for n in names]


def test_prices_and_options(shop: SubscriptionShop, clock: Clock) -> None:
    """They are the source's, whatever the list says by now.

    A 1500 x 2 with an engraving of 300: 3300; shipping 700.
    """
    order = shop.basket(("A", 2, None))
    line = shop.related(order, "line_items")[0]
    engraving = shop.api.create(
        "sku_options", name="Engraving", price_amount_cents=300, currency_code="EUR"
    )
    links = {"line_item": to(line), "sku_option": to(engraving)}
    shop.api.create("line_item_options", links=links, quantity=1, options={"text": "Ada"})
    price = shop.related(shop.skus["A"], "prices")[0]
    shop.api.update(price, amount_cents=9900)
    shop.api.update(engraving, price_amount_cents=500)
    target = shop.target(copied(shop, clock, order))

    assert shop.cents(order, "total") == shop.cents(target, "total") == (4000,)
    options = shop.related(target, "line_item_options")
    assert [each["attributes"]["options"] for each in options] == [{"text": "Ada"}]


def test_another_way_to_ship(shop: SubscriptionShop, clock: Clock) -> None:
    """What is not available any more is not chosen."""
    order = shop.basket(("A", 1, None))
    shop.api.update(shop.methods["STD"], _disable=True)
    target = shop.target(copied(shop, clock, order))

    assert shop.linked(shop.shipments(target)[0], "shipping_method") is None


def test_a_bought_gift_card(shop: SubscriptionShop, clock: Clock) -> None:
    """Is bought anew: no two orders sell one."""
    order = shop.basket(("A", 1, None))
    card = shop.api.create("gift_cards", balance_cents=3000, currency_code="EUR")
    links = {"order": to(order), "item": to(card)}
    shop.api.create("line_items", links=links, quantity=1)
    target = shop.target(copied(shop, clock, order))
    line = next(
        e for e in shop.related(target, "line_items") if e["attributes"]["name"][:4] == "Gift"
    )
    other = shop.linked(line, "gift_card")

    assert other
    assert other["id"] != card["id"]
    assert (other["attributes"]["status"], other["attributes"]["balance_cents"]) == ("draft", 3000)
    assert shop.cents(target, "total") == shop.cents(order, "total") == (5200,)


# --- discounts ------------------------------------------------------------------------------------


def test_discounts_are_frozen(shop: SubscriptionShop, clock: Clock) -> None:
    """They stay as they are until the order is edited.

    A 1500 x 2 + B 2500 = 5500, ten percent off: -550 (A -300, B -250); shipping 700: 5650.
    Taxes: A 2700 -> 486.89 -> 487, B 2250 -> 405.74 -> 406. With one C 1200 more, at twenty
    percent: 6700 - 1340 + 700 = 6060.
    """
    sale = shop.promote("percentage_discount_promotions", percentage=10)
    order = shop.basket(("A", 2, None), ("B", 1, None))
    shop.api.update(sale, percentage=20)
    target = shop.target(copied(shop, clock, order))
    frozen = shop.cents(target, "total", "discount", "total_tax")
    lines = [each["discount_cents"] for each in shop.lines(target)]
    discount = shop.lines(target, "percentage_discount_promotions")
    shop.add(target, "C", 1)

    assert shop.cents(order, "total", "discount", "total_tax") == (5650, -550, 893)
    assert frozen == (5650, -550, 893)
    assert lines == [-300, -250]
    assert [(each["name"], each["total_amount_cents"]) for each in discount] == [
        ("Promotion", -550)
    ]
    assert shop.cents(target, "total", "discount") == (6060, -1340)


def test_frozen_shipping_is_placed(shop: SubscriptionShop, clock: Clock) -> None:
    """A discount on shipping stays too, also when the order is placed.

    A 1500 + shipping 700 - 700 = 1500.
    """
    sale = shop.promote("free_shipping_promotions")
    order = shop.bought(("A", 1, None))
    shop.api.update(sale, _disable=True)
    copy = copied(shop, clock, order, place_target_order=True, reuse_wallet=True)
    target = shop.target(copy)

    assert state(copy) == ("completed", 0, {})
    assert shop.shown(target)["status"] == "placed"
    assert shop.cents(target, "total", "shipping", "discount") == (1500, 700, -700)


def test_discounts_are_reckoned_anew(shop: SubscriptionShop, clock: Clock) -> None:
    """Where that is wanted; a code is never copied: B 2500 - 25 % (625) + 700 = 2575."""
    shop.promote("percentage_discount_promotions", "SUMMER-2030", percentage=10)
    order = shop.basket(("B", 1, None))
    shop.api.update(order, coupon_code="SUMMER-2030")
    frozen = shop.target(copied(shop, clock, order))
    shop.promote("percentage_discount_promotions", percentage=25)
    target = shop.target(copied(shop, clock, order, apply_promotions=True))

    assert shop.cents(order, "discount") == shop.cents(frozen, "discount") == (-250,)
    assert [shop.shown(each)["coupon_code"] for each in (frozen, target)] == [None, None]
    assert shop.cents(target, "total", "discount") == (2575, -625)


# --- what goes wrong ------------------------------------------------------------------------------


def test_placing_takes_a_source(shop: SubscriptionShop, sandbox: Sandbox, clock: Clock) -> None:
    """Without the wallet there is none: the copy fails, and its order stays."""
    order = shop.bought(("A", 1, None))
    copy = copied(shop, clock, order, place_target_order=True)
    target = shop.target(copy)

    assert state(copy) == ("failed", 1, {"payment_source": [BLANK]})
    assert copy["attributes"]["failed_at"] == "2030-01-15T12:00:01.000Z"
    assert told(sandbox, copy) == ["create", "start", "fail"]
    assert (shop.shown(target)["status"], shop.shown(target)["errors_count"]) == ("pending", 1)


def test_what_cannot_be_placed(shop: SubscriptionShop, clock: Clock) -> None:
    """A draft comes of a draft."""
    order = shop.api.create("orders", links={"market": to(shop.market)})
    copy = copied(shop, clock, order, place_target_order=True)

    status, _, log = state(copy)
    assert status == "failed"
    assert log["status"] == ["cannot transition from draft to placed"]
    assert shop.shown(shop.target(copy))["status"] == "draft"


def sold_out(shop: SubscriptionShop) -> None:
    """Leave no A."""
    restock(shop.api, shop.skus["A"], 0)


def unpriced(shop: SubscriptionShop) -> None:
    """Leave A without a price."""
    for price in shop.related(shop.skus["A"], "prices"):
        shop.api.delete(path_of(price))


LACKS = {
    "out of stock": (sold_out, {"quantity": ["is out of stock"]}),
    "no price": (unpriced, {"unit_amount_cents": [BLANK]}),
}


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize(("lose", "log"), LACKS.values(), ids=LACKS)
def test_a_line_that_cannot_be(
    shop: SubscriptionShop, clock: Clock, lose: Any, log: Document, *, skips: bool
) -> None:
    """It fails the copy, or is left out."""
    order = shop.basket(("A", 1, None), ("B", 1, None))
    lose(shop)
    copy = copied(shop, clock, order, skip_errors=skips)
    target = shop.target(copy)

    assert state(copy) == ("completed" if skips else "failed", 1, log)
    assert [each["sku_code"] for each in shop.lines(target)] == ["B"]
    assert shop.shown(target)["errors_count"] == (0 if skips else 1)


def test_a_line_of_what_is_gone(shop: SubscriptionShop, sandbox: Sandbox, clock: Clock) -> None:
    """Nobody can buy it any more."""
    order = shop.basket(("A", 1, None))
    alter(sandbox, shop.related(order, "line_items")[0], item="AAAAAAAAAA")

    assert state(copied(shop, clock, order)) == ("failed", 1, {"item": [BLANK]})


@pytest.mark.parametrize("status", ["placed", "pending"])
def test_cancelling_the_source(shop: SubscriptionShop, clock: Clock, status: str) -> None:
    """Is noted where that cannot be."""
    lines = ("A", 1, None)
    order = shop.bought(lines) if status == "placed" else shop.basket(lines)
    copy = copied(shop, clock, order, cancel_source_order=True)

    impossible = {"status": ["cannot transition from pending to cancelled"]}
    expected = ("cancelled", 0, {}) if status == "placed" else ("pending", 1, impossible)
    assert copy["attributes"]["status"] == "completed"
    assert (shop.shown(order)["status"], *state(copy)[1:]) == expected


# --- for subscriptions ----------------------------------------------------------------------------


def test_a_run_by_hand(shop: SubscriptionShop, clock: Clock) -> None:
    """It makes one more order of the items: B 2500 x 1 + 700."""
    order, (subscription,) = shop.subscribed(("A", 1, None), ("B", 1, "weekly"))
    links = {"source_order": to(order), "order_subscription": to(subscription)}
    made = shop.api.create(RECURRING, links=links, place_target_order=True)
    clock.advance(timedelta(seconds=1))
    target = shop.target(made)

    assert shop.shown(made)["status"] == "completed"
    assert shop.cents(target, "total") == (3200,)
    assert shop.shown(subscription)["occurrencies"] == 1
    assert shop.shown(subscription)["next_run_at"] == "2030-01-22T12:00:00.000Z"
    assert ids(shop.api.get(f"{path_of(subscription)}/orders")) == [target["id"]]


def test_a_subscription_that_is_deactivated_meanwhile(
    shop: SubscriptionShop, sandbox: Sandbox, clock: Clock
) -> None:
    """Has no more orders made."""
    order, (subscription,) = shop.subscribed(("B", 1, "weekly"))
    links = {"source_order": to(order), "order_subscription": to(subscription)}
    made = shop.api.create(RECURRING, links=links)
    shop.api.update(subscription, _deactivate=True)
    clock.advance(timedelta(seconds=1))

    assert shop.shown(made)["status"] == "aborted"
    assert told(sandbox, made) == ["create"]
    assert shop.related(subscription, "orders") == []


def test_a_subscription_by_hand_has_no_items(shop: SubscriptionShop) -> None:
    """Only one that runs by itself can be repeated so."""
    order = shop.bought(("B", 1, None))
    links = {"source_order": to(order)}
    manual = shop.api.create("order_subscriptions", frequency="weekly", links=links)
    links["order_subscription"] = to(manual)

    assert got(
        shop.api.post(f"/api/{RECURRING}", document(RECURRING, links=links))
    ) == refused_with([violation("relationships/order_subscription", "is invalid", "invalid")])


# --- who, and what else ---------------------------------------------------------------------------


def test_all_factories(
    shop: SubscriptionShop, clock: Clock, sandbox: Sandbox, token_bearers: TokenBearers
) -> None:
    """Both kinds are listed together, read by back-ends alone, and leave their orders behind."""
    order, (subscription,) = shop.subscribed(("B", 1, "weekly"))
    links = {"source_order": to(order), "order_subscription": to(subscription)}
    recurring, copy = shop.api.create(RECURRING, links=links), copied(shop, clock, order)
    target = shop.target(copy)
    shop.api.update(copy, reference="R", metadata={"a": 1})
    sent = document(TYPE, copy["id"], place_target_order=True)
    refusal = got(shop.api.patch(path_of(copy), sent))
    found = shop.api.get("/api/order_factories", {"sort": "id"}).json["data"]

    assert [to(each) for each in found] == [to(recurring), to(copy)]
    assert refusal == refused("PARAM_NOT_ALLOWED", "place_target_order is not allowed.")
    assert got(token_bearers.guest().get(f"/api/{TYPE}")) == refused("UNAUTHORIZED")
    assert shop.api.delete(path_of(copy)).status_code == 204
    assert shop.api.get(path_of(target)).status_code == 200
    alter(sandbox, order, status="pending")
    alter(sandbox, subscription, status="draft")
    shop.api.delete(path_of(subscription))
    assert shop.api.get(path_of(recurring)).status_code == 404
