"""The figures that the lists of the vendor's dashboard ask for (clients.md §2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bearers import TokenBearers
from tests.client import Api, Document
from tests.till import approved, payable, placed

YEARS = {
    "date_from": "2000-01-01T00:00:00Z",
    "date_to": "2100-01-01T00:00:00Z",
    "date_field": "updated_at",
}
COUNT = {"field": "order.id", "operator": "value_count"}


def ask(api: Api, path: str, **body: Any) -> Any:
    """Ask for figures with the headers of the dashboard."""
    token = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    headers = {
        "Accept": "application/vnd.api.v1+json",
        "Content-Type": "application/vnd.api+json",
        **token,
    }
    return api.app.test_client().post(f"/metrics/{path}", json=body, headers=headers)


def stats(api: Api, figure: Document = COUNT, **filters: Any) -> Any:
    """Return a figure of orders."""
    answer = ask(api, "orders/stats", stats=figure, filter={"order": {**YEARS, **filters}})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]["value"]


def test_counters_of_orders(api: Api) -> None:
    """By their statuses, in a span of time."""
    for make in (payable, placed, placed, approved):
        make(api, 1000)
    statuses = {"statuses": {"in": ["placed"]}, "payment_statuses": {"in": ["authorized", "free"]}}

    assert stats(api) == 4
    assert stats(api, **statuses, archived=False) == 2
    assert stats(api, statuses={"not_in": ["placed", "pending"]}) == 1
    assert stats(api, date_to="2000-01-02T00:00:00Z") == 0


@pytest.mark.parametrize(
    ("operator", "value"),
    [("sum", 40.5), ("avg", 13.5), ("min", 10.0), ("max", 15.5), ("cardinality", 3)],
)
def test_amounts(api: Api, operator: str, value: float) -> None:
    """In units of the currency."""
    for cents in (1000, 1500, 1550):
        payable(api, cents)
    figure = {"field": "order.total_amount_with_taxes", "operator": operator}

    assert stats(api, figure) == value


def test_shipments_by_status(api: Api) -> None:
    """Each status has how many there are of it."""
    for _ in range(2):
        approved(api, 1000)
    payable(api, 1000)
    query = {"by": "shipments.status", "field": "shipments.id", "operator": "value_count"}
    filters = {"order": YEARS, "shipments": {"statuses": {"in": ["upcoming", "picking", "draft"]}}}
    answer = ask(api, "orders/breakdown", breakdown=query, filter=filters)
    found = answer.json["data"]["shipments.status"]

    assert sum(each["value"] for each in found) == 3
    assert found[0]["value"] == 2
    assert answer.json["meta"]["type"] == "breakdown"


def test_orders_by_market(api: Api) -> None:
    """What an order leads to one of."""
    payable(api, 1000)
    query = {"by": "market.name", **COUNT, "limit": 1}
    found = ask(api, "orders/breakdown", breakdown=query).json["data"]["market.name"]

    assert [each["value"] for each in found] == [1]


def test_counters_of_returns(api: Api) -> None:
    """By their statuses as well."""
    figure = {"field": "return.id", "operator": "value_count"}
    filters = {"return": {**YEARS, "statuses": {"in": ["requested"]}}}
    answer = ask(api, "returns/stats", stats=figure, filter=filters)

    assert (answer.status_code, answer.json["data"]) == (200, {"value": 0})
    assert answer.headers["Content-Type"] == "application/vnd.api+json"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stats": {"field": "id", "operator": "value_count"}},
        {"stats": {"field": "order.id", "operator": "guess"}},
        {"stats": {"field": "order.shoes", "operator": "value_count"}},
        {"stats": {"field": "shoes.id", "operator": "value_count"}},
        {"stats": COUNT, "filter": {"order": {"shoes": {"in": ["red"]}}}},
        {"stats": COUNT, "filter": {"order": {"statuses": {"like": "p"}}}},
        {"stats": COUNT, "filter": {"order": {"statuses": "placed"}}},
        {"stats": COUNT, "filter": {"order": {"date_field": 7, "date_from": []}}},
        {"stats": COUNT, "filter": []},
        {"stats": []},
    ],
)
def test_what_nobody_can_answer(api: Api, body: Any) -> None:
    """It is refused, 400, and never a failure."""
    payable(api, 1000)

    assert ask(api, "orders/stats", **body).status_code == 400


def test_who_may_ask(token_bearers: TokenBearers, api: Api) -> None:
    """No sales channel, and nobody without a token where one is needed."""
    assert ask(token_bearers.guest(), "orders/stats", stats=COUNT).status_code == 401
    assert ask(token_bearers.integration(), "orders/stats", stats=COUNT).status_code == 200
    assert ask(api, "customers/stats", stats=COUNT).status_code == 404
