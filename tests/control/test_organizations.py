"""Organizations as worlds: made in one call, alone in the world, gone without a trace."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from tests.backends import BACKENDS
from tests.client import Api, values
from tests.conftest import Make
from tests.control_clients import client_of, credential, refused, token_request

ERROR = {"effect": {"status": 500}}
STORAGES = pytest.mark.parametrize("storage", BACKENDS)


def emails(api: Api) -> list[str]:
    return values(api.get("/api/customers"), "email")


# --- making --------------------------------------------------------------------------------------


@STORAGES
def test_made_of_nothing(fresh: MockServerApp, plane: ControlPlane) -> None:
    """It has a name, credentials of its own for both modes, and no customers."""
    world = plane.organizations.create()

    assert ("world-1", 1, 0, None, {}) == (
        *(world[name] for name in ("slug", "seed", "customers", "scenario", "settings")),
    )
    assert world["url"] == "https://world-1.cl.localhost:8443"
    assert [credential(world, mode=mode)["mode"] for mode in ("test", "live")] == ["test", "live"]
    assert emails(client_of(fresh, world)) == emails(client_of(fresh, world, "live")) == []
    assert world == plane.organizations.retrieve("world-1")
    assert plane.organizations.list() == [plane.organizations.retrieve("acme"), world]


@STORAGES
def test_made_as_told(fresh: MockServerApp, plane: ControlPlane) -> None:
    """So many customers, in both modes, derived from its seed and its name."""
    recipe = {"slug": "shop", "customers": 3, "seed": 7}
    world = plane.organizations.create(recipe)

    assert recipe == {name: world[name] for name in recipe}
    customers = [emails(client_of(fresh, world, mode)) for mode in ("test", "live")]
    assert [len(found) for found in customers] == [3, 3]
    assert (
        plane.organizations.create({"slug": "other", "customers": 3, "seed": 7})["id"]
        != world["id"]
    )


@STORAGES
@pytest.mark.parametrize("told", ["el-gr", ["el_GR"], ["el_GR", "it_IT", "el_GR"]], ids=str)
def test_made_of_people_from_somewhere(
    fresh: MockServerApp, plane: ControlPlane, told: str | list[str]
) -> None:
    """One locale or several; a reset and further customers go by them too."""
    world = plane.organizations.create({"slug": "shop", "customers": 40, "locale": told})
    names = list(dict.fromkeys(["el_GR", *told])) if isinstance(told, list) else ["el_GR"]
    before = plane.organizations.snapshot("shop")

    assert world["locale"] == names
    assert {name[-2:] for name in names} <= countries(fresh, "shop")
    assert world == plane.organizations.reset("shop")
    assert before == plane.organizations.snapshot("shop")
    plane.organizations.seed("shop", {"customers": 20})
    assert countries(fresh, "shop", 40) == {name[-2:] for name in names}
    plane.organizations.seed("shop", {"customers": 20, "locale": "ja_JP"})
    assert countries(fresh, "shop", 60) == {"JP"}


def countries(app: MockServerApp, slug: str, after: int = 0) -> set[str]:
    """Return where the customers after so many live, by the addresses of their books."""
    sandbox = app.plane.organizations.find(slug).sandbox("test")
    known = {customer["id"] for customer in sandbox.partition.select("customers")[0][after:]}
    entries = sandbox.partition.select("customer_addresses")[0]
    ids = [entry["address"] for entry in entries if entry["customer"] in known]
    return {(sandbox.get("addresses", id_) or {})["country_code"] for id_ in ids}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], (422, "")),
        (7, (422, "")),
        ("acme", (422, "")),
        ({"name": "shop"}, (422, "/name")),
        ({"slug": "Shop"}, (422, "/slug")),
        ({"slug": "a.b"}, (422, "/slug")),
        ({"slug": ""}, (422, "/slug")),
        ({"slug": "a" * 64}, (422, "/slug")),
        ({"slug": "auth"}, (422, "/slug")),
        ({"slug": None}, (422, "/slug")),
        ({"slug": "acme"}, (409, "/slug")),
        ({"customers": -1}, (422, "/customers")),
        ({"customers": "many"}, (422, "/customers")),
        ({"customers": True}, (422, "/customers")),
        ({"customers": 10**9}, (422, "/customers")),
        ({"locale": "it_TI"}, (422, "/locale")),
        ({"locale": ["it_IT", "xx"]}, (422, "/locale/1")),
        ({"locale": 7}, (422, "/locale")),
        ({"locale": [None]}, (422, "/locale/0")),
        ({"seed": "x"}, (422, "/seed")),
        ({"scenario": "nope"}, (404, "")),
        ({"scenario": 7}, (422, "/scenario")),
        ({"settings": []}, (422, "/settings")),
        ({"settings": {"nope": 1}}, (422, "/settings/nope")),
        (
            {"settings": {"webhook_content_type": "text/html"}},
            (422, "/settings/webhook_content_type"),
        ),
        ({"settings": {"strict_filters": "yes"}}, (422, "/settings/strict_filters")),
        ({"settings": {"strict_filters": None}}, (422, "/settings/strict_filters")),
        ({"settings": {"a/b~": 1}}, (422, "/settings/a~1b~0")),
        ({"settings": {"slug": "other"}}, (422, "/settings/slug")),
        ({"settings": {"id": "other"}}, (422, "/settings/id")),
        ({"settings": {"created_at": "2019-01-01"}}, (422, "/settings/created_at")),
        (
            {"settings": {"tags_max_allowed_number": "3"}},
            (422, "/settings/tags_max_allowed_number"),
        ),
        (
            {"settings": {"tags_max_allowed_number": None}},
            (422, "/settings/tags_max_allowed_number"),
        ),
    ],
    ids=str,
)
def test_made_of_nonsense(plane: ControlPlane, body: Any, expected: tuple[int, str]) -> None:
    """Refused with the pointer; nothing is left of it."""
    assert refused(lambda: plane.organizations.create(body)) == [expected]
    assert [world["slug"] for world in plane.organizations.list()] == ["acme"]


@STORAGES
def test_a_scenario_that_cannot_be_played(plane: ControlPlane, tmp_path: Path) -> None:
    """Nothing is left of the organization; its name is free."""
    file = tmp_path / "bad.json"
    file.write_text('{"both": {"data": [{"type": "customers", "attributes": {"email": 7}}]}}')
    body = {"slug": "shop", "scenario": str(file)}

    assert refused(lambda: plane.organizations.create(body)) == [
        (422, "/both/data/0/attributes/email")
    ]
    assert [world["slug"] for world in plane.organizations.list()] == ["acme"]
    assert plane.organizations.create({"slug": "shop"})["slug"] == "shop"


@STORAGES
def test_own_settings_take_effect(fresh: MockServerApp, plane: ControlPlane) -> None:
    """On what is accepted, in this organization alone, in both modes."""
    strict = plane.organizations.create({"settings": {"tags_max_allowed_number": 2}})
    usual = plane.organizations.create()
    statuses = {}
    for world in (strict, usual):
        for mode in ("test", "live"):
            api = client_of(fresh, world, mode)
            tags = [api.create("tags", name=f"tag-{n}") for n in range(3)]
            linkage = [{"type": "tags", "id": tag["id"]} for tag in tags]
            body = {
                "type": "customers",
                "attributes": {"email": "a@example.com"},
                "relationships": {"tags": {"data": linkage}},
            }
            answer = api.post("/api/customers", {"data": body})
            statuses[world["slug"], mode] = answer.status_code

    assert list(statuses.values()) == [422, 422, 201, 201]
    organization = client_of(fresh, strict).get("/api/organization").json["data"]
    assert organization["attributes"]["tags_max_allowed_number"] == 2


def test_enterprise_is_a_setting(fresh: MockServerApp, plane: ControlPlane) -> None:
    """It is no attribute, but tokens say it."""
    world = plane.organizations.create({"settings": {"enterprise": False}})
    plane.settings.change({"jwt_bearer_requires_enterprise": True})
    sent = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x"}

    answer = fresh.test_client().post("/oauth/token", json=token_request(world, **sent))

    assert (answer.status_code, answer.json["errors"][0]["title"]) == (401, "unauthorized_client")


# --- alone in the world --------------------------------------------------------------------------


@STORAGES
def test_data_does_not_cross(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Neither records nor uniqueness nor ids."""
    clients = [client_of(fresh, plane.organizations.create(), mode) for mode in ("test", "live")]
    made = [api.create("customers", email="same@example.com")["id"] for api in clients]

    assert [emails(api) for api in clients] == [["same@example.com"]] * 2
    assert clients[0].get(f"/api/customers/{made[1]}").status_code == 404


