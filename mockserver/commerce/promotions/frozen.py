"""Discounts of a copied order: those of its source, until it is edited (commerce.md §18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.totals.cart import Cart
from mockserver.commerce.totals.distribution import bear, spread
from mockserver.storage.base import Record

#: Where an order keeps them; ``None`` where promotions apply as they do to any order.
FROZEN = "frozen_discounts"
#: Whether the order is still being made, which is no edit of it.
IS_COPYING = "is_copying"
DISCOUNTS = "discounts"
#: One discount: what its line is of, what each of the goods bears of it by id (``parts``), what
#: shipments and the payment method do (``later``), and what no line does (``rest``).
Discount = Mapping[str, Any]


def is_frozen(order: Record) -> bool:
    """Say whether the discounts of an order stay as they are."""
    return order.get(FROZEN) is not None


def thaw(order: Record) -> None:
    """Have promotions apply to an order that is edited."""
    if is_frozen(order) and not order[FROZEN][IS_COPYING]:
        order[FROZEN] = None


def keep_goods_discounts(cart: Cart) -> None:
    """Discount goods as they were."""
    for discount in cart.order[FROZEN][DISCOUNTS]:
        _take(cart, discount, {})


def keep_shipping_discounts(cart: Cart) -> None:
    """Discount shipments and the payment method as they were."""
    for discount in cart.order[FROZEN][DISCOUNTS]:
        if discount["later"]:
            _take(cart, discount, discount["later"])


def _take(cart: Cart, discount: Discount, later: Mapping[str, int]) -> None:
    """Make the line of a discount, once for both steps."""
    item_type, item = discount["item_type"], discount["item"]
    cart.remove([line for line in cart.of_kind(item_type) if line.item == item])
    line = cart.generate(item_type, item, discount["name"], 0)
    taken = discount["rest"] + bear(line, discount["parts"], cart.discountable())
    for kind, cents in later.items():
        line.unit_amount_cents = -cents
        taken += spread(line, cart.of_kind(kind))
    line.unit_amount_cents = -taken
    if not taken:
        cart.remove([line])
