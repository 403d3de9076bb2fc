"""How line items add up to the amounts of an order (neighbours.md §7)."""

from __future__ import annotations

import pytest

from mockserver.commerce.orders.amounts import sums
from tests.client import Api, path_of
from tests.scene import line, order, sku

#: The kinds of line items, and the amount each counts towards.
PLACES = {
    "skus": "subtotal",
    "bundles": "subtotal",
    "gift_cards": "subtotal",
    "shipments": "shipping",
    "payment_methods": "payment_method",
    "adjustments": "adjustment",
    "percentage_discount_promotions": "discount",
    "external_promotions": "discount",
}


@pytest.mark.parametrize(("kind", "place"), PLACES.items())
def test_where_a_line_item_counts(api: Api, kind: str, place: str) -> None:
    """By what it is of; the total is everything."""
    bought = order(api)
    line(api, bought, unit_amount_cents=5000, quantity=2)
    line(api, bought, unit_amount_cents=-700, item_type=kind)
    attributes = api.get(path_of(bought)).json["data"]["attributes"]
    parts = dict.fromkeys(PLACES.values(), 0)
    parts["subtotal"] = 10_000
    parts[place] -= 700

    assert {part: attributes[f"{part}_amount_cents"] for part in parts} == parts
    assert attributes["total_amount_cents"] == 9300
    assert attributes["total_amount_with_taxes_cents"] == 9300
    assert attributes["subtotal_taxable_amount_cents"] == parts["subtotal"]
    assert attributes["total_taxable_amount_cents"] == 9300 - parts["discount"]
    assert attributes["total_tax_amount_cents"] == 0


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
