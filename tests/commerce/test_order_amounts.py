"""What an order has of its line items, and which of them only the order makes.

commerce.md §3.1, §3.2, §4.
"""

from __future__ import annotations

import pytest

from mockserver.commerce.orders.amounts import sums
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from tests.bearers import TokenBearers
from tests.client import Api, document, path_of, to
from tests.commerce.story_shop import StoryShop
from tests.refusals import got, refused_with, violation
from tests.scene import cart, line, order, shown, sku

MADE_BY_ORDER = ("shipments", "payment_methods", "percentage_discount_promotions")


def test_what_is_reckoned_at_once(api: Api) -> None:
    """A line has its own amounts, and the order those of all lines, in the answers themselves."""
    bought = order(api)
    row = line(api, bought, unit_amount_cents=2500, quantity=2)
    line(api, bought)
    changed = api.update(bought, reference="r")["attributes"]

    assert row["attributes"]["total_amount_cents"] == 5000
    assert changed["subtotal_amount_cents"] == changed["total_amount_with_taxes_cents"] == 6000
    assert changed["refreshed_at"]


def test_only_when_asked(api: Api) -> None:
    """Without autorefresh amounts stay until somebody refreshes (commerce.md §3.1)."""
    bought = order(api, autorefresh=False)
    line(api, bought)
    before = shown(api, bought)
    after = api.update(bought, _refresh=True)["attributes"]

    assert (before["total_amount_cents"], after["total_amount_cents"]) == (0, 1000)
    assert before["refreshed_at"] is None


def test_too_many_lines(api: Api, sandbox: Sandbox) -> None:
    """Above the cutoff of the organization, autorefresh switches itself off."""
    organization = {**sandbox.organization_record(), "orders_autorefresh_cutoff_test": 2}
    sandbox.partition.put(ORGANIZATIONS, organization)
    bought = order(api)
    for _ in range(3):
        line(api, bought)
    now = shown(api, bought)

    assert (now["autorefresh"], now["total_amount_cents"]) == (False, 2000)


def test_lines_that_the_order_makes_are_not_too_many(api: Api, sandbox: Sandbox) -> None:
    """They come of themselves: shipments, what a payment costs, discounts."""
    organization = {**sandbox.organization_record(), "orders_autorefresh_cutoff_test": 1}
    sandbox.partition.put(ORGANIZATIONS, organization)
    bought = order(api)
    row = line(api, bought)
    always = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}
    for name in ("one", "two"):
        api.create("percentage_discount_promotions", name=name, percentage=10, **always)
    for quantity in (2, 3):
        api.update(row, quantity=quantity)
    now = shown(api, bought)

    assert (now["autorefresh"], now["total_amount_cents"]) == (True, 2400)


def test_nothing_changes_where_nothing_does(api: Api) -> None:
    """A write that changes nothing is no reason to reckon."""
    bought = cart(api)
    before = shown(api, bought)

    assert api.update(bought, customer_email="john@example.com")["attributes"] == before


def test_prices_are_looked_up_when_asked(api: Api) -> None:
    """A price that was said stays until then, that of a line without an item always."""
    bought = order(api)
    sku(api, cents=900)
    row = line(api, bought, sku_code="CAP", unit_amount_cents=5)
    own = line(api, bought, unit_amount_cents=70)
    api.update(row, quantity=2)
    api.update(bought, _refresh=True)
    kept = shown(api, bought)["total_amount_cents"]
    api.update(bought, _refresh_prices=True)

    assert kept == 80
    assert shown(api, row)["unit_amount_cents"] == 900
    assert shown(api, own)["unit_amount_cents"] == 70
    assert shown(api, bought)["total_amount_cents"] == 1870


