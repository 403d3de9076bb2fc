"""What an organization has before it has customers: all that tokens need."""

from __future__ import annotations

from mockserver.access import MODES
from mockserver.engine.organization import Organization
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.base import Record
from tests.seeding.worlds import seeded


def everything(sandbox: Sandbox, type_: str) -> list[Record]:
    """Return all records of a type, oldest first."""
    return sandbox.partition.select(type_)[0]


def test_the_organization_is_one(acme: Organization) -> None:
    """Both modes know it under the same id, with every default."""
    test, live = (acme.sandbox(mode).organization_record() for mode in MODES)

    assert test == live
    assert (test["name"], test["slug"], test["domain"]) == ("Acme", "acme", "acme.cl.localhost")
    assert test["config"]["apps"]["customers"]["enable_reset_password"] is True
    assert (test["enterprise"], test["region"]) == (True, "eu-west-1")
    assert (test["tags_max_allowed_number"], test["tags_max_name_length"]) == (10, 25)
    assert test["addresses_phone_required"] is True


def test_name_and_domain_follow_from_the_slug() -> None:
    """A server under another name says so."""
    organization = seeded(slug="blue-brand", domain="shop.test")
    record = organization.sandbox("test").organization_record()

    assert (record["name"], record["domain"]) == ("Blue Brand", "blue-brand.shop.test")


def test_people_and_roles(acme: Organization) -> None:
    """Users have the same id in both modes, and a role there is."""
    for mode in MODES:
        users = everything(acme.sandbox(mode), "users")
        roles = {role["id"]: role["kind"] for role in everything(acme.sandbox(mode), "roles")}

        assert [roles[user["role_id"]] for user in users] == ["admin", "read_only"]
        assert [user["owner"] for user in users] == [True, False]
    assert [[user["id"] for user in everything(acme.sandbox(mode), "users")] for mode in MODES] == [
        [user["id"] for user in users]
    ] * 2


def test_roles_permit_what_they_are_called(sandbox: Sandbox) -> None:
    """The role of the read-only integration permits reading alone."""
    permissions = [role["permissions"]["*"]["actions"] for role in everything(sandbox, "roles")]

    assert permissions == [["create", "destroy", "read", "update"], ["read"]]


def test_markets(sandbox: Sandbox) -> None:
    """Markets sell from stock locations, and have secrets of their own."""
    markets = everything(sandbox, "markets")
    models = {each["inventory_model"] for each in everything(sandbox, "inventory_stock_locations")}

    assert [market["code"] for market in markets] == ["europe", "vip", "usa"]
    assert models == {market["inventory_model"] for market in markets}
    assert len({market["shared_secret"] for market in markets}) == len(markets)
    assert all(len(market["shared_secret"]) == 32 for market in markets)


def test_an_empty_organization_is_empty() -> None:
    """No customers, and nothing only customers need."""
    partition = seeded().sandbox("test").partition

    assert [t for t in ("customers", "orders", "tags") if partition.count(t)] == []
    assert partition.count("customer_groups") == 1
