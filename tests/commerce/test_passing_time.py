"""What begins and ends as the sandbox's clock moves, and how long that takes."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import monotonic
from mockserver.control.clocks import ClockControl
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.client import Api, Document, path_of, to
from tests.commerce.subscription_shop import SubscriptionShop, told
from tests.scene import gift_card

START = "2026-01-31T10:00:00.000Z"
SPAN = {"starts_at": "2026-02-10T00:00:00.000Z", "expires_at": "2026-03-10T00:00:00.000Z"}
#: A moment before the span, within it and after it, with what its records are then.
STATUSES = {
    "2026-02-09T23:59:59.999Z": "pending",
    "2026-02-10T00:00:00.000Z": "active",
    "2026-03-09T23:59:59.999Z": "active",
    "2026-03-10T00:00:00.000Z": "expired",
}


@pytest.fixture
def clocks(app: MockServerApp) -> ClockControl:
    """Stand still; return what moves time."""
    app.plane.clocks.set({"frozen_at": START})
    return app.plane.clocks


@pytest.fixture
def shop(api: Api, clocks: ClockControl) -> SubscriptionShop:
    """Open the shop."""
    del clocks
    return SubscriptionShop(api, "daily", "weekly", "monthly")


def promotion(shop: SubscriptionShop) -> Document:
    """Run a promotion for a while."""
    return shop.promote("percentage_discount_promotions", percentage=10, **SPAN)


def scheduler(shop: SubscriptionShop) -> Document:
    """Sell by another list for a while."""
    sale = shop.api.create("price_lists", name="Sale", currency_code="EUR", tax_included=True)
    for code, cents in (("A", 900), ("B", 900), ("C", 900)):
        links = {"price_list": to(sale), "sku": to(shop.skus[code])}
        shop.api.create("prices", links=links, amount_cents=cents)
    links = {"market": to(shop.market), "price_list": to(sale)}
    return shop.api.create("price_list_schedulers", links=links, name="Sale", **SPAN)


def link(shop: SubscriptionShop) -> Document:
    """Have an address lead to a SKU for a while."""
    said = {"name": "L", "client_id": "client", "scope": "market:id:x"}
    return shop.api.create("links", links={"item": to(shop.skus["A"])}, **said, **SPAN)


@pytest.mark.parametrize("make", [promotion, scheduler, link])
def test_spans(shop: SubscriptionShop, clocks: ClockControl, make: Any) -> None:
    """Begin with the millisecond they start, and are over with the one they expire."""
    made = make(shop)
    found = {}
    for moment in STATUSES:
        clocks.set({"frozen_at": moment})
        found[moment] = shop.shown(made)["status"]

    assert found == STATUSES


@pytest.mark.parametrize(
    ("make", "totals"), [(promotion, [2200, 2050, 2200]), (scheduler, [2200, 1600, 2200])]
)
def test_what_carts_cost(
    shop: SubscriptionShop, clocks: ClockControl, make: Any, totals: list[int]
) -> None:
    """A 1500 + 700 before and after; meanwhile - 150, or A 900 + 700."""
    make(shop)
    found = []
    for moment in ("2026-02-09T23:59:59.999Z", *[*STATUSES][1::2]):
        clocks.set({"frozen_at": moment})
        order = shop.cart(A=1)
        found.append(shop.shown(order)["total_amount_cents"])

    assert found == totals


def test_schedulers_tell(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """Both of their ends, each at its own moment."""
    made = scheduler(shop)
    clocks.advance({"by": "P1Y"})
    found = sandbox.find("events", Compare("resource", "eq", made["id"]))

    assert [(each["name"].partition(".")[2], each["created_at"]) for each in found] == [
        ("activated", SPAN["starts_at"]),
        ("expired", SPAN["expires_at"]),
    ]


def test_coupons_and_gift_cards(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Cannot be used any more: the coupon from its end on, the card from its own."""
    sale = {"starts_at": START, "expires_at": "2099-01-01T00:00:00.000Z", "percentage": 10}
    shop.promote("percentage_discount_promotions", "SUMMER-2026", **sale)
    (coupon,) = shop.api.get("/api/coupons").json["data"]
    shop.api.update(coupon, expires_at=SPAN["expires_at"])
    card = gift_card(shop.api, expires_at=SPAN["expires_at"])
    codes = {"coupon_code": "SUMMER-2026", "gift_card_code": card["attributes"]["code"]}
    found = []
    for moment in [*STATUSES][2:]:
        clocks.set({"frozen_at": moment})
        for name, code in codes.items():
            order = shop.cart(A=1)
            body = {**to(order), "attributes": {name: code}}
            found.append(shop.api.patch(path_of(order), {"data": body}).status_code)

    assert found == [200, 200, 422, 422]


def test_reservations(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """Lapse after an hour, and the pieces are free again."""
    item = shop.items["mil", "A"]
    shop.api.create("stock_reservations", links={"stock_item": to(item)}, quantity=5)
    held = shop.held("mil", "A")
    clocks.advance({"by": 3599})
    still = shop.held("mil", "A")
    clocks.advance({"by": 1})

    assert (held, still, shop.held("mil", "A")) == ("1000/5", "1000/5", "1000/0")


def test_orders_expire(shop: SubscriptionShop, clocks: ClockControl) -> None:
    """And are not placed then."""
    order = shop.basket(("A", 1, None))
    shop.api.update(order, expires_at="2026-02-01T00:00:00Z")
    before = shop.shown(order)["editable"]
    clocks.advance({"by": "P1D"})

    assert (before, shop.shown(order)["editable"]) == (True, False)


def test_a_year(shop: SubscriptionShop, sandbox: Sandbox, clocks: ClockControl) -> None:
    """Everything is done in its order, each at its own moment, within seconds."""
    _, made = shop.subscribed(("B", 1, "weekly"), ("C", 1, "monthly"))
    shop.api.update(made[0], renewal_alert_period=24)
    scheduled = scheduler(shop)
    began = monotonic()
    clocks.advance({"by": "P1Y"})
    took = monotonic() - began

    assert [shop.shown(each)["occurrencies"] for each in made] == [52, 12]
    assert [shop.shown(each)["next_run_at"] for each in made] == [
        "2027-02-06T10:00:00.000Z",
        "2027-02-28T10:00:00.000Z",
    ]
    events = sandbox.find("events", Compare("created_at", "gt", START))
    moments = [each["created_at"] for each in events]
    assert moments == sorted(moments)
    assert told(sandbox, made[0])[2:] == ["renewal", "last_run_succeeded"] * 52
    assert told(sandbox, scheduled)[-2:] == ["activated", "expired"]
    assert took < 20
