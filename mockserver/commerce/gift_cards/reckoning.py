"""How much of a gift card an order takes (commerce.md §9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.totals.buckets import taxes, total
from mockserver.commerce.totals.cart import GIFT_CARDS, Cart
from mockserver.commerce.totals.distribution import spread
from mockserver.commerce.totals.line_taxes import taxable


def pays_taxes_on_top(cart: Cart, card: Mapping[str, Any]) -> bool:
    """Say whether the card may pay taxes that prices do not contain: it lowers none then."""
    return not cart.tax_included and not card["distribute_discount"]


def pay(cart: Cart, card: Mapping[str, Any], name: str, balance: int) -> None:
    """Pay what the cart costs by now, as far as the card reaches; perhaps lowering its taxes.

    Args:
        cart: by now: its taxes, if they are to be paid as well.
        card: that pays.
        name: of the line.
        balance: what is on the card.
    """
    amount = due(cart, card, balance)
    if amount <= 0:
        return
    line = cart.generate(GIFT_CARDS, card["id"], name, -amount)
    if card["distribute_discount"]:
        spread(line, taxable(cart))


def due(cart: Cart, card: Mapping[str, Any], balance: int) -> int:
    """Return the amount the card pays: all with taxes, or else the cost of the order itself."""
    costs = total(cart)
    if pays_taxes_on_top(cart, card):
        with_taxes = costs + taxes(cart)["total_tax_amount_cents"]
        if balance >= with_taxes:
            return with_taxes
    return min(balance, costs)
