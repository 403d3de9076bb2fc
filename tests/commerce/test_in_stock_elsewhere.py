"""Who waits for a SKU hears of it when its market is served in another way (catalogue.md §27)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import events

#: What is changed, and whether ROM serves the market then, which alone has the SKU.
Change = Callable[[ShippingShop], object]


@pytest.fixture
def shop(api: Api) -> ShippingShop:
    """Return a shop that MIL alone serves."""
    return ShippingShop(api, "no_split")


def wait(shop: ShippingShop, **wish: object) -> Document:
    """Wait for what only ROM has."""
    shop.sell("HAT", 1000)
    shop.stock("rom", HAT=3)
    links = {"market": to(shop.market)}
    sent = {"customer_email": "ada@example.com", "sku_code": "HAT", **wish}
    return shop.api.create("in_stock_subscriptions", links=links, **sent)


def other_model(shop: ShippingShop) -> None:
    model = shop.api.create("inventory_models", name="Other")
    links = {"stock_location": to(shop.locations["rom"]), "inventory_model": to(model)}
    shop.api.create("inventory_stock_locations", links=links, priority=1)
    shop.api.update(shop.market, links={"inventory_model": to(model)})


CHANGES: dict[str, tuple[Change, bool]] = {
    "strategy": (lambda s: s.api.update(s.model, strategy="split_shipments"), True),
    "name": (lambda s: s.api.update(s.model, name="Other"), False),
    "priority": (lambda s: s.api.update(s.inventory["mil"], priority=9), True),
    "still behind": (lambda s: s.api.update(s.inventory["rom"], priority=9), False),
    "model": (other_model, True),
    "market": (lambda s: s.api.update(s.market, name="Other"), False),
}


@pytest.mark.parametrize(("change", "heard"), CHANGES.values(), ids=CHANGES)
def test_who_hears_of_it(
    shop: ShippingShop, sandbox: Sandbox, change: Change, *, heard: bool
) -> None:
    waiting = wait(shop)
    change(shop)

    assert shop.shown(waiting)["status"] == ("notified" if heard else "active")
    assert events(sandbox, waiting).count("in_stock_subscriptions.notify") == int(heard)


def test_a_location_more(shop: ShippingShop) -> None:
    """Of the model, within its cutoff."""
    shop.api.update(shop.model, strategy="split_shipments", stock_locations_cutoff=3)
    shop.sell("CAP", 1000)
    place = shop.api.create(
        "stock_locations", links={"address": to(shop.address)}, name="TUR", code="tur"
    )
    links = {"stock_location": to(place), "sku": to(shop.skus["CAP"])}
    shop.api.create("stock_items", links=links, quantity=2)
    wish = {"customer_email": "ada@example.com", "sku_code": "CAP", "stock_threshold": 2}
    links = {"market": to(shop.market)}
    waiting = shop.api.create("in_stock_subscriptions", links=links, **wish)
    before = shop.shown(waiting)["status"]
    shop.serve(place, 3)

    assert (before, shop.shown(waiting)["status"]) == ("active", "notified")


def test_enough_is_asked_for(shop: ShippingShop) -> None:
    """Fewer than the threshold are no reason."""
    waiting = wait(shop, stock_threshold=4)
    shop.api.update(shop.model, strategy="split_shipments")

    assert shop.shown(waiting)["status"] == "active"
