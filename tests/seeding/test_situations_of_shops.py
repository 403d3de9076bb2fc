"""The scenarios that the engine lives through: what each promises, and that its sums are right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.access import MODES, Mode
from mockserver.app import MockServerApp
from mockserver.commerce.promotions.members import KINDS
from mockserver.engine.sandbox import Sandbox
from mockserver.situations import scenarios
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare
from tests.client import Bearers, Document, path_of
from tests.seeding.test_consistency import MOVING
from tests.seeding.test_scenarios import found, played

#: Where clocks stand when they are played; the day makes no difference to what is in them.
NOW = "2030-03-31T12:00:00.000Z"
UNPLACED = ("draft", "pending")
#: The thousand customers of ``hundred-pages`` are made as the fifty of ``demo``.
NAMES = [name for name in scenarios.names() if name != "hundred-pages"]


def by_reference(sandbox: Sandbox, type_: str) -> dict[str, Record]:
    """Return the records of a type that have a reference, by that."""
    records = sandbox.find(type_, EVERYTHING)
    return {record["reference"]: record for record in records if record["reference"]}


def standing(app: MockServerApp, name: str, mode: Mode = "test") -> Sandbox:
    """Return a mode of the first organization after a scenario, at a moment that is known."""
    app.plane.clocks.set({"frozen_at": NOW})
    return played(app, name, mode)


def related(sandbox: Sandbox, order: Record, type_: str) -> list[Record]:
    return found(sandbox, type_, order=order["id"])


# --- of all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_orders_cost_what_the_engine_reckons(app: MockServerApp, name: str, mode: Mode) -> None:
    """Every order that is not placed yet is refreshed, and nothing of it or its lines changes."""
    sandbox = standing(app, name, mode)
    for order in sandbox.find("orders", Compare("status", "in", frozenset(UNPLACED))):
        before = dict(_seen(sandbox, order))
        sandbox.change("orders", order["id"], {"_refresh": True})

        assert dict(_seen(sandbox, order)) == before, order["number"]


def _seen(sandbox: Sandbox, order: Record) -> Iterator[tuple[Any, Any]]:
    """Yield what an order and its lines show, without what moves with each run."""
    for type_, records in (
        ("orders", [sandbox.get("orders", order["id"]) or {}]),
        ("line_items", related(sandbox, order, "line_items")),
        ("shipments", related(sandbox, order, "shipments")),
    ):
        for record in records:
            unseen = {*MOVING, *sandbox.registry[type_].internals}
            kept = {name: value for name, value in record.items() if name not in unseen}
            yield (type_, record["id"]), kept


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["checkout", "fulfilment", "promotions", "stock", "subscriptions"])
def test_both_modes_are_the_same(app: MockServerApp, name: str, mode: Mode) -> None:
    """What is placed has been counted for its customer, and nothing is told to webhooks."""
    sandbox = standing(app, name, mode)
    for customer in sandbox.find("customers", EVERYTHING):
        orders = found(sandbox, "orders", customer=customer["id"])
        assert customer["total_orders_count"] == sum(bool(o["placed_at"]) for o in orders)
        assert customer["created_at"] <= NOW
    assert sandbox.find("deliveries", EVERYTHING) == []
    assert sandbox.clock is sandbox.organization.clock


# --- checkout ------------------------------------------------------------------------------------


#: By reference: status, what is to pay in cents, statuses of the shipments.
CARTS = {
    "empty": ("draft", 0, []),
    "lines": ("draft", 7700, []),
    "addresses": ("pending", 7700, ["draft"]),
    "shipping": ("pending", 8900, ["draft"]),
    "discounts": ("pending", 5630, ["draft"]),
    "payment": ("pending", 8400, ["draft"]),
    "wire-transfer": ("pending", 8400, ["draft"]),
    "card": ("pending", 8400, ["draft"]),
    "declined": ("pending", 8400, ["draft"]),
    "returning": ("pending", 8600, ["draft"]),
    "placed": ("placed", 10200, ["upcoming"]),
    "approved": ("approved", 9600, ["picking"]),
}


def test_carts_at_every_stage(app: MockServerApp) -> None:
    """Two shirts and a bag are 77.00; the coupon takes a tenth off, the card 20.00."""
    sandbox = standing(app, "checkout")
    orders = by_reference(sandbox, "orders")

    assert {
        reference: (
            order["status"],
            order["total_amount_with_taxes_cents"],
            [shipment["status"] for shipment in related(sandbox, order, "shipments")],
        )
        for reference, order in orders.items()
    } == CARTS
    discounts = orders["discounts"]
    assert (discounts["discount_amount_cents"], discounts["gift_card_amount_cents"]) == (
        -770,
        -2000,
    )
    assert orders["placed"]["placed_at"] == "2030-03-30T12:00:00.000Z"
    assert orders["approved"]["approved_at"] == "2030-03-27T12:00:00.000Z"


@pytest.mark.parametrize(
    ("reference", "expected"), [("card", 200), ("wire-transfer", 200), ("declined", 422)]
)
def test_carts_that_only_have_to_be_placed(
    app: MockServerApp, bearers: Bearers, reference: str, expected: int
) -> None:
    """One of them with a card that is declined."""
    standing(app, "checkout")
    cart = only(bearers, "orders", reference=reference)
    sent = {"data": {"type": "orders", "id": cart["id"], "attributes": {"_place": True}}}

    assert bearers.integration().patch(path_of(cart), sent).status_code == expected


def only(bearers: Bearers, type_: str, **wanted: Any) -> Document:
    """Return the one record of this value."""
    ((field, value),) = wanted.items()
    answer = bearers.integration().get(f"/api/{type_}", {f"filter[q][{field}_eq]": value})
    (record,) = answer.json["data"]
    return record


def test_a_customer_with_a_wallet(app: MockServerApp, bearers: Bearers) -> None:
    """Iris logs in and finds two addresses and a card."""
    standing(app, "checkout")
    api = bearers.customer("iris@checkout.example", "secret123")

    assert len(api.get("/api/customer_addresses").json["data"]) == 2
    assert len(api.get("/api/customer_payment_sources").json["data"]) == 1


# --- promotions ----------------------------------------------------------------------------------


#: By reference: what an order is discounted by, and what the line of that is of.
DISCOUNTED = {
    "percentage": (-1780, "percentage_discount_promotions"),
    "fixed-amount": (-500, "fixed_amount_promotions"),
    "fixed-price": (-2000, "fixed_price_promotions"),
    "free-shipping": (-1200, "free_shipping_promotions"),
    "free-gift": (-2400, "free_gift_promotions"),
    "buy-x-pay-y": (-1800, "buy_x_pay_y_promotions"),
    "flex": (-465, "flex_promotions"),
    "coupon": (-450, "percentage_discount_promotions"),
    "for-nora": (-450, "percentage_discount_promotions"),
    "once": (-900, "percentage_discount_promotions"),
}
COUPONS = {
    "promo-open": 0,
    "promo-once": 0,
    "promo-used-up": 1,
    "promo-one-each": 0,
    "promo-expired": 0,
    "promo-for-nora": 0,
}


def test_a_promotion_of_every_kind(app: MockServerApp, bearers: Bearers) -> None:
    """Each but the external one shows on an order; three are not in force."""
    sandbox = standing(app, "promotions")
    orders = by_reference(sandbox, "orders")
    shown = {
        reference: (
            order["discount_amount_cents"],
            *(
                line["item_type"]
                for line in related(sandbox, order, "line_items")
                if line["item_type"].endswith("_promotions")
            ),
        )
        for reference, order in orders.items()
        if reference in DISCOUNTED
    }
    listed = bearers.integration().get("/api/promotions", {"page[size]": "25"}).json["data"]
    statuses = {p["attributes"]["reference"]: p["attributes"]["status"] for p in listed}

    assert shown == DISCOUNTED
    assert {promotion["type"] for promotion in listed} == set(KINDS)
    assert {name: status for name, status in statuses.items() if status != "active"} == {
        "to-come": "pending",
        "over": "expired",
        "switched-off": "disabled",
    }


def test_coupons_in_every_state(app: MockServerApp, bearers: Bearers) -> None:
    """Some can be entered into a cart, others are refused."""
    sandbox = standing(app, "promotions")
    coupons = by_reference(sandbox, "coupons")
    cart = only(bearers, "orders", reference="coupon")
    answers = {
        code: bearers.integration().patch(
            path_of(cart),
            {"data": {"type": "orders", "id": cart["id"], "attributes": {"coupon_code": code}}},
        )
        for code in ("PROMO-ONCE", "PROMO-ONE-EACH", "PROMO-USED-UP", "PROMO-EXPIRED")
    }

    assert {reference: coupon["usage_count"] for reference, coupon in coupons.items()} == COUPONS
    assert [answer.status_code for answer in answers.values()] == [200, 200, 422, 422]


# --- stock ---------------------------------------------------------------------------------------


def test_what_there_is_of_everything(app: MockServerApp) -> None:
    """Of some SKUs nothing, of one only in the second place, of one so much that nobody counts."""
    sandbox = standing(app, "stock")
    skus = {sku["id"]: sku for sku in sandbox.find("skus", EVERYTHING)}
    places = {each["id"]: each["code"] for each in sandbox.find("stock_locations", EVERYTHING)}
    there = {
        (skus[item["sku"]]["code"], places[item["stock_location"]]): item["quantity"]
        for item in sandbox.find("stock_items", EVERYTHING)
    }

    assert there == {
        ("STOCK-PLENTY", "milan"): 100,
        ("STOCK-PLENTY", "rotterdam"): 100,
        ("STOCK-LOW", "milan"): 2,
        ("STOCK-OUT", "milan"): 0,
        ("STOCK-OUT", "rotterdam"): 0,
        ("STOCK-ROTTERDAM", "rotterdam"): 10,
        ("STOCK-RESERVED", "milan"): 10,
        ("STOCK-MOVING", "rotterdam"): 20,
        ("STOCK-MOVING", "milan"): 0,
        ("STOCK-WAITED-FOR", "milan"): 0,
    }
    assert [sku["code"] for sku in skus.values() if sku["do_not_track"]] == ["STOCK-ENDLESS"]


def test_reservations_lapse(app: MockServerApp) -> None:
    """One in five minutes, one an hour after it was made; an order and a transfer keep theirs."""
    sandbox = standing(app, "stock")

    def reserved() -> list[tuple[str, int]]:
        found_ = sandbox.find("stock_reservations", EVERYTHING)
        return sorted((each["status"], each["quantity"]) for each in found_)

    first = reserved()
    app.plane.clocks.advance({"by": "PT6M"})
    second = reserved()
    app.plane.clocks.advance({"by": "PT1H"})

    kept = [("pending", 3), ("pending", 8)]
    assert first == [("draft", 1), ("draft", 2), *kept]
    assert second == [("draft", 1), *kept]
    assert reserved() == kept


def test_a_transfer_arrives_and_who_waits_is_told(app: MockServerApp, bearers: Bearers) -> None:
    """Eight chairs come to Milan; five of another one are enough for Otto."""
    sandbox = standing(app, "stock")
    api = bearers.integration()
    transfer = only(bearers, "stock_transfers", number="STOCK-TRANSFER")
    (waiting,) = sandbox.find("in_stock_subscriptions", EVERYTHING)
    (empty,) = found(sandbox, "stock_items", sku=waiting["sku"])
    api.update(transfer, _complete=True)
    api.update({"type": "stock_items", "id": empty["id"]}, quantity=5)

    (moved,) = found(sandbox, "skus", code="STOCK-MOVING")
    assert sorted(item["quantity"] for item in found(sandbox, "stock_items", sku=moved["id"])) == [
        8,
        12,
    ]
    (told,) = sandbox.find("in_stock_subscriptions", EVERYTHING)
    assert (transfer["attributes"]["status"], told["status"]) == ("in_transit", "notified")


def test_an_order_from_two_places(app: MockServerApp) -> None:
    """In a market that splits, each place sends a shipment of what it has."""
    sandbox = standing(app, "stock")
    order = by_reference(sandbox, "orders")["two-places"]
    places = {each["id"]: each["code"] for each in sandbox.find("stock_locations", EVERYTHING)}
    from_ = [places[each["stock_location"]] for each in related(sandbox, order, "shipments")]

    assert sorted(from_) == ["milan", "rotterdam"]


# --- fulfilment ----------------------------------------------------------------------------------


SHIPPED = {
    "upcoming": ("placed", "unfulfilled", "upcoming"),
    "on-hold": ("approved", "in_progress", "on_hold"),
    "picking": ("approved", "in_progress", "picking"),
    "packing": ("approved", "in_progress", "packing"),
    "ready-to-ship": ("approved", "in_progress", "ready_to_ship"),
    "shipped": ("approved", "fulfilled", "shipped"),
    "delivered": ("approved", "fulfilled", "delivered"),
    "pickup": ("placed", "unfulfilled", "upcoming"),
}


def test_shipments_in_every_status(app: MockServerApp) -> None:
    """The parcels of three are tracked."""
    sandbox = standing(app, "fulfilment")
    orders = by_reference(sandbox, "orders")
    stood = {
        reference: (
            (order := orders[reference])["status"],
            order["fulfillment_status"],
            *(shipment["status"] for shipment in related(sandbox, order, "shipments")),
        )
        for reference in SHIPPED
    }
    parcels = sandbox.find("parcels", EVERYTHING)

    assert stood == SHIPPED
    assert {parcel["tracking_number"]: parcel["tracking_status"] for parcel in parcels} == {
        "FU4007IT": "delivered",
        "FU4006IT": "in_transit",
        "FU4005IT": "pre_transit",
    }


def test_a_pickup_is_delivered_once_it_is_approved(app: MockServerApp, bearers: Bearers) -> None:
    """In the store of Milan, without a shipping method."""
    sandbox = standing(app, "fulfilment")
    order = only(bearers, "orders", reference="pickup")
    bearers.integration().update(order, _approve_and_capture=True)

    (shipment,) = found(sandbox, "shipments", order=order["id"])
    assert (shipment["status"], shipment["shipping_method"]) == ("delivered", None)


def test_returns_in_every_status(app: MockServerApp) -> None:
    """One lamp of two each; the one that was refunded was half of the goods."""
    sandbox = standing(app, "fulfilment")
    returns = by_reference(sandbox, "returns")
    statuses = sandbox.registry["returns"].attributes["status"].enum

    assert {name: each["status"] for name, each in returns.items()} == {s: s for s in statuses}
    (refund,) = sandbox.find("refunds", EVERYTHING)
    assert (refund["amount_cents"], refund["succeeded"]) == (8900, True)


# --- subscriptions -------------------------------------------------------------------------------


#: By reference: status, runs, failed runs, the next run.
SUBSCRIBED = {
    "daily": ("active", 3, 0, "2030-04-01T12:00:00.000Z"),
    "weekly": ("active", 1, 0, "2030-04-04T12:00:00.000Z"),
    "monthly": ("active", 2, 0, "2030-04-30T12:00:00.000Z"),
    "failing": ("active", 0, 1, "2030-04-05T12:00:00.000Z"),
    "inactive": ("inactive", 0, 0, "2030-04-23T12:00:00.000Z"),
    "cancelled": ("cancelled", 0, 0, None),
    "expired": ("inactive", 1, 0, "2030-03-25T12:00:00.000Z"),
}


def subscriptions(sandbox: Sandbox) -> dict[str, tuple[Any, ...]]:
    """Return how each subscription stands."""
    names = ("status", "occurrencies", "errors_count", "next_run_at")
    return {
        reference: tuple(each[name] for name in names)
        for reference, each in by_reference(sandbox, "order_subscriptions").items()
    }


def test_subscriptions_in_every_status(app: MockServerApp) -> None:
    """Their runs made orders; the one that failed says why."""
    sandbox = standing(app, "subscriptions")
    (wrong,) = sandbox.find("resource_errors", EVERYTHING)
    made = [order for order in sandbox.find("orders", EVERYTHING) if order["order_subscription"]]

    assert subscriptions(sandbox) == SUBSCRIBED
    assert wrong["message"] == "Your card was declined."
    assert sorted(order["status"] for order in made) == ["pending"] + ["placed"] * 7


def test_subscriptions_go_on(app: MockServerApp) -> None:
    """Within a week the daily one runs seven times, the failing one fails again."""
    sandbox = standing(app, "subscriptions")
    app.plane.clocks.advance({"by": "P7D"})
    now = subscriptions(sandbox)

    assert {name: now[name][1:3] for name in ("daily", "weekly", "monthly", "failing")} == {
        "daily": (10, 0),
        "weekly": (2, 0),
        "monthly": (2, 0),
        "failing": (0, 2),
    }
    assert {name: now[name] for name in ("inactive", "cancelled", "expired")} == {
        name: SUBSCRIBED[name] for name in ("inactive", "cancelled", "expired")
    }
