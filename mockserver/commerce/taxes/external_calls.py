"""Asks the service of an external calculator for the taxes of an order (commerce.md §17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.services.asking import Service, ask_about_cart
from mockserver.commerce.services.includes import TAXES
from mockserver.commerce.taxes.external_taxes import keep_taxes, tax_by_answer
from mockserver.commerce.taxes.terms import EXTERNAL
from mockserver.commerce.totals.cart import Cart
from mockserver.errors import Refusal, violation
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def tax_externally(engine: Engine, cart: Cart, calculator: Record) -> None:
    """Tax by the answer of a service; without one, taxes stay, or the write fails."""
    data = ask(engine, cart, calculator)
    if data is not None:
        tax_by_answer(cart, data)
    elif engine.setting("tax_calculators_errors"):
        raise Refusal([violation("tax_calculator", "invalid")])
    else:
        keep_taxes(cart)
        engine.fire("orders", cart.order["id"], "tax_calculation_failed")


def ask(engine: Engine, cart: Cart, calculator: Record) -> Mapping[str, Any] | None:
    """Return the data of the service's answer, ``None`` where there is none."""
    url, circuit = calculator["tax_calculator_url"], (EXTERNAL, calculator["id"])
    reply = ask_about_cart(engine, Service(TAXES, url, calculator, circuit), cart)
    return reply.data if reply.success else None
