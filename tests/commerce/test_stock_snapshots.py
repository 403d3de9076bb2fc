"""What is reserved, taken and brought goes into snapshots and out again."""

from __future__ import annotations

import orjson

from mockserver.app import MockServerApp
from tests.commerce.shipping_shop import ShippingShop
from tests.control_clients import client_of


def test_restored(fresh: MockServerApp) -> None:
    """Everything as it was; what was kept for a while ends when it would have."""
    organizations = fresh.plane.organizations
    shop = ShippingShop(client_of(fresh, organizations.retrieve("acme")), "ship_from_primary")
    shop.stock("mil", TSHIRT=2)
    shop.stock("rom", TSHIRT=10)
    for steps in (("_place",), ("_place", "_approve", "_capture")):
        order = shop.order(TSHIRT=2)
        shop.ship_by(order, "STD")
        shop.pay(order)
        shop.step(order, *steps)
    shop.api.create(
        "line_items",
        links={"order": {"type": "orders", "id": shop.order()["id"]}},
        sku_code="TSHIRT",
        quantity=1,
        _reserve_stock=True,
    )
    taken = organizations.snapshot("acme")
    held = [shop.held(location, "TSHIRT") for location in ("mil", "rom")]
    shop.api.get("/api/stock_items")
    organizations.restore("acme", taken)

    assert orjson.dumps(organizations.snapshot("acme")) == orjson.dumps(taken)
    assert [shop.held(location, "TSHIRT") for location in ("mil", "rom")] == held
