"""How subscriptions are made of orders, and run (commerce.md §19)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.clocks import ClockControl
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.commerce.subscription_shop import JANE, SubscriptionShop, told
from tests.refusals import got, refused
from tests.scene import restock, stored
from tests.till import choose, patch, source

OTHER = "other@example.com"
START = "2026-01-31T10:00:00.000Z"
WEEKLY = ("C", 1, "weekly")


@pytest.fixture
def clocks(app: MockServerApp) -> ClockControl:
    """Stand at the moment of the story; return what moves time."""
    app.plane.clocks.set({"frozen_at": START})
    return app.plane.clocks


@pytest.fixture
def shop(api: Api, clocks: ClockControl) -> SubscriptionShop:
    """Open the shop."""
    del clocks
    return SubscriptionShop(api)


def values(shop: SubscriptionShop, object_: Document, *names: str) -> list[Any]:
    """Return attributes of a record by now."""
    now = shop.shown(object_)
    return [now[name] for name in names]


# --- made of an order -----------------------------------------------------------------------------


def test_nothing_before_it_is_placed(shop: SubscriptionShop) -> None:
    """Nor twice after it."""
    order = shop.basket(WEEKLY)
    shop.api.update(order, _create_subscriptions=True)
    before = shop.related(order, "order_subscriptions")
    placed, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(placed, _create_subscriptions=True)

    assert before == []
    assert values(shop, order, "subscription_created_at") == [None]
    assert values(shop, placed, "subscription_created_at") == [START]
    assert ids(shop.api.get(f"{path_of(placed)}/order_subscriptions")) == [made["id"]]


def test_nothing_while_it_waits(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """An order that is placed later has its subscriptions made after that."""
    order = shop.basket(WEEKLY)
    choose(shop.api, order)
    source(shop.api, order)
    shop.api.update(order, place_async=True)
    shop.api.update(order, _place=True, _create_subscriptions=True)
    waiting = shop.related(order, "order_subscriptions")
    clocks.advance({"by": 10})
    shop.api.update(order, _create_subscriptions=True)

    assert waiting == []
    assert len(shop.related(order, "order_subscriptions")) == 1


def without_a_model(shop: SubscriptionShop) -> None:
    """Have the market offer nothing any more."""
    shop.api.update(shop.market, links={"subscription_model": None})


def without_a_password(shop: SubscriptionShop) -> None:
    """Make Jane's order a guest's."""
    orders = shop.related(shop.jane, "orders")
    shop.api.update(orders[0], guest=True)


@pytest.mark.parametrize("lose", [without_a_model, without_a_password])
def test_nothing_without(shop: SubscriptionShop, lose: Any) -> None:
    """A model of the market, and a registered customer, are what it takes."""
    order = shop.bought(WEEKLY)
    lose(shop)
    shop.api.update(order, _create_subscriptions=True)

    assert shop.related(order, "order_subscriptions") == []


def test_what_it_takes_of_the_order(shop: SubscriptionShop, sandbox: Sandbox) -> None:
    """And how both tell of it."""
    order, (made,) = shop.subscribed(WEEKLY)
    record = stored(sandbox, made)
    (entry,) = shop.related(shop.jane, "customer_payment_sources")

    assert (record["customer"], record["market"], record["subscription_model"]) == (
        shop.jane["id"],
        shop.market["id"],
        shop.model["id"],
    )
    assert record["customer_payment_source"] == entry["id"]
    assert record["number"] == str(record["serial"])
    assert told(sandbox, order).count("create_subscriptions") == 1


def test_who_activates(api: Api, clocks: ClockControl) -> None:
    """Without ``auto_activate`` somebody has to; what is missed by then has been missed."""
    shop = SubscriptionShop(api, auto_activate=False)
    _, (made,) = shop.subscribed(WEEKLY)
    before = values(shop, made, "status", "starts_at", "next_run_at")
    clocks.set({"frozen_at": "2026-02-10T00:00:00.000Z"})
    shop.api.update(made, _activate=True)

    assert before == ["draft", START, None]
    assert values(shop, made, "status", "next_run_at") == ["active", "2026-02-14T10:00:00.000Z"]
    assert shop.related(made, "orders") == []


@pytest.mark.parametrize("auto_cancel", [True, False])
def test_the_order_is_cancelled(
    api: Api, sandbox: Sandbox, clocks: ClockControl, *, auto_cancel: bool
) -> None:
    """What was made of it is too, if the model says so; that is told once."""
    del clocks
    shop = SubscriptionShop(api, auto_cancel=auto_cancel)
    order, made = shop.subscribed(WEEKLY, ("A", 1, "monthly"))
    api.update(order, _cancel=True)

    status = "cancelled" if auto_cancel else "active"
    assert [values(shop, each, "status") for each in made] == [[status], [status]]
    assert told(sandbox, order).count("cancel_subscriptions") == int(auto_cancel)


# --- runs -----------------------------------------------------------------------------------------


def test_the_order_of_a_run(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """It is the subscription's, and paid with a copy of what the wallet keeps."""
    order, (made,) = shop.subscribed(WEEKLY)
    clocks.advance({"by": "P1W"})
    factory, target = shop.last(made)

    assert shop.linked(target, "order_subscription") is not None
    assert ids(shop.api.get(f"{path_of(made)}/orders")) == [target["id"]]
    assert ids(shop.api.get(f"{path_of(made)}/recurring_order_copies")) == [factory["id"]]
    assert shop.related(made, "order_copies") == []
    theirs, ours = (stored(sandbox, each)["payment_source"] for each in (order, target))
    assert theirs != ours
    assert told(sandbox, made)[2:] == ["renewal", "last_run_succeeded"]
    assert told(sandbox, factory) == ["create", "start", "complete"]


