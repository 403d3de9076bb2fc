"""Which stock locations an order or a token is served from (catalogue.md §15.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockserver.access import Access
from mockserver.commerce.stock.availability import available_at, levels, maximum, short_of
from mockserver.commerce.stock.locations import places_in_scope, places_of_order
from mockserver.commerce.stock.reservations import hold
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.base import Record
from tests.client import Api, Document, to
from tests.commerce.stock_shop import Shop
from tests.scene import address, stored

SPLIT = "split_shipments"


def cart(shop: Shop, sandbox: Sandbox, **values: Any) -> Record:
    """Return an order of the shop, with these fields of its record."""
    made = shop.api.create("orders", links={"market": to(shop.market)})
    return {**stored(sandbox, made), **values}


def further(shop: Shop, code: str, priority: int | None = None) -> Document:
    """Make another stock location, perhaps one of the model."""
    links = {"address": to(address(shop.api))}
    made = shop.api.create("stock_locations", links=links, name=code, code=code)
    shop.locations[code] = made
    if priority:
        shop.serve(made, priority)
    return made


def codes(shop: Shop, places: list[Any]) -> list[str]:
    """Return the codes of places."""
    by_id = {location["id"]: code for code, location in shop.locations.items()}
    return [by_id[place.location] for place in places]


@pytest.mark.parametrize(
    ("strategy", "cutoff", "own", "scope", "expected"),
    [
        (SPLIT, 3, None, (), ["mil", "rom", "far"]),
        (SPLIT, 2, None, (), ["mil", "rom"]),
        (SPLIT, 1, None, (), ["mil"]),
        (SPLIT, 2, "shp", (), ["shp", "mil", "rom"]),
        (SPLIT, 2, "far", (), ["far", "mil"]),
        (SPLIT, 2, None, ("rom",), ["rom"]),
        (SPLIT, 1, None, ("far", "rom"), ["rom"]),
        (SPLIT, 2, "shp", ("mil",), ["mil"]),
        ("no_split", 3, None, (), ["mil"]),
        ("no_split", 3, "shp", (), ["shp"]),
        ("no_split", 3, None, ("rom",), ["rom"]),
        ("ship_from_primary", 3, None, (), ["mil", "rom", "far"]),
    ],
)
def test_list_of_an_order(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    *,
    strategy: str,
    cutoff: int,
    own: str | None,
    scope: tuple[str, ...],
    expected: list[str],
) -> None:
    """The model's by priority, the store's before them, those in scope alone, so many."""
    shop = Shop(api, strategy, stock_locations_cutoff=cutoff)
    further(shop, "far", 2)
    further(shop, "shp")
    links: Document = {"market": to(shop.market)}
    if own:
        links["stock_location"] = to(shop.locations[own])
    store = api.create("stores", links=links, name="Shop", code="shop")
    limited = [shop.locations[code]["id"] for code in scope]
    order = cart(shop, sandbox, store=store["id"], stock_locations=limited)

    assert codes(shop, places_of_order(sandbox, order)) == expected


def test_list_of_a_token(api: Api, sandbox: Sandbox) -> None:
    """Of the markets in scope together, of all that are open where none is."""
    shop = Shop(api)
    further(shop, "shp")
    links = {"market": to(shop.market), "stock_location": to(shop.locations["shp"])}
    api.create("stores", links=links, name="Shop", code="shop")
    own = Access("o", "test", "sales_channel", market_ids=(shop.market["id"],))

    def listed(access: Access) -> list[str]:
        return codes(shop, places_in_scope(sandbox, access))

    assert listed(own) == ["mil", "rom"]
    assert listed(replace(own, scope="market:code:eu store:code:shop")) == ["shp", "mil", "rom"]
    assert listed(replace(own, scope="market:code:eu stock_location:code:rom")) == ["rom"]
    assert listed(replace(own, scope="stock_location:code:nowhere")) == ["mil", "rom"]
    number = stored(sandbox, shop.locations["rom"])["serial"]
    assert listed(replace(own, scope=f"stock_location:{number}")) == ["rom"]
    every = Access("o", "test", "integration")
    assert {"mil", "rom"} <= {
        code
        for code, location in shop.locations.items()
        if location["id"] in {place.location for place in places_in_scope(sandbox, every)}
    }
    api.update(shop.market, _disable=True)
    assert not {location["id"] for location in shop.locations.values()} & {
        place.location for place in places_in_scope(sandbox, every)
    }


def test_what_is_there(api: Api, sandbox: Sandbox) -> None:
    """What others have reserved is not; what the order itself has reserved is."""
    shop = Shop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.stock("rom", TSHIRT=10)
    order, other = cart(shop, sandbox), cart(shop, sandbox)
    item, sku = shop.items["rom", "TSHIRT"]["id"], shop.skus["TSHIRT"]["id"]
    for whose, quantity in ((order, 3), (other, 4)):
        line = sandbox.insert("line_items", {"order": whose["id"]})
        hold(sandbox, item, quantity, line_item=line["id"])
    places = places_of_order(sandbox, order)
    mil, rom = (shop.locations[code]["id"] for code in ("mil", "rom"))

    def net(order_id: str | None) -> dict[tuple[str, str], int]:
        return {at: level.net for at, level in levels(sandbox, places, [sku], order_id).items()}

    assert net(None) == {(mil, sku): 2, (rom, sku): 3}
    assert net(order["id"]) == {(mil, sku): 2, (rom, sku): 6}
    assert available_at(sandbox, places, sku) == 5
    assert available_at(sandbox, places, "nothing") == 0


def test_how_much_a_line_could_have(api: Api, sandbox: Sandbox) -> None:
    """All there is, less what the other lines take; of a bundle as many as are whole."""
    shop = Shop(api)
    shop.stock("mil", TSHIRT=2, MUG=5)
    shop.sku("EBOOK", do_not_track=True)
    kit_list = api.create("sku_lists", name="Kit", manual=True)
    for code, quantity in (("TSHIRT", 1), ("MUG", 2)):
        links = {"sku_list": to(kit_list), "sku": to(shop.skus[code])}
        api.create("sku_list_items", links=links, quantity=quantity)
    links = {"sku_list": to(kit_list), "market": to(shop.market)}
    kit = api.create("bundles", links=links, code="KIT", name="Kit", price_amount_cents=1)
    order = cart(shop, sandbox)

    def of(item: Document, quantity: int = 1) -> Record:
        return {"item_type": item["type"], "item": item["id"], "quantity": quantity}

    tshirt, mug, ebook = (shop.skus[code] for code in ("TSHIRT", "MUG", "EBOOK"))
    assert maximum(sandbox, order, of(kit), []) == 2
    assert maximum(sandbox, order, of(kit), [of(mug, 2)]) == 1
    assert maximum(sandbox, order, of(tshirt), [of(kit, 1)]) == 1
    assert maximum(sandbox, order, of(tshirt), [of(kit, 3)]) == 0
    assert maximum(sandbox, order, of(ebook), []) is None
    assert short_of(sandbox, order, [of(kit, 2), of(mug, 1), of(ebook, 99)]) == []
    assert short_of(sandbox, order, [of(kit, 2), of(mug, 2)]) == [mug["id"]]
    assert short_of(sandbox, order, [of(ebook, 2)]) == []
