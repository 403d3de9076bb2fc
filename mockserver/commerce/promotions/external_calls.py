"""Asks the service of an external promotion what it takes off (commerce.md §17.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.services.asking import Service, ask_about_cart
from mockserver.commerce.services.includes import PROMOTIONS
from mockserver.commerce.services.notifications import keep_notifications
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine


class NoAnswerError(Exception):
    """The service has not answered, or said no."""


def ask(engine: Engine, cart: Cart, offer: Offer) -> Mapping[str, Any]:
    """Return the data of the service's answer.

    Raises:
        NoAnswerError: there is none.
    """
    promotion = engine.get(offer.type_, offer.id) or {}
    service = Service(PROMOTIONS, promotion["promotion_url"], promotion, (offer.type_, offer.id))
    reply = ask_about_cart(engine, service, cart)
    if not reply.success:
        raise NoAnswerError
    keep_notifications(engine, ("orders", cart.order["id"]), reply)
    return reply.data
