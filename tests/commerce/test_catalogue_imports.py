"""Imports of the catalogue: what its rows are known by, and what is nested (catalogue.md §32)."""

from __future__ import annotations

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.background import done, imported, records
from tests.client import Api, Document
from tests.commerce.price_shop import PriceShop


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


@pytest.fixture
def shop(api: Api) -> PriceShop:
    """Return a shop."""
    return PriceShop(api)


def taken(shop: PriceShop, type_: str, *rows: Document, **attributes: object) -> None:
    """Import rows that are all good."""
    result = done(shop.api, imported(shop.api, type_, list(rows), **attributes))
    assert result["errors_log"] == {}
    assert result["status"] == "completed"


def test_prices(shop: PriceShop, sandbox: Sandbox) -> None:
    """By the SKU's code and the list, which is the parent; tiers are nested."""
    tiers = [
        {"type": "price_volume_tiers", "name": "Few", "up_to": 9, "price_amount_cents": 2700},
        {"type": "price_frequency_tiers", "name": "W", "up_to": "weekly", "price_amount_cents": 1},
    ]
    rows = [
        {"sku_code": "TSHIRT", "amount_cents": 2800, "price_tiers": tiers},
        {"sku_code": "EBOOK", "amount_cents": 1111},
    ]
    taken(shop, "prices", *rows, parent_resource_id=shop.prices["id"])
    taken(shop, "prices", rows[0] | {"price_tiers": []}, parent_resource_id=shop.dollars["id"])

    found = [
        shop.price(*of)["attributes"]["formatted_amount"]
        for of in (("TSHIRT",), ("EBOOK",), ("TSHIRT", shop.dollars))
    ]
    assert found == ["€28,00", "€11,11", "$28.00"]
    assert records(sandbox, "price_tiers", "type", "up_to", "price_amount_cents") == [
        ["price_volume_tiers", 9, 2700],
        ["price_frequency_tiers", 7, 1],
    ]
    assert len(records(sandbox, "prices", "id")) == 5


def test_lists_with_items(shop: PriceShop, sandbox: Sandbox) -> None:
    """Items are nested in their list."""
    items = [{"sku_code": "MUG", "quantity": 2}, {"sku_code": "TSHIRT"}]
    taken(shop, "sku_lists", {"name": "Kit", "sku_list_items": items})

    assert records(sandbox, "sku_lists", "name", "slug") == [["Kit", "kit"]]
    assert records(sandbox, "sku_list_items", "position", "quantity", "sku") == [
        [1, 2, shop.skus["MUG"]["id"]],
        [2, 1, shop.skus["TSHIRT"]["id"]],
    ]


def test_bundles_and_options(shop: PriceShop, sandbox: Sandbox) -> None:
    """The market is their parent, and gives them its currency; a bundle is known by its code."""
    parent = shop.usa["id"]
    taken(shop, "sku_lists", {"name": "Kit", "sku_list_items": [{"sku_code": "MUG"}]})
    ((kit_list,),) = [records(sandbox, "sku_lists", "id")]
    bundle = {"code": "KIT", "name": "Kit", "sku_list_id": kit_list, "price_amount_cents": 100}
    taken(shop, "bundles", bundle, parent_resource_id=parent)
    taken(shop, "bundles", {**bundle, "price_amount_cents": 200}, parent_resource_id=parent)
    taken(shop, "sku_options", {"name": "Wrap", "price_amount_cents": 5}, parent_resource_id=parent)

    assert records(sandbox, "bundles", "code", "currency_code", "price_amount_cents") == [
        ["KIT", "USD", 200]
    ]
    assert records(sandbox, "sku_options", "name", "currency_code") == [["Wrap", "USD"]]
