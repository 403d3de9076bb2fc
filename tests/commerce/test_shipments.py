"""Shipments: how they go on, what is built anew, what is made by hand (catalogue.md §17, §23)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import MERCH, ShippingShop
from tests.refusals import got, refused
from tests.scene import address, alter, events, stored

UNAUTHORIZED = refused("UNAUTHORIZED")
STATUSES = (
    *("draft", "upcoming", "cancelled", "on_hold", "picking", "packing", "ready_to_ship"),
    *("shipped", "delivered"),
)
#: Where each trigger leads to, from where, and the topic of it.
LEADS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "_upcoming": ("upcoming", ("draft",), "upcoming"),
    "_cancel": (
        "cancelled",
        ("draft", "upcoming", "on_hold", "picking", "packing", "ready_to_ship"),
        "cancel",
    ),
    "_on_hold": ("on_hold", ("upcoming", "picking"), "on_hold"),
    "_picking": ("picking", ("upcoming", "on_hold", "packing", "ready_to_ship"), "picking"),
    "_packing": ("packing", ("picking",), "packing"),
    "_ready_to_ship": ("ready_to_ship", ("packing",), "ready_to_ship"),
    "_ship": ("shipped", ("ready_to_ship",), "ship"),
    "_deliver": ("delivered", ("shipped",), "deliver"),
}


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop with plenty in both places."""
    shop = ShippingShop(api)
    shop.stock("mil", TSHIRT=10, MUG=10, ICE=10)
    shop.stock("rom", TSHIRT=10)
    return shop


def fulfilling(shop: ShippingShop, sandbox: Sandbox) -> tuple[Document, Document]:
    """Return an order that is being fulfilled, and its shipment."""
    order = shop.order(TSHIRT=2)
    (shipment,) = shop.shipments(order)
    alter(sandbox, order, status="approved", fulfillment_status="in_progress")
    return order, shipment


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("trigger", LEADS)
def test_every_trigger_in_every_status(
    shop: ShippingShop, sandbox: Sandbox, trigger: str, status: str
) -> None:
    """It leads on, does nothing where it leads to, and is refused elsewhere."""
    _, shipment = fulfilling(shop, sandbox)
    alter(sandbox, shipment, status=status)
    goal, sources, topic = LEADS[trigger]
    before = events(sandbox, shipment)
    answer = shop.api.patch(
        path_of(shipment), document("shipments", shipment["id"], **{trigger: True})
    )
    told = events(sandbox, shipment)[len(before) :]

    if status not in (*sources, goal):
        title = f"cannot transition from {status} to {goal}"
        (error,) = answer.json["errors"]
        assert (error["title"], error["meta"]) == (title, {"error": "invalid_transition"})
        return
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["attributes"]["status"] == goal
    assert told == ([f"shipments.{topic}"] if status in sources else [])
    if goal in ("upcoming", "cancelled") or status == goal:
        return
    assert answer.json["data"]["attributes"][f"{goal}_at"] is not None


# --- what they mean to the order -----------------------------------------------------------------


def two(shop: ShippingShop, sandbox: Sandbox) -> tuple[Document, list[Document]]:
    """Return an order that is being fulfilled by two shipments."""
    order = shop.order(TSHIRT=1, ICE=1)
    shipments = shop.shipments(order)
    alter(sandbox, order, status="approved", fulfillment_status="in_progress")
    for shipment in shipments:
        alter(sandbox, shipment, status="ready_to_ship")
    return order, shipments


def test_all_shipped(shop: ShippingShop, sandbox: Sandbox) -> None:
    """The order is fulfilled once nothing is left to do for it."""
    order, (first, second) = two(shop, sandbox)
    shop.step(first, "_ship")
    assert shop.shown(order)["fulfillment_status"] == "in_progress"
    shop.step(second, "_cancel")
    assert shop.shown(order)["fulfillment_status"] == "fulfilled"
    assert events(sandbox, order)[-1] == "orders.fulfill"


def test_all_cancelled(shop: ShippingShop, sandbox: Sandbox) -> None:
    """The order is not begun any more."""
    order, shipments = two(shop, sandbox)
    for shipment in shipments:
        shop.step(shipment, "_cancel")

    assert shop.shown(order)["fulfillment_status"] == "unfulfilled"
    assert events(sandbox, order)[-1] == "orders.cancel_fulfilling"


