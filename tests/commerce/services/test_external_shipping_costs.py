"""What shipping costs by a service of the merchant's own (commerce.md §17.1, catalogue.md §21)."""

from __future__ import annotations

import pytest

from tests.client import Api, Document
from tests.commerce.shipping_shop import ShippingShop
from tests.webhooks.receiver import Answering
from tests.webhooks.service import ExternalService, included, is_signed, no, raw, says, yes


class CarrierShop(ShippingShop):
    """A shop with one method that asks a service, and costs 8.50 where that says nothing."""

    def __init__(self, api: Api, service: ExternalService) -> None:
        """Open it, with shirts and cups."""
        super().__init__(api)
        self.stock("mil", TSHIRT=10, MUG=10)
        words = {"scheme": "external", "external_prices_url": service.url_of("costs")}
        self.asking = self.method("ASK", 850, **words)

    def sent_by_it(self, **quantities: int) -> Document:
        """Fill a cart that is shipped by the method."""
        order = self.order(**quantities)
        self.ship_by(order, "ASK")
        return order


@pytest.fixture
def shop(api: Api, service: ExternalService) -> CarrierShop:
    """Return a shop whose service asks for 12.34."""
    service.otherwise = yes(price_amount_cents=1234, metadata={"zone": 3})
    return CarrierShop(api, service)


def test_what_it_says(shop: CarrierShop, service: ExternalService) -> None:
    """Asked when the method is chosen, not when it is offered; and when the shipment changes."""
    order = shop.order(TSHIRT=1)
    (shipment,) = shop.shipments(order)
    assert shop.offered(shipment)["ASK"] == 850
    assert service.got == []

    shop.ship_by(order, "ASK")
    assert shop.total(order) == 2900 + 1234
    assert shop.shown(shipment)["metadata"] == {"zone": 3}
    shop.api.update(order, reference="r")
    assert len(service.got) == 1

    service.otherwise = yes(price_amount_cents=2000)
    shop.add(order, "MUG", 1)
    assert shop.total(order) == 2900 + 1250 + 2000
    assert len(service.got) == 2


def test_what_is_posted(shop: CarrierShop, service: ExternalService) -> None:
    """The shipment with its method and its order."""
    order = shop.sent_by_it(TSHIRT=2)
    (shipment,) = shop.shipments(order)
    sent, (received,) = service.last, service.got

    assert (sent["data"]["type"], sent["data"]["id"]) == ("shipments", shipment["id"])
    assert sent["data"]["attributes"]["skus_count"] == 2
    assert included(sent, "shipping_methods")[0]["name"] == "ASK"
    assert included(sent, "orders")[0]["subtotal_amount_cents"] == 5800
    assert is_signed(received, shop.shown(shop.asking)["shared_secret"])


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"down", 500),
        raw(b"no json"),
        says({"success": True, "data": {}}),
        yes(price_amount_cents=-1),
        yes(price_amount_cents=2**31),
        yes(price_amount_cents="12"),
        no("Not there"),
    ],
)
def test_no_answer(shop: CarrierShop, service: ExternalService, answer: Answering) -> None:
    """The method's own price, and everything goes on; it is asked again the next time."""
    service.otherwise = answer
    order = shop.sent_by_it(TSHIRT=1)
    assert shop.total(order) == 3750

    service.otherwise = yes(amount_cents=0)
    shop.api.update(order, reference="again")
    assert shop.total(order) == 2900


def test_a_circuit_that_opens(shop: CarrierShop, service: ExternalService) -> None:
    """After thirty-one failures nobody is asked, until it is reset."""
    service.otherwise = raw(b"down", 500)
    order = shop.sent_by_it(TSHIRT=1)
    for number in range(31):
        shop.api.update(order, reference=f"{number}")
    assert shop.shown(shop.asking)["circuit_state"] == "open"
    assert len(service.got) == 31

    service.otherwise = yes(price_amount_cents=100)
    shop.api.update(shop.asking, _reset_circuit=True)
    shop.api.update(order, reference="at last")
    assert shop.total(order) == 3000


def test_not_where_it_is_free(shop: CarrierShop, service: ExternalService) -> None:
    """Above the amount nobody has to be asked."""
    shop.api.update(shop.asking, free_over_amount_cents=2000)
    order = shop.sent_by_it(TSHIRT=1)

    assert shop.total(order) == 2900
    assert service.got == []
