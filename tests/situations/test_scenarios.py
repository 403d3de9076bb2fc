"""Scenarios: those that come with the package, and files of one's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.errors import Refusal
from mockserver.situations import scenarios
from tests.client import values
from tests.control_clients import client_of, password_request

PROMISED = [
    *("b2b-groups", "checkout", "checkout-ready", "demo", "empty", "fulfilment", "gdpr"),
    *("hundred-pages", "promotions", "stock", "subscriptions"),
]
#: Those that only add customers can be played again.
ENDLESS = {"demo", "empty", "hundred-pages"}


def taken(plane: ControlPlane, slug: str = "acme") -> bytes:
    """Return every record; numbers that a refused one was given are not given again."""
    return orjson.dumps([d["data"] for d in plane.organizations.snapshot(slug).values()])


def count(plane: ControlPlane, slug: str, type_: str = "customers") -> list[int]:
    documents = plane.organizations.snapshot(slug).values()
    return [len([o for o in d["data"] if o["type"] == type_]) for d in documents]


# --- those that come with it ---------------------------------------------------------------------


def test_the_promised_ones_are_there(plane: ControlPlane) -> None:
    """Each says in a line what it is about."""
    found = plane.organizations.scenarios()

    assert [scenario["name"] for scenario in found] == PROMISED
    assert all(scenario["description"].endswith(".") for scenario in found)


@pytest.mark.parametrize("name", PROMISED)
@pytest.mark.parametrize("customers", [0, 50], ids=["empty", "seeded"])
def test_each_can_be_played(plane: ControlPlane, name: str, customers: int) -> None:
    """On an organization without customers and on one that has the usual ones, in both modes."""
    slug = plane.organizations.create({"customers": customers})["slug"]

    counted = plane.organizations.seed(slug, {"scenario": name})

    assert count(plane, slug) == [counted[mode].get("customers", 0) for mode in ("test", "live")]
    assert counted["test"]["markets"] == counted["live"]["markets"] >= 3


@pytest.mark.parametrize("name", ["b2b-groups", "checkout-ready", "gdpr", "stock", "subscriptions"])
def test_customers_can_be_seeded_beside_it(plane: ControlPlane, name: str) -> None:
    """They buy what the shop of a scenario does not have yet, and all of it goes out and in."""
    slug = plane.organizations.create({"customers": 0, "scenario": name})["slug"]
    before = count(plane, slug)

    plane.organizations.seed(slug, {"customers": 20})

    assert count(plane, slug) == [number + 20 for number in before]
    records = taken(plane, slug)
    snapshot = orjson.loads(orjson.dumps(plane.organizations.snapshot(slug)))
    plane.organizations.restore(slug, snapshot)
    assert records == taken(plane, slug)


@pytest.mark.parametrize("name", PROMISED)
def test_again(plane: ControlPlane, name: str) -> None:
    """What is unique cannot be there twice: refused with the place, and nothing has changed."""
    slug = plane.organizations.create({"scenario": name})["slug"]
    before = taken(plane, slug)
    if name in ENDLESS:
        plane.organizations.seed(slug, {"scenario": name})
        return
    with pytest.raises(
        Refusal, match=rf"^422 INVALID: {name}.json /both/data/\d+/attributes/\w+: "
    ):
        plane.organizations.seed(slug, {"scenario": name})
    assert before == taken(plane, slug)


@pytest.mark.parametrize("name", ["b2b-groups", "checkout-ready", "gdpr"])
def test_what_they_say_is_what_the_api_shows(
    fresh: MockServerApp, plane: ControlPlane, name: str
) -> None:
    """Every customer of the file is there; one with a password can log in."""
    world = plane.organizations.create({"scenario": name})
    document = json.loads((scenarios.directory() / f"{name}.json").read_text())
    said = [o["attributes"] for o in document["both"]["data"] if o["type"] == "customers"]
    for mode in ("test", "live"):
        found = client_of(fresh, world, mode).get("/api/customers", {"sort": "created_at"})

        assert values(found, "email") == [attributes["email"] for attributes in said]
        assert values(found, "has_password") == ["password" in attributes for attributes in said]
    for attributes in said:
        if "password" in attributes:
            asked = password_request(world, attributes["email"], attributes["password"])
            assert fresh.authorization.token(asked)["owner_type"] == "customer"


def test_an_order_that_only_has_to_be_placed(fresh: MockServerApp, plane: ControlPlane) -> None:
    """What ``checkout-ready`` promises, and its amounts are those of its line items.

    The gateway has to hear of another amount before the order is placed (commerce.md §13.3).
    """
    api = client_of(fresh, plane.organizations.create({"scenario": "checkout-ready"}))
    (cart,) = api.get("/api/orders", {"filter[q][number_eq]": "CR-1002"}).json["data"]
    (stool,) = api.get("/api/line_items", {"filter[q][sku_code_eq]": "STOOL-OAK"}).json["data"]
    api.update(stool, quantity=3)
    (card,) = api.get(f"/api/orders/{cart['id']}?include=payment_source").json["included"]
    assert card["attributes"]["mismatched_amounts"]
    api.update(card, _update=True)
    placed = api.update(cart, _place=True)["attributes"]

    assert (placed["status"], placed["customer_type"]) == ("placed", "returning")
    assert cart["attributes"]["total_amount_cents"] == 2 * 3950 + 700
    # Above its limit the standard shipping is free (catalogue.md §21).
    assert placed["place_total_amount_cents"] == 3 * 3950


# --- one's own -----------------------------------------------------------------------------------


def write(directory: Path, document: Any) -> str:
    file = directory / "own.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(file)


def test_a_file_of_ones_own(fresh: MockServerApp, plane: ControlPlane, tmp_path: Path) -> None:
    """Records of both modes, of one, and of random customers; linkage by lid, meta and id."""
    tag = {"type": "tags", "lid": "t", "id": "my-tag", "attributes": {"name": "mine"}}
    linkage = {
        "tags": {"data": [{"type": "tags", "lid": "t", "name": "ignored"}]},
        "customer_group": {"data": {"type": "customer_groups", "meta": {"code": "vip"}, "x": 1}},
    }
    attributes = {"email": "Ann@Example.com", "created_at": "2019-05-01", "status": "repeat"}
    ann = {"type": "customers", "id": "ann", "attributes": attributes, "relationships": linkage}
    note = {
        "type": "attachments",
        "attributes": {"name": "Note"},
        "relationships": {"attachable": {"data": {"type": "customers", "id": "ann", "meta": {}}}},
    }
    path = write(
        tmp_path,
        {
            "meta": {"description": "Ann.", "customers": 2},
            "both": {"data": [tag]},
            "test": {"data": [ann, note]},
        },
    )

    slug = plane.organizations.create({"scenario": path})["slug"]

    assert count(plane, slug) == [3, 2]
    assert count(plane, slug, "attachments") == [3, 2]  # John has two
    api = client_of(fresh, plane.organizations.retrieve(slug))
    query = {"filter[q][email_eq]": "ann@example.com", "include": "tags,customer_group"}
    found = api.get("/api/customers", query).json
    assert found["data"][0]["attributes"]["created_at"] == "2019-05-01T00:00:00.000Z"
    assert found["data"][0]["attributes"]["updated_at"] == "2019-05-01T00:00:00.000Z"
    assert [o["attributes"].get("code", o["id"]) for o in found["included"]] == ["my-tag", "vip"]


def test_it_makes_no_difference_when_it_is_played(plane: ControlPlane) -> None:
    """What does not say when it was created is as old as the shop."""
    taken_ = []
    for year in (2026, 2027):
        plane.clocks.set({"frozen_at": f"{year}-01-01T00:00:00Z"})
        taken_.append(
            taken(plane, plane.organizations.create({"slug": "shop", "scenario": "gdpr"})["slug"])
        )
        plane.organizations.delete("shop")

    assert taken_[0] == taken_[1]


CUSTOMER = {"type": "customers", "attributes": {"email": "ann@example.com"}}


def linked(**data: Any) -> dict[str, Any]:
    """Return a customer whose group is this linkage."""
    return {**CUSTOMER, "relationships": {"customer_group": data}}


WRONG: list[tuple[Any, str]] = [
    ('{"meta":\n 7,,}', ", line 2, column 4: "),
    ("", ", line 1, column 1: "),
    ("\0", ", line 1, column 1: "),
    ([], ": Not an object with these members alone: meta, both, test, live."),
    ({"tset": {}}, ": Not an object with these members alone: meta, both, test, live."),
    ({"meta": 7}, " /meta: Not an object with these members alone: description, customers, shop."),
    ({"meta": {"customers": -1}}, " /meta/customers: Not a number"),
    ({"meta": {"customers": True}}, " /meta/customers: Not a number"),
    ({"meta": {"description": 7}}, " /meta/description: Not a text."),
    ({"live": {}}, " /live/data: Not a list of resource objects."),
    (
        {"live": {"data": [], "meta": {}}},
        " /live: Not an object with these members alone: data, operations.",
    ),
    ({"both": {"data": [7]}}, " /both/data/0: Not a resource object."),
    ({"both": {"data": [{"type": "x"}]}}, " /both/data/0/type: Not a type of the sandbox: "),
    ({"test": {"data": [CUSTOMER, CUSTOMER]}}, " /test/data/1/attributes/email: Has already"),
    ({"both": {"data": [{**CUSTOMER, "lid": 7}]}}, " /both/data/0/lid: Not a text."),
    (
        {"both": {"data": [{"type": "addresses", "lid": "a"}] * 2}},
        " /both/data/1/lid: Another record of addresses has it.",
    ),
    (
        {"both": {"data": [linked(data={"type": "customer_groups", "lid": "g"})]}},
        " /both/data/0/relationships/customer_group/data: There is no such record",
    ),
    (
        {"both": {"data": [linked(data={"type": "customer_groups"})]}},
        ' /both/data/0/relationships/customer_group/data: Not {"type": type} with one of',
    ),
    (
        {"both": {"data": [linked(data={"type": [], "id": "x"})]}},
        " /both/data/0/relationships/customer_group/data/type: Not a type",
    ),
    (
        {"both": {"data": [linked(data={"type": "customer_groups", "meta": {"code": {}}})]}},
        " /both/data/0/relationships/customer_group/data/meta/code: Nothing to look",
    ),
    (
        {"both": {"data": [linked(data={"type": "customer_groups", "meta": {"nope": 1}})]}},
        " /both/data/0/relationships/customer_group/data/meta/nope: Nothing to look",
    ),
    (
        {"both": {"data": [linked(data={"type": "tags", "meta": {"name": "x"}})]}},
        " /both/data/0/relationships/customer_group/data: There is no such record of tags.",
    ),
]


@pytest.mark.parametrize(("document", "expected"), WRONG, ids=[text for _, text in WRONG])
def test_a_wrong_file(plane: ControlPlane, tmp_path: Path, document: Any, expected: str) -> None:
    """The refusal names the file, and the line or the pointer; nothing is stored."""
    path, before = write(tmp_path, document), taken(plane)

    with pytest.raises(Refusal) as refused:
        plane.organizations.seed("acme", {"scenario": path})

    assert refused.value.status == 422
    assert refused.value.errors[0]["detail"].startswith(path + expected)
    assert before == taken(plane)


@pytest.mark.parametrize(
    "name", ["nope", "", ".", "../demo", "demo.txt", "nope.json", "a\0.json", "x" * 5000 + ".json"]
)
def test_no_such_scenario(plane: ControlPlane, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        plane.organizations.seed("acme", {"scenario": name})

    assert refused.value.status == 404


@pytest.mark.parametrize("kind", ["directory", "pipe"])
def test_only_plain_files_are_read(plane: ControlPlane, tmp_path: Path, kind: str) -> None:
    """Reading a pipe would never end."""
    path = tmp_path / "own.json"
    path.mkdir() if kind == "directory" else os.mkfifo(path)

    with pytest.raises(Refusal, match="404 NOT_FOUND: There is no file"):
        plane.organizations.seed("acme", {"scenario": str(path)})


def test_a_file_of_somebody_else_tells_nothing(plane: ControlPlane, tmp_path: Path) -> None:
    """What it holds is not in the refusal: not even the names of its members."""
    path = write(tmp_path, {"secret": {"token": "hidden"}})

    with pytest.raises(Refusal) as refused:
        plane.organizations.seed("acme", {"scenario": path})

    assert [
        word for word in ("secret", "token", "hidden") if word in str(refused.value.errors)
    ] == []


def test_paths_can_be_switched_off(tmp_path: Path) -> None:
    """As they are to those who do not ask from this machine."""
    path = write(tmp_path, {})

    with pytest.raises(Refusal, match="404 NOT_FOUND"):
        scenarios.find(path, paths=False)
    assert scenarios.find("demo", paths=False).customers == 50
