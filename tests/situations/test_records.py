"""Records of any state, in one call."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.errors import Refusal
from mockserver.resources.registry import is_view, registry
from tests.client import Api
from tests.control_clients import client_of, password_request, refused

NOON = {"frozen_at": "2026-01-01T12:00:00Z"}
STORAGES = pytest.mark.parametrize("storage", ["memory", "tinydb"])
Json = Any


@pytest.fixture
def api(fresh: MockServerApp, plane: ControlPlane) -> Api:
    """Return a client of the organization, at noon."""
    plane.clocks.set(NOON)
    return client_of(fresh, plane.organizations.retrieve("acme"))


def put(plane: ControlPlane, *data: Json, mode: str = "test") -> list[str]:
    """Put records into the organization and return their ids."""
    stored = plane.organizations.records("acme", {"mode": mode, "data": list(data)})["data"]
    assert [object_["type"] for object_ in data] == [one["type"] for one in stored]
    return [one["id"] for one in stored]


def customer(email: str = "ann@example.com", id_: str | None = None, **attributes: Any) -> Json:
    """Return the resource object of a customer."""
    known = {"id": id_} if id_ else {}
    return {"type": "customers", **known, "attributes": {"email": email, **attributes}}


def shown(api: Api, type_: str, id_: str) -> Json:
    return api.get(f"/api/{type_}/{id_}").json["data"]["attributes"]


# --- any state -----------------------------------------------------------------------------------


@STORAGES
def test_any_state(plane: ControlPlane, api: Api) -> None:
    """Past flags and state machines: what no request could create."""
    attributes = {
        "status": "repeat",
        "total_orders_count": 7,
        "created_at": "2019-04-01T10:00:00+02:00",
        "anonymization_status": "requested",
        "shopper_reference": "SHOPPER",
    }
    (id_,) = put(plane, customer(**attributes))

    found = shown(api, "customers", id_)

    assert {**attributes, "created_at": "2019-04-01T08:00:00.000Z"} == {
        name: found[name] for name in attributes
    }
    assert found["updated_at"] == "2019-04-01T08:00:00.000Z"
    assert found["email"] == "ann@example.com"
    query = {"filter[q][status_eq]": "repeat", "filter[q][created_at_lt]": "2020-01-01T00:00:00Z"}
    assert [o["id"] for o in api.get("/api/customers", query).json["data"]] == [id_]


def test_moments_in_any_form(plane: ControlPlane, api: Api) -> None:
    """They are read as the API reads them."""
    [id_] = put(plane, customer(created_at="Mon, 01 Apr 2019 08:00:00 GMT", updated_at="1/5/2019"))
    found = shown(api, "customers", id_)

    assert found["created_at"] == "2019-04-01T08:00:00.000Z"
    assert found["updated_at"] == "2019-05-01T00:00:00.000Z"


def test_an_order_already_placed(plane: ControlPlane, api: Api) -> None:
    """It counts for nothing but itself: what else there is to say is said in the same way."""
    (ann,) = put(plane, customer())
    order = {
        "type": "orders",
        "id": "my-order",
        "attributes": {"status": "placed", "placed_at": "2019-04-01", "number": "1"},
        "relationships": {
            "customer": {"data": {"type": "customers", "id": ann}},
            "market": {"data": {"type": "markets", "meta": {"code": "europe"}}},
        },
    }
    put(plane, order)

    found = shown(api, "orders", "my-order")

    assert (found["status"], found["placed_at"]) == ("placed", "2019-04-01T00:00:00.000Z")
    assert shown(api, "customers", ann)["total_orders_count"] == 0
    related = api.get(f"/api/customers/{ann}/orders").json["data"]
    assert [o["id"] for o in related] == ["my-order"]


def test_defaults_are_those_of_the_api(plane: ControlPlane, api: Api) -> None:
    """What is left out is as if the API had created it now."""
    (id_,) = put(plane, customer())
    by_api = api.create("customers", email="bob@example.com")["attributes"]

    own = shown(api, "customers", id_)

    differing = {name for name in own if own[name] != by_api[name]}
    assert differing == {"email", "shopper_reference", "profile_id"}


def test_a_password_is_usable(fresh: MockServerApp, plane: ControlPlane, api: Api) -> None:
    """It is given plainly and stored as the API stores one; what a snapshot holds stays."""
    put(plane, customer(password="secret123"))
    asked = password_request(plane.organizations.retrieve("acme"), "ann@example.com", "secret123")

    assert fresh.authorization.token(asked)["owner_type"] == "customer"
    document = plane.organizations.snapshot("acme")["test"]["data"]
    (stored,) = [o["attributes"]["password"] for o in document if o["type"] == "customers"]
    assert stored.startswith("scrypt$")
    put(plane, customer("bob@example.com", password=stored))
    asked["username"] = "bob@example.com"
    assert fresh.authorization.token(asked)["owner_type"] == "customer"
    assert api.get("/api/customers").status_code == 200


def test_one_alone_in_live_mode(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Data may be one resource object; the mode is test unless it says otherwise."""
    answer = plane.organizations.records("acme", {"mode": "live", "data": customer(id_="ann")})

    assert answer == {"data": [{"type": "customers", "id": "ann"}]}
    world = plane.organizations.retrieve("acme")
    statuses = [
        client_of(fresh, world, mode).get("/api/customers/ann").status_code
        for mode in ("test", "live")
    ]
    assert statuses == [404, 200]


