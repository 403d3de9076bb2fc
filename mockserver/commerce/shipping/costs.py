"""Costs of the shipments of an order: the fourth step of a run (commerce.md §3.1)."""

from __future__ import annotations

from mockserver.commerce.shipping.contents import SHIPMENTS, shipments_of
from mockserver.commerce.shipping.external_calls import quoted
from mockserver.commerce.shipping.methods import EXTERNAL, Base, cut_off, is_free
from mockserver.commerce.shipping.offers import Counter
from mockserver.commerce.totals.cart import ADJUSTMENTS, DISCOUNTS, Cart
from mockserver.schema.protocols import Engine


def price_shipments(engine: Engine, cart: Cart) -> None:
    """Make the line of each shipment, which costs nothing until it has a method."""
    shipments = shipments_of(engine, cart.order["id"])
    if not shipments:
        return
    counter = Counter(engine, cart.order, shipments)
    costs = _costs(counter, cart, base_so_far(cart))
    costs = cut_off(costs, counter.market.get("shipping_cost_cutoff"))
    for shipment, cents in zip(shipments, costs, strict=True):
        cart.generate(SHIPMENTS, shipment["id"], f"Shipment {shipment['number']}", cents)


def _costs(counter: Counter, cart: Cart, base: Base) -> list[int]:
    """Return the cost of each shipment by its method, one after the other."""
    chosen = [(method, each) for each in counter.shipments if (method := counter.method_of(each))]
    found = {}
    for (method, each), cents in zip(chosen, counter.prices(chosen, base), strict=True):
        is_asked = method["scheme"] == EXTERNAL and not is_free(method, base)
        said = quoted(counter.engine, cart, each, method) if is_asked else None
        found[each["id"]] = cents if said is None else said
    return [found.get(shipment["id"], 0) for shipment in counter.shipments]


def base_so_far(cart: Cart) -> Base:
    """Return the worth of the order: goods, their discounts, adjustments (catalogue.md §21)."""
    subtotal = sum(line.total_amount_cents for line in cart.goods())
    reduced = cart.of_kind(*DISCOUNTS, ADJUSTMENTS)
    return Base(subtotal, subtotal + sum(line.total_amount_cents for line in reduced))
