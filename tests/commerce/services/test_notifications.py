"""Notifications of services, and how long they stay (commerce.md §22)."""

from __future__ import annotations

from tests.client import Api, Document, document, path_of, to
from tests.commerce.promotion_shop import PromotionShop
from tests.webhooks.service import ExternalService, yes

SHORT = {"name": "short", "flash": True, "body": {"text": "soon gone"}}
LONG = {"name": "long", "body": {"text": "stays"}}


def told(api: Api, object_: Document) -> list[str]:
    """Return the names of what is told about a record."""
    found = api.get(f"{path_of(object_)}/notifications", {"sort": "created_at"}).json["data"]
    return [str(each["attributes"]["name"]) for each in found]


def test_flashes_go_with_the_next_run(api: Api) -> None:
    """Others stay."""
    shop = PromotionShop(api)
    order = shop.cart(CAP=(1000, 1))
    for each in (SHORT, LONG):
        api.create("notifications", links={"notifiable": to(order)}, **each)
    assert told(api, order) == ["short", "long"]
    shop.refresh(order)

    assert told(api, order) == ["long"]


def test_what_services_leave(api: Api, service: ExternalService) -> None:
    """A promotion tells of the order, a price of its line: of each name once."""
    shop = PromotionShop(api)
    shop.promote("external_promotions", promotion_url=service.url_of("promotions"))
    api.update(shop.market, external_prices_url=service.url_of("prices"))
    service.otherwise = yes(
        discount_cents=100,
        unit_amount_cents=500,
        notifications=[SHORT, LONG, {"name": " "}, "odd", {"body": {}}],
    )
    order = shop.cart(CAP=(1000, 1))
    sent = {"sku_code": "CAP", "quantity": 1, "_external_price": True}
    body = document("line_items", links={"order": to(order)}, **sent)
    line = api.post("/api/line_items", body).json["data"]
    shop.refresh(order)

    assert sorted(told(api, order)) == ["long", "short"]
    # The flash of the line went with the run that no price was asked for in.
    assert told(api, line) == ["long"]
    service.otherwise = 500
    shop.refresh(order)
    assert told(api, order) == ["long"]