@STORAGES
def test_an_id_that_is_there_is_changed(plane: ControlPlane, api: Api) -> None:
    """Only what is given; the rest stays."""
    made = api.create("customers", email="ann@example.com", reference="R-1")
    plane.clocks.advance({"by": 60})
    put(plane, {"type": "customers", "id": made["id"], "attributes": {"status": "acquired"}})

    found = shown(api, "customers", made["id"])

    changed = {"status": "acquired", "updated_at": "2026-01-01T12:01:00.000Z"}
    assert {**made["attributes"], **changed} == found
    put(plane, customer(id_=made["id"], updated_at="2019-01-01"))
    assert shown(api, "customers", made["id"])["updated_at"] == "2019-01-01T00:00:00.000Z"


def test_linkage_of_whole_resources(plane: ControlPlane, api: Api) -> None:
    """They are linked as they were fetched; the id alone counts."""
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    linkage = {"customer_group": {"data": group}, "tags": {"data": [{**tag, "name": "other"}]}}
    (id_,) = put(plane, {**customer(), "relationships": linkage})

    found = api.get(f"/api/customers/{id_}?include=customer_group,tags").json["included"]
    assert [each["attributes"]["name"] for each in found] == ["Gold", "vip"]


def test_blank_elements_fall_away(plane: ControlPlane, api: Api) -> None:
    """Of a list, as in a request."""
    attributes: Json = {"topic": "orders.place", "callback_url": "https://example.com"}
    attributes["include_resources"] = ["", "market"]
    (id_,) = put(plane, {"type": "webhooks", "attributes": attributes})

    assert shown(api, "webhooks", id_)["include_resources"] == ["market"]


def test_an_id_of_ones_own(plane: ControlPlane, api: Api) -> None:
    """It works wherever an id does; ids to come pass it over."""
    following = api.create("tags", name="first")
    api.delete(f"/api/tags/{following['id']}")
    put(plane, customer(id_="ann_1-a"))
    api.update({"type": "customers", "id": "ann_1-a"}, reference="changed")

    assert (
        api.get("/api/customers?filter[q][reference_eq]=changed").json["meta"]["record_count"] == 1
    )
    taken = plane.organizations.find("acme").sandbox("test").identifiers.encode("tags", 2)
    put(plane, {"type": "tags", "id": taken, "attributes": {"name": "taken"}})
    ids = [api.create("tags", name=f"t-{n}")["id"] for n in range(3)]
    assert taken not in ids
    assert len(set(ids)) == 3


