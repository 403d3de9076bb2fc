"""An order comes to the same, whatever was done first (commerce.md §3.1, §29.1, §29.2)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop
from tests.scene import address, gift_card

CODE = "SUMMER-2026"
AMOUNTS = ("subtotal", "shipping", "payment_method", "discount", "gift_card", "total_tax", "due")
#: What each step needs to have been done before: lines keep their places, for the last one bears
#: what rounding leaves over.
NEEDS = {
    "A": (),
    "B": ("A",),
    "email": (),
    "address": (),
    "ship": ("A", "address"),
    "pay": (),
    "coupon": (),
    "card": (),
}


class Steps:
    """The steps of the story, each by itself."""

    def __init__(self, api: Api, *, included: bool) -> None:
        """Open the shop, and begin an order."""
        self.api = api
        self.shop = StoryShop(api, included=included)
        self.shop.promote("percentage_discount_promotions", CODE, percentage=10)
        self.shop.stocked(A=2900, B=9900)
        self.card = gift_card(api, 5000)["attributes"]["code"]
        self.order = api.create("orders", links={"market": to(self.shop.market)})

    def take(self, step: str) -> None:
        """Take one of them."""
        doing: dict[str, Callable[[], object]] = {
            "A": lambda: self.shop.add(self.order, "A", 2),
            "B": lambda: self.shop.add(self.order, "B", 1),
            "email": lambda: self.api.update(self.order, customer_email="john@example.com"),
            "address": self._address,
            "ship": lambda: self.shop.ship_by(self.order, "STD"),
            "pay": self._pay,
            "coupon": lambda: self.api.update(self.order, coupon_code=CODE),
            "card": lambda: self.api.update(self.order, gift_card_code=self.card),
        }
        doing[step]()

    def _address(self) -> Document:
        place = to(address(self.api))
        links = {"shipping_address": place, "billing_address": place}
        return self.api.update(self.order, links=links)

    def _pay(self) -> Document:
        gateway = self.api.create("manual_gateways", name="Manual")
        links = {"payment_gateway": to(gateway), "market": to(self.shop.market)}
        kind = {"payment_source_type": "wire_transfers", "price_amount_cents": 500}
        method = self.api.create("payment_methods", links=links, **kind)
        return self.api.update(self.order, links={"payment_method": to(method)})


def some_order(seed: int) -> list[str]:
    """Return the steps in an order that their needs allow."""
    draw, left, found = Random(seed), list(NEEDS), list[str]()  # noqa: S311 - to be drawn again
    while left:
        step = draw.choice([s for s in left if {*NEEDS[s]} <= {*found}])
        left.remove(step)
        found.append(step)
    return found


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("included", "tax", "due"), [(True, 1646, 10_330), (False, 2009, 12_339)])
def test_any_order_of_steps(api: Api, seed: int, *, included: bool, tax: int, due: int) -> None:
    steps = Steps(api, included=included)
    for step in some_order(seed):
        steps.take(step)
    api.create("wire_transfers", links={"order": to(steps.order)})
    amounts = steps.shop.cents(steps.order, *AMOUNTS)
    api.update(steps.order, _place=True)

    assert amounts == (15_700, 700, 500, -1570, -5000, tax, due)
    assert steps.shop.shown(steps.order)["place_total_amount_cents"] == due
    assert steps.shop.cents(steps.order, *AMOUNTS) == amounts
