"""Taxes as an external calculator answers them (commerce.md §17.2, §29.12)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mockserver.commerce.taxes.terms import OWN_SWITCHES
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.commerce.totals.line_taxes import SWITCHES, tax_line, taxable
from mockserver.commerce.totals.rounding import exact, rounded
from mockserver.schema.currencies import currency

#: The members of an answer's line that are no part of its breakdown.
OWN = frozenset({"id", "tax_collectable", "tax_rate"})


def tax_by_answer(cart: Cart, data: Mapping[str, Any]) -> None:
    """Tax the lines as an answer says: by an amount in units, or by a rate of their own.

    A line that it does not name is taxed at the rate of the order.
    """
    _take_switches(cart, data)
    rate = _rate(data.get("tax_rate")) or Fraction(0)
    cart.order.update(tax_rate=float(rate), duty_amount_cents=_duty(data))
    answered = _by_line(data.get("line_items"))
    for line in taxable(cart):
        _tax(cart, line, answered.get(line.id, {}), rate)
    if isinstance(data.get("metadata"), dict):
        cart.order["metadata"] = {**(cart.order.get("metadata") or {}), **data["metadata"]}


def _duty(data: Mapping[str, Any]) -> int | None:
    """Return the duty of an answer, ``None`` where it names none (commerce.md §3.3)."""
    cents = data.get("duty_amount_cents")
    is_amount = isinstance(cents, int) and not isinstance(cents, bool) and cents >= 0
    return cents if is_amount else None


def keep_taxes(cart: Cart) -> None:
    """Leave the taxes of the lines as they were: nobody has answered."""
    for line in cart.lines:
        line.tax_amount_cents = line.stored.get("tax_amount_cents") or 0
        line.tax_rate = exact(line.stored.get("tax_rate") or 0)
        line.tax_breakdown = line.stored.get("tax_breakdown") or {}


def _by_line(answers: Any) -> Mapping[str, Mapping[str, Any]]:
    """Return the answers about lines, by the line's id; anything else says nothing."""
    said = answers if isinstance(answers, list) else []
    return {str(each.get("id")): each for each in said if isinstance(each, dict)}


def _take_switches(cart: Cart, data: Mapping[str, Any]) -> None:
    own = cart.order.get(OWN_SWITCHES) or ()
    for name in SWITCHES.values():
        if name not in own and name in data:
            cart.order[name] = bool(data[name])


def _tax(cart: Cart, line: Line, answer: Mapping[str, Any], rate: Fraction) -> None:
    own = _rate(answer.get("tax_rate"))
    tax_line(line, rate if own is None else own, included=cart.tax_included)
    subunits = currency(cart.order["currency_code"]).subunit_to_unit
    collected = _rate(answer.get("tax_collectable"))
    if collected is not None:
        line.tax_amount_cents = rounded(collected * subunits)
    line.tax_breakdown = {name: value for name, value in answer.items() if name not in OWN}


def _rate(value: Any) -> Fraction | None:
    """Return a number of the answer, ``None`` for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return exact(value) if is_number else None
