"""Fees of paying: the line of the payment method that was chosen (commerce.md §3.2)."""

from __future__ import annotations

from mockserver.commerce.totals.cart import PAYMENT_METHODS, Cart
from mockserver.schema.protocols import Engine


def charge_method(engine: Engine, cart: Cart) -> None:
    """Make the line of the payment method; of one that costs nothing there is one too."""
    method = engine.get(PAYMENT_METHODS, cart.order.get("payment_method"))
    if method is not None:
        cents = method["price_amount_cents"] or 0
        cart.generate(PAYMENT_METHODS, method["id"], method["name"], cents)
