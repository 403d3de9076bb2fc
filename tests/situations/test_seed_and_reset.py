"""Back to the seed: exactly, and all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from tests.backends import BACKENDS
from tests.conftest import Make
from tests.control_clients import client_of, refused

SCENARIO = '{"both": {"data": [{"type": "tags", "attributes": {"name": "own"}}]}}'
STORAGES = pytest.mark.parametrize("storage", BACKENDS)
RECIPES: list[dict[str, Any]] = [
    {},
    {"customers": 20},
    {"scenario": "checkout-ready"},
    {"customers": 3, "scenario": "gdpr", "seed": 5, "settings": {"tags_max_name_length": 7}},
]


def taken(plane: ControlPlane, slug: str) -> bytes:
    return orjson.dumps(plane.organizations.snapshot(slug))


def disturb(app: MockServerApp, plane: ControlPlane, world: dict[str, Any]) -> None:
    """Do a little of everything to an organization."""
    for mode in ("test", "live"):
        api = client_of(app, world, mode)
        made = api.create("customers", email="new@example.com", password="secret456")
        api.update(made, reference="changed")
        api.delete(f"/api/customers/{made['id']}")
        api.create("tags", name="new")
        api.get("/api/returns")
    record = {"type": "tags", "id": "mine", "attributes": {"name": "mine"}}
    plane.organizations.records(world["slug"], {"data": record})
    plane.organizations.seed(world["slug"], {"customers": 2})


@STORAGES
@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_reset_is_exactly_the_seed(
    fresh: MockServerApp, plane: ControlPlane, recipe: dict[str, Any]
) -> None:
    """Whatever has happened, whenever it is done, again and again."""
    world = plane.organizations.create(recipe)
    seed = taken(plane, world["slug"])
    for _ in range(2):
        disturb(fresh, plane, world)
        assert seed != taken(plane, world["slug"])
        plane.clocks.advance({"by": "P1W"})

        assert world == plane.organizations.reset(world["slug"])
        assert seed == taken(plane, world["slug"])


def test_what_comes_after_a_reset_is_what_came_after_the_seed(
    fresh: MockServerApp, plane: ControlPlane
) -> None:
    """Ids, random values and trace ids of the same requests are the same."""
    plane.clocks.set({"frozen_at": "2026-01-01T00:00:00Z"})
    world = plane.organizations.create({"customers": 2})
    answers = []
    for _ in range(2):
        api = client_of(fresh, world)
        body = {"data": {"type": "customers", "attributes": {"email": "a@example.com"}}}
        answers.append([api.post("/api/customers", body).data, api.get("/api/customers").data])
        plane.organizations.reset(world["slug"])

    assert answers[0] == answers[1]


def test_tokens_stay_good(fresh: MockServerApp, plane: ControlPlane) -> None:
    """And what was revoked stays revoked; a clock that is kept stands where it stood."""
    world = plane.organizations.create()
    plane.clocks.set({"frozen_at": "2026-01-01T00:00:00Z"}, world["slug"])
    kept, revoked = client_of(fresh, world), client_of(fresh, world, "live")
    own = next(c for c in world["credentials"] if c["mode"] == "live")
    asked = {"client_id": own["client_id"], "client_secret": own["client_secret"]}
    fresh.authorization.revoke({**asked, "token": str(revoked.token)})

    plane.organizations.reset(world["slug"], {"keep": ["clock"]})

    assert (kept.get("/api/tags").status_code, revoked.get("/api/tags").status_code) == (200, 401)
    assert plane.clocks.retrieve(world["slug"])["now"] == "2026-01-01T00:00:00.000Z"
    assert client_of(fresh, world).token == kept.token


def test_the_settings_of_the_recipe_come_back(fresh: MockServerApp, plane: ControlPlane) -> None:
    world = plane.organizations.create({"settings": {"name": "Shop"}})
    record = {"type": "organizations", "id": world["id"], "attributes": {"name": "Other"}}
    plane.organizations.records(world["slug"], {"data": record})
    api = client_of(fresh, world)
    assert api.get("/api/organization").json["data"]["attributes"]["name"] == "Other"

    plane.organizations.reset(world["slug"])

    assert api.get("/api/organization").json["data"]["attributes"]["name"] == "Shop"


@STORAGES
@pytest.mark.parametrize(
    ("text", "expected"), [(None, (404, "")), ("{", (422, "")), ('{"tset": 1}', (422, ""))]
)
def test_a_scenario_that_is_not_what_it_was(
    plane: ControlPlane, tmp_path: Path, text: str | None, expected: tuple[int, str]
) -> None:
    """A reset that cannot be done changes nothing, what is made next included."""
    file = tmp_path / "own.json"
    file.write_text(SCENARIO)
    slug = plane.organizations.create({"scenario": str(file)})["slug"]
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    before = taken(plane, slug)

    assert refused(lambda: plane.organizations.reset(slug)) == [expected]
    assert before == taken(plane, slug)


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_relative_path_means_the_same_after_a_restart(
    fresh: MockServerApp,
    make: Make,
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever the server is started the next time."""
    (tmp_path / "own.json").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    slug = fresh.plane.organizations.create({"scenario": "own.json"})["slug"]
    seed = taken(fresh.plane, slug)
    fresh.storage.close()
    monkeypatch.chdir("/")

    again = make(storage=place).plane
    again.organizations.reset(slug)

    assert seed == taken(again, slug)


def test_the_scenario_of_the_first_organization(make: Make) -> None:
    """It says itself how many customers there are."""
    app = make(seeded=True, customers=7, scenario="checkout-ready")

    assert app.plane.organizations.retrieve("acme")["scenario"] == "checkout-ready"
    found = app.organizations.get("acme").sandbox("live").partition.select("customers")[0]
    assert [record["email"] for record in found] == ["ada@example.com"]