def test_types_that_the_api_does_not_show(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Roles, people, applications: who may do what can be made up too."""
    role = {
        "type": "roles",
        "id": "tagger",
        "attributes": {
            "name": "T",
            "kind": "custom",
            "permissions": {"tags": {"actions": ["read"]}},
        },
    }
    application = {
        "type": "applications",
        "attributes": {
            "name": "Own",
            "kind": "integration",
            "uid": "own-client",
            "secret": "own-secret",
            "role_id": "tagger",
            "access_token_lifetime": 60,
        },
    }
    put(plane, role, application)
    asked = {"grant_type": "client_credentials", "client_id": "own-client"}

    answer = fresh.authorization.token({**asked, "client_secret": "own-secret"})

    api = Api(fresh, answer["access_token"])
    assert answer["expires_in"] == 60
    assert [api.get(f"/api/{type_}").status_code for type_ in ("tags", "customers")] == [200, 401]
    known = [c["client_id"] for c in plane.organizations.retrieve("acme")["credentials"]]
    assert "own-client" in known


def test_what_a_snapshot_holds_can_be_put_elsewhere(plane: ControlPlane, api: Api) -> None:
    """An object of a snapshot is an object of ``records``."""
    made = api.create("customers", email="ann@example.com", password="secret1", metadata={"a": [1]})
    document = plane.organizations.snapshot("acme")["test"]["data"]
    (object_,) = [o for o in document if o["type"] == "customers"]

    put(plane, object_, mode="live")

    live = plane.organizations.snapshot("acme")["live"]["data"]
    (copied,) = [o for o in live if o["id"] == made["id"]]
    assert object_ == copied


# --- never ---------------------------------------------------------------------------------------

AT = "/data/0"
WRONG: list[tuple[Json, str]] = [
    ("x", AT),
    ({}, f"{AT}/type"),
    ({"type": "customer"}, f"{AT}/type"),
    ({"type": ["customers"]}, f"{AT}/type"),
    ({"type": "access_tokens"}, f"{AT}/type"),
    ({**customer(), "links": {}}, f"{AT}/links"),
    ({**customer(), "id": 7}, f"{AT}/id"),
    ({**customer(), "id": None}, f"{AT}/id"),
    ({**customer(), "id": "a b"}, f"{AT}/id"),
    ({**customer(), "lid": 7}, f"{AT}/lid"),
    ({**customer(), "attributes": None}, f"{AT}/attributes"),
    (customer(7), f"{AT}/attributes/email"),  # type: ignore[arg-type]  # as it should not be
    (customer(emial="x"), f"{AT}/attributes/emial"),
    (customer(id="x"), f"{AT}/attributes/id"),
    (customer(has_password=True), f"{AT}/attributes/has_password"),
    (customer(_add_tags="x"), f"{AT}/attributes/_add_tags"),
    (customer(status="new"), f"{AT}/attributes/status"),
    (customer(status=None), f"{AT}/attributes/status"),
    (customer(total_orders_count="7"), f"{AT}/attributes/total_orders_count"),
    (customer(total_orders_count=True), f"{AT}/attributes/total_orders_count"),
    (customer(total_orders_count=7.0), f"{AT}/attributes/total_orders_count"),
    (customer(metadata=[]), f"{AT}/attributes/metadata"),
    (customer(created_at=2019), f"{AT}/attributes/created_at"),
    (customer(created_at="2019-02-30"), f"{AT}/attributes/created_at"),
    (customer(password=7), f"{AT}/attributes/password"),
    (
        {"type": "orders", "attributes": {"customer_password": "x"}},
        f"{AT}/attributes/customer_password",
    ),
    ({"type": "addresses", "attributes": {"business": 1}}, f"{AT}/attributes/business"),
    ({"type": "addresses", "attributes": {"lat": "north"}}, f"{AT}/attributes/lat"),
    ({"type": "roles", "attributes": {"name": "x"}}, f"{AT}/attributes"),
    ({"type": "organizations", "attributes": {"name": "x"}}, f"{AT}/id"),
    ({"type": "organizations", "id": "x", "attributes": {}}, f"{AT}/id"),
    ({**customer(), "relationships": []}, f"{AT}/relationships"),
    ({**customer(), "relationships": {"friends": {"data": []}}}, f"{AT}/relationships/friends"),
    ({**customer(), "relationships": {"orders": {"data": []}}}, f"{AT}/relationships/orders"),
    ({**customer(), "relationships": {"tags": {"data": {}}}}, f"{AT}/relationships/tags/data"),
    (
        {**customer(), "relationships": {"tags": {"data": [{"type": "tags", "id": "x"}]}}},
        f"{AT}/relationships/tags/data/0",
    ),
    (
        {
            "type": "customer_addresses",
            "relationships": {
                "customer": {"data": {"type": "markets", "meta": {"code": "europe"}}}
            },
        },
        f"{AT}/relationships/customer/data/type",
    ),
]


@pytest.mark.parametrize(("data", "pointer"), WRONG, ids=str)
def test_wrong_types_are_refused(plane: ControlPlane, data: Json, pointer: str) -> None:
    """With the pointer; the records before it are not stored either."""
    before = orjson.dumps(plane.organizations.snapshot("acme")["test"]["data"])
    body = {"data": [data, customer("other@example.com")]}

    assert refused(lambda: plane.organizations.records("acme", body)) == [(422, pointer)]
    body["data"].reverse()
    there = pointer.replace(AT, "/data/1", 1)
    assert refused(lambda: plane.organizations.records("acme", body)) == [(422, there)]
    assert before == orjson.dumps(plane.organizations.snapshot("acme")["test"]["data"])


@STORAGES
def test_what_is_unique_stays_so(plane: ControlPlane, api: Api) -> None:
    """Within the mode, whatever the case of the letters; one's own value is no other's."""
    made = api.create("customers", email="ann@example.com")
    pointer = "/data/attributes/email"

    assert refused(
        lambda: plane.organizations.records("acme", {"data": customer("ANN@example.com")})
    ) == [(422, pointer)]
    put(plane, customer(id_=made["id"]))
    put(plane, customer(), mode="live")
    put(plane, customer("bob@example.com", "bob"))
    body = {"data": customer("ann@example.com", "bob")}
    assert refused(lambda: plane.organizations.records("acme", body)) == [(422, pointer)]


def test_what_is_unique_together_stays_so(plane: ControlPlane) -> None:
    """The last of the fields is blamed, as by the API."""
    put(plane, customer(id_="ann"), {"type": "addresses", "id": "home"})
    entry = {
        "type": "customer_addresses",
        "relationships": {
            "customer": {"data": {"type": "customers", "id": "ann"}},
            "address": {"data": {"type": "addresses", "id": "home"}},
        },
    }
    put(plane, entry)

    found = refused(lambda: plane.organizations.records("acme", {"data": entry}))

    assert found == [(422, "/data/relationships/address/data")]


def test_settings_of_the_organization(plane: ControlPlane, api: Api) -> None:
    """Its record can be changed, but for what it is addressed by."""
    own = {"type": "organizations", "id": plane.organizations.retrieve("acme")["id"]}
    put(plane, {**own, "attributes": {"tags_max_name_length": 3}})

    body = {"data": {"type": "tags", "attributes": {"name": "long"}}}
    assert api.post("/api/tags", body).status_code == 422
    for name in ("slug", "domain"):
        changed = {"data": {**own, "attributes": {name: "x"}}}
        found = refused(lambda body=changed: plane.organizations.records("acme", body))
        assert found == [(422, f"/data/attributes/{name}")]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/data"),
        ({"data": None}, "/data"),
        ({"data": 7}, "/data"),
        ({"data": [], "mode": "prod"}, "/mode"),
        ({"data": [], "x": 1}, "/x"),
        ([], ""),
    ],
    ids=str,
)
def test_no_records_at_all(plane: ControlPlane, body: Json, pointer: str) -> None:
    assert refused(lambda: plane.organizations.records("acme", body)) == [(422, pointer)]


#: The types that have records of their own.
STORED = [type_ for type_ in sorted(registry()) if not is_view(type_)]


def links_apart(plane: ControlPlane, type_: str) -> Json:
    """Return links to new records, where there may be one record for what it links to."""
    resource = registry()[type_]
    names = {names[-1] for names in resource.uniques} & resource.relationships.keys()
    ends = {name: resource.relationships[name].types[0] for name in names}
    return {
        name: {"data": {"type": end, "id": put(plane, {"type": end})[0]}}
        for name, end in ends.items()
    }


@pytest.mark.parametrize("type_", STORED)
def test_every_type(plane: ControlPlane, api: Api, type_: str) -> None:
    """A record that says nothing of itself is shown by the API, with all it leads to."""
    if type_ == "organizations":
        return
    (id_,) = put(plane, {"type": type_, "relationships": links_apart(plane, type_)})
    resource = registry()[type_]
    links = ",".join(resource.relationships)

    for path in (f"/api/{resource.singleton or type_}", f"/api/{type_}/{id_}?include={links}"):
        assert api.get(path).status_code in (200, 400, 404, 405)


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 2**33)
    | st.floats(-2, 2)
    | st.text(max_size=4)
    | st.sampled_from(["2019-01-01", "placed", "repeat", "EUR", "integration", "a@b.c"])
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
    | st.lists(st.text(max_size=3), max_size=2)
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_taken_can_be_shown(plane: ControlPlane, api: Api, data: st.DataObject) -> None:
    """No state that a record can be put into makes a later request fail."""
    type_ = data.draw(st.sampled_from([t for t in STORED if t != "organizations"]))
    names = st.sampled_from(sorted(registry()[type_].attributes))
    record = {"type": type_, "attributes": data.draw(st.dictionaries(names, VALUES, max_size=4))}
    try:
        (id_,) = put(plane, record)
    except Refusal:
        return

    resource = registry()[type_]
    for path in (resource.singleton or type_, f"{type_}/{id_}", "customers?include=orders,returns"):
        assert api.get(f"/api/{path}").status_code < 500
    snapshot = plane.organizations.snapshot("acme")
    plane.organizations.restore("acme", orjson.loads(orjson.dumps(snapshot)))
    assert orjson.dumps(snapshot) == orjson.dumps(plane.organizations.snapshot("acme"))
    assert plane.organizations.retrieve("acme")
