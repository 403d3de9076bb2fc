"""Whatever is done to a cart, its shipments are of what it is of (catalogue.md §17)."""

from __future__ import annotations

from collections import Counter

import pytest

from mockserver.commerce.shipping.allocation import STRATEGIES
from mockserver.entropy import Entropy
from tests.client import Api, Document, document, path_of
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import address

COUNTED = ("TSHIRT", "MUG", "ICE", "SEAT")
CODES = (*COUNTED, "EBOOK")


class Walk:
    """Somebody who changes a cart at random, always the same way."""

    def __init__(self, api: Api, seed: int) -> None:
        """Begin with an empty cart."""
        self.api = api
        self.drawn = Entropy(seed, "walk")
        self.shop = ShippingShop(api, self.drawn.choice([*STRATEGIES]))
        self.shop.sell("SEAT", 100, None, do_not_ship=True)
        for location in ("mil", "rom"):
            stocked = {code: 1 + self.drawn.below(8) for code in ("TSHIRT", "MUG", "ICE", "SEAT")}
            self.shop.stock(location, **stocked)
        self.order = self.shop.order()

    def lines(self) -> list[Document]:
        """Return the lines of SKUs."""
        found = self.shop.related(self.order, "line_items")
        return [line for line in found if line["attributes"]["item_type"] == "skus"]

    def add(self) -> None:
        """Put something in, if there is so much of it."""
        words = {"sku_code": self.drawn.choice(CODES), "quantity": 1 + self.drawn.below(5)}
        links = {"order": {"type": "orders", "id": self.order["id"]}}
        self.api.post("/api/line_items", document("line_items", links=links, **words))

    def change(self) -> None:
        """Have more or less of something."""
        for line in self.lines()[:1]:
            quantity = 1 + self.drawn.below(5)
            self.api.patch(path_of(line), document("line_items", line["id"], quantity=quantity))

    def take_out(self) -> None:
        """Take something out."""
        for line in self.lines()[-1:]:
            assert self.api.delete(path_of(line)).status_code == 204

    def move(self) -> None:
        """Have it sent elsewhere."""
        place = address(self.api)
        links = {"shipping_address": {"type": "addresses", "id": place["id"]}}
        self.api.update(self.order, links=links)

    def choose(self) -> None:
        """Choose methods at random, those among them that are not offered."""
        for shipment in self.shop.shipments(self.order):
            self.shop.choose(shipment, self.drawn.choice([None, "STD", "EXP", "COLD"]))

    def ordered(self) -> Counter[str]:
        """Return how much of each SKU is ordered."""
        found: Counter[str] = Counter()
        for line in self.lines():
            found[line["attributes"]["sku_code"]] += line["attributes"]["quantity"]
        return found

    def taken(self) -> Counter[str]:
        """Return how much of each SKU is taken from somewhere, or brought."""
        found: Counter[str] = Counter()
        for name in ("stock_line_items", "stock_transfers"):
            for held in self.shop.related(self.order, name):
                found[held["attributes"]["sku_code"]] += held["attributes"]["quantity"]
        return found


@pytest.mark.parametrize("seed", range(10))
def test_a_walk(api: Api, seed: int) -> None:
    """Every piece is taken once; every shipment holds something, has its line, can be sent so."""
    walk = Walk(api, seed)
    shop, steps = (
        walk.shop,
        (walk.add, walk.add, walk.change, walk.take_out, walk.move, walk.choose),
    )
    for _ in range(12):
        walk.drawn.choice(steps)()
        shipments = shop.shipments(walk.order)
        now = shop.shown(walk.order)
        lines = shop.related(walk.order, "line_items")
        costs = {
            line["attributes"]["name"]: line["attributes"]["total_amount_cents"]
            for line in lines
            if line["attributes"]["item_type"] == "shipments"
        }

        assert walk.taken() == walk.ordered()
        assert now["shipments_count"] == len(shipments)
        assert [*costs] == [f"Shipment {each['attributes']['number']}" for each in shipments]
        assert now["shipping_amount_cents"] == sum(costs.values())
        for shipment in shipments:
            assert shop.shown(shipment)["skus_count"] > 0
            method = shop.linked(shipment, "shipping_method")
            offered = shop.offered(shipment)
            cost = offered[method["attributes"]["name"]] if method else 0
            assert costs[f"Shipment {shipment['attributes']['number']}"] == cost
