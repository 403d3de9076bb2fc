"""The taxes of an order, by the calculator of its market (commerce.md §10.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from mockserver.commerce.taxes.external_calls import tax_externally
from mockserver.commerce.taxes.simulated import tax_by_table
from mockserver.commerce.taxes.terms import EXTERNAL, MANUAL, address_of, calculator_of
from mockserver.commerce.totals.buckets import total
from mockserver.commerce.totals.cart import Cart
from mockserver.commerce.totals.line_taxes import tax_line, taxable
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

#: Taxes the lines of a cart; it is given the calculator.
Calculation = Callable[[Engine, Cart, Record], None]


def calculate(engine: Engine, cart: Cart) -> None:
    """Tax what is taxable of an order that can be taxed; others have no taxes and no rate."""
    calculator = calculator_of(engine, cart.order)
    calculation = CALCULATIONS.get(calculator[0]) if calculator else None
    if calculator is None or calculation is None or not _can_be_taxed(engine, cart):
        cart.order.update(tax_rate=None, duty_amount_cents=None)
        return
    if calculator[0] != EXTERNAL:
        # Nobody else tells of duties; of an external one that is silent, those there were stay.
        cart.order["duty_amount_cents"] = None
    calculation(engine, cart, engine.get(*calculator) or {})
    cart.order["tax_calculations_count"] = (cart.order.get("tax_calculations_count") or 0) + 1


def _can_be_taxed(engine: Engine, cart: Cart) -> bool:
    order = cart.order
    is_due = not order["archived_at"] and total(cart) > 0 and bool(taxable(cart))
    return is_due and address_of(engine, order) is not None


def _tax_by_rule(_: Engine, cart: Cart, __: Record) -> None:
    """Tax by the rule that the address satisfies, at nothing where there is none."""
    rate = Fraction(0) if cart.tax_rate is None else cart.tax_rate
    cart.order["tax_rate"] = float(rate)
    for line in taxable(cart):
        tax_line(line, rate, included=cart.tax_included)


#: How the calculators reckon, by their type.
CALCULATIONS: Mapping[str, Calculation] = {
    MANUAL: _tax_by_rule,
    EXTERNAL: tax_externally,
    "avalara_accounts": tax_by_table,
    "stripe_tax_accounts": tax_by_table,
    "taxjar_accounts": tax_by_table,
    "vertex_accounts": tax_by_table,
}
