"""The gift card of an order in a run of the totals engine (commerce.md §9.4)."""

from __future__ import annotations

from mockserver.commerce.gift_cards.finding import balance_for, card_for
from mockserver.commerce.gift_cards.lines import line_name
from mockserver.commerce.gift_cards.reckoning import pay, pays_taxes_on_top
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record


def redeem(engine: Engine, cart: Cart) -> None:
    """Pay with the order's card before taxes are reckoned, which it may lower."""
    card = _card(engine, cart)
    if card and not pays_taxes_on_top(cart, card):
        pay(cart, card, line_name(card), balance_for(card, cart.order))


def redeem_with_taxes(engine: Engine, cart: Cart) -> None:
    """Pay with the order's card once taxes are known, where it lowers none (commerce.md §3.1)."""
    card = _card(engine, cart)
    if card and pays_taxes_on_top(cart, card):
        pay(cart, card, line_name(card), balance_for(card, cart.order))


def _card(engine: Engine, cart: Cart) -> Record | None:
    code = cart.order["gift_card_code"]
    if not code or _are_managed_elsewhere(engine, cart.order):
        return None
    return card_for(engine, cart.order, code)


def _are_managed_elsewhere(engine: Engine, order: Record) -> bool:
    """Say whether the discount engine of the market has the cards (commerce.md §20)."""
    market = engine.get("markets", order["market"]) or {}
    account = engine.get("discount_engines", market.get("discount_engine")) or {}
    return bool(account.get("manage_gift_cards")) and engine.setting("discount_engines_enabled")
