"""A bundle that is bought, comes back in part, and is there for others (catalogue.md §35.10)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.refusals import got, refused_with, violation
from tests.scene import events


class KitShop(ShippingShop):
    """The shop of the story: two shirts and five mugs, and a kit of a shirt and two mugs."""

    def __init__(self, api: Api, tshirts: int = 2, mugs: int = 5) -> None:
        """Open it."""
        super().__init__(api)
        self.stock("mil", TSHIRT=tshirts, MUG=mugs)
        self.list = api.create("sku_lists", name="KIT-LIST")
        for code, quantity in (("TSHIRT", 1), ("MUG", 2)):
            links = {"sku_list": to(self.list), "sku": to(self.skus[code])}
            api.create("sku_list_items", links=links, quantity=quantity)
        links = {"sku_list": to(self.list), "market": to(self.market)}
        prices = {
            "price_amount_cents": 4900,
            "compare_at_amount_cents": 5400,
            "currency_code": "EUR",
        }
        self.kit = api.create("bundles", links=links, code="KIT", name="Kit", **prices)

    def kits(self, quantity: int) -> tuple[Document, Document]:
        """Return an order of so many kits, and its line."""
        order = self.order()
        links = {"order": to(order)}
        sent = {"bundle_code": "KIT", "quantity": quantity}
        return order, self.api.create("line_items", links=links, **sent)

    def stocks(self) -> tuple[str, str]:
        """Return how many shirts and mugs there are, and how many are reserved."""
        return self.held("mil", "TSHIRT"), self.held("mil", "MUG")

    def deliver(self, order: Document) -> None:
        """Take an order from the cart to the customer."""
        for shipment in self.shipments(order):
            assert self.choose(shipment, "STD").status_code == 200
        self.pay(order)
        self.step(order, "_place", "_approve", "_capture")
        for shipment in self.shipments(order):
            self.step(shipment, "_packing", "_ready_to_ship", "_ship")

    def returned(self, order: Document, line: Document, quantity: int) -> Document:
        """Return what of a line has come back by now, and is not in stock yet."""
        made = self.api.create("returns", links={"order": to(order)})
        links = {"return": to(made), "line_item": to(line)}
        self.api.create("return_line_items", links=links, quantity=quantity)
        for step in ("_request", "_approve", "_ship", "_receive"):
            made = self.api.update(made, **{step: True})
        return made


def refused_row(shop: KitShop, order: Document, line: Document, quantity: int) -> Any:
    """Ask for a further return of a line; return the answer."""
    made = shop.api.create("returns", links={"order": to(order)})
    links = {"return": to(made), "line_item": to(line)}
    body = document("return_line_items", links=links, quantity=quantity)
    return shop.api.post("/api/return_line_items", body)


def at_most(most: int, asked: int) -> tuple[int, str]:
    """Return the refusal of more than there is."""
    title, rule = f"must be less than or equal to {most}", "less_than_or_equal_to"
    return refused_with([violation("attributes/quantity", title, rule, value=asked, count=most)])


def test_the_story(api: Api, sandbox: Sandbox) -> None:
    """With the numbers of the contract."""
    shop = KitShop(api)
    order, line = shop.kits(2)
    attributes = line["attributes"]
    assert attributes["item_type"] == "bundles"
    assert (attributes["unit_amount_cents"], attributes["compare_at_amount_cents"]) == (4900, 5400)
    assert attributes["total_amount_cents"] == 9800
    assert shop.shown(order)["skus_count"] == 2
    three = api.patch(path_of(line), document("line_items", line["id"], quantity=3))
    assert got(three) == at_most(2, 3)

    (shipment,) = shop.shipments(order)
    assert shop.contents(shipment) == ["TSHIRT 2", "MUG 4"]
    lines = shop.related(shipment, "stock_line_items")
    assert {each["attributes"]["bundle_code"] for each in lines} == {"KIT"}
    assert shipment["attributes"]["skus_count"] == 6
    shop.ship_by(order, "STD")
    now = shop.shown(order)
    assert (now["total_amount_cents"], now["formatted_total_amount"]) == (10500, "€105,00")

    shop.pay(order)
    shop.step(order, "_place")
    assert shop.stocks() == ("2/2", "5/4")
    wish = {"market": to(shop.market)}
    waiting = api.create(
        "in_stock_subscriptions", links=wish, customer_email="ada@example.com", sku_code="TSHIRT"
    )
    assert waiting["attributes"]["status"] == "active"
    shop.step(order, "_approve")
    assert shop.stocks() == ("0/0", "1/0")
    shop.step(order, "_capture")
    shop.step(shipment, "_packing", "_ready_to_ship", "_ship")
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"

    returned = shop.returned(order, line, 1)
    (row,) = shop.related(returned, "return_line_items")
    assert row["attributes"]["total_amount_cents"] == 4900
    assert shop.step(returned, "_restock")["status"] == "received"
    assert shop.stocks() == ("1/0", "3/0")
    assert shop.shown(row)["restocked_at"]
    assert events(sandbox, returned)[-1] == "returns.restock"
    assert shop.shown(waiting)["status"] == "notified"
    assert events(sandbox, waiting) == [
        "in_stock_subscriptions.create",
        "in_stock_subscriptions.notify",
    ]
    shop.step(returned, "_restock")
    assert shop.stocks() == ("1/0", "3/0")
    assert got(refused_row(shop, order, line, 2)) == at_most(1, 2)


def test_with_other_numbers(api: Api) -> None:
    """Of four shirts and nine mugs three kits; all come back, the rest once more after a reset."""
    shop = KitShop(api, 4, 9)
    order, line = shop.kits(3)
    four = api.patch(path_of(line), document("line_items", line["id"], quantity=5))
    assert got(four) == at_most(4, 5)
    shop.deliver(order)
    assert shop.total(order) == 15400
    assert shop.stocks() == ("1/0", "3/0")
    for quantity, expected in ((1, ("2/0", "5/0")), (2, ("4/0", "9/0"))):
        shop.step(shop.returned(order, line, quantity), "_restock")
        assert shop.stocks() == expected
    assert got(refused_row(shop, order, line, 1)) == at_most(0, 1)

    api.update(line, _reset_restocked_quantity=True)
    shop.step(shop.returned(order, line, 1), "_restock")
    assert shop.stocks() == ("5/0", "11/0")
    assert got(refused_row(shop, order, line, 3)) == at_most(2, 3)


def test_a_row_by_itself(api: Api, sandbox: Sandbox) -> None:
    """Is restocked as the whole return is, and that is told of."""
    shop = KitShop(api)
    order, line = shop.kits(1)
    shop.deliver(order)
    returned = shop.returned(order, line, 1)
    (row,) = shop.related(returned, "return_line_items")
    shop.step(row, "_restock")

    assert shop.stocks() == ("2/0", "5/0")
    assert events(sandbox, returned).count("returns.restock") == 1


def test_where_it_goes(api: Api) -> None:
    """To the return location of the market; a stock item is made there if there is none."""
    shop = KitShop(api)
    links = {"inventory_model": to(shop.model), "stock_location": to(shop.locations["rom"])}
    api.create("inventory_return_locations", links=links, priority=1)
    order, line = shop.kits(1)
    shop.deliver(order)
    shop.step(shop.returned(order, line, 1), "_restock")

    assert shop.stocks() == ("1/0", "3/0")
    assert (shop.at("rom", "TSHIRT"), shop.at("rom", "MUG")) == ((1, 0), (2, 0))


# --- who hears of it ------------------------------------------------------------------------------


def wish(shop: KitShop, threshold: int = 1, **also: Any) -> Document:
    """Sign somebody up for shirts."""
    sent = {"customer_email": "ada@example.com", "sku_code": "TSHIRT", **also}
    links = {"market": to(shop.market)}
    return shop.api.create("in_stock_subscriptions", links=links, stock_threshold=threshold, **sent)


def status(shop: KitShop, waiting: Document) -> str:
    """Return where a subscription stands."""
    return str(shop.shown(waiting)["status"])


@pytest.mark.parametrize(
    ("threshold", "before", "after", "expected"),
    [
        (1, 0, 1, "notified"),
        (3, 0, 2, "active"),
        (3, 2, 3, "notified"),
        (3, 3, 4, "active"),
        (3, 4, 2, "active"),
        (3, 0, 9, "notified"),
    ],
)
def test_the_threshold(api: Api, *, threshold: int, before: int, after: int, expected: str) -> None:
    """Is to be reached from below."""
    shop = KitShop(api, before)
    waiting = wish(shop, threshold)
    api.update(shop.items["mil", "TSHIRT"], quantity=after)

    assert status(shop, waiting) == expected


def test_other_ways_to_rise(api: Api) -> None:
    """A new stock item, a reservation that ends, a transfer; only where the market sells from."""
    shop = KitShop(api, 0)
    waiting = wish(shop, 2)
    shop.stock("rom", TSHIRT=2)
    assert status(shop, waiting) == "notified"
    waiting = api.update(waiting, _activate=True)
    item = shop.items["rom", "TSHIRT"]
    held = api.create("stock_reservations", links={"stock_item": to(item)}, quantity=1)
    assert status(shop, waiting) == "active"
    assert api.delete(path_of(held)).status_code == 204
    assert status(shop, waiting) == "notified"

    far = api.create("stock_locations", links={"address": to(shop.address)}, name="Far")
    links = {"stock_location": to(far), "sku": to(shop.skus["TSHIRT"])}
    waiting = api.update(waiting, _activate=True)
    api.update(item, quantity=0)
    api.create("stock_items", links=links, quantity=9)
    assert status(shop, waiting) == "active"
    links = {
        "sku": to(shop.skus["TSHIRT"]),
        "origin_stock_location": to(far),
        "destination_stock_location": to(shop.locations["mil"]),
    }
    transfer = api.create("stock_transfers", links=links, quantity=2)
    shop.step(transfer, "_upcoming", "_picking", "_in_transit")
    assert status(shop, waiting) == "active"
    shop.step(transfer, "_complete")
    assert status(shop, waiting) == "notified"


def test_an_order_that_is_called_off(api: Api) -> None:
    """Gives others what it has taken; to take what was reserved gives nobody anything."""
    shop = KitShop(api)
    order, _ = shop.kits(2)
    shop.ship_by(order, "STD")
    shop.pay(order)
    shop.step(order, "_place")
    waiting = wish(shop)
    shop.step(order, "_approve")
    assert status(shop, waiting) == "active"
    shop.step(order, "_cancel")
    assert status(shop, waiting) == "notified"
    assert shop.stocks() == ("2/0", "5/0")


def test_who_does_not_hear(api: Api) -> None:
    """Who does not want to by now; and nobody twice."""
    shop = KitShop(api, 0)
    waiting = wish(shop)
    shop.step(waiting, "_deactivate")
    api.update(shop.items["mil", "TSHIRT"], quantity=1)
    assert status(shop, waiting) == "inactive"
    again = {"customer_email": "ada@example.com", "sku_code": "TSHIRT"}
    body = document("in_stock_subscriptions", links={"market": to(shop.market)}, **again)
    taken = violation("relationships/sku", "has already been taken", "taken")
    assert got(api.post("/api/in_stock_subscriptions", body)) == refused_with([taken])
    none = document("in_stock_subscriptions", waiting["id"], stock_threshold=0)
    assert api.patch(path_of(waiting), none).json["errors"][0]["meta"] == {
        "error": "greater_than_or_equal_to",
        "value": 0,
        "count": 1,
    }
