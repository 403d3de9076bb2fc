"""The story of two subscriptions to one order, to the cent (commerce.md §29.11)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.clocks import ClockControl
from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, ids, path_of
from tests.commerce.subscription_shop import SubscriptionShop, told
from tests.refusals import got, impossible, refused_with
from tests.till import patch, transactions

LINES = (("A", 2, "monthly"), ("B", 1, "monthly"), ("C", 1, "weekly"))


@pytest.fixture
def clocks(app: MockServerApp) -> ClockControl:
    """Stand at the moment of the story; return what moves time."""
    app.plane.clocks.set({"frozen_at": "2026-01-31T10:00:00.000Z"})
    return app.plane.clocks


def go(clocks: ClockControl, at: str) -> None:
    """Let time pass until then."""
    clocks.set({"frozen_at": at})


def items(api: Api, subscription: Document) -> list[tuple[str, int, int]]:
    """Return what a subscription is of."""
    found = api.get(f"{path_of(subscription)}/order_subscription_items").json["data"]
    shown = [each["attributes"] for each in found]
    return [(each["sku_code"], each["quantity"], each["unit_amount_cents"]) for each in shown]


def shown(shop: SubscriptionShop, object_: Document, *names: str) -> list[Any]:
    """Return attributes of a record by now."""
    now = shop.shown(object_)
    return [now[name] for name in names]


def test_the_story(api: Api, sandbox: Sandbox, clocks: ClockControl) -> None:
    """Each runs by its own frequency; a run without a payment source fails, and the next is due."""
    shop = SubscriptionShop(api)
    order, subscriptions = shop.subscribed(*LINES)
    monthly, weekly = subscriptions

    assert shop.cents(order, "total", "total_tax") == (7400, 1208)
    assert [(line["sku_code"], line["tax_amount_cents"]) for line in shop.lines(order)] == [
        ("A", 541),
        ("B", 451),
        ("C", 216),
    ]
    begun = ("status", "frequency", "starts_at", "next_run_at", "occurrencies")
    start = "2026-01-31T10:00:00.000Z"
    assert shown(shop, monthly, *begun) == [
        "active",
        "monthly",
        start,
        "2026-02-28T10:00:00.000Z",
        0,
    ]
    assert shown(shop, weekly, *begun) == ["active", "weekly", start, "2026-02-07T10:00:00.000Z", 0]
    assert items(api, monthly) == [("A", 2, 1500), ("B", 1, 2500)]
    assert items(api, weekly) == [("C", 1, 1200)]

    api.update(monthly, renewal_alert_period=24)
    go(clocks, "2026-02-07T10:00:00.000Z")
    factory, target = shop.last(weekly)

    assert shown(shop, factory, "type", "status", "errors_count") == [
        "recurring_order_copies",
        "completed",
        0,
    ]
    assert shop.cents(target, "total", "total_tax") == (1900, 216)
    assert shown(shop, target, "status", "payment_status", "placed_at") == [
        "placed",
        "authorized",
        "2026-02-07T10:00:00.000Z",
    ]
    assert transactions(api, target) == [("T/001", "authorizations", 1900)]
    ran = ("status", "occurrencies", "succeeded_on_last_run", "last_run_at", "next_run_at")
    assert shown(shop, weekly, *ran) == [
        "active",
        1,
        True,
        "2026-02-07T10:00:00.000Z",
        "2026-02-14T10:00:00.000Z",
    ]

    entry = api.get(f"{path_of(weekly)}/customer_payment_source").json["data"]
    api.delete(path_of(entry))
    go(clocks, "2026-02-14T10:00:00.000Z")
    factory, target = shop.last(weekly)

    assert shown(shop, factory, "status", "errors_count", "errors_log") == [
        "failed",
        1,
        {"payment_source": ["can't be blank"]},
    ]
    assert shown(shop, target, "status", "errors_count") == ["pending", 1]
    assert shown(shop, weekly, *ran, "errors_count") == [
        "active",
        1,
        False,
        "2026-02-07T10:00:00.000Z",
        "2026-02-21T10:00:00.000Z",
        1,
    ]
    assert told(sandbox, weekly) == [
        "create",
        "activate",
        "renewal",
        "last_run_succeeded",
        "renewal",
        "last_run_failed",
    ]

    api.update(weekly, _cancel=True)
    assert got(patch(api, weekly, _activate=True)) == refused_with(
        [impossible("cancelled", "active")]
    )


def test_the_monthly_run(api: Api, sandbox: Sandbox, clocks: ClockControl) -> None:
    """A month is over on its last day, and that is told of a day before."""
    shop = SubscriptionShop(api)
    _, (monthly, _) = shop.subscribed(*LINES)
    api.update(monthly, renewal_alert_period=24)
    go(clocks, "2026-02-27T09:59:59.999Z")
    before = told(sandbox, monthly)
    go(clocks, "2026-02-27T10:00:00.000Z")
    alerted = told(sandbox, monthly)
    go(clocks, "2026-02-28T10:00:00.000Z")
    _, target = shop.last(monthly)

    assert (before[2:], alerted[2:]) == ([], ["renewal"])
    assert shop.cents(target, "total", "total_tax", "subtotal_taxable") == (6200, 992, 4508)
    assert [line["tax_amount_cents"] for line in shop.lines(target)] == [541, 451]
    dates = []
    for month in ("02-28", "03-31", "04-30"):
        go(clocks, f"2026-{month}T10:00:00.000Z")
        dates += shown(shop, monthly, "last_run_at", "next_run_at")
    assert [date[5:10] for date in dates] == [
        "02-28",
        "03-31",
        "03-31",
        "04-30",
        "04-30",
        "05-31",
    ]
    assert shown(shop, monthly, "occurrencies") == [3]


def test_one_for_each_line(api: Api, clocks: ClockControl) -> None:
    """By line items there are three."""
    del clocks
    shop = SubscriptionShop(api, strategy="by_line_items")
    _, subscriptions = shop.subscribed(*LINES)

    assert [items(api, each) for each in subscriptions] == [
        [("A", 2, 1500)],
        [("B", 1, 2500)],
        [("C", 1, 1200)],
    ]


def test_other_numbers(api: Api, clocks: ClockControl) -> None:
    """Two-month from the end of December: February's last day, then the 30th again.

    Source: A 1500 x 3 = 4500 -> tax 4500 x 22/122 = 811.47 -> 811; C 1200 x 2 = 2400 -> 432.78 ->
    433; shipping 700, not taxed; total 4500 + 2400 + 700 = 7600, tax 811 + 433 = 1244.
    The run has both, A at 1350 by then: 3 x 1350 = 4050 -> 730.32 -> 730; with C 2400 and
    shipping 700 it is 7150, tax 730 + 433 = 1163.
    """
    go(clocks, "2027-12-30T08:30:00.000Z")
    shop = SubscriptionShop(api, "two-month")
    order, (made,) = shop.subscribed(("A", 3, "two-month"), ("C", 2, "two-month"))
    item = next(
        each
        for each in api.get(f"{path_of(made)}/order_subscription_items").json["data"]
        if each["attributes"]["sku_code"] == "A"
    )
    api.update(item, unit_amount_cents=1350)

    assert shop.cents(order, "total", "total_tax") == (7600, 1244)
    dates = shown(shop, made, "next_run_at")
    for at in ("2028-02-29T08:30:00.000Z", "2028-04-30T08:30:00.000Z"):
        go(clocks, at)
        dates += shown(shop, made, "next_run_at")
    assert dates == [
        "2028-02-29T08:30:00.000Z",
        "2028-04-30T08:30:00.000Z",
        "2028-06-30T08:30:00.000Z",
    ]
    _, target = shop.last(made)
    assert shop.cents(target, "total", "total_tax") == (7150, 1163)
    assert len(ids(api.get(f"{path_of(made)}/orders"))) == 2
