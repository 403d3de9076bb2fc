"""Other price lists for a while, by the clock (catalogue.md §35.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.bearers import TokenBearers
from tests.client import Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused_with, violation

SCHEDULERS = "price_list_schedulers"


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


class Sale(PriceShop):
    """The shop with the two lists of its sale, and whoever looks at it."""

    def __init__(self, bearers: TokenBearers, first: int = 1900, second: int = 1500) -> None:
        """Open it on the ninth, with the sale ahead."""
        self._bearers = bearers
        self._freeze(9)
        super().__init__(bearers.integration())
        self.guest = bearers.guest("market:code:eu")
        self.api.update(self.price("TSHIRT"), compare_at_amount_cents=3500)
        self.stock("mil", TSHIRT=10)
        self.lists = {"PL-EUR": self.prices, "PL-A": self.reduced("PL-A", first)}
        self.lists["PL-B"] = self.reduced("PL-B", second)
        self.first = self.schedule("PL-A", 10, 20)
        self.second = self.schedule("PL-B", 15, 18)

    def _freeze(self, day: int) -> None:
        moment = {"frozen_at": f"2027-01-{day:02}T00:00:00Z"}
        self._bearers.app.plane.clocks.set(moment, self._bearers.organization.slug)

    def wait(self, day: int) -> None:
        """Let the clock go to a day of January; tokens do not live as long."""
        self._freeze(day)
        self.api.token = self._bearers.integration().token
        self.guest.token = self._bearers.guest("market:code:eu").token

    def reduced(self, name: str, cents: int) -> Document:
        """Make a list with another price of the shirt."""
        made = self.api.create("price_lists", name=name, currency_code="EUR")
        self.list_price("TSHIRT", made, cents, compare_at_amount_cents=2900)
        return made

    def schedule(self, name: str, starts: int, ends: int) -> Document:
        """Schedule a list from one day to another."""
        links = {"market": to(self.market), "price_list": to(self.lists[name])}
        ends_of = (("starts_at", starts), ("expires_at", ends))
        days = {name: f"2027-01-{number}T00:00:00Z" for name, number in ends_of}
        return self.api.create(SCHEDULERS, links=links, name=name, **days)

    def statuses(self) -> tuple[str, str]:
        """Return where both schedulers stand."""
        found = [self.shown(each) for each in (self.first, self.second)]
        assert [each["active"] for each in found] == [e["status"] == "active" for e in found]
        return found[0]["status"], found[1]["status"]

    def list_in_force(self) -> str:
        """Return the name of the list that the market sells by, its own is PL-EUR."""
        names = {made["id"]: name for name, made in self.lists.items()}
        now, own = (
            self.api.get(f"{path_of(self.market)}/{name}").json["data"]["id"]
            for name in ("price_list", "base_price_list")
        )
        assert names[own] == "PL-EUR"
        return names[now]


def seen(shop: Sale) -> tuple[int, int]:
    """Return amount and compared amount of the one price of the shirt that a guest sees."""
    path = f"{path_of(shop.skus['TSHIRT'])}?include=prices"
    (price,) = shop.guest.get(path).json["included"]
    shown = price["attributes"]
    return shown["amount_cents"], shown["compare_at_amount_cents"]


def told(sandbox: Sandbox, scheduler: Document) -> list[tuple[str, str]]:
    """Return the events of a scheduler, each with the day of its happening."""
    found = sandbox.find("events", Compare("resource", "eq", scheduler["id"]))
    return [(each["name"].partition(".")[2], each["created_at"][:10]) for each in found]


def test_the_story(token_bearers: TokenBearers) -> None:
    """What is in force on each day, and what orders make of it."""
    shop = Sale(token_bearers)
    found = []

    def look() -> None:
        found.append((shop.statuses(), seen(shop), shop.list_in_force()))

    look()
    shop.wait(12)
    look()
    bought = shop.cart()
    row = shop.buy(bought, "TSHIRT", 2)
    shop.wait(16)
    look()
    shop.api.update(shop.first, _disable=True)
    look()
    shop.wait(19)
    shop.api.update(shop.first, _enable=True)
    look()
    shop.wait(21)
    look()

    assert found == [
        (("pending", "pending"), (2900, 3500), "PL-EUR"),
        (("active", "pending"), (1900, 2900), "PL-A"),
        (("active", "active"), (1900, 2900), "PL-A"),
        (("disabled", "active"), (1500, 2900), "PL-B"),
        (("active", "expired"), (1900, 2900), "PL-A"),
        (("expired", "expired"), (2900, 3500), "PL-EUR"),
    ]
    assert row["attributes"]["total_amount_cents"] == 3800
    assert subtotals(shop, bought) == [3800, 3800, 5800]
    assert shop.shown(row)["compare_at_amount_cents"] == 3500


def subtotals(shop: Sale, bought: Document) -> list[int]:
    """Return what an order costs as it is, when it is refreshed, and with new prices."""
    before = shop.shown(bought)["subtotal_amount_cents"]
    shop.api.update(bought, _refresh=True)
    refreshed = shop.shown(bought)["subtotal_amount_cents"]
    shop.api.update(bought, _refresh_prices=True)
    return [before, refreshed, shop.shown(bought)["subtotal_amount_cents"]]


def test_what_is_told(token_bearers: TokenBearers) -> None:
    """The clock tells of beginnings and ends on its way; of a disabled one it tells nothing."""
    shop, sandbox = Sale(token_bearers), token_bearers.sandbox()
    third = shop.schedule("PL-B", 11, 13)
    shop.api.update(third, _disable=True)
    shop.wait(21)
    running = shop.schedule("PL-A", 20, 25)

    assert told(sandbox, shop.first) == [("activated", "2027-01-10"), ("expired", "2027-01-20")]
    assert told(sandbox, shop.second) == [("activated", "2027-01-15"), ("expired", "2027-01-18")]
    assert told(sandbox, third) == []
    assert told(sandbox, running) == [("activated", "2027-01-21")]


def test_other_numbers(token_bearers: TokenBearers) -> None:
    """Reduced to 17.35, three shirts are 52.05; at the full price of 29.00 again 87.00."""
    shop = Sale(token_bearers, first=1735)
    shop.wait(14)
    bought = shop.cart()
    shop.buy(bought, "TSHIRT", 3)
    shop.wait(22)

    assert subtotals(shop, bought) == [5205, 5205, 8700]


def test_what_is_refused(token_bearers: TokenBearers) -> None:
    """A list on other terms than the market's own, and an end before the beginning."""
    shop = Sale(token_bearers)
    links = {"market": to(shop.market), "price_list": to(shop.dollars)}
    days = {"starts_at": "2027-01-10T00:00:00Z", "expires_at": "2027-01-11T00:00:00Z"}
    body = document(SCHEDULERS, links=links, name="S", **days)
    dollars = shop.api.post(f"/api/{SCHEDULERS}", body)
    links["price_list"] = to(shop.prices)
    days = {"starts_at": days["expires_at"], "expires_at": days["starts_at"]}
    body = document(SCHEDULERS, links=links, name="S", **days)
    backwards = shop.api.post(f"/api/{SCHEDULERS}", body)

    assert got(dollars) == refused_with(
        [violation("relationships/price_list", "is invalid", "invalid")]
    )
    assert got(backwards) == refused_with(
        [
            violation(
                "attributes/expires_at",
                "must be after starts_at",
                "after",
                value="2027-01-10T00:00:00.000Z",
            )
        ]
    )
