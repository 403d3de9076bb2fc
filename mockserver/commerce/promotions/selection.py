"""Which promotions get a turn, and in which order (commerce.md §5.3)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.promotions.offers import Offer, in_turn

GIFT, PRICE = "free_gift_promotions", "fixed_price_promotions"


def considered(offers: Sequence[Offer], most: int) -> list[Offer]:
    """Return those that get a turn, in order: so many of those that take no coupon."""
    left = most
    found = []
    for offer in in_turn(offers):
        if not offer.is_gated:
            left -= 1
        if offer.is_gated or left >= 0:
            found.append(offer)
    return found


def exclusives(offers: Sequence[Offer]) -> list[Offer]:
    """Return those that would apply alone."""
    return [offer for offer in offers if offer.is_exclusive]


def beside_others(offers: Sequence[Offer]) -> list[Offer]:
    """Return those that apply beside others; of a line that both want, the gift is first."""
    rest = [offer for offer in offers if not offer.is_exclusive]
    places = [place for place, offer in enumerate(rest) if offer.type_ == PRICE]
    if not places:
        return rest
    before, behind = rest[: places[0]], rest[places[0] :]
    return [*before, *sorted(behind, key=lambda offer: offer.type_ != GIFT)]
