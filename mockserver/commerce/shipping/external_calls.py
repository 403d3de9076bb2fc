"""Asks the service of an external method what a shipment costs (commerce.md §17)."""

from __future__ import annotations

from mockserver.commerce.shipping.contents import SHIPMENTS
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def quoted(engine: Engine, cart: Cart, shipment: Record, method: Record) -> int | None:
    """Return what the service says, which is asked once for a shipment as it is.

    It is asked again when another method is chosen, or the shipment is built anew; where it has
    not answered, at every run.
    """
    about = f"{method['id']}/{cart.order.get('built_from')}"
    if shipment.get("quoted_for") == about:
        kept: int = shipment["quoted_cents"]
        return kept
    cents = ask(engine, cart, shipment, method)
    if cents is not None:
        engine.rewrite(SHIPMENTS, shipment["id"], {"quoted_for": about, "quoted_cents": cents})
    return cents


def ask(engine: Engine, cart: Cart, shipment: Record, method: Record) -> int | None:  # noqa: ARG001 - nobody is called yet
    """Return the amount of the service's answer, ``None`` where there is none."""
    return None
