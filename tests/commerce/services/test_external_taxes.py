"""Taxes by a service of the merchant's own (commerce.md §17.1, §29.12)."""

from __future__ import annotations

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from tests.backends import BACKENDS
from tests.client import Api, Document, to
from tests.commerce.story_shop import StoryShop
from tests.webhooks.service import ExternalService, included, is_signed, no, raw, says, yes

pytestmark = pytest.mark.parametrize("storage", BACKENDS)

STORY: Mapping[str, Document] = {
    "L1": {"tax_collectable": 2.25, "tax_rate": 0.4, "country_tax_rate": 0.2},
    "L2": {"tax_rate": 0.3},
}


class ServedShop(StoryShop):
    """A shop whose taxes a service reckons."""

    def __init__(self, api: Api, service: ExternalService) -> None:
        """Open it."""
        super().__init__(api, included=False)
        self.stocked(L1=1000, L2=1200)
        url = service.url_of("taxes")
        self.own = api.create("external_tax_calculators", name="Own", tax_calculator_url=url)
        api.update(self.market, links={"tax_calculator": to(self.own)})
        self.method("FIVE", 500)

    def filled(self) -> Document:
        """Fill the cart of the story."""
        order = self.cart(L1=1, L2=1)
        self.ship_by(order, "FIVE")
        return order

    def circuit(self) -> tuple[str, int]:
        """Return the state of the circuit, and the failures in a row."""
        now = self.shown(self.own)
        return now["circuit_state"], now["circuit_failure_count"]


@pytest.fixture
def shop(api: Api, service: ExternalService) -> ServedShop:
    """Return a shop whose service says nothing of any use yet."""
    return ServedShop(api, service)


def by_line(handler: BaseHTTPRequestHandler, body: Document) -> None:
    """Answer as the service of the story does."""
    lines = {line["sku_code"]: line for line in _lines(body)}
    told = [{"id": lines[code]["id"], **said} for code, said in STORY.items()]
    yes(freight_taxable=True, tax_rate=0.25, line_items=told)(handler)


def _lines(body: Document) -> list[Document]:
    return [
        {"id": each["id"], **each["attributes"]}
        for each in body["included"]
        if each["type"] == "line_items"
    ]


def story(service: ExternalService) -> Any:
    """Return what answers with the lines that were just sent."""
    return lambda handler: by_line(handler, service.last)


def test_the_story(shop: ServedShop, service: ExternalService) -> None:
    """An amount wins over a rate, a rate of a line over that of the order."""
    order = shop.filled()
    service.otherwise = story(service)
    shop.api.update(order, _refresh=True)

    goods = {line["sku_code"]: line for line in shop.lines(order)}
    assert [goods[code]["tax_amount_cents"] for code in ("L1", "L2")] == [225, 360]
    assert goods["L1"]["tax_breakdown"] == {"country_tax_rate": 0.2}
    assert shop.lines(order, "shipments")[0]["tax_amount_cents"] == 125
    assert shop.cents(order, "total_tax", "total", "due") == (710, 2700, 3410)
    assert shop.shown(order)["tax_rate"] == 0.25


@pytest.mark.parametrize(
    ("answer", "duty"),
    [
        (yes(tax_rate=0.1, duty_amount_cents=350), 350),
        (yes(tax_rate=0.1, duty_amount_cents=0), 0),
        (yes(tax_rate=0.1), None),
        (yes(tax_rate=0.1, duty_amount_cents="much"), None),
        (yes(tax_rate=0.1, duty_amount_cents=-1), None),
        (503, 120),
        (no("Nothing for you"), 120),
    ],
)
def test_duties(shop: ServedShop, service: ExternalService, answer: Any, duty: int | None) -> None:
    """They are shown, and count in no total; without an answer they stay (commerce.md §3.3)."""
    service.otherwise = yes(tax_rate=0.1, duty_amount_cents=120)
    order = shop.filled()
    service.otherwise = answer
    shop.api.update(order, _update_taxes=True)
    now = shop.shown(order)
    formatted = None if duty is None else f"€{duty // 100},{duty % 100:02}"

    assert now["duty_amount_cents"] == duty
    assert now["formatted_duty_amount"] == formatted
    assert now["total_amount_cents"] == 2700


