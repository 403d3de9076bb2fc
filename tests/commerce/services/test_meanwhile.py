"""What others may do while a service is asked."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest

from mockserver.app import MockServerApp
from tests.backends import BACKENDS
from tests.client import Api, path_of, to
from tests.commerce.taxed_shop import TaxedShop
from tests.webhooks.service import ExternalService, yes


@pytest.mark.parametrize("storage", BACKENDS)
def test_a_service_that_asks_back(app: MockServerApp, api: Api, service: ExternalService) -> None:
    """It reads what there was before the request; what is written meanwhile comes later."""
    shop = TaxedShop(api, included=False)
    url = service.url_of("taxes")
    own = api.create("external_tax_calculators", name="Own", tax_calculator_url=url)
    api.update(shop.market, links={"tax_calculator": to(own)})
    service.otherwise = yes(tax_rate=0)
    order = shop.order(1000)
    seen: list[int] = []
    others: list[Thread] = []

    def asked(handler: BaseHTTPRequestHandler) -> None:
        other = Thread(target=lambda: Api(app).create("customers", email="jane@example.com"))
        other.start()
        others.append(other)
        found = Api(app).get(path_of(order)).json["data"]["attributes"]
        seen.extend([found["subtotal_amount_cents"], len(shop.lines(order))])
        sent = service.last["data"]["attributes"]["subtotal_amount_cents"]
        seen.append(sent)
        yes(tax_rate=0.5)(handler)

    shop.sell("CAP", 500)
    service.otherwise = asked
    shop.add(order, "CAP")
    for other in others:
        other.join(5)

    assert seen == [1000, 1, 1500]
    assert shop.amounts(order, "subtotal_amount", "total_tax_amount") == {
        "subtotal_amount": 1500,
        "total_tax_amount": 750,
    }
    assert len(api.get("/api/customers", {"filter[q][email_eq]": "jane@example.com"}).json["data"])
