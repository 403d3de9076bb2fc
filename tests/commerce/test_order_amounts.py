"""What an order has of its line items, and which of them only the order makes.

commerce.md §3.1, §3.2, §4.
"""

from __future__ import annotations

import pytest

from mockserver.commerce.orders.amounts import sums
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from tests.client import Api, path_of, to
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
