"""Discount engines that stand in for promotions (commerce.md §20)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, path_of, to
from tests.commerce.promotion_shop import PERCENTAGE, PromotionShop
from tests.scene import shown


class EngineShop(PromotionShop):
    """A shop whose market has a discount engine, and a promotion that it stands in for."""

    def __init__(self, api: Api, sandbox: Sandbox) -> None:
        """Open it."""
        super().__init__(api, included=False, rate=0.0)
        sandbox.organization.set({"discount_engines_enabled": True})
        self.account = api.create("talon_one_accounts", name="T", api_key="k", baseurl="acme")
        api.update(self.market, links={"discount_engine": to(self.account)})
        self.promote(PERCENTAGE, percentage=50)

    def answers(self, effects: Any) -> None:
        """Have the engine answer so."""
        self.api.update(self.account, metadata={"effects": effects})


@pytest.fixture
def shop(api: Api, sandbox: Sandbox) -> EngineShop:
    """Return such a shop."""
    return EngineShop(api, sandbox)


def set_discount(value: Any) -> Document:
    """Return an effect that takes something off."""
    return {"effectType": "setDiscount", "props": {"name": "Off", "value": value}}


def test_one_line(shop: EngineShop) -> None:
    """It takes off all effects together, spread by what the goods cost, and is kept raw."""
    order = shop.cart(CAP=(1000, 1), HAT=(3000, 1))
    effects = [set_discount(7.5), {"effectType": "acceptCoupon", "props": {}}, set_discount(0.5)]
    shop.answers(effects)
    shop.refresh(order)
    shop.refresh(order)
    (line,) = (x for x in shop.lines(order) if x["item_type"] == "discount_engine_items")
    item = shop.api.get(f"{path_of(order)}/discount_engine_item").json["data"]

    assert (line["name"], line["total_amount_cents"]) == ("Discount", -800)
    assert [each["discount_cents"] for each in shop.goods(order)] == [-200, -600]
    assert shop.now(order, "discount_amount", "total_amount") == (-800, 3200)
    assert item["attributes"]["body"] == {"effects": effects}
    shop.answers([])
    shop.refresh(order)
    assert shop.now(order, "discount_amount", "total_amount") == (0, 4000)


def test_no_more_than_there_is(shop: EngineShop) -> None:
    """Nobody is paid for buying."""
    order = shop.cart(CAP=(1000, 1))
    shop.answers([set_discount(99)])
    shop.refresh(order)

    assert shop.now(order, "discount_amount", "total_amount") == (-1000, 0)


@pytest.mark.parametrize("effects", [None, "odd", [7], [set_discount("x")], [set_discount(-1)]])
def test_nothing_of_use(shop: EngineShop, effects: Any) -> None:
    """Takes nothing off; promotions are not looked at either way."""
    order = shop.cart(CAP=(1000, 1))
    shop.answers(effects)
    shop.refresh(order)

    assert shop.now(order, "discount_amount", "total_amount") == (0, 1000)


def test_failures_that_are_told(shop: EngineShop, sandbox: Sandbox) -> None:
    """Where the organization wants them to be."""
    order = shop.cart(CAP=(1000, 1))
    sandbox.organization.set({"discount_engines_errors": True})
    shop.answers("odd")
    body = {"data": {"type": "orders", "id": order["id"], "attributes": {"_refresh": True}}}

    assert shop.api.patch(path_of(order), body).status_code == 422


def test_its_endpoint(shop: EngineShop) -> None:
    """It is made of the account's own name there."""
    assert shown(shop.api, shop.account)["api_endpoint"] == "https://acme.talon.one/v2"
