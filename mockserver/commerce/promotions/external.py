"""External promotions in a run: what their services take off (commerce.md §17.4)."""

from __future__ import annotations

from mockserver.commerce.promotions.external_answers import (
    AnswerError,
    metadata_in,
    name_in,
    taken_by,
)
from mockserver.commerce.promotions.external_calls import NoAnswerError, ask
from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.promotions.taking import take
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.errors import Refusal, violation
from mockserver.schema.protocols import Engine


def discount_by_service(engine: Engine, cart: Cart, offer: Offer) -> Line | None:
    """Take off what the service of a promotion says; nothing where it says nothing.

    Raises:
        Refusal: 422, where the organization wants failures told.
    """
    try:
        data = ask(engine, cart, offer)
        taken = taken_by(data, offer.eligible(cart))
    except (NoAnswerError, AnswerError):
        _fail(engine, offer)
        return None
    line = take(cart, offer, taken, name_in(data))
    if line:
        line.metadata = {**line.metadata, **metadata_in(data)}
    return line


def _fail(engine: Engine, offer: Offer) -> None:
    if engine.setting("external_promotions_errors"):
        raise Refusal([violation(None, "invalid")])
    engine.fire(offer.type_, offer.id, "failed")
