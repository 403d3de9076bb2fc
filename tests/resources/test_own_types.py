"""Types of a user's own are served as those of the real service are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mockserver.app import MockServerApp, create_app
from mockserver.resources import registry as known
from mockserver.resources.registry import registry
from mockserver.schema.permits import own
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, to_many, to_one
from mockserver.settings import Settings
from tests.client import Api, Bearers, ids, to


class LoyaltyCard(Resource, type_="loyalty_cards"):
    """A card that a customer collects points on."""

    for_customers: ClassVar = own("R")

    code = attribute("string", "CURfs", required=True, unique=True)
    points = attribute("integer", "CURfs", initial=lambda _: 0)
    base = base_attributes()

    customer = to_one("customers", "CRf", required=True, owner=True, on_delete="cascade")


@pytest.fixture(params=["memory", "tinydb"])
def app(
    request: pytest.FixtureRequest, data_directory: Path, tmp_path: Path
) -> Iterator[MockServerApp]:
    """Return an application with that type, which no other test gets to see."""
    storage = "memory" if request.param == "memory" else f"tinydb:{tmp_path / 'records'}"
    settings = Settings(seeded=False, auth=False, storage=storage, data_directory=data_directory)
    app = create_app(settings, resources=[LoyaltyCard])
    yield app
    app.close()
    known._know([])
    assert "loyalty_cards" not in registry()


def test_an_own_type_is_served(app: MockServerApp) -> None:
    """Documents, filters, includes, related records, linkages, uniqueness."""
    api = Api(app)
    ann = api.create("customers", email="ann@example.com")
    card = api.create("loyalty_cards", code="A1", links={"customer": to(ann)})
    path = f"/api/loyalty_cards/{card['id']}"

    assert ids(api.get("/api/loyalty_cards?filter[q][customer_email_eq]=ann@example.com"))
    assert not ids(api.get("/api/loyalty_cards?filter[q][points_gt]=0"))
    assert api.get(f"{path}/customer").json["data"]["id"] == ann["id"]
    assert api.get(f"{path}?include=customer").json["included"][0]["id"] == ann["id"]
    assert api.get(f"{path}/relationships/customer").json["data"] == to(ann)
    again = api.post("/api/loyalty_cards", {"data": {"type": "loyalty_cards", **_again(card, ann)}})
    assert again.status_code == 422
    assert api.update(card, points=7)["attributes"]["points"] == 7
    assert app.url_map.is_endpoint_expecting("loyalty_cards.customer", "id")


def _again(card: dict[str, Any], customer: dict[str, Any]) -> dict[str, Any]:
    return {
        "attributes": {"code": card["attributes"]["code"]},
        "relationships": {"customer": {"data": to(customer)}},
    }


def test_an_own_type_goes_with_what_it_leads_to(app: MockServerApp) -> None:
    """As its declaration says."""
    api = Api(app)
    ann = api.create("customers", email="ann@example.com")
    api.create("loyalty_cards", code="A1", links={"customer": to(ann)})

    assert api.delete(f"/api/customers/{ann['id']}").status_code == 204
    assert ids(api.get("/api/loyalty_cards")) == []


def test_an_own_type_has_permissions(app: MockServerApp) -> None:
    """A sales channel has those of the declaration."""
    api = Api(app)
    for name in ("ann", "bob"):
        customer = api.create("customers", email=f"{name}@example.com", password="secret-1")
        api.create("loyalty_cards", code=name, links={"customer": to(customer)})
    ann = Bearers(app).customer("ann@example.com", "secret-1")
    (card,) = ids(api.get("/api/loyalty_cards?filter[q][code_eq]=ann"))
    (other,) = ids(api.get("/api/loyalty_cards?filter[q][code_eq]=bob"))

    assert ann.get(f"/api/loyalty_cards/{card}").status_code == 200
    assert ann.get(f"/api/loyalty_cards/{other}").status_code in (401, 404)
    assert ann.delete(f"/api/loyalty_cards/{card}").status_code == 401


def test_an_own_type_is_looked_up_by_the_storage(app: MockServerApp) -> None:
    """By what is unique of it, and by what it leads to."""
    assert app.traffic is not None
    assert {"code", "customer"} <= known.indexes()["loyalty_cards"].fields.keys()


def test_an_own_type_is_told_of_twice(app: MockServerApp, data_directory: Path) -> None:
    """Every application of a process may name it."""
    another = create_app(
        Settings(seeded=False, auth=False, data_directory=data_directory), resources=[LoyaltyCard]
    )

    assert Api(another).get("/api/loyalty_cards").status_code == 200
    assert Api(app).get("/api/loyalty_cards").status_code == 200
    another.close()


class AnotherCustomer(Resource, type_="customers"):
    """As a type of the real service is called."""


class Broken(Resource, type_="broken"):
    """With the inverse of a relationship that is not there."""

    tags = to_many("tags", inverse="broken")


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (AnotherCustomer, "customers: there is such a type already"),
        (Broken, "broken.tags: tags has no relationship broken"),
    ],
)
def test_a_contradiction_is_refused(resource: type[Resource], message: str) -> None:
    """And nothing is known of it afterwards."""
    before = set(registry())

    with pytest.raises(ValueError, match=message):
        create_app(Settings(seeded=False), resources=[resource])

    assert set(registry()) == before
