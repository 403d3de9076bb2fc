"""Taxes as the service of an external calculator answers them (commerce.md §29.12)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.taxes.external_taxes import keep_taxes, tax_by_answer
from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart, Line


def cart(**order: Any) -> Cart:
    """Return the cart of the story."""
    lines = [
        Line("L1", "skus", unit_amount_cents=1000),
        Line("L2", "skus", unit_amount_cents=1200),
        Line("S", "shipments", unit_amount_cents=500),
    ]
    return Cart({"tax_included": False, "currency_code": "EUR", **order}, lines)


def test_the_answer_of_a_service() -> None:
    """An amount wins over a rate, a line's rate over the order's; the rest is its breakdown."""
    bought = cart()
    answered = [
        {"id": "L1", "tax_collectable": 2.25, "tax_rate": 0.4, "country_tax_rate": 0.2},
        {"id": "L2", "tax_rate": 0.3},
    ]
    tax_by_answer(bought, {"freight_taxable": True, "tax_rate": 0.25, "line_items": answered})
    add_up(bought)
    first, second, shipment = bought.lines

    assert (first.tax_amount_cents, first.tax_breakdown) == (225, {"country_tax_rate": 0.2})
    assert (second.tax_amount_cents, shipment.tax_amount_cents) == (360, 125)
    assert bought.order["tax_rate"] == 0.25
    assert bought.order["total_tax_amount_cents"] == 710
    assert bought.order["total_amount_cents"] == 2700
    assert bought.order["total_amount_with_taxes_cents"] == 3410


def test_switches_that_the_order_has_set() -> None:
    """They stay, whatever is answered."""
    bought = cart(freight_taxable=False, own_tax_switches=["freight_taxable"])
    tax_by_answer(bought, {"freight_taxable": True, "tax_rate": 0.25})

    assert [line.tax_amount_cents for line in bought.lines] == [250, 300, 0]


@pytest.mark.parametrize("lines", [None, "L1", ["L1", 7], [{"id": "L1", "tax_rate": "much"}]])
def test_what_is_no_answer_for_a_line(lines: Any) -> None:
    """It is passed over; metadata of the answer becomes that of the order."""
    bought = cart(metadata={"a": 1})
    tax_by_answer(bought, {"tax_rate": 0.1, "line_items": lines, "metadata": {"b": 2}})

    assert [line.tax_amount_cents for line in bought.lines] == [100, 120, 0]
    assert bought.order["metadata"] == {"a": 1, "b": 2}


def test_nobody_answers() -> None:
    """The taxes of before stay."""
    bought = cart(tax_rate=0.25)
    bought.lines[0].stored = {"tax_amount_cents": 250, "tax_rate": 0.25, "tax_breakdown": {}}
    keep_taxes(bought)

    assert [line.tax_amount_cents for line in bought.lines] == [250, 0, 0]
    assert bought.order["tax_rate"] == 0.25