def test_promotions_are_reckoned(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """As of any order: C 1200 - 10 % (120) + 700 = 1780, until the promotion is over."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.promote(
        "percentage_discount_promotions", percentage=10, expires_at="2026-02-10T00:00:00.000Z"
    )
    totals = []
    for _ in range(2):
        clocks.advance({"by": "P1W"})
        totals += shop.cents(shop.last(made)[1], "total")

    assert totals == [1780, 1900]


def test_items_are_edited(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Another quantity, another price, one more, none: each run has what there is then.

    C 2 x 1000 + 700 = 2700; with B 2500 5200; B alone 3200.
    """
    _, (made,) = shop.subscribed(WEEKLY)
    (item,) = shop.related(made, "order_subscription_items")
    shop.api.update(item, quantity=2, unit_amount_cents=1000)
    totals = []
    for step in ("more", "less", None):
        clocks.advance({"by": "P1W"})
        totals += shop.cents(shop.last(made)[1], "total")
        if step == "more":
            links = {"order_subscription": to(made), "item": to(shop.skus["B"])}
            shop.api.create("order_subscription_items", links=links, quantity=1)
        elif step == "less":
            shop.api.delete(path_of(item))

    assert totals == [2700, 5200, 3200]


def test_by_hand_it_copies(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """A subscription without a model has its source copied, discounts and all."""
    sale = shop.promote("percentage_discount_promotions", percentage=10)
    order = shop.bought(("C", 1, None))
    links = {"source_order": to(order)}
    made = shop.api.create("order_subscriptions", frequency="weekly", links=links)
    shop.api.update(sale, _disable=True)
    clocks.advance({"by": "P1W"})
    factory, target = shop.last(made)

    assert factory["type"] == "order_copies"
    assert values(shop, target, "status", "payment_status") == ["placed", "authorized"]
    assert shop.cents(target, "total", "discount") == (1780, -120)
    assert values(shop, made, "occurrencies", "next_run_at") == [1, "2026-02-14T10:00:00.000Z"]


def test_unplaced(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Without ``place_target_order`` somebody else places it."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(made, place_target_order=False)
    clocks.advance({"by": "P1W"})

    assert values(shop, shop.last(made)[1], "status") == ["pending"]
    assert values(shop, made, "occurrencies", "succeeded_on_last_run") == [1, True]


def test_out_of_stock(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """A run fails, and the next one is tried all the same."""
    _, (made,) = shop.subscribed(WEEKLY)
    restock(shop.api, shop.skus["C"], 0)
    clocks.advance({"by": "P1W"})
    failed = values(shop, made, "status", "errors_count", "succeeded_on_last_run", "next_run_at")
    target = shop.last(made)[1]
    restock(shop.api, shop.skus["C"], 10)
    clocks.advance({"by": "P1W"})

    assert failed == ["active", 1, False, "2026-02-14T10:00:00.000Z"]
    assert [each["attributes"]["name"] for each in shop.related(target, "resource_errors")] == [
        "quantity"
    ]
    assert values(shop, made, "errors_count", "succeeded_on_last_run", "occurrencies") == [
        1,
        True,
        1,
    ]
    assert told(sandbox, made)[2:] == [
        *("renewal", "last_run_failed"),
        *("renewal", "last_run_succeeded"),
    ]


def test_declined(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """As a run that nobody expected to fail: its job fails."""
    _, (made,) = shop.subscribed(WEEKLY)
    (job,) = (e for e in sandbox.job_queue.waiting() if e["job"] == "run")
    sandbox.job_queue.fail_one(job["id"])
    after = values(shop, made, "status", "errors_count", "next_run_at")
    clocks.advance({"by": "P2W"})

    assert after == ["active", 1, "2026-02-14T10:00:00.000Z"]
    assert values(shop, made, "occurrencies") == [1]


# --- time -----------------------------------------------------------------------------------------


def test_it_ends(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """After the last run before its end it is inactive."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(made, expires_at="2026-02-20T00:00:00Z")
    clocks.advance({"by": "P3M"})

    assert values(shop, made, "status", "occurrencies") == ["inactive", 2]
    assert told(sandbox, made)[-2:] == ["deactivate", "last_run_succeeded"]


def test_a_pause(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Runs no order, and goes on as before."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(made, _deactivate=True)
    clocks.advance({"by": "P1M1D"})
    shop.api.update(made, _activate=True)
    before = values(shop, made, "occurrencies", "next_run_at")
    clocks.advance({"by": "P1W"})

    assert before == [0, "2026-03-07T10:00:00.000Z"]
    assert values(shop, made, "occurrencies") == [1]


def test_missed_runs(
    shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl, app: MockServerApp
) -> None:
    """A clock that jumps, as when a server was down for five weeks, brings one run only."""
    del sandbox, clocks
    _, (made,) = shop.subscribed(WEEKLY)
    next(iter(app.organizations)).clock.freeze(datetime(2026, 3, 10, tzinfo=UTC))

    assert values(shop, made, "occurrencies", "last_run_at", "next_run_at") == [
        1,
        "2026-03-10T00:00:00.000Z",
        "2026-03-14T10:00:00.000Z",
    ]


def test_another_day(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Moves one run; the next is due as if it had not."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(made, next_run_at="2026-02-09T12:00:00Z")
    clocks.set({"frozen_at": "2026-02-09T12:00:00Z"})

    assert values(shop, made, "last_run_at", "next_run_at") == [
        "2026-02-09T12:00:00.000Z",
        "2026-02-14T10:00:00.000Z",
    ]


def test_another_frequency(api: Api, clocks: ClockControl) -> None:
    """Dates are counted from the last run then, 02-07: 02-08, 02-09."""
    shop = SubscriptionShop(api, "weekly", "daily")
    _, (made,) = shop.subscribed(WEEKLY)
    clocks.set({"frozen_at": "2026-02-07T18:00:00Z"})
    shop.api.update(made, frequency="daily")
    before = values(shop, made, "next_run_at")
    clocks.advance({"by": "P1D"})

    assert before == ["2026-02-08T10:00:00.000Z"]
    assert values(shop, made, "next_run_at") == ["2026-02-09T10:00:00.000Z"]


def test_a_crontab(api: Api, clocks: ClockControl) -> None:
    """On the first of each month at half past six, in UTC."""
    shop = SubscriptionShop(api, "30 6 1 * *")
    _, (made,) = shop.subscribed(("C", 1, "30 6 1 * *"))
    before = values(shop, made, "next_run_at")
    clocks.advance({"by": "P2M"})

    assert before == ["2026-02-01T06:30:00.000Z"]
    assert values(shop, made, "occurrencies", "next_run_at") == [2, "2026-04-01T06:30:00.000Z"]


@pytest.mark.parametrize(("period", "at"), [(1, "2026-02-07T09:00:00.000Z"), (720, START)])
def test_the_alert(
    shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl, period: int, at: str
) -> None:
    """Comes so many hours before, or at once where that has gone by; once for each run."""
    _, (made,) = shop.subscribed(WEEKLY)
    shop.api.update(made, renewal_alert_period=period)
    clocks.set({"frozen_at": "2026-02-07T09:59:00.000Z"})
    shop.api.update(made, renewal_alert_period=2)
    shop.shown(made)
    found = shop.api.get(f"{path_of(made)}/events", {"filter[q][name_end]": "renewal"})

    assert told(sandbox, made)[2:] == ["renewal"]
    assert [each["attributes"]["created_at"] for each in found.json["data"]] == [at]


# --- who, and what else ---------------------------------------------------------------------------


def test_the_customer(shop: SubscriptionShop, token_bearers: TokenBearers) -> None:
    """Steers its own subscriptions and their items, and sees nothing of how they are made."""
    _, (made,) = shop.subscribed(WEEKLY)
    (item,) = shop.related(made, "order_subscription_items")
    shop.api.create("customers", email=OTHER, password=PASSWORD)
    jane, other = (token_bearers.customer(each) for each in (JANE, OTHER))
    jane.update(item, quantity=3)
    jane.update(made, _deactivate=True)

    assert values(shop, item, "quantity") == [3]
    assert values(shop, made, "status") == ["inactive"]
    assert ids(jane.get("/api/order_subscriptions")) == [made["id"]]
    assert ids(other.get("/api/order_subscriptions")) == []
    assert got(other.get(path_of(made))) == refused("UNAUTHORIZED")
    for type_ in ("subscription_models", "order_factories", "recurring_order_copies"):
        assert got(jane.get(f"/api/{type_}")) == refused("UNAUTHORIZED")


def test_a_model_in_use_stays(shop: SubscriptionShop) -> None:
    """While a market offers by it, or a subscription runs by it."""
    shop.subscribed(WEEKLY)
    held = shop.api.delete(path_of(shop.model)).status_code
    without_a_model(shop)
    free = shop.api.create("subscription_models", name="Free", frequencies=["weekly"])

    assert [held, shop.api.delete(path_of(shop.model)).status_code] == [423, 423]
    assert shop.api.delete(path_of(free)).status_code == 204


def test_conversion(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """From then on it runs of its items: those of all lines."""
    order = shop.bought(("A", 1, None), ("B", 2, None))
    links = {"source_order": to(order)}
    made = shop.api.create("order_subscriptions", frequency="weekly", links=links)
    assert patch(shop.api, made, _convert=True).status_code == 200
    clocks.advance({"by": "P1W"})
    found = shop.related(made, "order_subscription_items")

    assert [(e["attributes"]["sku_code"], e["attributes"]["quantity"]) for e in found] == [
        ("A", 1),
        ("B", 2),
    ]
    assert shop.last(made)[0]["type"] == "recurring_order_copies"


def test_a_frequency_that_is_not_offered(shop: SubscriptionShop) -> None:
    """Neither by a new line, nor later by its subscription."""
    order = shop.basket(WEEKLY)
    links = {"order": to(order)}
    sent = document("line_items", links=links, sku_code="A", quantity=1, frequency="daily")
    _, (made,) = shop.subscribed(WEEKLY)
    answers = [shop.api.post("/api/line_items", sent), patch(shop.api, made, frequency="daily")]

    assert [each.json["errors"][0]["title"] for each in answers] == [
        "is not included in the list"
    ] * 2