def test_time_does_not_cross(fresh: MockServerApp, plane: ControlPlane) -> None:
    first, second = (plane.organizations.create() for _ in range(2))
    plane.clocks.set({"frozen_at": "2030-01-01T00:00:00Z"}, first["slug"])

    made = [client_of(fresh, w).create("tags", name="x")["attributes"] for w in (first, second)]

    assert made[0]["created_at"] == "2030-01-01T00:00:00.000Z"
    assert made[1]["created_at"] < "2030"
    assert plane.clocks.retrieve()["frozen_at"] is None


def test_faults_and_journal_do_not_cross(fresh: MockServerApp, plane: ControlPlane) -> None:
    first, second = (plane.organizations.create() for _ in range(2))
    plane.faults.add(ERROR, first["slug"])
    clients = [client_of(fresh, world) for world in (first, second)]

    assert [api.get("/api/tags").status_code for api in clients] == [500, 200]
    statuses = [
        [
            e["response"]["status"]
            for e in plane.journal.list({"organization": w["slug"]})["exchanges"]
        ]
        for w in (first, second)
    ]
    assert statuses == [[500], [200]]


def test_rate_limits_do_not_cross(make: Make) -> None:
    """Neither those of the API nor that of tokens, whatever time it is elsewhere."""
    app = make(rate_limits=True)
    first, second = (app.plane.organizations.create() for _ in range(2))
    app.plane.clocks.set({"frozen_at": "2020-01-01T00:00:00Z"}, first["slug"])
    ones, others = (client_of(app, world) for world in (first, second))
    http = app.test_client()

    assert [ones.get("/api/tags").status_code for _ in range(26)] == [200] * 25 + [429]
    assert others.get("/api/tags").status_code == 200
    assert ones.get("/api/tags").status_code == 429
    asked = [http.post("/oauth/token", json=token_request(first)).status_code for _ in range(31)]
    assert asked == [200] * 30 + [429]
    assert http.post("/oauth/token", json=token_request(second)).status_code == 200