@pytest.mark.parametrize("kind", MADE_BY_ORDER)
def test_lines_that_only_the_order_makes(api: Api, sandbox: Sandbox, kind: str) -> None:
    """They are 422 to whoever sends, changes or deletes them (commerce.md §3.2)."""
    bought = order(api)
    row = line(api, bought)
    sandbox.rewrite("line_items", row["id"], {"item_type": kind, "item": "AAAAAAAAAA"})
    changed = api.patch(path_of(row), {"data": {**to(row), "attributes": {"quantity": 2}}})
    answers = [changed, api.delete(path_of(row))]

    for answer in answers:
        assert answer.status_code == 422
        assert answer.json["errors"][0]["source"]["pointer"] == "/data/relationships/item"
    assert api.get(path_of(row)).json["data"]["attributes"]["quantity"] == 1


def test_options(api: Api) -> None:
    """They come on top of a line item once, whatever its quantity."""
    bought = order(api)
    row = line(api, bought, unit_amount_cents=1000, quantity=3)
    changed = api.update(row, options_amount_cents=250)

    assert changed["attributes"]["total_amount_cents"] == 3250
    assert api.get(path_of(bought)).json["data"]["attributes"]["total_amount_cents"] == 3250


def test_how_many(api: Api) -> None:
    """Pieces of SKUs are counted, and nothing else."""
    bought = order(api)
    sku(api)
    line(api, bought, sku_code="CAP", quantity=3)
    line(api, bought, quantity=5)

    assert api.get(path_of(bought)).json["data"]["attributes"]["skus_count"] == 3


def test_nothing() -> None:
    """An empty cart costs nothing."""
    assert set(sums(()).values()) == {0}


def test_what_guests_may_not_write(api: Api, token_bearers: TokenBearers) -> None:
    """Lines that the order makes are read by them, and no more (commerce.md §3.2)."""
    shop = StoryShop(api)
    shop.stocked(A=1000)
    bought = shop.cart(A=1)
    guest = token_bearers.guest(f"market:id:{shop.market['id']}")
    found = guest.get(f"{path_of(bought)}/line_items").json["data"]
    (made,) = [row for row in found if row["attributes"]["item_type"] == "shipments"]
    changed = {"data": {**to(made), "attributes": {"name": "Mine"}}}

    assert guest.get(path_of(made)).status_code == 200
    assert guest.patch(path_of(made), changed).status_code == 401
    assert guest.delete(path_of(made)).status_code == 401
    links = {"order": to(bought), "item": to(api.get(f"{path_of(made)}/shipment").json["data"])}
    added = document("line_items", links=links, quantity=1)
    assert guest.post("/api/line_items", added).status_code == 401
    assert api.post("/api/line_items", added).status_code == 422
    assert api.get(f"{path_of(bought)}").json["data"]["attributes"]["shipping_amount_cents"] == 700


def test_more_than_an_order_can_cost(api: Api) -> None:
    """Amounts are what 32 bits hold; what would make them more changes nothing."""
    bought = order(api)
    line(api, bought, unit_amount_cents=2**31 - 1)
    links = {"order": to(bought)}
    body = document("line_items", links=links, unit_amount_cents=1, quantity=1)
    answer = api.post("/api/line_items", body)

    assert got(answer) == refused_with(
        [violation("attributes/subtotal_amount_cents", "is invalid", "invalid", value=2**31)]
    )
    assert shown(api, bought)["total_amount_cents"] == 2**31 - 1


def test_what_lasts_until_the_next_run(api: Api) -> None:
    """Notifications that say so, of the order and its lines; others stay (commerce.md §22)."""
    bought = order(api)
    row = line(api, bought)
    for flash in (True, False):
        for notifiable in (bought, row):
            links = {"notifiable": to(notifiable)}
            api.create("notifications", links=links, name="N", flash=flash)
    api.update(bought, reference="r")
    left = api.get("/api/notifications").json["data"]

    assert [each["attributes"]["flash"] for each in left] == [False, False]


def test_what_nobody_reckons(api: Api) -> None:
    """There are no fees, and duties are unknown (commerce.md §3.3)."""
    attributes = shown(api, cart(api))

    assert attributes["fees_amount_cents"] == 0
    assert attributes["duty_amount_cents"] is attributes["formatted_duty_amount"] is None
    assert attributes["place_total_amount_cents"] is None
