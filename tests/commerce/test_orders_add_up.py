"""What holds of every order, whatever has been done to it (commerce.md §3.3, §3.4)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.client import Api, Document, document, path_of, to
from tests.commerce.story_shop import StoryShop
from tests.scene import address, gift_card

COUPON = "SUMMER-2026"
BUCKETS = ("subtotal", "shipping", "payment_method", "adjustment", "discount")
STEPS = 25


class Walk:
    """An order to which things are done at random, the same ones for a seed."""

    def __init__(self, api: Api, seed: int) -> None:
        """Open a shop with promotions, taxes and gift cards, and fill a cart."""
        self.api, self.draw = api, Random(seed)  # noqa: S311 - a walk that can be walked again
        switches = ("freight_taxable", "payment_method_taxable", "adjustment_taxable")
        self.shop = StoryShop(
            api, included=self.chance(), **{name: self.chance() for name in switches}
        )
        self.shop.promote("percentage_discount_promotions", percentage=self.draw.randint(1, 99))
        self.shop.promote(
            "fixed_amount_promotions", COUPON, fixed_amount_cents=4000, currency_code="EUR"
        )
        self.shop.stocked(A=2999, B=8550)
        self.order = self.shop.cart(A=1)
        self.shop.pay_by(self.order, 250)
        self.card = gift_card(api, 7777, distribute_discount=self.chance())

    def chance(self) -> bool:
        """Toss a coin."""
        return self.draw.random() < 0.5

    def lines(self) -> list[Document]:
        """Return the lines of the order, oldest first."""
        found: list[Document] = self.api.get(
            f"{path_of(self.order)}/line_items", {"page[size]": "25", "sort": "created_at,id"}
        ).json["data"]
        return found

    def step(self) -> TestResponse:
        """Do something to the order, which may be refused."""
        return self.draw.choice(DEEDS)(self)

    def send(self, **attributes: Any) -> TestResponse:
        """Change the order."""
        body = document("orders", self.order["id"], **attributes)
        return self.api.patch(path_of(self.order), body)

    def add(self, item: Document | None = None, **attributes: Any) -> TestResponse:
        """Add a line."""
        links = {"order": to(self.order), **({"item": to(item)} if item else {})}
        sent = {"quantity": 1, **attributes}
        return self.api.post("/api/line_items", document("line_items", links=links, **sent))

    def change(self, *, removes: bool) -> TestResponse:
        """Change how many there are of a line, or take it out; not all lines are for that."""
        row = self.draw.choice(self.lines())
        if removes:
            return self.api.delete(path_of(row))
        quantity = self.draw.randint(0, 5)
        return self.api.patch(path_of(row), document("line_items", row["id"], quantity=quantity))

    def adjust(self) -> TestResponse:
        """Add or take off an amount by hand."""
        cents = self.draw.choice([-99_999, -500, -1, 750])
        sent = {"name": "By hand", "currency_code": "EUR", "amount_cents": cents}
        return self.add(self.api.create("adjustments", distribute_discount=self.chance(), **sent))

    def buy_card(self) -> TestResponse:
        """Put a gift card into the cart."""
        return self.add(self.api.create("gift_cards", balance_cents=3000, currency_code="EUR"))

    def move(self) -> TestResponse:
        """Bill the order somewhere else."""
        links = {"billing_address": to(address(self.api, country_code="FR"))}
        return self.api.patch(
            path_of(self.order), document("orders", self.order["id"], links=links)
        )


DEEDS: list[Callable[[Walk], TestResponse]] = [
    lambda walk: walk.add(sku_code=walk.draw.choice("AB"), quantity=walk.draw.randint(0, 4)),
    lambda walk: walk.add(unit_amount_cents=walk.draw.choice([0, 5, 999]), name="Wrapping"),
    lambda walk: walk.change(removes=False),
    lambda walk: walk.change(removes=True),
    Walk.adjust,
    Walk.buy_card,
    Walk.move,
    lambda walk: walk.send(coupon_code=walk.draw.choice([COUPON, "", "NOT-A-CODE"])),
    lambda walk: walk.send(
        gift_card_code=walk.draw.choice([walk.card["attributes"]["code"], None])
    ),
    lambda walk: walk.send(_refresh_prices=True, freight_taxable=walk.chance()),
]


@pytest.mark.parametrize("seed", range(4))
def test_orders_add_up(api: Api, seed: int) -> None:
    """Lines bear no more than they cost; the order is the sum of its lines, never below nothing."""
    walk = Walk(api, seed)
    for _ in range(STEPS):
        assert walk.step().status_code in (200, 201, 204, 422)
        rows = walk.lines()
        order = walk.shop.shown(walk.order)
        for row in rows:
            _check_line(row["attributes"], {each["id"] for each in rows})
        _check_order(order, [row["attributes"] for row in rows])


def _check_line(line: Document, ids: set[str]) -> None:
    shares = line["discount_breakdown"]

    assert shares.keys() <= ids
    assert line["discount_cents"] == sum(share["cents"] for share in shares.values())
    assert all(share["cents"] <= 0 for share in shares.values())
    assert line["total_amount_cents"] + line["discount_cents"] >= min(0, line["total_amount_cents"])


def _check_order(order: Document, lines: list[Document]) -> None:
    cents = {name: order[f"{name}_amount_cents"] for name in (*BUCKETS, "gift_card", "total")}
    taxes = sum(line["tax_amount_cents"] for line in lines)
    on_top = 0 if order["tax_included"] else taxes

    assert cents["total"] == max(0, sum(cents[name] for name in BUCKETS))
    assert sum(line["total_amount_cents"] for line in lines) == sum(
        cents[name] for name in (*BUCKETS, "gift_card")
    )
    assert order["total_tax_amount_cents"] == taxes
    assert order["total_amount_with_taxes_cents"] == cents["total"] + cents["gift_card"] + on_top
    assert order["total_amount_with_taxes_cents"] >= 0
