"""Prices by a service of the merchant's own (catalogue.md §11.1, commerce.md §17.3)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.client import Api, Document, document, path_of, to
from tests.commerce.taxed_shop import TaxedShop
from tests.refusals import got, refused_with, violation
from tests.scene import shown
from tests.webhooks.service import ExternalService, included, is_signed, no, yes

LIST, OWN = 1000, 4900


class PricedShop(TaxedShop):
    """A shop whose market has a service for prices."""

    def __init__(self, api: Api, service: ExternalService) -> None:
        """Open it; it sells one thing, which the list has at another price."""
        super().__init__(api)
        self.service = service
        api.update(self.market, external_prices_url=service.url_of("prices"))
        self.cap = self.sell("CAP", LIST)
        self.cart = self.order()

    def ask(self, **attributes: Any) -> Any:
        """Add a line whose price the service gives; return the answer."""
        sent = {"sku_code": "CAP", "quantity": 1, "_external_price": True, **attributes}
        links = {"order": to(self.cart)}
        return self.api.post("/api/line_items", document("line_items", links=links, **sent))

    def line(self, **data: Any) -> Document:
        """Add such a line, for which the service says this."""
        self.service.otherwise = yes(sku_code="CAP", **data)
        answer = self.ask()
        assert answer.status_code == 201, answer.text
        made: Document = answer.json["data"]
        return made


@pytest.fixture
def shop(api: Api, service: ExternalService) -> PricedShop:
    """Return such a shop."""
    return PricedShop(api, service)


def prices(line: Document) -> tuple[int, int]:
    """Return what a piece costs, and what that is compared with."""
    own = line["attributes"]
    return own["unit_amount_cents"], own["compare_at_amount_cents"]


@pytest.mark.parametrize(
    ("compared", "expected"),
    [
        ({}, OWN),
        ({"compare_at_amount_cents": 100}, OWN),
        ({"compare_at_amount_cents": 6000}, 6000),
    ],
)
def test_a_price(shop: PricedShop, compared: Document, expected: int) -> None:
    """It is that of the answer; what it is compared with is never below it."""
    line = shop.line(unit_amount_cents=OWN, **compared, metadata={"deal": 7})

    assert prices(line) == (OWN, expected)
    assert line["attributes"]["metadata"] == {"deal": 7}
    assert shop.amounts(shop.cart, "subtotal_amount") == {"subtotal_amount": OWN}


def test_what_is_posted(shop: PricedShop) -> None:
    """The line, though there is none yet, with the order and all that the table includes."""
    line = shop.line(unit_amount_cents=OWN)
    received, sent = shop.service.got[-1], shop.service.last

    assert (sent["data"]["type"], sent["data"]["id"]) == ("line_items", line["id"])
    assert sent["data"]["attributes"]["quantity"] == 1
    assert [sku["code"] for sku in included(sent, "skus")] == ["CAP"]
    kinds = {"orders", "customers", "markets", "skus"}
    assert kinds <= {each["type"] for each in sent["included"]}
    assert is_signed(received, shown(shop.api, shop.market)["shared_secret"])


def test_without_a_price_of_the_list(shop: PricedShop) -> None:
    """Nothing needs one where a service gives prices."""
    flags = {"do_not_ship": True, "do_not_track": True}
    shop.api.create("skus", code="HAT", name="HAT", **flags)
    shop.service.otherwise = yes(unit_amount_cents=OWN)

    assert shop.ask(sku_code="HAT").status_code == 201


def test_asked_again(shop: PricedShop) -> None:
    """When the quantity changes, and when prices are to be refreshed; not in any other run."""
    line = shop.line(unit_amount_cents=OWN)
    shop.service.got.clear()
    shop.api.update(shop.cart, _refresh=True)
    assert shop.service.got == []

    shop.service.otherwise = yes(unit_amount_cents=4000, metadata={"from": 2})
    assert prices(shop.api.update(line, quantity=2)) == (4000, 4000)
    assert shop.service.last["data"]["attributes"]["quantity"] == 2
    shop.service.otherwise = yes(unit_amount_cents=3000, metadata={"again": True})
    shop.api.update(shop.cart, _refresh_prices=True)
    now = shop.lines(shop.cart)[0]
    assert now["unit_amount_cents"] == 3000
    assert now["metadata"] == {"from": 2, "again": True}
    assert len(shop.service.got) == 2


def test_asked_no_more(shop: PricedShop) -> None:
    """A line that is reset costs what the list says."""
    line = shop.line(unit_amount_cents=OWN)

    assert prices(shop.api.update(line, _external_price=False)) == (LIST, LIST)
    shop.service.got.clear()
    shop.api.update(line, quantity=3)
    shop.api.update(shop.cart, _refresh_prices=True)
    assert shop.service.got == []


def test_a_price_by_hand(shop: PricedShop) -> None:
    """Nobody is asked for what is said."""
    assert shop.ask(unit_amount_cents=77).status_code == 201
    assert shop.service.got == []


def test_what_counts(sandbox: Sandbox, shop: PricedShop) -> None:
    """A yes without a price is a failure, a no is none."""
    sandbox.organization.set({"external_prices_errors": False})
    line = shop.line(unit_amount_cents=OWN)
    for quantity, answer in enumerate((yes(sku_code="CAP"), yes(unit_amount_cents=True), no("No"))):
        shop.service.otherwise = answer
        shop.api.update(line, quantity=quantity + 2)

    assert shown(shop.api, line)["circuit_failure_count"] == 2


@pytest.mark.parametrize(
    ("answer", "title", "code"),
    [
        (no("Sold out", "OUT"), "Sold out", "OUT"),
        (500, "is invalid", None),
        (yes(sku_code="CAP"), "is invalid", None),
        (yes(unit_amount_cents="49.00"), "is invalid", None),
    ],
)
def test_no_price(shop: PricedShop, answer: Any, title: str, code: str | None) -> None:
    """The request is refused with the service's own words; of a run likewise."""
    line = shop.line(unit_amount_cents=OWN)
    shop.service.otherwise = answer
    error = violation("attributes/unit_amount_cents", title, "external_price", code=code)
    refresh = document("orders", shop.cart["id"], _refresh_prices=True)

    assert got(shop.ask()) == refused_with([error])
    assert got(shop.api.patch(path_of(shop.cart), refresh)) == refused_with([error])
    assert prices(shop.api.get(path_of(line)).json["data"]) == (OWN, OWN)


def test_the_list_instead(sandbox: Sandbox, shop: PricedShop) -> None:
    """Where the organization does not want to hear of it; the line counts the failures."""
    sandbox.organization.set({"external_prices_errors": False})
    shop.service.otherwise = 500
    line = shop.ask().json["data"]
    assert prices(line) == (LIST, LIST)
    shop.api.update(line, quantity=2)

    now = shown(shop.api, line)
    assert (now["circuit_state"], now["circuit_failure_count"]) == ("closed", 2)


def test_no_service(shop: PricedShop) -> None:
    """A market without one has no external prices."""
    shop.api.update(shop.market, external_prices_url=None)
    error = violation("attributes/_external_price", "is invalid", "invalid", value=True)

    assert got(shop.ask()) == refused_with([error])
