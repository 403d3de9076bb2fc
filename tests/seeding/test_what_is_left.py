"""Customers who are seeded later buy what is left: nothing that was deleted comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.seeding.products import PRODUCTS
from mockserver.seeding.seed import seed_customers, seed_shop
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare
from tests.seeding.worlds import seeded

CODES = [product.code for product in PRODUCTS]
GONE, LEFT = frozenset(CODES[:25]), frozenset(CODES[25:])
#: What is counted before and after.
SOLD = ("skus", "prices", "stock_items", "sku_lists", "gift_cards", "coupons", "bundles")

Deleting = Callable[[Sandbox, frozenset[str]], None]


def skus(sandbox: Sandbox) -> dict[str, str]:
    """Return the codes of the SKUs by their ids."""
    return {sku["id"]: sku["code"] for sku in sandbox.find("skus", EVERYTHING)}


def clear(sandbox: Sandbox, type_: str, *, of: frozenset[str]) -> None:
    """Delete the records of a type that are of SKUs with these codes."""
    known = skus(sandbox)
    for record in sandbox.find(type_, EVERYTHING):
        if known[record["sku"]] in of:
            sandbox.remove(type_, record["id"])


def without_skus(sandbox: Sandbox, codes: frozenset[str]) -> None:
    for bundle in sandbox.find("bundles", EVERYTHING):
        sandbox.remove("bundles", bundle["id"])
    for type_ in ("sku_list_items", "stock_items"):
        clear(sandbox, type_, of=codes)
    for id_, code in skus(sandbox).items():
        if code in codes:
            sandbox.remove("skus", id_)


def without_prices(sandbox: Sandbox, codes: frozenset[str]) -> None:
    clear(sandbox, "prices", of=codes)


def without_stock(sandbox: Sandbox, codes: frozenset[str]) -> None:
    clear(sandbox, "stock_items", of=codes)


def sold(sandbox: Sandbox) -> dict[str, int]:
    """Return how many there are of what the shop sells, lists of customers apart."""
    own = Compare("customer", "eq", None)
    return {t: sandbox.count(t, own if t == "sku_lists" else EVERYTHING) for t in SOLD}


def goods(sandbox: Sandbox) -> list[Record]:
    return sandbox.find("line_items", Compare("item_type", "eq", "skus"))


WAYS = pytest.mark.parametrize(
    "delete", [without_skus, without_prices, without_stock], ids=lambda way: way.__name__
)


@WAYS
def test_what_is_deleted_stays_deleted(delete: Deleting) -> None:
    """And nobody buys it."""
    organization = seeded()
    seed_shop(organization)
    sandbox = organization.sandbox("test")
    delete(sandbox, GONE)
    before = sold(sandbox)
    seed_customers(organization, 30)

    assert sold(sandbox) == before
    bought = {line["sku_code"] for line in goods(sandbox)}
    assert bought
    assert bought <= LEFT


@WAYS
def test_who_finds_nothing_buys_nothing(delete: Deleting) -> None:
    """Where one product is left that cannot be bought, carts stay empty."""
    organization = seeded()
    seed_shop(organization)
    sandbox = organization.sandbox("test")
    delete(sandbox, GONE | LEFT - {CODES[-1]})
    without_prices(sandbox, frozenset({CODES[-1]}))
    seed_customers(organization, 30)

    assert goods(sandbox) == []
    assert {order["status"] for order in sandbox.find("orders", EVERYTHING)} <= {"draft"}
    assert sandbox.count("customers") == 30


def test_a_shop_without_any_product_opens_anew() -> None:
    """With all of them, but without a second gift card of the same code."""
    organization = seeded()
    seed_shop(organization)
    sandbox = organization.sandbox("test")
    before = sold(sandbox)
    without_skus(sandbox, GONE | LEFT)
    seed_customers(organization, 5)

    again = {name: before[name] for name in ("skus", "prices", "stock_items", "gift_cards")}
    assert {name: sold(sandbox)[name] for name in again} == again
