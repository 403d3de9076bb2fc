"""Pieces that are kept for somebody, and what counts them (catalogue.md §14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, document, path_of, to
from tests.commerce.stock_shop import Shop
from tests.refusals import got, refused_with, violation


@pytest.fixture
def shop(api: Api) -> Shop:
    """Return a shop with ten shirts in Milan."""
    shop = Shop(api)
    shop.stock("mil", TSHIRT=10)
    return shop


def reserve(shop: Shop, quantity: Any, code: str = "TSHIRT") -> Any:
    """Ask for a reservation in Milan."""
    links = {"stock_item": to(shop.items["mil", code])}
    body = document("stock_reservations", links=links, quantity=quantity)
    return shop.api.post("/api/stock_reservations", body)


def counted(shop: Shop, code: str = "TSHIRT") -> int | None:
    """Return what Milan's stock item says is reserved."""
    item = shop.items["mil", code]
    answer = shop.api.get(path_of(item), {"include": "reserved_stock"}).json
    return next((each["attributes"]["quantity"] for each in answer.get("included", ())), None)


def test_reservation_by_hand(shop: Shop) -> None:
    """It is a draft for an hour, is counted, and is not counted when it is gone."""
    assert counted(shop) is None
    made = reserve(shop, 4).json["data"]
    held = shop.api.get(path_of(made), {"include": "sku,reserved_stock"}).json

    assert made["attributes"]["status"] == "draft"
    assert {each["type"] for each in held["included"]} == {"skus", "reserved_stocks"}
    assert counted(shop) == 4
    shop.api.update(made, quantity=10)
    assert counted(shop) == 10
    assert shop.api.delete(path_of(made)).status_code == 204
    assert counted(shop) == 0


def test_no_more_than_there_is(shop: Shop) -> None:
    """What others have reserved is not there."""
    made = reserve(shop, 4).json["data"]
    title = "must be less than or equal to 6"
    rule = {"rule": "less_than_or_equal_to", "value": 7, "count": 6}
    assert got(reserve(shop, 7)) == refused_with([violation("attributes/quantity", title, **rule)])
    more = shop.api.patch(path_of(made), document("stock_reservations", made["id"], quantity=11))
    assert more.json["errors"][0]["title"] == "must be less than or equal to 10"
    assert reserve(shop, 0).json["errors"][0]["title"] == "must be greater than 0"
    assert reserve(shop, 6).status_code == 201
    assert counted(shop) == 10


def test_expiry(shop: Shop, sandbox: Sandbox) -> None:
    """A draft ends after an hour, by the clock; one that is pending does not."""
    draft, kept = (reserve(shop, n).json["data"] for n in (3, 2))
    kept = shop.api.update(kept, _pending=True)
    assert (kept["attributes"]["status"], kept["attributes"]["expires_at"]) == ("pending", None)
    pass_time(sandbox, 3599)
    assert shop.api.get(path_of(draft)).status_code == 200
    pass_time(sandbox, 2)
    assert shop.api.get(path_of(draft)).status_code == 404
    assert shop.api.get(path_of(kept)).status_code == 200
    assert counted(shop) == 2


def pass_time(sandbox: Sandbox, seconds: int) -> None:
    """Let time pass."""
    sandbox.clock.advance(timedelta(seconds=seconds))


# --- stock items ---------------------------------------------------------------------------------


def test_rules_of_stock_items(shop: Shop) -> None:
    """One of a SKU in each place, of no fewer pieces than none."""
    api = shop.api
    links = {"stock_location": to(shop.locations["mil"]), "sku": to(shop.skus["TSHIRT"])}
    again = api.post("/api/stock_items", document("stock_items", links=links, quantity=1))
    rule = {"rule": "taken"}
    assert got(again) == refused_with(
        [violation("relationships/sku", "has already been taken", **rule)]
    )
    del links["sku"]
    shop.sku("MUG")
    below = document("stock_items", links=links, quantity=-1, sku_code="MUG")
    assert api.post("/api/stock_items", below).json["errors"][0]["meta"] == {
        "error": "greater_than_or_equal_to",
        "value": -1,
        "count": 0,
    }
    unknown = document("stock_items", links=links, quantity=1, sku_code="NOPE")
    assert got(api.post("/api/stock_items", unknown)) == refused_with(
        [violation("relationships/sku", "can't be blank", rule="blank")]
    )
    made = api.create("stock_items", links=links, quantity=1, sku_code="MUG")
    assert made["attributes"]["sku_code"] == "MUG"


