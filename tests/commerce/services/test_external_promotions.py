"""Discounts by a service of the merchant's own (commerce.md §17.4, §29.12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.backends import BACKENDS
from tests.client import Api, Document
from tests.commerce.promotion_shop import PromotionShop
from tests.webhooks.service import ExternalService, included, is_signed, no, yes

pytestmark = pytest.mark.parametrize("storage", BACKENDS)

CENTS: Mapping[str, tuple[int, int]] = {"L1": (3333, 1), "L2": (3333, 1), "L3": (3334, 1)}
#: What the service says, of the ids of the lines by their codes.
Told = Callable[[Mapping[str, str]], Document]


@pytest.fixture
def shop(api: Api) -> PromotionShop:
    """Return a shop without prices that contain taxes."""
    return PromotionShop(api, included=False, rate=0.0)


def promote(shop: PromotionShop, service: ExternalService) -> Document:
    """Have the service asked about every order."""
    return shop.promote("external_promotions", promotion_url=service.url_of("promotions"))


def told(service: ExternalService, what: Told) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with what names the lines that were just sent."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        lines = [each for each in service.last["included"] if each["type"] == "line_items"]
        ids = {str(line["attributes"]["sku_code"]): str(line["id"]) for line in lines}
        yes(**what(ids))(handler)

    return answer


@pytest.mark.parametrize(
    ("what", "shares"),
    [
        (lambda _: {"discount_cents": 1000}, [-333, -333, -334]),
        (lambda ids: {"discount_cents": 1000, "line_items": [{"id": ids["L3"]}]}, [0, 0, -1000]),
        (
            lambda ids: {
                "discount_cents": 1000,
                "line_items": [
                    {"id": ids["L1"], "discount_cents": 300},
                    {"id": ids["L2"], "discount_cents": 200},
                ],
            },
            [-300, -200, 0],
        ),
    ],
)
def test_the_story(
    shop: PromotionShop, service: ExternalService, what: Told, shares: list[int]
) -> None:
    """On all lines by weight, on those that are named, or on each what is said of it."""
    order = shop.cart(**CENTS)
    promote(shop, service)
    service.otherwise = told(service, what)
    shop.refresh(order)

    assert [line["discount_cents"] for line in shop.goods(order)] == shares
    assert shop.discounts(order) == {"P": sum(shares)}


@pytest.mark.parametrize(
    ("what", "shares"),
    [
        # 1001 by 1000, 2000 and 4000: 143 and 286, the rest 572.
        (lambda _: {"discount_cents": 1001}, [-143, -286, -572]),
        # By 2000 and 4000: 333.67 and the rest.
        (
            lambda ids: {
                "discount_cents": 1001,
                "line_items": [{"id": ids["B"]}, {"id": ids["C"]}],
            },
            [0, -334, -667],
        ),
        # What is said of no line counts nothing, and no line bears more than it costs.
        (
            lambda ids: {
                "discount_cents": 9999,
                "line_items": [
                    {"id": ids["A"], "discount_cents": 999},
                    {"id": ids["B"]},
                    {"id": ids["C"], "discount_cents": 3999},
                ],
            },
            [-999, 0, -3999],
        ),
    ],
)
def test_other_numbers(
    shop: PromotionShop, service: ExternalService, what: Told, shares: list[int]
) -> None:
    order = shop.cart(A=(1000, 1), B=(1000, 2), C=(4000, 1))
    promote(shop, service)
    service.otherwise = told(service, what)
    shop.refresh(order)

    assert [line["discount_cents"] for line in shop.goods(order)] == shares
    assert shop.discounts(order) == {"P": sum(shares)}


def test_name_and_metadata(shop: PromotionShop, service: ExternalService) -> None:
    """The line of the promotion is called as the service says, and has its metadata."""
    order = shop.cart(**CENTS)
    promote(shop, service)
    service.otherwise = yes(name="Birthday promo", discount_cents=1500, metadata={"age": 30})
    shop.refresh(order)
    line = next(line for line in shop.lines(order) if line["item_type"] == "external_promotions")

    assert (line["name"], line["total_amount_cents"]) == ("Birthday promo", -1500)
    assert line["metadata"] == {"age": 30}


def test_what_is_posted(shop: PromotionShop, service: ExternalService) -> None:
    """The order with its lines, as they are before anything is taken off them."""
    order = shop.cart(**CENTS)
    promotion = promote(shop, service)
    service.otherwise = yes(discount_cents=1000)
    shop.refresh(order)
    shop.refresh(order)

    sent = service.last
    assert sent["data"]["attributes"]["total_amount_cents"] == 10_000
    assert [line["discount_cents"] for line in included(sent, "line_items")] == [0, 0, 0]
    secret = shop.api.get(f"/api/external_promotions/{promotion['id']}").json["data"]
    assert is_signed(service.got[-1], secret["attributes"]["shared_secret"])


@pytest.mark.parametrize("answer", [500, no("Not today"), yes(discount_cents="much")])
@pytest.mark.parametrize(("told_so", "status"), [(False, 200), (True, 422)])
def test_no_discount(  # noqa: PLR0913 - a row of the table
    sandbox: Sandbox,
    shop: PromotionShop,
    service: ExternalService,
    answer: int,
    *,
    told_so: bool,
    status: int,
) -> None:
    """Without one the order costs what it does, or the write fails where that is wanted."""
    order = shop.cart(**CENTS)
    promote(shop, service)
    service.otherwise = answer
    sandbox.organization.set({"external_promotions_errors": told_so})
    body = {"data": {"type": "orders", "id": order["id"], "attributes": {"_refresh": True}}}

    assert shop.api.patch(f"/api/orders/{order['id']}", body).status_code == status
    assert shop.now(order, "total_amount", "discount_amount") == (10_000, 0)
