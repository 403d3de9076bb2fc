"""Prices that a service of the merchant's own gives to lines (catalogue.md §11.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.commerce.catalogue.sku_prices import LinePrice
from mockserver.commerce.services.asking import Service, ask_about, ask_about_cart, merged, whole
from mockserver.commerce.services.includes import PRICES
from mockserver.commerce.services.notifications import keep_notifications
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.errors import Refusal, violation
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.service_calls import ServiceReply
from mockserver.storage.base import Record

LINES, UNIT = "line_items", "unit_amount_cents"
RULE = "external_price"


def price_by_service(change: Change, order: Record) -> LinePrice | None:
    """Ask the service of the order's market what a line costs that is being written.

    Note it if there is no answer and the organization wants to be told; the price is that of the
    list otherwise, which is the caller's to look up.
    """
    engine, line = change.engine, change.record
    market = engine.get("markets", order["market"]) or {}
    if not market.get("external_prices_url"):
        change.invalid("_external_price", "invalid", value=True)
        return None
    reply = ask_about(engine, _service(market, line["id"]), (LINES, line["id"]), [_shown(line)])
    price = _price(reply)
    if price:
        line["metadata"] = merged(line["metadata"], reply)
        change.after(lambda: keep_notifications(engine, (LINES, line["id"]), reply))
    elif engine.setting("external_prices_errors"):
        change.invalid(UNIT, RULE, words=_words(reply), code=reply.code)
    return price


def price_again(engine: Engine, cart: Cart, lines: Sequence[Line]) -> Sequence[Line]:
    """Ask for the prices of lines in a run, and return those that nothing was said of.

    Raises:
        Refusal: 422, where the organization wants to be told.
    """
    market = engine.get("markets", cart.order["market"]) or {}
    return [line for line in lines if not _is_priced_again(engine, cart, line, market)]


def _is_priced_again(engine: Engine, cart: Cart, line: Line, market: Record) -> bool:
    if not market.get("external_prices_url"):
        return False
    service = _service(market, line.id)
    reply = ask_about_cart(engine, service, cart, (LINES, line.id))
    price = _price(reply)
    if price is None:
        if engine.setting("external_prices_errors"):
            raise Refusal([violation(UNIT, RULE, words=_words(reply), code=reply.code)])
        return False
    line.unit_amount_cents = price.unit_amount_cents
    line.compare_at_amount_cents = price.compare_at_amount_cents
    line.metadata = merged(line.metadata, reply)
    keep_notifications(engine, (LINES, line.id), reply)
    return True


def _service(market: Record, line_id: str) -> Service:
    """Return the service of a market; each line counts its failures."""
    own = (LINES, line_id)
    return Service(PRICES, market["external_prices_url"], market, own, is_usable=_has_price)


def _has_price(data: Mapping[str, Any]) -> bool:
    """Say whether an answer has the price, without which it has failed (commerce.md §17.3)."""
    return whole(data.get(UNIT)) is not None


def _price(reply: ServiceReply) -> LinePrice | None:
    """Return the price of an answer; the one to compare with is never below it."""
    unit = whole(reply.data.get(UNIT)) if reply.success else None
    if unit is None:
        return None
    compared = whole(reply.data.get("compare_at_amount_cents")) or 0
    return LinePrice(unit, max(unit, compared))


def _words(reply: ServiceReply) -> dict[str, str]:
    return {"message": reply.message or "is invalid"}


def _shown(line: Record) -> tuple[str, Any]:
    """Return a line that has no price yet as the document shows it."""
    return LINES, {**line, "total_amount_cents": line.get("total_amount_cents") or 0}
