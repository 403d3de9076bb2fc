"""Applies promotions in a run: on goods, and later on shipping (commerce.md §3.1, §5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from mockserver.commerce.promotions.amounts import OF_GOODS, OF_SHIPPING
from mockserver.commerce.promotions.external import discount_by_service
from mockserver.commerce.promotions.flex import acts_later, reckoned
from mockserver.commerce.promotions.free_gifts import forget_gifts, note_gift
from mockserver.commerce.promotions.frozen import (
    is_frozen,
    keep_goods_discounts,
    keep_shipping_discounts,
)
from mockserver.commerce.promotions.offers import FLEX, FREE_SHIPPING, Offer
from mockserver.commerce.promotions.reading import offers
from mockserver.commerce.promotions.selection import beside_others, considered, exclusives
from mockserver.commerce.promotions.taking import NOTHING, take
from mockserver.commerce.shipping.costs import price_shipments
from mockserver.commerce.totals.cart import SHIPMENTS, Cart, Line
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine

KEPT = "promotions"
EXTERNAL = "external_promotions"


@dataclass(slots=True)
class Turns:
    """Promotions that get a turn in one run.

    Attributes:
        offers: those that apply beside others, or the one that applies alone.
        parts: what a flex promotion has taken off each line already, by the promotion's id.
    """

    offers: list[Offer]
    parts: dict[str, Mapping[str, int]] = field(default_factory=dict)


def discount_goods(engine: Engine, cart: Cart) -> None:
    """Apply what takes off goods, or the first exclusive promotion that takes off anything."""
    forget_gifts(cart)
    if is_frozen(cart.order):
        keep_goods_discounts(cart)
        return
    turns = Turns(_considered(engine, cart))
    cart.kept[KEPT] = turns
    for offer in exclusives(turns.offers):
        if offer.matches(cart):
            note_gift(cart, offer)
        if _applies_alone(engine, cart, offer, turns):
            turns.offers = [offer]
            return
    turns.offers = beside_others(turns.offers)
    for offer in turns.offers:
        if offer.matches(cart):
            note_gift(cart, offer)
            _off_goods(engine, cart, offer, turns)


def discount_shipping(engine: Engine, cart: Cart) -> None:
    """Apply what takes off shipments and the payment method."""
    if is_frozen(cart.order):
        keep_shipping_discounts(cart)
        return
    turns: Turns = cart.kept[KEPT]
    for offer in turns.offers:
        if _is_of_shipping(offer) and offer.matches(cart):
            _off_shipping(engine, cart, offer, turns)


def _considered(engine: Engine, cart: Cart) -> list[Offer]:
    """Return the promotions that get a turn; a discount engine leaves none (commerce.md §20)."""
    if engine.setting("discount_engines_enabled"):
        market = engine.get("markets", cart.order.get("market")) or {}
        if market.get("discount_engine"):
            return []
    found = offers(engine, cart)
    return considered(found, engine.setting("promotions_max_concurrent_count")) if found else []


def _applies_alone(engine: Engine, cart: Cart, offer: Offer, turns: Turns) -> bool:
    """Say whether an exclusive promotion takes off anything, goods discounted if it does."""
    if offer.matches(cart) and _off_goods(engine, cart, offer, turns):
        return True
    return _is_of_shipping(offer) and _would_take_off_shipping(engine, cart, offer)


def _would_take_off_shipping(engine: Engine, cart: Cart, offer: Offer) -> bool:
    """Try with what shipping costs of undiscounted goods: it is final, if nothing else applies."""
    price_shipments(engine, cart)
    taken = NOTHING
    if offer.matches(cart) and offer.type_ == FREE_SHIPPING:
        taken = OF_SHIPPING[offer.type_](offer, cart)
    elif offer.matches(cart):
        taken, _ = reckoned(engine, cart, offer, {}, later=True)
    cart.remove(cart.of_kind(SHIPMENTS))
    return taken.total > 0


def _off_goods(engine: Engine, cart: Cart, offer: Offer, turns: Turns) -> Line | None:
    """Take off goods what a promotion does; return its line, if there is one then."""
    if offer.type_ == FLEX:
        return _by_rules(engine, cart, offer, turns, later=False)
    if offer.type_ == EXTERNAL:
        return discount_by_service(engine, cart, offer)
    amount = OF_GOODS.get(offer.type_)
    return take(cart, offer, amount(offer, cart)) if amount else None


def _is_of_shipping(offer: Offer) -> bool:
    return offer.type_ in OF_SHIPPING or (offer.type_ == FLEX and acts_later(offer))


def _off_shipping(engine: Engine, cart: Cart, offer: Offer, turns: Turns) -> None:
    if offer.type_ == FLEX:
        _by_rules(engine, cart, offer, turns, later=True)
    else:
        take(cart, offer, OF_SHIPPING[offer.type_](offer, cart))


def _by_rules(
    engine: Engine, cart: Cart, offer: Offer, turns: Turns, *, later: bool
) -> Line | None:
    """Take off what the actions of one step do; both steps share the line of the promotion."""
    before = turns.parts.get(offer.id, {})
    taken, outcomes = reckoned(engine, cart, offer, before, later=later)
    if taken.parts == before:
        return None
    turns.parts[offer.id] = taken.parts
    cart.remove([line for line in cart.of_kind(FLEX) if line.item == offer.id])
    line = take(cart, offer, taken)
    if line:
        line.rule_outcomes = outcomes
    return line