# --- gone ----------------------------------------------------------------------------------------


@STORAGES
def test_nothing_is_left_of_a_deleted_one(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Neither data, tokens, clients, faults, stubs nor its part of the journal."""
    stub = {"match": {"path": "/x"}, "response": {}}
    worlds = [plane.organizations.create({"slug": slug}) for slug in ("gone", "kept")]
    for world in worlds:
        client_of(fresh, world).get("/api/tags")
        plane.faults.add({"match": {"path": "/x"}, **ERROR}, world["slug"])
        plane.stubs.add(stub, world["slug"])
    api = client_of(fresh, worlds[0])

    plane.organizations.delete("gone")

    asked = fresh.test_client().post("/oauth/token", json=token_request(worlds[0]))
    assert (asked.status_code, api.get("/api/tags").status_code) == (401, 401)
    assert refused(lambda: plane.organizations.retrieve("gone")) == [(404, "")]
    assert [rule["match"]["organization"] for rule in plane.faults.list()] == ["kept"]
    assert [rule["match"]["organization"] for rule in plane.stubs.list()] == ["kept"]
    assert plane.journal.list({"organization": "gone"})["total"] == 1  # what came afterwards
    assert plane.journal.list({"organization": "kept"})["total"] == 1
    assert fresh.storage.organizations() == ["acme", "kept"]


def test_a_thousand_side_by_side(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Each with clients of its own; deleting frees them."""
    worlds = [plane.organizations.create() for _ in range(1000)]
    organizations = [weakref.ref(plane.organizations.find(world["slug"])) for world in worlds]
    clients = {c["client_id"]: world["slug"] for world in worlds for c in world["credentials"]}
    assert len(clients) == 10_000
    found = [fresh.organizations.client(id_) for id_ in (*list(clients)[:8], *list(clients)[-8:])]
    assert [f and f[0].organization.slug for f in found] == ["world-1"] * 8 + ["world-1000"] * 8

    for world in worlds:
        plane.organizations.delete(world["slug"])
    del found
    gc.collect()

    assert [ref for ref in organizations if ref()] == []
    assert fresh.storage.organizations() == ["acme"]
    assert fresh.organizations.client(next(iter(clients))) is None


def test_a_name_can_be_used_again(fresh: MockServerApp, plane: ControlPlane) -> None:
    """What comes has nothing of what was."""
    client_of(fresh, plane.organizations.create({"slug": "shop"})).create("tags", name="x")
    plane.organizations.delete("shop")

    again = client_of(fresh, plane.organizations.create({"slug": "shop"}))

    assert again.get("/api/tags").json["data"] == []


def test_names_of_our_own_are_never_used_again(plane: ControlPlane) -> None:
    """A test that is late must not meet another one's world."""
    plane.organizations.create({"slug": "world-2"})
    first = plane.organizations.create()["slug"]
    plane.organizations.delete(first)

    assert (first, plane.organizations.create()["slug"]) == ("world-1", "world-3")


def test_the_last_one_stays(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Requests that are nobody's need a time; who is the first is up to the tester."""
    assert refused(lambda: plane.organizations.delete("acme")) == [(409, "")]
    plane.organizations.create({"slug": "shop"})
    plane.organizations.delete("acme")

    assert plane.organizations.first == "shop"
    assert Api(fresh).get("/api/tags").status_code == 401
    assert refused(lambda: plane.organizations.delete("shop")) == [(409, "")]
    assert refused(lambda: plane.organizations.delete("acme")) == [(404, "")]


# --- a durable storage ---------------------------------------------------------------------------


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_restart(fresh: MockServerApp, make: Make, place: str) -> None:
    """Organizations come back with their recipes, oldest first, without those that are gone."""
    recipe = {"slug": "shop", "customers": 2, "seed": 9, "settings": {"tags_max_name_length": 3}}
    fresh.plane.organizations.create(recipe)
    fresh.plane.organizations.create({"slug": "gone"})
    fresh.plane.organizations.delete("gone")
    world, snapshot = (
        fresh.plane.organizations.retrieve("shop"),
        fresh.plane.organizations.snapshot("shop"),
    )
    fresh.storage.close()

    again = make(storage=place).plane.organizations

    assert [described["slug"] for described in again.list()] == ["acme", "shop"]
    assert (world, snapshot) == (again.retrieve("shop"), again.snapshot("shop"))
    again.records("shop", {"data": {"type": "tags", "attributes": {"name": "abc"}}})
    again.reset("shop")
    assert snapshot == again.snapshot("shop")


@pytest.mark.parametrize("storage", ["tinydb"])
def test_nothing_is_drawn_twice(fresh: MockServerApp, make: Make, place: str) -> None:
    """A server that starts again goes on with its random values, too."""
    world, drawn = fresh.plane.organizations.retrieve("acme"), set()
    for n in range(3):
        made = client_of(fresh, world).create("customers", email=f"{n}@example.com")
        drawn |= {made["attributes"]["shopper_reference"], made["attributes"]["profile_id"]}
        fresh.storage.close()
        fresh = make(storage=place)

    assert len(drawn) == 6


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_server_that_died_over_a_new_one(fresh: MockServerApp, make: Make, place: str) -> None:
    """What was never made ready was never promised to anybody."""
    fresh.storage.partition("half", "test")
    fresh.storage.close()

    again = make(storage=place)

    assert [world["slug"] for world in again.plane.organizations.list()] == ["acme"]
    assert again.storage.organizations() == ["acme"]


def test_new_ones_stand_where_all_were_frozen(fresh: MockServerApp, plane: ControlPlane) -> None:
    """But not where one alone was."""
    plane.clocks.set({"frozen_at": "2030-01-01T00:00:00Z"}, "acme")
    assert plane.clocks.retrieve(plane.organizations.create()["slug"])["frozen_at"] is None

    plane.clocks.set({"frozen_at": "2031-01-01T00:00:00Z"})
    world = plane.organizations.create()

    assert plane.clocks.retrieve(world["slug"])["now"] == "2031-01-01T00:00:00.000Z"
    assert fresh.organizations.get(world["slug"]).clock.now() == datetime(2031, 1, 1, tzinfo=UTC)
