"""One run of the totals engine over an order: its steps, in the order of commerce.md §3.1.

A step is given the cart that the ones before it have left, and decides from records it reads
itself. It writes no order: what it has to say of that it says in ``cart.order``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from mockserver.access import Access
from mockserver.commerce.catalogue.line_prices import price_lines
from mockserver.commerce.gift_cards.redeeming import redeem, redeem_with_taxes
from mockserver.commerce.orders.adjustments import adjust
from mockserver.commerce.orders.cart_records import opened, write_lines
from mockserver.commerce.orders.flash_notifications import drop_flashes
from mockserver.commerce.orders.line_options import count_options
from mockserver.commerce.payments.fees import charge_method
from mockserver.commerce.promotions.applying import discount_goods, discount_shipping
from mockserver.commerce.promotions.discount_engines import discount_by_engine
from mockserver.commerce.shipping.building import build_shipments
from mockserver.commerce.shipping.costs import price_shipments
from mockserver.commerce.taxes.calculating import calculate
from mockserver.commerce.taxes.terms import take_terms
from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart
from mockserver.errors import Refusal, violation
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

Step = Callable[[Engine, Cart], None]

#: Unit prices, options, promotions on goods, shipping costs, the payment method, promotions on
#: shipping, adjustments, the gift card, taxes; a card that pays taxes on top comes once these are
#: known, and which lines are taxed is known from the start (commerce.md §3.1, §9.4, §10.3).
STEPS: Sequence[Step] = (
    drop_flashes,
    take_terms,
    price_lines,
    count_options,
    build_shipments,
    discount_goods,
    discount_by_engine,
    price_shipments,
    charge_method,
    discount_shipping,
    adjust,
    redeem,
    calculate,
    redeem_with_taxes,
)

#: The orders of which a run is under way, and which what it writes does not set off again.
_under_way: ContextVar[frozenset[str]] = ContextVar("_under_way", default=frozenset())


def run(
    engine: Engine,
    order: Record,
    *,
    priced_for: Access | None = None,
    rebuilds: bool = False,
    at_once: bool = False,
) -> Cart:
    """Reckon what an order costs, into the order itself, and store what its lines are now.

    Args:
        engine: the records around.
        order: as it is to be stored, which is up to the caller.
        priced_for: the token for which prices are looked up anew; they are kept without.
        rebuilds: whether shipments are built anew though nothing of the order has changed.
        at_once: whether they are built however little time has passed since the last time.
    """
    with _running(order["id"]):
        cart = opened(engine, order)
        cart.priced_for, cart.rebuilds, cart.at_once = priced_for, rebuilds, at_once
        for step in STEPS:
            step(engine, cart)
        add_up(cart)
        _require_storable(order)
        write_lines(engine, cart)
    order["refreshed_at"] = engine.clock.timestamp()
    return cart


def _require_storable(order: Record) -> None:
    """Refuse what makes an order cost more than the database holds.

    Raises:
        Refusal: 422 for the first amount beyond it.
    """
    for name, value in order.items():
        if name.endswith("_cents") and value is not None and value not in INTEGER_RANGE:
            raise Refusal([violation(name, "invalid", value=value)])


def is_running(order_id: str) -> bool:
    """Say whether a run of the order is under way."""
    return order_id in _under_way.get()


@contextmanager
def _running(order_id: str) -> Iterator[None]:
    token = _under_way.set(_under_way.get() | {order_id})
    try:
        yield
    finally:
        _under_way.reset(token)
