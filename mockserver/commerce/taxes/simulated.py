"""Taxes as a service of others would answer, by a table instead: nobody is called.

The table is ``tax_rates`` in the metadata of the account: a rate by the code of a tax category,
by the country of the address, or as ``default`` (commerce.md §10.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mockserver.commerce.taxes.terms import address_of
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.commerce.totals.line_taxes import tax_line, taxable
from mockserver.commerce.totals.rounding import exact
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: The member of an account's metadata that holds its rates, and the rate of everything else.
TABLE, DEFAULT = "tax_rates", "default"


def tax_by_table(engine: Engine, cart: Cart, account: Record) -> None:
    """Tax each line at the rate of its category, or that of the address; nobody exempt."""
    rates = {} if _is_exempt(engine, cart.order) else _table(account)
    country = (address_of(engine, cart.order) or {}).get("country_code")
    codes = _categories(engine, cart, account)
    cart.order["tax_rate"] = float(_rate(rates, None, country))
    for line in taxable(cart):
        rate = _rate(rates, codes.get(_sku(line)), country)
        tax_line(line, rate, included=cart.tax_included)


def _sku(line: Line) -> str | None:
    return line.item if line.item_type == "skus" else None


def _is_exempt(engine: Engine, order: Record) -> bool:
    customer = engine.get("customers", order["customer"]) or {}
    return bool(customer.get("tax_exemption_code"))


def _table(account: Record) -> Mapping[str | None, Any]:
    rates = (account["metadata"] or {}).get(TABLE)
    return rates if isinstance(rates, dict) else {}


def _categories(engine: Engine, cart: Cart, account: Record) -> Mapping[str | None, str]:
    """Return the codes of the account's categories, by the SKU."""
    sold = {line.item for line in cart.of_kind("skus")}
    found = engine.find("tax_categories", Compare("tax_calculator", "eq", account["id"]))
    return {category["sku"]: category["code"] for category in found if category["sku"] in sold}


def _rate(rates: Mapping[str | None, Any], code: str | None, country: str | None) -> Fraction:
    """Return the first rate there is; what is no rate counts as none."""
    names = [name for name in (code, country, DEFAULT) if name in rates]
    return next((exact(rates[name]) for name in names if _is_rate(rates[name])), Fraction(0))


def _is_rate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
