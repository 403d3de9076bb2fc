"""Amounts of each type of promotion (commerce.md §5.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.promotions.taking import Taken
from mockserver.commerce.totals.cart import SHIPMENTS, Cart, Line
from mockserver.commerce.totals.rounding import proportion

#: The types of which one at most acts on a line.
SOLE = frozenset({"free_gift_promotions", "fixed_price_promotions"})


def percentage(offer: Offer, cart: Cart) -> Taken:
    """Take a part of what the goods cost, whatever others have taken off them."""
    goods = offer.eligible(cart)
    total = sum(line.total_amount_cents for line in goods)
    return Taken(goods, amount=proportion(total, offer.values["percentage"], 100))


def fixed_amount(offer: Offer, cart: Cart) -> Taken:
    """Take an amount, or what others have left of the goods."""
    goods = offer.eligible(cart)
    left = sum(line.net_amount_cents for line in goods)
    return Taken(goods, amount=min(offer.values["fixed_amount_cents"], left))


def fixed_price(offer: Offer, cart: Cart) -> Taken:
    """Take what a piece costs above the price; its options cost what they cost."""
    goods, price = _unclaimed(offer, cart), offer.values["fixed_amount_cents"]
    parts = {line.id: max(line.unit_amount_cents - price, 0) * line.quantity for line in goods}
    return Taken(goods, parts=parts)


def free_gift(offer: Offer, cart: Cart) -> Taken:
    """Take the price of so many pieces, by the order of the list and as many as it means."""
    goods = _unclaimed(offer, cart)
    if offer.coverage is None:
        return Taken(goods)
    free: dict[str, int] = {}
    left = offer.values.get("max_quantity") or 1
    for lines, meant in offer.coverage.in_turn(goods):
        left -= _given(lines, min(left, meant), free)
    return Taken(goods, parts=_prices(goods, free))


def _given(lines: Sequence[Line], pieces: int, free: dict[str, int]) -> int:
    """Make pieces of these lines free, and return how many of them there were."""
    left = pieces
    for line in lines:
        here = min(left, line.quantity - free.get(line.id, 0))
        free[line.id] = free.get(line.id, 0) + here
        left -= here
    return pieces - left


def buy_x_pay_y(offer: Offer, cart: Cart) -> Taken:
    """Take the price of some of every so many pieces, of one line or of all together."""
    goods = offer.eligible(cart)
    x, y = offer.values["x"], offer.values["y"]
    if offer.values.get("cheapest_free"):
        pieces = sum(line.quantity for line in goods)
        return Taken(goods, parts=_prices(goods, cheapest(goods, pieces // x * (x - y))))
    free = {line.id: line.quantity // x * (x - y) for line in goods}
    return Taken(goods, parts=_prices(goods, free))


def cheapest(lines: Sequence[Line], pieces: int) -> dict[str, int]:
    """Return how many of so many pieces, the cheapest of all, are of each line."""
    found: dict[str, int] = {}
    for line in sorted(lines, key=lambda line: line.unit_amount_cents):
        found[line.id] = min(pieces, line.quantity)
        pieces -= found[line.id]
    return found


def free_shipping(_: Offer, cart: Cart) -> Taken:
    """Take what shipping costs."""
    shipments = cart.of_kind(SHIPMENTS)
    return Taken(shipments, amount=sum(line.total_amount_cents for line in shipments))


def _prices(lines: Sequence[Line], pieces: Mapping[str, int]) -> dict[str, int]:
    """Return the price of so many pieces of each line."""
    return {line.id: line.unit_amount_cents * pieces.get(line.id, 0) for line in lines}


def _unclaimed(offer: Offer, cart: Cart) -> list[Line]:
    """Return the lines that no free gift and no fixed price acts on yet."""
    claimed = {
        bearer.id
        for line in cart.of_kind(*SOLE)
        for bearer, share in cart.discounting(line)
        if share.cents
    }
    return [line for line in offer.eligible(cart) if line.id not in claimed]


Amount = Callable[[Offer, Cart], Taken]
#: What is taken off goods, by the type of promotion; the others are reckoned elsewhere.
OF_GOODS: Mapping[str, Amount] = {
    "percentage_discount_promotions": percentage,
    "fixed_amount_promotions": fixed_amount,
    "fixed_price_promotions": fixed_price,
    "free_gift_promotions": free_gift,
    "buy_x_pay_y_promotions": buy_x_pay_y,
}
OF_SHIPPING: Mapping[str, Amount] = {"free_shipping_promotions": free_shipping}
