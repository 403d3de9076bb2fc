"""What carts keep of the stock for a while, when their lines ask for it (catalogue.md §14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import address


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop with two shirts in Milan, and ten in Rome."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    return shop


def reserved(shop: ShippingShop, order: Document, quantity: int, code: str = "TSHIRT") -> Document:
    """Add a line that asks for what it takes to be reserved."""
    links = {"order": to(order)}
    sent = {"sku_code": code, "quantity": quantity, "_reserve_stock": True}
    return shop.api.create("line_items", links=links, **sent)


def drafts(shop: ShippingShop, line: Document) -> list[tuple[str, int]]:
    """Return status and quantity of what is reserved for a line."""
    found = shop.related(line, "stock_reservations")
    return [(each["attributes"]["status"], each["attributes"]["quantity"]) for each in found]


def shirts(shop: ShippingShop) -> tuple[str, str]:
    """Return how many shirts there are, and how many are reserved."""
    return shop.held("mil", "TSHIRT"), shop.held("rom", "TSHIRT")


def test_one_for_each_place(shop: ShippingShop, sandbox: Sandbox) -> None:
    """With what is taken there; it ends with the time of the model."""
    shop.api.update(shop.model, stock_reservation_cutoff=600)
    order = shop.order()
    line = reserved(shop, order, 5)

    assert drafts(shop, line) == [("draft", 2), ("draft", 3)]
    assert shirts(shop) == ("2/2", "10/3")
    first = shop.related(line, "stock_reservations")[0]
    assert (shop.linked(first, "order") or {})["id"] == order["id"]
    sandbox.clock.advance(timedelta(seconds=599))
    assert shirts(shop) == ("2/2", "10/3")
    sandbox.clock.advance(timedelta(seconds=2))
    assert shirts(shop) == ("2/0", "10/0")
    assert drafts(shop, line) == []


def test_renewed(shop: ShippingShop, sandbox: Sandbox) -> None:
    """Asked for once more it lasts as long again, for what the line takes then."""
    line = reserved(shop, shop.order(), 5)
    sandbox.clock.advance(timedelta(seconds=3000))
    shop.api.update(line, quantity=6, _reserve_stock=True)
    sandbox.clock.advance(timedelta(seconds=3000))
    assert drafts(shop, line) == [("draft", 2), ("draft", 4)]
    assert shirts(shop) == ("2/2", "10/4")
    shop.api.update(line, quantity=1, _reserve_stock=True)
    assert drafts(shop, line) == [("draft", 1)]
    assert shirts(shop) == ("2/1", "10/0")
    shop.api.update(line, quantity=1, _reserve_stock=False)
    assert shirts(shop) == ("2/1", "10/0")


def test_it_is_of_the_quantity(shop: ShippingShop) -> None:
    """Of another one it is none, nor of a line that is gone (catalogue.md §14)."""
    order = shop.order()
    line = reserved(shop, order, 5)
    shop.api.update(line, name="Shirt")
    assert shirts(shop) == ("2/2", "10/3")
    shop.api.update(line, quantity=4)
    assert shirts(shop) == ("2/0", "10/0")
    line = shop.api.update(line, _reserve_stock=True)
    assert shirts(shop) == ("2/2", "10/2")
    assert shop.api.delete(path_of(line)).status_code == 204
    assert shirts(shop) == ("2/0", "10/0")
    reserved(shop, order, 5)
    assert shop.api.delete(path_of(order)).status_code == 204
    assert shirts(shop) == ("2/0", "10/0")


def test_others_have_less(shop: ShippingShop) -> None:
    """What a cart keeps is there for that one alone."""
    mine, theirs = shop.order(), shop.order()
    line = reserved(shop, mine, 5)
    body = {"links": {"order": to(theirs)}, "sku_code": "TSHIRT"}
    more = shop.api.post("/api/line_items", document("line_items", quantity=8, **body))
    assert more.json["errors"][0]["meta"] == {"error": "out_of_stock"}
    shop.api.create("line_items", links={"order": to(theirs)}, sku_code="TSHIRT", quantity=7)
    assert shop.api.update(line, quantity=12)["attributes"]["quantity"] == 12


def test_not_of_what_nobody_counts(shop: ShippingShop) -> None:
    """And not by sales channels; a placed order has reserved what it takes."""
    order = shop.order()
    assert drafts(shop, reserved(shop, order, 3, "EBOOK")) == []


@pytest.mark.usefixtures("shop")
def test_not_by_sales_channels(token_bearers: TokenBearers) -> None:
    """They may not send it."""
    guest = token_bearers.guest("market:code:eu")
    order = guest.create("orders")
    body = document(
        "line_items",
        links={"order": to(order)},
        sku_code="TSHIRT",
        quantity=1,
        _reserve_stock=True,
    )

    assert guest.post("/api/line_items", body).status_code == 400


def test_the_place_that_has_everything(shop: ShippingShop) -> None:
    """Where the strategy sends all from there (catalogue.md §17)."""
    shop.api.update(shop.model, strategy="ship_from_first_available_or_primary")
    reserved(shop, shop.order(), 5)

    assert shirts(shop) == ("2/0", "10/5")


def test_placed(shop: ShippingShop, sandbox: Sandbox) -> None:
    """What was kept stays until it is taken; of what was kept for nothing nobody has anything."""
    order = shop.order()
    line = reserved(shop, order, 5)
    kept = shop.related(line, "stock_reservations")
    shop.ship_by(order, "STD", "STD")
    shop.pay(order)
    shop.step(order, "_place")

    assert drafts(shop, line) == [("pending", 2), ("pending", 3)]
    assert [to(each) for each in shop.related(line, "stock_reservations")] == [*map(to, kept)]
    assert [shop.shown(each)["expires_at"] for each in kept] == [None, None]
    taken = shop.related(line, "stock_line_items")
    assert [shop.linked(each, "stock_reservation") for each in taken] != [None, None]
    assert shirts(shop) == ("2/2", "10/3")
    sandbox.clock.advance(timedelta(days=2))
    assert shirts(shop) == ("2/2", "10/3")
    asked = shop.refuse(line, _reserve_stock=True)
    assert asked == [("is invalid", "/data/attributes/_reserve_stock")]
    shop.step(order, "_approve")
    assert shirts(shop) == ("0/0", "7/0")
    assert drafts(shop, line) == []


# --- when somebody says when ----------------------------------------------------------------------


def placed(shop: ShippingShop, *steps: str, **quantities: int) -> Document:
    """Return an order that has been placed, and what has become of it."""
    order = shop.order(**quantities)
    for shipment in shop.shipments(order):
        assert shop.choose(shipment, "STD").status_code == 200
    shop.pay(order)
    shop.step(order, "_place", *steps)
    return order


def test_decremented_by_hand(shop: ShippingShop) -> None:
    """By stock line items or shipments, each once, where the model wants it so."""
    shop.api.update(shop.model, manual_stock_decrement=True)
    order = placed(shop, "_approve", "_capture", TSHIRT=5)
    first, second = shop.shipments(order)
    (line,) = shop.related(first, "stock_line_items")
    assert shirts(shop) == ("2/2", "10/3")
    for _ in range(2):
        shop.step(line, "_decrement_stock")
        assert shirts(shop) == ("0/0", "10/3")
    for _ in range(2):
        shop.step(second, "_decrement_stock")
        assert shirts(shop) == ("0/0", "7/0")
    shop.step(first, "_decrement_stock")
    shop.step(second, "_release_stock")
    assert shirts(shop) == ("0/0", "7/0")
    shop.step(order, "_cancel")
    assert shirts(shop) == ("2/0", "10/0")


def test_released_and_reserved(shop: ShippingShop) -> None:
    """While the order is in progress; repeated it does nothing (catalogue.md §18)."""
    shop.api.update(shop.model, manual_stock_decrement=True)
    order = placed(shop, "_approve", "_capture", TSHIRT=5)
    first, _ = shop.shipments(order)
    (line,) = shop.related(first, "stock_line_items")
    for what in (line, first):
        for _ in range(2):
            shop.step(what, "_release_stock")
            assert shirts(shop) == ("2/0", "10/3")
        for _ in range(2):
            shop.step(what, "_reserve_stock")
            assert shirts(shop) == ("2/2", "10/3")
    assert shop.linked(line, "stock_reservation") is not None
    assert shop.api.delete(path_of(line)).status_code == 204
    assert shirts(shop) == ("2/0", "10/3")


@pytest.mark.parametrize("trigger", ["_reserve_stock", "_decrement_stock"])
def test_what_is_in_no_stock(shop: ShippingShop, trigger: str) -> None:
    """Is not reserved, and not taken."""
    order = placed(shop, "_approve", "_capture", TSHIRT=1)
    (shipment,) = shop.shipments(order)
    links = {"shipment": to(shipment), "sku": to(shop.skus["MUG"])}
    line = shop.api.create("stock_line_items", links=links, quantity=1)

    assert shop.refuse(line, **{trigger: True}) == [("is invalid", f"/data/attributes/{trigger}")]


def test_put_in_by_hand(shop: ShippingShop) -> None:
    """What is added moves nothing by itself; its triggers do. Called off it is given back."""
    order = placed(shop, "_approve", "_capture", TSHIRT=1)
    (shipment,) = shop.shipments(order)
    links = {"shipment": to(shipment), "stock_item": to(shop.items["mil", "MUG"])}
    line = shop.api.create("stock_line_items", links=links, quantity=2)
    assert shop.held("mil", "MUG") == "5/0"
    shop.step(line, "_reserve_stock")
    assert shop.held("mil", "MUG") == "5/2"
    shop.step(line, "_decrement_stock")
    assert shop.held("mil", "MUG") == "3/0"
    shop.step(shipment, "_cancel")
    assert shop.held("mil", "MUG") == "5/0"
    assert shirts(shop) == ("2/0", "10/0")


# --- cancelled ------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [(), ("_approve",), ("_approve", "_capture")])
def test_called_off(shop: ShippingShop, steps: tuple[str, ...]) -> None:
    """Everything is as before, once."""
    order = placed(shop, *steps, TSHIRT=5, MUG=1)
    for _ in range(2):
        shop.step(order, "_cancel")
        assert (*shirts(shop), shop.held("mil", "MUG")) == ("2/0", "10/0", "5/0")
    assert shop.api.get("/api/stock_reservations").json["data"] == []


def test_what_has_left_stays_away(shop: ShippingShop) -> None:
    """Of an order that is refunded in full (catalogue.md §16)."""
    order = placed(shop, "_approve", "_capture", TSHIRT=5)
    first, _ = shop.shipments(order)
    shop.step(first, "_packing", "_ready_to_ship", "_ship")
    shop.step(order, "_refund")

    assert shop.shown(order)["status"] == "cancelled"
    assert shirts(shop) == ("0/0", "10/0")


def test_a_shipment_that_is_called_off(shop: ShippingShop) -> None:
    """Gives back what was for it; with the order the rest comes back."""
    order = placed(shop, "_approve", "_capture", TSHIRT=5)
    first, _ = shop.shipments(order)
    shop.step(first, "_cancel")
    assert shirts(shop) == ("2/0", "7/0")
    shop.step(order, "_cancel")
    assert shirts(shop) == ("2/0", "10/0")


# --- edited ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "quantity", "expected"),
    [
        ("split_shipments", 6, ("2/2", "10/4")),
        ("split_shipments", 1, ("2/1", "10/0")),
        ("ship_from_primary", 6, ("2/2", "10/4")),
        ("ship_from_primary", 1, ("2/1", "10/0")),
    ],
)
def test_edited(
    shop: ShippingShop, *, strategy: str, quantity: int, expected: tuple[str, str]
) -> None:
    """What is reserved is what the order takes afterwards (catalogue.md §16)."""
    shop.api.update(shop.model, strategy=strategy)
    order = placed(shop, TSHIRT=5, MUG=4)
    assert shirts(shop) == ("2/2", "10/3")
    shop.step(order, "_start_editing")
    lines = {each["attributes"]["sku_code"]: each for each in shop.related(order, "line_items")}
    # What is added may not make it dearer.
    assert shop.api.delete(path_of(lines["MUG"])).status_code == 204
    shop.api.update(lines["TSHIRT"], quantity=quantity)
    for shipment in shop.shipments(order):
        shop.choose(shipment, "STD")
    shop.step(order, "_stop_editing")
    assert shirts(shop) == expected
    assert shop.held("mil", "MUG") == "5/0"
    shop.step(order, "_cancel")
    assert shirts(shop) == ("2/0", "10/0")


def test_what_a_line_keeps_while_it_is_edited(shop: ShippingShop) -> None:
    """It is for the order, once that is placed again: nothing is kept twice (catalogue.md §14)."""
    order = placed(shop, TSHIRT=2, MUG=4)
    shop.step(order, "_start_editing")
    lines = {each["attributes"]["sku_code"]: each for each in shop.related(order, "line_items")}
    shop.api.update(lines["TSHIRT"], quantity=1, _reserve_stock=True)
    for shipment in shop.shipments(order):
        shop.choose(shipment, "STD")
    shop.step(order, "_stop_editing")

    assert shirts(shop) == ("2/1", "10/0")


def test_an_open_order_brings_what_it_needs_by_itself(shop: ShippingShop) -> None:
    """Its transfers are not moved by hand: it builds them anew (catalogue.md §17)."""
    shop.api.update(shop.model, strategy="ship_from_primary")
    order = shop.order(TSHIRT=5)
    (transfer,) = shop.related(order, "stock_transfers")
    for trigger, goal in (("_upcoming", "upcoming"), ("_cancel", "cancelled")):
        title = f"cannot transition from draft to {goal}"
        assert shop.refuse(transfer, **{trigger: True}) == [(title, "/data/attributes/status")]


@pytest.mark.parametrize(("theirs", "expected"), [(7, ("2/2", "10/10")), (9, ("2/2", "10/10"))])
def test_edited_while_others_buy(
    shop: ShippingShop, *, theirs: int, expected: tuple[str, str]
) -> None:
    """What is added has to be there at the end; of 12 one keeps 3, and wants 5 then."""
    order = placed(shop, TSHIRT=3, MUG=5)
    shop.step(order, "_start_editing")
    lines = {each["attributes"]["sku_code"]: each for each in shop.related(order, "line_items")}
    assert shop.api.delete(path_of(lines["MUG"])).status_code == 204
    shop.api.update(lines["TSHIRT"], quantity=5)
    placed(shop, TSHIRT=theirs)
    for shipment in shop.shipments(order):
        shop.choose(shipment, "STD")
    if theirs > 7:
        out = ("is out of stock", "/data/relationships/line_items")
        assert shop.refuse(order, _stop_editing=True) == [out]
        shop.api.update(lines["TSHIRT"], quantity=3)
    shop.step(order, "_stop_editing")
    assert shirts(shop) == expected


def test_another_address_moves_nothing(shop: ShippingShop) -> None:
    """An order that is edited without another quantity keeps what it has reserved."""
    order = placed(shop, TSHIRT=5)
    shop.step(order, "_start_editing")
    shop.api.update(order, links={"shipping_address": to(address(shop.api))})
    assert shirts(shop) == ("2/2", "10/3")
    shop.step(order, "_stop_editing")
    assert shirts(shop) == ("2/2", "10/3")