def test_no_duties_without_the_service(shop: ServedShop, service: ExternalService) -> None:
    """Nor of the order of a market that has another calculator by now."""
    service.otherwise = yes(tax_rate=0.1, duty_amount_cents=120)
    order = shop.filled()
    manual = shop.api.create("manual_tax_calculators", name="Own")
    shop.api.update(shop.market, links={"tax_calculator": to(manual)})
    shop.api.update(order, _update_taxes=True)

    assert shop.shown(order)["duty_amount_cents"] is None


def test_other_numbers(shop: ServedShop, service: ExternalService) -> None:
    """5 % of 3000 for L1 are 150; 1.37 of L2 is 137; 12.5 % of 500 are 62.5, so 63."""
    order = shop.cart(L1=3, L2=1)
    shop.ship_by(order, "FIVE")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        ids = {line["sku_code"]: line["id"] for line in _lines(service.last)}
        said = [
            {"id": ids["L1"], "tax_rate": 0.05},
            {"id": ids["L2"], "tax_collectable": 1.37, "state_tax_rate": 0.01},
        ]
        yes(freight_taxable=True, tax_rate=0.125, line_items=said)(handler)

    service.otherwise = answer
    shop.api.update(order, _refresh=True)

    assert [line["tax_amount_cents"] for line in shop.lines(order)] == [150, 137]
    assert shop.lines(order)[1]["tax_breakdown"] == {"state_tax_rate": 0.01}
    assert shop.lines(order, "shipments")[0]["tax_amount_cents"] == 63
    assert shop.cents(order, "total_tax", "total", "due") == (350, 4700, 5050)


def test_what_is_posted(shop: ServedShop, service: ExternalService) -> None:
    """The order as it is by now, though not all of that is stored, with what the table includes."""
    service.otherwise = yes(tax_rate=0.1)
    order = shop.filled()
    shop.add(order, "L2", 2)

    sent, received = service.last, service.got[-1]
    assert sent["data"]["id"] == order["id"]
    assert sent["data"]["links"]["self"] == f"/api/orders/{order['id']}"
    assert sent["data"]["attributes"]["subtotal_amount_cents"] == 4600
    lines = included(sent, "line_items")
    assert sorted(str(line["sku_code"]) for line in lines) == ["L1", "L2", "L2", "None"]
    kinds = {"markets", "line_items", "skus", "shipments", "addresses"}
    assert {each["type"] for each in sent["included"]} == kinds
    assert received.headers["Content-Type"] == "application/vnd.api+json"
    assert "X-CommerceLayer-Topic" not in received.headers
    assert is_signed(received, shop.shown(shop.own)["shared_secret"])


def test_other_includes(shop: ServedShop, service: ExternalService) -> None:
    """What the calculator wants included replaces the list; what leads nowhere is left out."""
    service.otherwise = yes(tax_rate=0.1)
    shop.api.update(shop.own, external_includes=["market", "nowhere"])
    shop.filled()

    assert {each["type"] for each in service.last["included"]} == {"markets"}


def test_thirty_one_failures(shop: ServedShop, service: ExternalService) -> None:
    """The last one opens the circuit: nobody is asked any more until it is reset."""
    order = shop.filled()
    shop.api.update(shop.own, _reset_circuit=True)
    service.got.clear()
    service.otherwise = 500
    for _ in range(31):
        shop.api.update(order, _update_taxes=True)

    assert shop.circuit() == ("open", 31)
    assert shop.cents(order, "total_tax") == (0,)
    shop.api.update(order, _update_taxes=True)
    assert len(service.got) == 31

    shop.api.update(shop.own, _reset_circuit=True)
    assert shop.circuit() == ("closed", 0)
    service.otherwise = yes(tax_rate=0.1)
    shop.api.update(order, _update_taxes=True)
    assert shop.cents(order, "total_tax") == (220,)


