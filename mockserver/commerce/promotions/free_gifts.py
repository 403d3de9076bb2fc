"""Free gifts that a customer may still choose (commerce.md §5.4).

Whether a promotion matches, a run of its order finds out; which SKUs and bundles it gives, its list
says whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.commerce.catalogue.list_members import members_of_list
from mockserver.commerce.orders.states import is_editable
from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.promotions.statuses import status
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import Record

GIFTS = "free_gift_promotions"
#: The field of an order with the promotions that give something, once it is added.
NOTED = "gift_promotions"


def forget_gifts(cart: Cart) -> None:
    """Begin a run in which no promotion has matched yet."""
    if cart.order.get(NOTED):
        cart.order[NOTED] = None


def note_gift(cart: Cart, offer: Offer) -> None:
    """Note a promotion that matches, also where there is nothing yet that it makes free."""
    if offer.type_ == GIFTS:
        cart.order[NOTED] = [*(cart.order.get(NOTED) or ()), offer.id]


def available_free_skus(order: Record, view: View) -> list[Target]:
    """Return the SKUs on the lists of the promotions that match."""
    found = (target for gift in _matching(order, view) for target in members_of_list(gift, view))
    return [*dict.fromkeys(found)]


def available_free_bundles(order: Record, view: View) -> list[Target]:
    """Return the bundles of those lists: one is free as a whole."""
    lists = {gift["sku_list"] for gift in _matching(order, view)}
    every = view.every("bundles") if lists else ()
    return [("bundles", bundle["id"]) for bundle in every if bundle["sku_list"] in lists]


def _matching(order: Record, view: View) -> Iterator[Record]:
    noted = order.get(NOTED)
    if not noted or not is_editable(order, view):
        return
    now = view.engine.clock.now()
    for gift in view.every(GIFTS):
        if gift["id"] in noted and status(gift, now) == "active":
            yield gift
