"""Snapshots: everything out, everything in again, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.errors import Refusal
from mockserver.resources.registry import registry
from mockserver.situations import scenarios
from tests.backends import BACKENDS
from tests.client import Api
from tests.conftest import Make
from tests.control_clients import client_of, password_request, refused
from tests.samples import Samples
from tests.scene import sku

STORAGES = pytest.mark.parametrize("storage", BACKENDS)
NOON = {"frozen_at": "2026-01-01T12:00:00Z"}
Json = Any


def taken(plane: ControlPlane, slug: str = "acme") -> bytes:
    return orjson.dumps(plane.organizations.snapshot(slug))


def read(plane: ControlPlane, slug: str = "acme") -> Json:
    return orjson.loads(taken(plane, slug))


def live_it_up(api: Api) -> None:
    """Do a little of everything."""
    john = api.create(
        "customers", email="adam@example.com", password="secret456", metadata={"a": 1}
    )
    gone = api.create("customers", email="gone@example.com")
    tag = api.create("tags", name="very-important")
    api.update(john, links={"tags": [{"type": "tags", "id": tag["id"]}]}, reference="R-1")
    group = api.create("customer_groups", name="Friends")
    api.update(john, links={"customer_group": {"type": "customer_groups", "id": group["id"]}})
    api.create(
        "attachments", name="Note", links={"attachable": {"type": "customers", "id": john["id"]}}
    )
    api.delete(f"/api/customers/{gone['id']}")
    market = api.get("/api/markets").json["data"][0]
    cart = api.create("orders", links={"market": {"type": "markets", "id": market["id"]}})
    links = {"order": {"type": "orders", "id": cart["id"]}}
    sku(api)
    api.create("line_items", links=links, quantity=1, sku_code="CAP")
    # A kind of item, without the item itself.
    api.create("line_items", links=links, quantity=1, unit_amount_cents=-5, item_type="adjustments")
    api.post("/api/customers", {"data": {"type": "customers", "attributes": {"email": ""}}})


def next_ones(api: Api) -> list[bytes]:
    """Return what is answered to requests that draw ids and random values."""
    body = {"type": "customers", "attributes": {"email": "next@example.com", "password": "secret1"}}
    answers = [api.post("/api/customers", {"data": body}), api.get("/api/events")]
    return [orjson.dumps(_without_meta(answer.json)) for answer in answers]


def _without_meta(value: Json) -> Json:
    if isinstance(value, dict):
        return {n: _without_meta(v) for n, v in value.items() if n != "meta"}
    return [_without_meta(v) for v in value] if isinstance(value, list) else value


# --- out -----------------------------------------------------------------------------------------


def test_a_document_for_each_mode(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Resource objects with all that is stored, numbers, and where the next ids come from."""
    plane.clocks.set(NOON)
    live_it_up(client_of(fresh, plane.organizations.retrieve("acme")))
    snapshot = read(plane)

    assert list(snapshot) == ["test", "live"]
    assert list(snapshot["test"]) == ["data", "meta"]
    assert snapshot["test"]["meta"]["origin"] == {"organization": "acme", "mode": "test", "seed": 1}
    assert snapshot["test"]["meta"]["numbers"]["customers"] == 3
    (john,) = [o for o in snapshot["test"]["data"] if o["type"] == "customers"]
    assert list(john) == ["type", "id", "attributes", "relationships", "meta"]
    assert (john["meta"], john["attributes"]["reference"]) == ({"serial": 1}, "R-1")
    assert john["attributes"]["password"].startswith("scrypt$")
    assert john["relationships"]["tags"]["data"][0]["type"] == "tags"
    assert [o for o in snapshot["live"]["data"] if o["type"] == "customers"] == []


def test_tokens_are_no_part_of_it(fresh: MockServerApp, plane: ControlPlane) -> None:
    before = taken(plane)
    client_of(fresh, plane.organizations.retrieve("acme")).get("/api/returns")

    assert before == taken(plane)


# --- in again ------------------------------------------------------------------------------------