def test_not_below_what_is_reserved(shop: Shop) -> None:
    """Where that is asked for; it is stored otherwise (catalogue.md §14)."""
    reserve(shop, 4)
    item = shop.items["mil", "TSHIRT"]

    def lower(quantity: int, **also: Any) -> Any:
        body = document("stock_items", item["id"], quantity=quantity, **also)
        return shop.api.patch(path_of(item), body)

    refused = lower(3, _validate=True).json["errors"][0]
    assert refused["title"] == "must be greater than or equal to 4"
    assert refused["meta"] == {"error": "greater_than_or_equal_to", "value": 3, "count": 4}
    assert lower(4, _validate=True).status_code == 200
    assert lower(3).status_code == 200
    assert reserve(shop, 1).status_code == 422


# --- deletes -------------------------------------------------------------------------------------


def locked(answer: Any, name: str) -> None:
    """Expect that something of this class stays."""
    assert answer.status_code == 423
    assert answer.json["errors"][0]["detail"].startswith(f"Failed to destroy {name} with id=")


def test_what_is_reserved_stays(shop: Shop) -> None:
    """As long as it is: stock item, location, SKU (catalogue.md §31)."""
    api, item = shop.api, shop.items["mil", "TSHIRT"]
    made = reserve(shop, 4).json["data"]
    for held, name in (
        (item, "StockItem"),
        (shop.skus["TSHIRT"], "Sku"),
        (shop.locations["mil"], "StockLocation"),
    ):
        locked(api.delete(path_of(held)), name)
    assert api.delete(path_of(made)).status_code == 204
    locked(api.delete(path_of(shop.locations["mil"])), "StockLocation")
    assert api.delete(path_of(shop.inventory["mil"])).status_code == 204
    assert api.delete(path_of(shop.locations["mil"])).status_code == 204
    assert api.get(path_of(item)).status_code == 404
    assert api.get("/api/reserved_stocks").json["data"] == []
    assert api.delete(path_of(shop.skus["TSHIRT"])).status_code == 204


# --- models --------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Document, Document]] = {
    "strategy": ({"strategy": "nearest"}, {"error": "inclusion", "value": "nearest"}),
    "too-many": (
        {"stock_locations_cutoff": 11},
        {"error": "less_than_or_equal_to", "value": 11, "count": 10},
    ),
    "none": (
        {"stock_locations_cutoff": 0},
        {"error": "greater_than_or_equal_to", "value": 0, "count": 1},
    ),
    "no-time": (
        {"stock_reservation_cutoff": -1},
        {"error": "greater_than_or_equal_to", "value": -1, "count": 0},
    ),
}


@pytest.mark.parametrize(("sent", "meta"), REFUSED.values(), ids=REFUSED)
def test_rules_of_models(api: Api, sent: Document, meta: Document) -> None:
    """A strategy there is, so many locations, so much time (catalogue.md §13)."""
    answer = api.post("/api/inventory_models", document("inventory_models", name="M", **sent))

    assert answer.status_code == 422
    assert [error["meta"] for error in answer.json["errors"]] == [meta]
    assert answer.json["errors"][0]["source"]["pointer"] == f"/data/attributes/{next(iter(sent))}"


def test_defaults_of_models(api: Api) -> None:
    """What a model says that says nothing."""
    made = api.create("inventory_models", name="M")["attributes"]

    assert made["strategy"] == "no_split"
    assert made["stock_locations_cutoff"] == 2
    assert made["stock_reservation_cutoff"] == 3600
    assert made["put_stock_transfers_on_hold"] is False
    assert made["manual_stock_decrement"] is False


@pytest.mark.parametrize("type_", ["inventory_stock_locations", "inventory_return_locations"])
def test_a_location_serves_a_model_once(shop: Shop, type_: str) -> None:
    """With a priority from one on, which others may have as well."""
    links = {
        "stock_location": to(shop.locations["mil"]),
        "inventory_model": to(shop.api.create("inventory_models", name="M")),
    }
    path = f"/api/{type_}"
    assert shop.api.post(path, document(type_, links=links, priority=0)).status_code == 422
    assert shop.api.post(path, document(type_, links=links, priority=1)).status_code == 201
    again = shop.api.post(path, document(type_, links=links, priority=2))
    expected = violation("relationships/stock_location", "has already been taken", rule="taken")
    assert got(again) == refused_with([expected])
    other = {**links, "stock_location": to(shop.locations["rom"])}
    assert shop.api.post(path, document(type_, links=other, priority=1)).status_code == 201
