"""Free gifts that a cart may still choose (commerce.md §5.4)."""

from __future__ import annotations

import pytest

from tests.client import Api, Document, ids, path_of, to
from tests.commerce.promotion_shop import FREE_GIFT, PERCENTAGE, PromotionShop


@pytest.fixture(params=["memory", "tinydb"])
def storage(request: pytest.FixtureRequest) -> str:
    """Run on every backend."""
    return str(request.param)


@pytest.fixture
def shop(api: Api) -> PromotionShop:
    """Sell A; B and C could be had for nothing."""
    made = PromotionShop(api)
    for code in ("B", "C"):
        made.skus[code] = made.sell(code, 500)
    return made


def free(shop: PromotionShop, order: Document, what: str = "skus") -> list[str]:
    """Return the codes of what is offered for nothing."""
    found = shop.api.get(f"{path_of(order)}/available_free_{what}").json["data"]
    included = shop.api.get(f"{path_of(order)}?include=available_free_{what}").json
    assert [each["id"] for each in included.get("included", ())] == [e["id"] for e in found]
    return [each["attributes"]["code"] for each in found]


def test_those_of_the_promotions_that_match(shop: PromotionShop) -> None:
    """By their place on the list, whether or not they are in the cart already."""
    order = shop.cart(A=(1000, 1))
    gift = shop.promote(FREE_GIFT, sku_list=shop.listed("C", "B"))
    shop.ask("order_amount", gift, order_amount_cents=2000, use_subtotal=True)
    shop.refresh(order)
    below = free(shop, order)
    shop.put(order, "A", 1000)
    reached = free(shop, order)
    shop.put(order, "B", 500)

    assert below == []
    assert reached == ["C", "B"]
    assert free(shop, order) == ["C", "B"]
    assert shop.discounts(order) == {"P": -500}


def test_of_an_automatic_list(shop: PromotionShop) -> None:
    """Whatever its expression chooses, by code; of two promotions each once."""
    order = shop.cart(A=(1000, 1))
    chosen = shop.api.create("sku_lists", name="L", manual=False, sku_code_regex="^[AB]$")
    for sku_list in (chosen, shop.listed("B", "C")):
        shop.promote(FREE_GIFT, sku_list=sku_list)
    shop.refresh(order)

    assert free(shop, order) == ["A", "B", "C"]


def test_bundles(shop: PromotionShop) -> None:
    """Those that the list of the promotion backs."""
    order = shop.cart(A=(1000, 1))
    given, other = shop.listed("B"), shop.listed("C")
    for code, sku_list in (("GIVEN", given), ("OTHER", other)):
        bundle = {"code": code, "name": code, "currency_code": "EUR", "price_amount_cents": 800}
        shop.api.create("bundles", links={"sku_list": to(sku_list)}, **bundle)
    shop.promote(FREE_GIFT, sku_list=given)
    shop.refresh(order)

    assert free(shop, order, "bundles") == ["GIVEN"]
    assert free(shop, order) == ["B"]


def test_none_beside_an_exclusive_promotion(shop: PromotionShop) -> None:
    """Nor of a promotion that is disabled, or once the order cannot be changed any more."""
    order = shop.cart(A=(1000, 1))
    gift = shop.promote(FREE_GIFT, sku_list=shop.listed("B"))
    shop.refresh(order)
    before = free(shop, order)
    shop.api.update(gift, _disable=True)
    disabled = free(shop, order)
    shop.api.update(gift, _enable=True)
    shop.promote(PERCENTAGE, percentage=10, exclusive=True)
    shop.refresh(order)

    assert before == ["B"]
    assert disabled == []
    assert free(shop, order) == []


def test_an_exclusive_one_itself(shop: PromotionShop) -> None:
    """It applies alone as soon as its gift is there."""
    order = shop.cart(A=(1000, 1))
    shop.promote(FREE_GIFT, sku_list=shop.listed("B"), exclusive=True)
    shop.promote(PERCENTAGE, percentage=10)
    shop.refresh(order)
    before = shop.discounts(order)
    offered = free(shop, order)
    shop.put(order, "B", 500)

    assert before == {"P": -100}
    assert offered == ["B"]
    assert shop.discounts(order) == {"P": -500}


def test_the_linkage(shop: PromotionShop) -> None:
    order = shop.cart(A=(1000, 1))
    shop.promote(FREE_GIFT, sku_list=shop.listed("B"))
    shop.refresh(order)
    found = shop.api.get(f"{path_of(order)}/relationships/available_free_skus")

    assert ids(found) == [shop.skus["B"]["id"]]
