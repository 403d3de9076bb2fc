"""Tokeninfo: who the bearer is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oauth.authorization_world import JOHN, SECRET, World


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def test_tokeninfo_of_a_user(world: World) -> None:
    """Who, in which role, for how long, and the dashboard's apps."""
    response = world.exchange(world.code())
    world.clock.advance(timedelta(seconds=7))
    information = world.server.tokeninfo(response["access_token"])

    assert list(information) == [
        "token",
        "role",
        "application",
        "owner",
        "permissions",
        "accessible_apps",
    ]
    assert information["token"] == {
        "test": True,
        "market_ids": [],
        "stock_location_ids": [],
        "lifespan": 7193,
    }
    assert information["role"] == {"id": world.ids["admin"], "kind": "admin", "name": "Admin"}
    identity = {"id": world.ids["web"], "kind": "webapp", "name": "Web", "core": False}
    assert identity == information["application"]
    assert information["owner"] == {
        "id": world.ids["ringo"],
        "type": "User",
        "first_name": "Ringo",
        "last_name": "Starr",
        "email": "ringo@example.com",
        "owner": True,
        "time_zone": "Europe/Rome",
    }
    assert {"name": "Orders", "kind": "orders", "core": True} in information["accessible_apps"]


def test_tokeninfo_of_a_customer(world: World) -> None:
    """The market in scope, no role, no apps."""
    information = world.server.tokeninfo(world.login()["access_token"])

    assert information["token"]["market_ids"] == [world.ids["europe"]]
    assert information["token"]["stock_location_ids"] == [world.ids["milan"], world.ids["rome"]]
    assert information["role"] is None
    john = {"id": world.ids["john"], "type": "Customer", "email": "john@example.com"}
    assert john == information["owner"]
    assert information["accessible_apps"] == []


@pytest.mark.parametrize(
    ("client_id", "role", "apps"),
    [("back", "admin", True), ("plain", "admin", True), ("reading", "read_only", False)],
)
def test_tokeninfo_of_an_integration(
    world: World, client_id: str, role: str, *, apps: bool
) -> None:
    """No owner; the role counts, Admin unless it has one."""
    token = world.token(client_id, "client_credentials", client_secret=SECRET)["access_token"]
    information = world.server.tokeninfo(token)

    assert "owner" not in information
    assert role == information["role"]["kind"]
    assert apps == bool(information["accessible_apps"])


def test_tokeninfo_of_a_dashboard_app(world: World) -> None:
    """The vendor's own applications are core."""
    token = world.on_behalf("board", world.filled({"owner": JOHN}))["access_token"]

    assert world.server.tokeninfo(token)["application"]["core"] is True
