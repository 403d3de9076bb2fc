"""Asks the service of an external method what a shipment costs (commerce.md §17)."""

from __future__ import annotations

from mockserver.commerce.services.asking import Service, ask_about_cart, merged, whole
from mockserver.commerce.services.includes import SHIPPING_COSTS
from mockserver.commerce.services.notifications import keep_notifications
from mockserver.commerce.shipping.contents import SHIPMENTS
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Engine
from mockserver.schema.service_calls import ServiceReply
from mockserver.storage.base import Record

METHODS = "shipping_methods"
#: What the amount of an answer may be called: as that of the method, or as of other services.
AMOUNTS = ("price_amount_cents", "amount_cents")


def quoted(engine: Engine, cart: Cart, shipment: Record, method: Record) -> int | None:
    """Return the amount of the service's answer; it is asked once for a shipment as it is.

    It is asked again when another method is chosen, or the shipment is built anew; where it has
    not answered, at every run.
    """
    about = f"{method['id']}/{cart.order.get('built_from')}"
    if shipment.get("quoted_for") == about:
        kept: int = shipment["quoted_cents"]
        return kept
    reply = ask(engine, cart, shipment, method)
    keep_notifications(engine, (METHODS, method["id"]), reply)
    cents = amount_of(reply)
    if cents is not None:
        said = {"quoted_cents": cents, "metadata": merged(shipment["metadata"], reply)}
        engine.rewrite(SHIPMENTS, shipment["id"], {"quoted_for": about, **said})
    return cents


def ask(engine: Engine, cart: Cart, shipment: Record, method: Record) -> ServiceReply:
    """Return the service's answer for a shipment as it is by now."""
    url, circuit = method["external_prices_url"], (METHODS, method["id"])
    service = Service(SHIPPING_COSTS, url, method, circuit)
    return ask_about_cart(engine, service, cart, (SHIPMENTS, shipment["id"]))


def amount_of(reply: ServiceReply) -> int | None:
    """Return the amount of an answer, ``None`` where there is none of any use."""
    if not reply.success:
        return None
    said = next((reply.data[name] for name in AMOUNTS if name in reply.data), None)
    cents = whole(said)
    return cents if cents is not None and 0 <= cents in INTEGER_RANGE else None