def test_cancelled_with_the_order(shop: ShippingShop, sandbox: Sandbox) -> None:
    """What has left has left."""
    order, (first, second) = two(shop, sandbox)
    shop.step(first, "_ship")
    sandbox.change("orders", order["id"], {"status": "cancelled"})
    sandbox.fire("orders", order["id"], "cancel")

    assert shop.shown(first)["status"] == "shipped"
    assert shop.shown(second)["status"] == "cancelled"


def test_on_hold_by_its_location(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """What leaves from there waits when the order begins to be fulfilled."""
    api.update(shop.inventory["mil"], on_hold=True)
    _, shipment = fulfilling(shop, sandbox)
    alter(sandbox, shipment, status="upcoming")
    sandbox.fire("orders", stored(sandbox, shipment)["order"], "start_fulfilling")

    assert shop.shown(shipment)["status"] == "on_hold"


# --- built anew ----------------------------------------------------------------------------------


def test_what_stays_when_it_is_built_anew(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """The same load keeps its shipment and its method; numbers are not given twice."""
    order = shop.order(TSHIRT=1, ICE=1)
    first, second = shop.shipments(order)
    shop.ship_by(order, "STD", "COLD")
    ice = next(
        line
        for line in shop.related(order, "line_items")
        if line["attributes"]["sku_code"] == "ICE"
    )
    api.delete(path_of(ice))
    assert [to(each) for each in shop.shipments(order)] == [to(first)]
    assert shop.total(order) == 3600
    assert shop.linked(first, "shipping_method")["id"] == shop.methods["STD"]["id"]

    shop.add(order, "ICE", 2)
    _, third = shop.shipments(order)
    assert shop.number(third) == "S/003"
    assert api.get(path_of(second)).status_code == 404
    assert events(sandbox, order).count("orders.rebuild_shipments") == 4


def test_built_again_when_nothing_changed(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """Only a refresh that is asked for notices what has become of the stock."""
    order = shop.order(TSHIRT=12)
    assert [shop.location(each) for each in shop.shipments(order)] == ["mil", "rom"]
    api.update(shop.items["mil", "TSHIRT"], quantity=20)
    api.update(order, reference="r")
    assert len(shop.shipments(order)) == 2
    api.update(order, _refresh=True)
    assert [shop.location(each) for each in shop.shipments(order)] == ["mil"]
    assert events(sandbox, order).count("orders.rebuild_shipments") == 2


def test_not_so_soon(api: Api, shop: ShippingShop, sandbox: Sandbox, clock: Clock) -> None:
    """An organization may want some time to pass before shipments are built again."""
    organization = {
        **sandbox.organization_record(),
        "orders_min_rebuild_shipments_lapse": 60.0,
    }
    sandbox.partition.put(ORGANIZATIONS, organization)
    clock.freeze(clock.now())
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    shop.add(order, "MUG", 1)
    assert shop.contents(shipment) == ["TSHIRT 1"]

    clock.freeze(clock.now() + timedelta(seconds=61))
    api.update(order, reference="later")
    assert shop.contents(shipment) == ["TSHIRT 1", "MUG 1"]


def test_built_again_when_it_is_placed(
    api: Api, shop: ShippingShop, sandbox: Sandbox, clock: Clock
) -> None:
    """However little time has passed, and by what there is in stock by now."""
    lapse = {"orders_min_rebuild_shipments_lapse": 60.0}
    sandbox.partition.put(ORGANIZATIONS, {**sandbox.organization_record(), **lapse})
    clock.freeze(clock.now())
    order = shop.order(TSHIRT=2)
    shop.ship_by(order, "STD")
    shop.pay(order)
    shop.add(order, "MUG", 1)
    (shipment,) = shop.shipments(order)
    assert shop.contents(shipment) == ["TSHIRT 2"]
    shop.step(order, "_place")
    assert shop.contents(shipment) == ["TSHIRT 2", "MUG 1"]

    moved = shop.order(TSHIRT=2)
    shop.ship_by(moved, "STD")
    shop.pay(moved)
    api.update(shop.items["mil", "TSHIRT"], quantity=2)
    assert shop.refuse(moved, _place=True) == [
        ("must have a shipping method", "/data/relationships/shipments")
    ]


def test_lines_that_travel_alone(api: Api) -> None:
    """A shipment for each line, and for each location it comes from."""
    shop = ShippingShop(api, "split_by_line_items")
    shop.stock("mil", TSHIRT=2, MUG=10)
    shop.stock("rom", TSHIRT=10)
    order = shop.order(MUG=1, TSHIRT=3)
    api.update(order, _refresh=True)

    assert [shop.contents(each) for each in shop.shipments(order)] == [
        ["MUG 1"],
        ["TSHIRT 2"],
        ["TSHIRT 1"],
    ]
    assert [shop.number(each) for each in shop.shipments(order)] == ["S/001", "S/002", "S/003"]


def test_bundles(api: Api, shop: ShippingShop) -> None:
    """What is in a bundle is in the shipment; the story is catalogue.md §35.10."""
    kit = api.create("sku_lists", name="KIT-LIST")
    for code, quantity in (("TSHIRT", 1), ("MUG", 2)):
        links = {"sku_list": to(kit), "sku": to(shop.skus[code])}
        api.create("sku_list_items", links=links, quantity=quantity)
    links = {"market": to(shop.market), "sku_list": to(kit)}
    words = {"code": "KIT", "name": "Kit", "currency_code": "EUR"}
    api.create("bundles", links=links, price_amount_cents=4900, **words)
    order = shop.order()
    links = {"order": to(order)}
    api.create("line_items", links=links, bundle_code="KIT", quantity=2)
    (shipment,) = shop.shipments(order)
    shop.ship_by(order, "STD")

    assert shop.contents(shipment) == ["TSHIRT 2", "MUG 4"]
    assert {
        line["attributes"]["bundle_code"] for line in shop.related(shipment, "stock_line_items")
    } == {"KIT"}
    assert shop.shown(shipment)["skus_count"] == 6
    assert shop.total(order) == 10500


def test_an_order_that_is_deleted(api: Api, shop: ShippingShop) -> None:
    """Its shipments go with it, though no request may delete one of them (catalogue.md §23)."""
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)

    assert api.delete(path_of(shipment)).status_code == 423
    assert api.delete(path_of(order)).status_code == 204
    assert api.get(path_of(shipment)).status_code == 404


# --- by hand -------------------------------------------------------------------------------------


def by_hand(shop: ShippingShop, order: Document) -> Any:
    """Make a shipment for an order."""
    links = {"order": to(order), "inventory_stock_location": to(shop.inventory["rom"])}
    return shop.api.post("/api/shipments", document("shipments", links=links))


def test_made_by_hand(shop: ShippingShop, sandbox: Sandbox) -> None:
    """Once the order is being fulfilled (catalogue.md §23)."""
    order, first = fulfilling(shop, sandbox)
    made = by_hand(shop, order).json["data"]

    assert made["attributes"]["status"] == "upcoming"
    assert shop.number(made) == "S/002"
    assert shop.location(made) == "rom"
    assert shop.linked(made, "origin_address") is not None
    assert to(shop.linked(made, "shipping_address")) == to(shop.linked(first, "shipping_address"))
    assert shop.shown(order)["shipments_count"] == 2
    assert shop.api.delete(path_of(made)).status_code == 204
    assert shop.shown(order)["shipments_count"] == 1


@pytest.mark.parametrize(
    ("by_hand", "reserved", "left"),
    [(False, "10/2", "10/0"), (True, "10/2", "10/2")],
    ids=["released", "left to whoever moves stock"],
)
def test_a_shipment_that_is_deleted(
    shop: ShippingShop, sandbox: Sandbox, *, by_hand: bool, reserved: str, left: str
) -> None:
    """Nothing is reserved for it any more, unless stock is moved by hand (catalogue.md §23)."""
    order, shipment = fulfilling(shop, sandbox)
    (line,) = shop.related(shipment, "stock_line_items")
    shop.api.update(shop.model, manual_stock_decrement=by_hand)
    shop.step(line, "_reserve_stock")
    before = shop.held("mil", "TSHIRT")
    deleted = shop.api.delete(path_of(shipment)).status_code
    now = shop.held("mil", "TSHIRT")
    reservations = shop.api.get("/api/stock_reservations").json["data"]

    assert (before, deleted, now) == (reserved, 204, left)
    assert len(reservations) == int(by_hand)
    for each in reservations:
        assert shop.linked(each, "stock_line_item") is None
        assert shop.api.delete(path_of(each)).status_code == 204
    assert shop.held("mil", "TSHIRT") == "10/0"
    assert shop.shown(order)["shipments_count"] == 0


def test_not_while_they_are_built(api: Api, shop: ShippingShop) -> None:
    """Neither made nor moved, and nothing is put in."""
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    wrong = "is not allowed in the current status"
    moved = api.patch(
        path_of(shipment),
        document(
            "shipments",
            shipment["id"],
            links={"inventory_stock_location": to(shop.inventory["rom"])},
        ),
    )
    links = {"shipment": to(shipment), "sku": to(shop.skus["MUG"])}
    put = api.post("/api/stock_line_items", document("stock_line_items", links=links, quantity=1))
    answers = (by_hand(shop, order), moved, put)
    errors = [answer.json["errors"][0] for answer in answers]

    assert [(error["title"], error["source"]["pointer"]) for error in errors] == [
        (wrong, "/data/relationships/order"),
        (wrong, "/data/relationships/inventory_stock_location"),
        (wrong, "/data/relationships/shipment"),
    ]
    assert {error["meta"]["error"] for error in errors} == {"invalid_transition"}


def test_put_in_by_hand(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """Also what is not in the order; not more than a stock item has (catalogue.md §18)."""
    _, shipment = fulfilling(shop, sandbox)
    item = shop.items["mil", "ICE"]
    links = {"shipment": to(shipment), "stock_item": to(item)}
    made = api.create("stock_line_items", links=links, quantity=3)
    assert made["attributes"]["sku_code"] == "ICE"
    assert made["attributes"]["name"] == "ICE"
    assert shop.shown(shipment)["skus_count"] == 5
    assert shop.held("mil", "ICE") == "10/0"

    too_much = document("stock_line_items", links=links, quantity=11)
    (error,) = api.post("/api/stock_line_items", too_much).json["errors"]
    assert error["meta"] == {"error": "less_than_or_equal_to", "value": 11, "count": 10}
    shop.step(made, "_reserve_stock")
    assert shop.held("mil", "ICE") == "10/3"
    assert api.delete(path_of(made)).status_code == 204
    assert shop.held("mil", "ICE") == "10/0"


def test_by_the_former_name(api: Api, shop: ShippingShop, token_bearers: TokenBearers) -> None:
    """The same records, to be read; what may be written of them while they are built."""
    (shipment,) = shop.shipments(shop.order(TSHIRT=2))
    (line,) = shop.related(shipment, "stock_line_items")
    (former,) = shop.related(shipment, "shipment_line_items")
    own = f"/api/shipment_line_items/{line['id']}"

    assert (former["type"], former["id"]) == ("shipment_line_items", line["id"])
    assert former["attributes"]["sku_code"] == "TSHIRT"
    assert token_bearers.guest("market:code:eu").get(own).status_code == 200
    assert api.update(line, reference="r")["attributes"]["reference"] == "r"
    assert api.get(own).json["data"]["attributes"]["reference"] == "r"
    assert shop.refuse(line, quantity=1) == [
        ("is not allowed in the current status", "/data/relationships/shipment")
    ]


def test_numbers(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """Each once, in all orders."""
    _, first = fulfilling(shop, sandbox)
    _, second = fulfilling(shop, sandbox)
    number = first["attributes"]["number"]

    assert shop.refuse(second, number=number) == [
        ("has already been taken", "/data/attributes/number")
    ]
    assert api.update(second, number="mine")["attributes"]["number"] == "mine"


@pytest.mark.parametrize(
    ("number", "following"), [("mine", "S/002"), ("#1/S/041", "S/042"), ("/" + "9" * 5000, "S/002")]
)
def test_numbers_of_ones_own(
    api: Api, shop: ShippingShop, sandbox: Sandbox, number: str, following: str
) -> None:
    """Counting goes on behind the highest that is one."""
    order, first = fulfilling(shop, sandbox)
    api.update(first, number=number)

    assert shop.number(by_hand(shop, order).json["data"]) == following


def test_a_command_without_a_quantity(api: Api, shop: ShippingShop, sandbox: Sandbox) -> None:
    """What is missing is told, whatever else is asked for."""
    _, shipment = fulfilling(shop, sandbox)
    (line,) = shop.related(shipment, "stock_line_items")
    links = {"sku": to(shop.skus["MUG"]), "origin_stock_location": to(shop.locations["mil"])}
    links["destination_stock_location"] = to(shop.locations["rom"])
    transfer = api.create("stock_transfers", links=links, quantity=1)
    blank = [("can't be blank", "/data/attributes/quantity")]

    assert shop.refuse(line, _decrement_stock=True, quantity=None) == blank
    assert shop.refuse(transfer, _upcoming=True, quantity=None) == blank


# --- methods and lead times ----------------------------------------------------------------------


def test_lead_times(api: Api, shop: ShippingShop) -> None:
    """Those from where it leaves, by each method (catalogue.md §22)."""
    links = {
        "stock_location": to(shop.locations["mil"]),
        "shipping_method": to(shop.methods["STD"]),
    }
    time = api.create("delivery_lead_times", links=links, min_hours=10, max_hours=36)
    days = (time["attributes"]["min_days"], time["attributes"]["max_days"])
    assert days == (0, 2)
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    assert shop.linked(shipment, "delivery_lead_time") is None

    path = "available_shipping_methods.delivery_lead_time_for_shipment"
    found = api.get(f"{path_of(shipment)}?include={path}").json
    offered = {
        each["attributes"]["name"]: each["relationships"]["delivery_lead_time_for_shipment"]["data"]
        for each in found["included"]
        if each["type"] == "shipping_methods"
    }
    assert offered == {"STD": to(time), "EXP": None}
    shop.ship_by(order, "STD")
    assert shop.linked(shipment, "delivery_lead_time")["id"] == time["id"]
    assert shop.linked(shop.methods["STD"], "delivery_lead_time_for_shipment") is None

    again = api.post(
        "/api/delivery_lead_times",
        document("delivery_lead_times", links=links, min_hours=2, max_hours=1),
    )
    assert [(e["source"]["pointer"], e["meta"]["error"]) for e in again.json["errors"]] == [
        ("/data/attributes/max_hours", "greater_than_or_equal_to"),
        ("/data/relationships/shipping_method", "taken"),
    ]


@pytest.mark.parametrize(
    ("hours", "days"), [(10, 0), (11, 0), (12, 1), (20, 1), (36, 2), (100, 4), (200, 8)]
)
def test_days(api: Api, shop: ShippingShop, hours: int, days: int) -> None:
    """Hours to the nearest day, as recorded (catalogue.md §22)."""
    links = {
        "stock_location": to(shop.locations["mil"]),
        "shipping_method": to(shop.methods["STD"]),
    }
    time = api.create("delivery_lead_times", links=links, min_hours=hours, max_hours=hours)

    assert (time["attributes"]["min_days"], time["attributes"]["max_days"]) == (days, days)


def test_methods_of_a_shipment_by_a_filter(api: Api, shop: ShippingShop) -> None:
    """The same as it is offered, at its prices; of no shipment, none."""
    api.update(shop.methods["STD"], free_over_amount_cents=100)
    (shipment,) = shop.shipments(shop.order(TSHIRT=1))
    found = api.get("/api/shipping_methods", {"filter[shipment_id]": shipment["id"]}).json
    prices = {
        each["attributes"]["name"]: (
            each["attributes"]["price_amount_for_shipment_cents"],
            each["attributes"]["price_amount_for_shipment_float"],
        )
        for each in found["data"]
    }

    assert prices == {"STD": (0, 0.0), "EXP": (1200, 12.0)}
    assert found["meta"]["record_count"] == 2
    named = {"filter[shipment_id]": shipment["id"], "filter[name]": "EXP"}
    assert len(api.get("/api/shipping_methods", named).json["data"]) == 1
    nothing = api.get("/api/shipping_methods", {"filter[shipment_id]": "AAAAAAAAAA"})
    assert nothing.json["data"] == []
    plain = shop.shown(shop.methods["STD"])
    assert plain["price_amount_for_shipment_cents"] == plain["price_amount_cents"] == 700


def test_a_method_that_is_switched_off(api: Api, shop: ShippingShop) -> None:
    """It stays where it is chosen, and is offered no more (catalogue.md §21)."""
    order = shop.order(TSHIRT=1)
    shop.ship_by(order, "STD")
    api.update(shop.methods["STD"], _disable=True)
    api.update(order, _refresh=True)
    (shipment,) = shop.shipments(order)

    assert shop.total(order) == 3600
    assert "STD" not in shop.offered(shipment)
    assert shop.choose(shipment, None).status_code == 200
    assert shop.total(order) == 2900


def test_a_default_method(api: Api, shop: ShippingShop) -> None:
    """On every shipment that has none, whatever that weighs (catalogue.md §12)."""
    words = {"currency_code": "EUR", "scheme": "weight_tiered"}
    weighty = {"max_weight": 1, "unit_of_weight": "gr", **words}
    default = api.create("shipping_methods", name="Post", price_amount_cents=990, **weighty)
    links = {"shipping_method": to(default)}
    api.create("shipping_weight_tiers", links=links, name="T", up_to=0.5, price_amount_cents=1)
    api.update(shop.market, links={"default_shipping_method": to(default)})
    order = shop.order(TSHIRT=1)
    assert shop.total(order) == 3890

    shop.ship_by(order, "STD")
    assert shop.total(order) == 3600
    (shipment,) = shop.shipments(order)
    shop.choose(shipment, None)
    assert shop.total(order) == 2900
    shop.add(order, "MUG", 1)
    assert shop.total(order) == 2900 + 1250 + 990


# --- what goes with what -------------------------------------------------------------------------


def test_what_may_not_be_deleted(api: Api, shop: ShippingShop) -> None:
    """What others hold on to (catalogue.md §31)."""
    zone = api.create("shipping_zones", name="Z")
    words = {"name": "Post", "price_amount_cents": 1, "currency_code": "EUR"}
    post = api.create("shipping_methods", **words)
    api.update(shop.methods["EXP"], links={"shipping_zone": to(zone)})
    order = shop.order(TSHIRT=1)
    shop.ship_by(order, "STD")
    api.update(shop.market, links={"default_shipping_method": to(post)})
    held = {
        "the default of a market": post,
        "a zone of a method": zone,
        "a category of a SKU": shop.categories[MERCH],
        "a method of a shipment": shop.methods["STD"],
        "where shipments leave": shop.locations["mil"],
    }

    assert {name: api.delete(path_of(each)).status_code for name, each in held.items()} == (
        dict.fromkeys(held, 423)
    )
    assert api.delete(path_of(shop.methods["EXP"])).status_code == 204
    assert api.delete(path_of(zone)).status_code == 204


# --- sales channels ------------------------------------------------------------------------------


def test_sales_channels(api: Api, shop: ShippingShop, token_bearers: TokenBearers) -> None:
    """They look at the shipments of their orders and choose methods (authentication.md §13.1)."""
    guest = token_bearers.guest("market:code:eu")
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    own = path_of(shipment)

    assert guest.get(f"{path_of(order)}/shipments").json["data"][0]["id"] == shipment["id"]
    listed = guest.get(f"{own}/available_shipping_methods").json["data"]
    assert [each["attributes"]["name"] for each in listed] == ["STD", "EXP"]
    found = guest.get(f"{own}?include=stock_location,stock_line_items,shipping_category").json
    assert {each["type"] for each in found["included"]} == {
        "stock_locations",
        "stock_line_items",
        "shipping_categories",
    }
    chosen = document(
        "shipments", shipment["id"], links={"shipping_method": to(shop.methods["STD"])}
    )
    assert guest.patch(own, chosen).status_code == 200
    assert shop.total(order) == 3600
    moved = guest.patch(own, document("shipments", shipment["id"], _picking=True))
    assert moved.status_code == 422
    prohibited = guest.patch(own, document("shipments", shipment["id"], _upcoming=True))
    assert got(prohibited) == refused("PARAM_NOT_ALLOWED", "_upcoming is not allowed.")
    for path in ("/api/shipments", "/api/shipping_methods", "/api/shipping_zones"):
        assert got(guest.get(path)) == UNAUTHORIZED
    assert got(guest.get(f"{own}/stock_location")) == UNAUTHORIZED
    assert got(guest.delete(own)) == UNAUTHORIZED
    method = shop.methods["STD"]
    assert guest.get(path_of(method)).status_code == 200
    api.update(method, _disable=True)
    assert got(guest.get(path_of(method))) == UNAUTHORIZED


def test_lead_times_of_sales_channels(
    api: Api, shop: ShippingShop, token_bearers: TokenBearers
) -> None:
    """Those of methods that are offered, listed too."""
    guest = token_bearers.guest("market:code:eu")
    for name in ("STD", "EXP"):
        links = {
            "stock_location": to(shop.locations["mil"]),
            "shipping_method": to(shop.methods[name]),
        }
        api.create("delivery_lead_times", links=links, min_hours=1, max_hours=2)
    api.update(shop.methods["EXP"], _disable=True)

    assert len(guest.get("/api/delivery_lead_times").json["data"]) == 1


def test_whose_shipments(api: Api, shop: ShippingShop, token_bearers: TokenBearers) -> None:
    """A guest has no business with those of a customer, nor with a placed order's method."""
    guest = token_bearers.guest("market:code:eu")
    john = api.create("customers", email="j@example.com", password="secret123")
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    api.update(order, links={"customer": to(john)})

    assert got(guest.get(path_of(shipment))) == UNAUTHORIZED
    customer = token_bearers.customer("j@example.com", "secret123", "market:code:eu")
    assert customer.get(path_of(shipment)).status_code == 200


def test_another_address(api: Api, shop: ShippingShop) -> None:
    """Shipments go where the order goes."""
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    place = address(api, city="Bari")
    api.update(order, links={"shipping_address": to(place)})

    assert shop.linked(shipment, "shipping_address")["id"] == place["id"]


#: What a checkout asks for in one request.
CHECKOUT = (
    "shipments.shipping_method",
    "shipments.available_shipping_methods.delivery_lead_time_for_shipment",
    "shipments.delivery_lead_time",
    "shipments.stock_line_items.line_item",
    "shipments.stock_line_items.sku",
    "shipments.stock_transfers.line_item",
    "shipments.stock_location",
    "shipments.parcels",
)


def test_what_a_checkout_asks_for(
    api: Api, shop: ShippingShop, token_bearers: TokenBearers
) -> None:
    """An order with all that is around its shipments, in one document."""
    guest = token_bearers.guest("market:code:eu")
    api.update(shop.methods["STD"], free_over_amount_cents=100)
    links = {
        "stock_location": to(shop.locations["mil"]),
        "shipping_method": to(shop.methods["EXP"]),
    }
    time = api.create("delivery_lead_times", links=links, min_hours=24, max_hours=48)
    order = shop.order(TSHIRT=1)
    shop.ship_by(order, "STD")
    found = guest.get(path_of(order), {"include": ",".join(CHECKOUT)}).json
    by_type: dict[str, list[Document]] = {}
    for each in found["included"]:
        by_type.setdefault(each["type"], []).append(each)
    prices = {
        each["attributes"]["name"]: each["attributes"]["price_amount_for_shipment_cents"]
        for each in by_type["shipping_methods"]
    }

    assert {type_: len(each) for type_, each in by_type.items()} == {
        "shipments": 1,
        "shipping_methods": 2,
        "delivery_lead_times": 1,
        "stock_line_items": 1,
        "line_items": 1,
        "skus": 1,
        "stock_locations": 1,
    }
    assert prices == {"STD": 0, "EXP": 1200}
    assert by_type["shipments"][0]["relationships"]["delivery_lead_time"]["data"] is None
    assert by_type["shipments"][0]["relationships"]["shipping_method"]["data"] == to(
        shop.methods["STD"]
    )
    assert by_type["delivery_lead_times"][0]["id"] == time["id"]
