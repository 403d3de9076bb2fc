"""Adjustments that lower an order's taxes: they are borne by what is taxed (commerce.md §11)."""

from __future__ import annotations

from mockserver.commerce.totals.cart import ADJUSTMENTS, Cart
from mockserver.commerce.totals.distribution import spread
from mockserver.commerce.totals.line_taxes import taxable
from mockserver.schema.protocols import Engine


def adjust(engine: Engine, cart: Cart) -> None:
    """Distribute what is taken off by hand, where the adjustment says so; the amount stays.

    An adjustment that is gone was distributed if nobody had said otherwise.
    """
    lowering = [line for line in cart.of_kind(ADJUSTMENTS) if line.total_amount_cents < 0]
    ids = [line.item for line in lowering if line.item]
    adjustments = engine.get_many(ADJUSTMENTS, ids) if ids else {}
    for line in lowering:
        adjustment = adjustments.get(line.item or "", {})
        if adjustment.get("distribute_discount", True):
            spread(line, taxable(cart))