@pytest.mark.parametrize(
    ("answer", "counted", "status", "said"),
    [
        (500, 2, "failed", "500 Internal Server Error"),
        (302, 2, "failed", "302 Found"),
        (raw(b"taxes!"), 2, "failed", "The answer is no JSON object"),
        (raw(b"[]"), 2, "failed", "The answer is no JSON object"),
        (raw(b'{"a":' * 500 + b"1" + b"}" * 500), 2, "failed", "The answer is nested too deeply"),
        (says({"data": {}}), 2, "failed", "The answer has no boolean 'success'"),
        (no("Nothing for you"), 1, "delivered", "OK"),
        (raw(b"", 404), 1, "delivered", "Not Found"),
        (yes(tax_rate=0.1), 0, "delivered", "OK"),
    ],
)
def test_what_counts(  # noqa: PLR0913, PLR0917 - a row of the table
    app: MockServerApp,
    shop: ServedShop,
    service: ExternalService,
    answer: Any,
    counted: int,
    status: str,
    said: str,
) -> None:
    """Who says no has answered, which neither counts nor makes good; a yes makes good."""
    order = shop.filled()
    shop.api.update(shop.own, _reset_circuit=True)
    service.otherwise = 500
    shop.api.update(order, _update_taxes=True)
    service.otherwise = answer
    shop.api.update(order, _update_taxes=True)

    assert shop.circuit() == ("closed", counted)
    last = app.plane.deliveries.list({"topic": "external.taxes"})["deliveries"][-1]
    assert (last["status"], last["attempts"][0]["response_message"]) == (status, said)


def test_failures_that_are_told(
    sandbox: Sandbox, shop: ServedShop, service: ExternalService
) -> None:
    """Where the organization wants it so, the write is refused; the call was made all the same."""
    order = shop.filled()
    sandbox.organization.set({"tax_calculators_errors": True})
    before = shop.circuit()[1]
    service.otherwise = 503
    path = f"/api/orders/{order['id']}"
    body = {"data": {"type": "orders", "id": order["id"], "attributes": {"_update_taxes": True}}}

    assert shop.api.patch(path, body).status_code == 422
    assert shop.circuit() == ("closed", before + 1)


def test_a_slow_service(
    app: MockServerApp,
    shop: ServedShop,
    service: ExternalService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for longer than the limit."""
    monkeypatch.setattr(app.services.transport, "limit", 0.1)
    service.otherwise = lambda _: service.over.wait(5) and None
    order = shop.filled()

    assert shop.cents(order, "total_tax") == (0,)
    last = app.plane.deliveries.list({"topic": "external.taxes"})["deliveries"][-1]
    assert last["attempts"][0]["response_message"] == "No complete answer within 0.1 seconds"


def test_a_service_beyond(app: MockServerApp, shop: ServedShop) -> None:
    """Nothing is sent beyond loopback and private addresses, which says nothing of the service."""
    shop.api.update(shop.own, tax_calculator_url="http://203.0.113.7/taxes", _reset_circuit=True)
    shop.filled()

    assert shop.circuit() == ("closed", 0)
    last = app.plane.deliveries.list({"topic": "external.taxes"})["deliveries"][-1]
    assert last["status"] == "refused"
    assert "no loopback or private address" in last["attempts"][0]["response_message"]


def test_a_call_once_more(app: MockServerApp, shop: ServedShop, service: ExternalService) -> None:
    """A call is looked at like a delivery, with its answer, and sent again as it was."""
    service.otherwise = yes(tax_rate=0.1)
    shop.filled()
    called = app.plane.deliveries.list({"topic": "external.taxes"})["deliveries"][-1]
    replayed = app.plane.deliveries.replay(called["id"])
    settled = app.plane.deliveries.wait({"replay_of": called["id"], "wait": 1})["deliveries"]

    assert called["answer"] == {"success": True, "data": {"tax_rate": 0.1}}
    assert [each["id"] for each in settled] == [replayed["id"]]
    assert service.got[-1].body == service.got[-2].body
    assert service.got[-1].headers.keys() == service.got[-2].headers.keys()
