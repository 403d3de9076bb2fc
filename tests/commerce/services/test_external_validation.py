"""Orders that a service of the merchant's own looks at (commerce.md §17.7)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, path_of
from tests.refusals import got, refused_with, violation
from tests.scene import shown
from tests.till import patch, payable
from tests.webhooks.service import ExternalService, included, is_signed, no, yes


@pytest.fixture
def order(api: Api, service: ExternalService) -> Document:
    """Return an order of a market with such a service."""
    made = payable(api)
    market = api.get(f"{path_of(made)}/market").json["data"]
    api.update(market, external_order_validation_url=service.url_of("validation"))
    return made


def errors(api: Api, order: Document) -> list[tuple[str | None, str, str]]:
    """Return the errors that an order keeps: attribute, code and words."""
    found = api.get(f"{path_of(order)}/resource_errors").json["data"]
    kept = [error["attributes"] for error in found]
    return [(error["name"], error["code"], error["message"]) for error in kept]


def test_a_good_order(api: Api, service: ExternalService, order: Document) -> None:
    """It is answered with, and counts how often it was looked at."""
    service.otherwise = yes()
    market = api.get(f"{path_of(order)}/market").json["data"]

    assert api.update(order, _validate=True)["attributes"]["validations_count"] == 1
    assert service.last["data"]["id"] == order["id"]
    assert [sku["name"] for sku in included(service.last, "skus")]
    assert is_signed(service.got[-1], shown(api, market)["shared_secret"])


def test_a_bad_order(api: Api, service: ExternalService, order: Document) -> None:
    """Each message is an error of its attribute; the order keeps them until it is approved."""
    data = {"coupon_code": ["is odd", "is old"], "billing_address": ["is abroad"]}
    service.otherwise = no("Not like this", "ODD", data={**data, "moon": ["is full"]})
    answer = patch(api, order, _validate=True)
    expected = [
        violation(pointer, title, "external_validation", code="ODD")
        for pointer, title in (
            ("attributes/coupon_code", "is odd"),
            ("attributes/coupon_code", "is old"),
            ("relationships/billing_address", "is abroad"),
            ("", "is full"),
        )
    ]

    assert got(answer) == refused_with(expected)
    now = shown(api, order)
    assert (now["validations_count"], now["errors_count"]) == (1, 4)
    assert errors(api, order)[0] == ("coupon_code", "ODD", "is odd")
    api.update(order, _place=True)
    api.update(order, _approve=True)
    assert errors(api, order) == []


@pytest.mark.parametrize(("answer", "status"), [(no("No"), 422), (500, 200), (yes(), 200)])
def test_other_answers(
    api: Api, service: ExternalService, order: Document, answer: Any, status: int
) -> None:
    """A bare message is about the order; a failure is no answer, and no error."""
    service.otherwise = answer
    answered = patch(api, order, _validate=True)

    assert answered.status_code == status
    assert shown(api, order)["validations_count"] == 1
    if status == 422:
        assert [e["source"]["pointer"] for e in answered.json["errors"]] == ["/data"]
        assert [e["detail"] for e in answered.json["errors"]] == ["No"]


def test_failures_of_the_order(api: Api, service: ExternalService, order: Document) -> None:
    """The circuit is that of the order."""
    service.otherwise = 500
    for _ in range(31):
        api.update(order, _validate=True)
    now = shown(api, order)
    assert (now["circuit_state"], now["circuit_failure_count"]) == ("open", 31)

    service.got.clear()
    api.update(order, _validate=True)
    assert service.got == []
    api.update(order, _reset_circuit=True)
    assert shown(api, order)["circuit_state"] == "closed"


def test_no_service(api: Api, service: ExternalService) -> None:
    """Where there is no URL, nothing happens."""
    order = payable(api)

    assert patch(api, order, _validate=True).status_code == 200
    assert shown(api, order)["validations_count"] == 0
    assert service.got == []


def test_who_sees_the_errors(
    token_bearers: TokenBearers, sandbox: Sandbox, service: ExternalService
) -> None:
    """No sales channel does: an include gives none, and asking for them is refused."""
    api, guest = token_bearers.integration(), token_bearers.guest()
    order = guest.create("orders")
    market = api.get(f"{path_of(order)}/market").json["data"]
    api.update(market, external_order_validation_url=service.url_of("validation"))
    service.otherwise = no("Never")
    assert patch(guest, order, _validate=True).status_code == 422
    assert errors(api, order) == [(None, "NO", "Never")]

    found = guest.get(path_of(order), {"include": "resource_errors"})
    assert (found.status_code, found.json.get("included", [])) == (200, [])
    for path in ("/api/resource_errors", f"{path_of(order)}/resource_errors"):
        assert guest.get(path).status_code == 401
    assert sandbox.count("resource_errors") == 1