@STORAGES
def test_restoring_is_exact(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Snapshot, anything, restore, snapshot: the same bytes, and the same again thereafter."""
    plane.clocks.set(NOON)
    plane.organizations.seed("acme", {"scenario": "demo"})
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    live_it_up(api)
    before = taken(plane)
    following = next_ones(api)
    for _ in range(2):
        plane.organizations.restore("acme", orjson.loads(before))

        assert before == taken(plane)
        assert following == next_ones(api)
        assert before != taken(plane)


def test_members_beside_the_identity_of_what_is_linked(
    fresh: MockServerApp, plane: ControlPlane
) -> None:
    """They are ignored, as in a request."""
    live_it_up(client_of(fresh, plane.organizations.retrieve("acme")))
    before = taken(plane)
    edited = orjson.loads(before)
    for object_ in edited["test"]["data"]:
        for linkage in object_.get("relationships", {}).values():
            targets = linkage["data"] if isinstance(linkage["data"], list) else [linkage["data"]]
            for target in filter(None, targets):
                target["name"] = "other"
    plane.organizations.restore("acme", edited)

    assert orjson.dumps(edited) != before
    assert before == taken(plane)


@pytest.mark.parametrize("name", [n for n in scenarios.names() if n != "hundred-pages"])
def test_every_scenario_goes_out_and_in(plane: ControlPlane, name: str) -> None:
    """Nothing in them is unknown to snapshots."""
    slug = plane.organizations.create({"scenario": name, "customers": 40})["slug"]
    before = taken(plane, slug)

    plane.organizations.restore(slug, orjson.loads(before))

    assert before == taken(plane, slug)


@STORAGES
@pytest.mark.parametrize(
    "type_", sorted(type_ for type_, r in registry().items() if "create" in r.actions)
)
def test_every_type_goes_out_and_in(fresh: MockServerApp, plane: ControlPlane, type_: str) -> None:
    """A record of it, with all that it leads to and all that is kept beside."""
    Samples(client_of(fresh, plane.organizations.retrieve("acme"))).new(type_)
    before = taken(plane)
    plane.organizations.restore("acme", orjson.loads(before))

    assert taken(plane) == before


@pytest.mark.parametrize("blank", ["", " "])
def test_what_is_blank_goes_out_and_in(
    fresh: MockServerApp, plane: ControlPlane, blank: str
) -> None:
    """The API takes it where one of a few values would stand, so a snapshot does too."""
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    sku(api, unit_of_weight=blank)
    before = taken(plane)
    plane.organizations.restore("acme", orjson.loads(before))

    assert taken(plane) == before


def test_into_another_server(fresh: MockServerApp, plane: ControlPlane, make: Make) -> None:
    """Ids go on as they would have gone on here, though the seed there is another."""
    other = make(seed=99, customers=5, seeded=True)
    for each in (plane, other.plane):
        each.clocks.set(NOON)
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    live_it_up(api)
    before = taken(plane)

    other.plane.organizations.restore("acme", orjson.loads(before))

    assert before == taken(other.plane)
    there = client_of(other, other.plane.organizations.retrieve("acme"))
    assert next_ones(api) == next_ones(there)
    assert taken(plane) == taken(other.plane)


@STORAGES
def test_into_another_organization(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Everything keeps its id; the organization and its credentials stay what clients know."""
    plane.clocks.set(NOON)
    live_it_up(client_of(fresh, plane.organizations.retrieve("acme")))
    world = plane.organizations.create({"slug": "shop", "customers": 3, "seed": 5})
    api = client_of(fresh, world)

    plane.organizations.restore("shop", read(plane))

    assert world == plane.organizations.retrieve("shop")
    assert _without_identity(read(plane)) == _without_identity(read(plane, "shop"))
    there = client_of(fresh, world)
    assert there.token == api.token
    first = client_of(fresh, plane.organizations.retrieve("acme"))
    assert next_ones(first) == next_ones(there)
    assert read(plane)["test"]["meta"] == read(plane, "shop")["test"]["meta"]
    before = taken(plane, "shop")
    plane.organizations.restore("shop", orjson.loads(before))
    assert before == taken(plane, "shop")


def _without_identity(snapshot: Json) -> Json:
    known = {"organizations": {"slug", "domain"}, "applications": {"uid", "secret"}}
    return {
        mode: [
            {n: v for n, v in o["attributes"].items() if n not in known.get(o["type"], ())}
            for o in document["data"]
        ]
        for mode, document in snapshot.items()
    }


def test_a_reset_after_it_goes_back_to_the_own_seed(plane: ControlPlane) -> None:
    """Not to that of the snapshot."""
    slug = plane.organizations.create({"customers": 3, "seed": 5})["slug"]
    seed = taken(plane, slug)
    plane.organizations.restore(slug, read(plane))

    plane.organizations.reset(slug)

    assert seed == taken(plane, slug)


def test_one_mode_alone(fresh: MockServerApp, plane: ControlPlane) -> None:
    """The other one is left as it is; what was test may become live."""
    world = plane.organizations.retrieve("acme")
    empty = read(plane)
    for mode in ("test", "live"):
        client_of(fresh, world, mode).create("tags", name=mode)
    full = read(plane)

    plane.organizations.restore("acme", {"test": empty["test"]})
    assert [empty["test"], full["live"]] == list(read(plane).values())

    plane.organizations.restore("acme", {"live": full["test"]})
    assert world == plane.organizations.retrieve("acme")
    assert (
        client_of(fresh, world, "live").get("/api/tags").json["data"][0]["attributes"]["name"]
        == "test"
    )


@pytest.mark.parametrize("storage", ["tinydb"])
def test_a_restart_after_it(
    fresh: MockServerApp, plane: ControlPlane, make: Make, place: str
) -> None:
    """Numbers that were given to nobody who is left are not given again; the origin counts."""
    plane.clocks.set(NOON)
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    live_it_up(api)
    slug = plane.organizations.create({"seed": 5})["slug"]
    plane.organizations.restore(slug, read(plane))
    before = taken(plane, slug)
    following = next_ones(api)
    fresh.storage.close()

    again = make(storage=place)
    again.plane.clocks.set(NOON)

    assert before == taken(again.plane, slug)
    assert following == next_ones(client_of(again, again.plane.organizations.retrieve(slug)))


def test_tokens_of_those_who_are_gone(fresh: MockServerApp, plane: ControlPlane) -> None:
    """A customer's token is good while there is the customer."""
    before = read(plane)
    world = plane.organizations.retrieve("acme")
    client_of(fresh, world).create("customers", email="a@example.com", password="secret1")
    asked = password_request(world, "a@example.com", "secret1")
    api = Api(fresh, fresh.authorization.token(asked)["access_token"])
    after = read(plane)

    statuses = []
    for snapshot in (before, after):
        plane.organizations.restore("acme", snapshot)
        statuses.append(api.get("/api/customers").status_code)

    assert statuses == [401, 200]


def test_what_is_left_out_has_its_default(fresh: MockServerApp, plane: ControlPlane) -> None:
    """A person who writes a snapshot need not write everything."""
    snapshot = read(plane)
    own = {"type": "customers", "id": "ada", "attributes": {"email": "ADA@example.com "}}
    snapshot["test"]["data"].append({**own, "meta": {"serial": 4}})
    plane.organizations.restore("acme", snapshot)
    api = client_of(fresh, plane.organizations.retrieve("acme"))

    found = api.get("/api/customers/ada").json["data"]["attributes"]

    assert ("ada@example.com", "prospect", {}) == (
        *(found[name] for name in ("email", "status", "metadata")),
    )
    assert len(found["shopper_reference"]) == 36


# --- garbage -------------------------------------------------------------------------------------

Change = Callable[[Json], Any]
CUSTOMER = {
    "type": "customers",
    "id": "ada",
    "attributes": {"email": "ada@example.com"},
    "meta": {"serial": 1},
}


def adding(*, at: str = "test", **members: Any) -> Change:
    """Return what adds a customer with these members to a snapshot."""
    return lambda s: s[at]["data"].append({**CUSTOMER, **members})


def setting(path: str, value: Any) -> Change:
    """Return what sets a value of a snapshot."""

    def change(snapshot: Json) -> None:
        *way, last = path.split("/")
        for step in way:
            snapshot = snapshot[int(step) if step.isdigit() else step]
        snapshot[int(last) if last.isdigit() else last] = value

    return change


def without(type_: str) -> Change:
    def change(snapshot: Json) -> None:
        snapshot["test"]["data"] = [o for o in snapshot["test"]["data"] if o["type"] != type_]

    return change


#: The pointers to what comes after what a snapshot holds, and to its first role.
LAST, NEXT, ROLE = "LAST", "NEXT", "ROLE"
GARBAGE: list[tuple[str, Change, str]] = [
    ("no object", setting("test", 7), "/test"),
    ("other members", setting("test/links", {}), "/test"),
    ("no data", setting("test/data", {}), "/test/data"),
    ("no meta", setting("test/meta", []), "/test/meta"),
    ("numbers", setting("test/meta/numbers", []), "/test/meta/numbers"),
    ("number", setting("test/meta/numbers/tags", -1), "/test/meta/numbers/tags"),
    ("number of what", setting("test/meta/numbers/a~b", 1), "/test/meta/numbers/a~0b"),
    ("origin", setting("test/meta/origin", {"seed": 1}), "/test/meta/origin"),
    ("seed", setting("test/meta/origin/seed", []), "/test/meta/origin"),
    ("no organization", without("organizations"), "/test/data"),
    ("live", setting("live/data/0", None), "/live/data/0"),
    ("null", adding(type=None), f"{LAST}/type"),
    ("type", adding(type="nope"), f"{LAST}/type"),
    ("tokens", adding(type="access_tokens"), f"{LAST}/type"),
    ("member", adding(links={}), f"{LAST}/links"),
    ("id", adding(id=7), f"{LAST}/id"),
    ("long id", adding(id="a" * 65), f"{LAST}/id"),
    ("path as id", adding(id="a/b"), f"{LAST}/id"),
    ("serial", adding(meta={}), f"{LAST}/meta/serial"),
    ("serial text", adding(meta={"serial": "1"}), f"{LAST}/meta/serial"),
    ("serial 0", adding(meta={"serial": 0}), f"{LAST}/meta/serial"),
    ("attributes", adding(attributes=[]), f"{LAST}/attributes"),
    ("kind", adding(attributes={"email": 7}), f"{LAST}/attributes/email"),
    ("computed", adding(attributes={"has_password": True}), f"{LAST}/attributes/has_password"),
    ("command", adding(attributes={"_add_tags": "x"}), f"{LAST}/attributes/_add_tags"),
    ("attribute", adding(attributes={"a/b": 1}), f"{LAST}/attributes/a~1b"),
    ("never null", adding(attributes={"status": None}), f"{LAST}/attributes/status"),
    ("enum", adding(attributes={"status": "new"}), f"{LAST}/attributes/status"),
    ("time", adding(attributes={"created_at": "soon"}), f"{LAST}/attributes/created_at"),
    ("NUL", adding(attributes={"reference": "a\0"}), f"{LAST}/attributes/reference"),
    ("plain password", adding(attributes={"password": "secret"}), f"{LAST}/attributes/password"),
    (
        "integer",
        adding(attributes={"total_orders_count": 2**40}),
        f"{LAST}/attributes/total_orders_count",
    ),
    ("relationships", adding(relationships=7), f"{LAST}/relationships"),
    ("relationship", adding(relationships={"x": {"data": []}}), f"{LAST}/relationships/x"),
    ("inverse", adding(relationships={"orders": {"data": []}}), f"{LAST}/relationships/orders"),
    ("linkage", adding(relationships={"tags": []}), f"{LAST}/relationships/tags"),
    ("one", adding(relationships={"tags": {"data": None}}), f"{LAST}/relationships/tags/data"),
    (
        "many",
        adding(relationships={"customer_group": {"data": []}}),
        f"{LAST}/relationships/customer_group/data",
    ),
    (
        "identifier",
        adding(relationships={"tags": {"data": [{"type": "tags"}]}}),
        f"{LAST}/relationships/tags/data/0",
    ),
    (
        "type of a target",
        adding(relationships={"tags": {"data": [{"type": "customers", "id": "ada"}]}}),
        f"{LAST}/relationships/tags/data/0/type",
    ),
    (
        "nobody there",
        adding(relationships={"customer_group": {"data": {"type": "customer_groups", "id": "x"}}}),
        f"{LAST}/relationships/customer_group/data",
    ),
    ("same id", lambda s: [adding()(s), adding()(s)], f"{NEXT}/id"),
    (
        "same serial",
        lambda s: [adding()(s), adding(id="bob", attributes={"email": "b@example.com"})(s)],
        f"{NEXT}/meta/serial",
    ),
    (
        "same email",
        lambda s: [adding()(s), adding(id="bob", meta={"serial": 2})(s)],
        f"{NEXT}/attributes/email",
    ),
    (
        "permissions",
        lambda s: [
            o["attributes"].update(permissions={"*": {"actions": "all"}})
            for o in s["test"]["data"]
            if o["type"] == "roles"
        ],
        f"{ROLE}/attributes/permissions",
    ),
    (
        "no permissions",
        lambda s: [o["attributes"].pop("permissions", 0) for o in s["test"]["data"]],
        f"{ROLE}/attributes",
    ),
]


@STORAGES
def test_garbage_changes_nothing(plane: ControlPlane) -> None:
    """Each is refused with the pointer to it."""
    before, found = taken(plane), []
    for name, change, _ in GARBAGE:
        snapshot = orjson.loads(before)
        change(snapshot)
        found.append((name, refused(partial(plane.organizations.restore, "acme", snapshot))))

    places = _places(orjson.loads(before)["test"]["data"])
    expected = []
    for name, _, pointer in GARBAGE:
        first, slash, rest = pointer.partition("/")
        expected.append((name, [(422, f"{places.get(first, first)}{slash}{rest}")]))
    assert expected == found
    assert before == taken(plane)


def _places(data: list[Json]) -> dict[str, str]:
    role = [object_["type"] for object_ in data].index("roles")
    numbers = {LAST: len(data), NEXT: len(data) + 1, ROLE: role}
    return {name: f"/test/data/{number}" for name, number in numbers.items()}


@pytest.mark.parametrize("body", [None, [], {}, "x", 7, {"tset": {}}, {"test": None}], ids=str)
def test_no_snapshot_at_all(plane: ControlPlane, body: Any) -> None:
    assert refused(lambda: plane.organizations.restore("acme", body))[0][0] == 422


def test_the_credentials_of_somebody_else(plane: ControlPlane) -> None:
    """A client id leads to one organization and one mode."""
    other = plane.organizations.create()["credentials"][0]["client_id"]
    snapshot = read(plane)
    application = next(o for o in snapshot["test"]["data"] if o["type"] == "applications")
    application["attributes"]["uid"] = other
    index = snapshot["test"]["data"].index(application)

    found = refused(lambda: plane.organizations.restore("acme", snapshot))

    assert found == [(422, f"/test/data/{index}/attributes/uid")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.text(max_size=5) | st.floats(-2, 2),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_anything_in_place_of_anything(
    fresh: MockServerApp, plane: ControlPlane, data: st.DataObject
) -> None:
    """What is taken never makes a later request fail, and what is refused changes nothing."""
    plane.organizations.reset("acme")
    plane.organizations.seed("acme", {"scenario": "checkout-ready"})
    before = taken(plane)
    snapshot = orjson.loads(before)
    at = snapshot["test"]
    while True:
        name = data.draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at))))
        if (
            not isinstance(at[name], dict | list)
            or not at[name]
            or data.draw(st.integers(0, 9)) == 0
        ):
            break
        at = at[name]
    at[name] = data.draw(JSON)

    try:
        plane.organizations.restore("acme", snapshot)
    except Refusal:
        assert before == taken(plane)
        return

    plane.organizations.restore("acme", read(plane))
    world, http = plane.organizations.retrieve("acme"), fresh.test_client()
    assert plane.settings.metrics()
    for credential in world["credentials"]:
        asked = {name: credential[name] for name in ("client_id", "client_secret", "scope")}
        answer = http.post("/oauth/token", json={"grant_type": "client_credentials", **asked})
        assert answer.status_code < 500
        api = Api(fresh, answer.json.get("access_token"))
        for resource in registry().values():
            assert api.get(f"/api/{resource.singleton or resource.type_}").status_code < 500


@pytest.mark.parametrize("type_", ["organizations", "applications"])
def test_what_tokens_need_must_be_there(
    fresh: MockServerApp, plane: ControlPlane, type_: str
) -> None:
    """An organization or application without its attributes is refused, and nothing changes."""
    before = taken(plane)
    snapshot = orjson.loads(before)
    data = snapshot["test"]["data"]
    index = next(n for n, object_ in enumerate(data) if object_["type"] == type_)
    data[index]["attributes"] = {}

    with pytest.raises(Refusal) as refused:
        plane.organizations.restore("acme", snapshot)

    pointer = f"/test/data/{index}/attributes"
    assert [pointer] == [error["source"]["pointer"] for error in refused.value.errors]
    assert before == taken(plane)
    assert fresh.organizations.get("acme")
