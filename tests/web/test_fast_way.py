"""The fast way of reads: who goes it, and that nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import families, registry
from mockserver.web.server import Server
from tests.both_ways import BothWays
from tests.client import Api, Bearers, path_of, to
from tests.samples import FOUND, Samples

TYPES = sorted(type_ for type_, resource in registry().items() if "list" in resource.actions)
MADE = {type_ for type_ in TYPES if "create" in registry()[type_].actions or type_ in FOUND}
EMAIL, PASSWORD = "john@example.com", "a long secret"

#: Reads of customers; ``{id}`` stands for one of them, ``{group}`` for their group.
TAKEN: Mapping[str, str] = {
    "a record": "/api/customers/{id}",
    "a record with a slash behind it": "/api/customers/{id}/",
    "some members": "/api/customers/{id}?fields[customers]=email,customer_group",
    "attributes alone": "/api/customers/{id}?fields[customers]=email,status",
    "relationships alone": "/api/customers/{id}?fields[customers]=customer_group",
    "a member that looks around": "/api/customers/{id}?fields[customers]=jwt_custom_claim,email",
    "none of its members": "/api/customers/{id}?fields[customers]=id",
    "fields of another type": "/api/customers?fields[orders]=number",
    "what is ignored": "/api/customers/{id}?page[size]=3&unknown=1",
    "a list": "/api/customers",
    "a page": "/api/customers?page[size]=2&page[number]=2",
    "a page that is empty": "/api/customers?page[number]=9",
    "a sorted page": "/api/customers?sort=-email,created_at&page[size]=2",
    "a sorted page through others": "/api/customers?sort=customer_group.name",
    "equality": "/api/customers?filter[q][email_eq]=c1@example.com",
    "a part": "/api/customers?filter[q][email_cont]=C1",
    "several conditions": "/api/customers?filter[q][email_cont]=c&filter[q][status_eq]=prospect",
    "a status": "/api/customers?filter[q][status_not_eq]=prospect",
    "by id": "/api/customers?filter[q][id_gt]={id}",
    "through others": "/api/customers?filter[q][customer_group_name_eq]=VIP",
    "escapes": "/api/customers?filter%5Bq%5D%5Bemail_cont%5D=c%31&page%5Bsize%5D=5",
}
LEFT: Mapping[str, str] = {
    "nobody": "/api/customers/nobody",
    "what is included": "/api/customers/{id}?include=customer_group",
    "what is related": "/api/customers/{id}/customer_group",
    "a linkage": "/api/customers/{id}/relationships/customer_group",
    "a singleton": "/api/organization",
    "a family": "/api/payment_methods?include=nothing",
    "a bad query": "/api/customers?page[size]=99",
    "a bad field": "/api/customers/{id}?fields[customers]=nothing",
    "an unknown condition": "/api/customers?filter[q][nothing_eq]=1",
    "a bad escape": "/api/customers?filter[q][email_eq]=%zz",
    "no type": "/api/nothing",
    "no path": "/api/customers//{id}",
}


@pytest.fixture
def ids(api: Api) -> dict[str, str]:
    """Return what is read: five customers, of which one is in a group."""
    group = api.create("customer_groups", name="VIP")
    linked = {"customer_group": to(group)}
    first = api.create("customers", email="c0@example.com", metadata={"a": [1, "é"]}, links=linked)
    for number in range(1, 5):
        api.create("customers", email=f"c{number}@example.com")
    return {"id": first["id"], "group": group["id"]}


@pytest.fixture
def both(app: MockServerApp) -> BothWays:
    """Return what asks both ways."""
    return BothWays(app)


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
@pytest.mark.parametrize("path", TAKEN.values(), ids=TAKEN.keys())
def test_taken(both: BothWays, api: Api, ids: dict[str, str], path: str) -> None:
    """The fast way answers, byte for byte what the other one does, now and from what it keeps."""
    for _ in range(2):
        assert both.differ(api, path.format(**ids)) is None
    assert both.taken == 2


@pytest.mark.parametrize("path", LEFT.values(), ids=LEFT.keys())
def test_left(both: BothWays, api: Api, ids: dict[str, str], path: str) -> None:
    """The other way answers what is no such read, and whatever is amiss."""
    assert both.differ(api, path.format(**ids)) is None
    assert both.taken == 0


@pytest.mark.parametrize("type_", sorted(MADE))
def test_every_type(both: BothWays, api: Api, type_: str) -> None:
    """Whatever it shows: a record alone, and among others."""
    made = Samples(api).record(type_)
    own = f"/api/{made['type']}/{made['id']}"
    for path in (
        own,
        f"{own}?fields[{type_}]=created_at",
        f"/api/{type_}",
        f"/api/{type_}?sort=-id",
    ):
        for _ in range(2):
            assert both.differ(api, path) is None


def test_nearly_every_type_is_taken(app: MockServerApp) -> None:
    """Nothing breaks on the fast way unnoticed: what does goes the other one."""
    left = []
    for type_ in TYPES:
        both = BothWays(app)
        both.differ(Api(app), f"/api/{type_}")
        left += [] if both.taken else [type_]

    views = {type_ for type_ in TYPES if registry()[type_].shows or type_ in families()}
    assert set(left) <= views


HEADERS: Mapping[str, Mapping[str, str]] = {
    "another media type": {"Accept": "text/html"},
    "any media type": {"Accept": "text/html, */*"},
    "a tag that is none": {"If-None-Match": '"x"'},
    "any tag": {"If-None-Match": "*"},
    "another mode": {"X-Mock-Mode": "live"},
    "a mode that is none": {"X-Mock-Mode": "none"},
    "a host of the organization": {"Host": "acme.cl.localhost:8443"},
    "a host of another one": {"Host": "other.cl.localhost"},
    "a host with the usual port": {"Host": "example.com:80"},
    "a host that is none": {"Host": "a b"},
    "a client behind another": {"X-Backend-Auth": "x", "X-True-Client-Ip": "10.0.0.1"},
    "a token that is none": {"Authorization": "Bearer x.y.z"},
    "another scheme": {"Authorization": "Basic eDp5"},
    "a fault": {"X-Mock-Fault": "status=503"},
    "a fault that is none": {"X-Mock-Fault": "nothing"},
    "an origin": {"Origin": "https://shop.example"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
def test_headers(both: BothWays, api: Api, ids: dict[str, str], headers: Mapping[str, str]) -> None:
    """What a request says of itself counts on both ways."""
    for path in ("/api/customers/{id}", "/api/customers"):
        assert both.differ(api, path.format(**ids), **headers) is None


def test_not_modified(both: BothWays, api: Api, ids: dict[str, str]) -> None:
    """Who has a document already is told so, until it is another one."""
    path = f"/api/customers/{ids['id']}"
    tag = api.get(path).headers["ETag"]
    known = {"If-None-Match": tag}

    assert both.differ(api, path, **known) is None
    assert api.get(path, **known).status_code == 304
    api.update({"type": "customers", "id": ids["id"]}, reference="new")
    assert api.get(path, **known).status_code == 200
    assert both.taken == 1


# --- what has a say -------------------------------------------------------------------------------


def over_the_limit(app: MockServerApp) -> None:
    """Have no request be within the limits."""
    app.limiter.enforced, app.limiter.scale = True, 0.0


def a_fault(app: MockServerApp) -> None:
    """Have every request fail."""
    app.faults.add({"effect": {"status": 503}})


def a_stub(app: MockServerApp) -> None:
    """Have every list of customers be what somebody has written."""
    app.stubs.add({"match": {"type": "customers"}, "response": {"body": "stubbed"}})


def advice(app: MockServerApp) -> None:
    """Have answers say what is advisable."""
    app.traffic.headers.advice = True


SAYS: Mapping[str, Callable[[MockServerApp], None]] = {
    f.__name__: f for f in (over_the_limit, a_fault, a_stub, advice)
}


@pytest.fixture
def as_before(app: MockServerApp) -> Iterator[None]:
    """Put back what tests set besides rules and limits."""
    yield
    app.traffic.headers.advice = app.traffic.headers.hsts = False


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("set_", SAYS.values(), ids=SAYS.keys())
def test_whatever_is_set_is_obeyed(
    both: BothWays, api: Api, ids: dict[str, str], set_: Callable[[MockServerApp], None]
) -> None:
    """At the next request, which goes the other way."""
    path = f"/api/customers/{ids['id']}"
    assert both.differ(api, path) is None
    set_(both.app)

    assert both.differ(api, path) is None
    assert both.taken == 1


@pytest.mark.usefixtures("as_before")
def test_only_the_standing_is_told(both: BothWays, api: Api, ids: dict[str, str]) -> None:
    """Where limits are not enforced requests are counted all the same."""
    path = f"/api/customers/{ids['id']}"
    both.app.limiter.clear()
    left = [int(api.get(path).headers["X-Ratelimit-Remaining"]) for _ in range(3)]

    assert left == [99, 98, 97]


def test_hooks_are_called(make: Callable[..., MockServerApp]) -> None:
    """What somebody registers hears of every request from then on."""
    app, heard = make(auth=False), list[str]()
    Api(app).get("/api/customers")
    app.before_request(lambda: heard.append("before"))
    Api(app).get("/api/customers")

    assert heard == ["before"]


def test_what_is_put_around_an_application_is_passed(make: Callable[..., MockServerApp]) -> None:
    """A listener must not go past it."""
    app, heard = make(auth=False), list[str]()
    inner = app.wsgi_app

    def around(environ: Any, start_response: Any) -> Any:
        heard.append(environ["PATH_INFO"])
        return inner(environ, start_response)

    with Server(app, tls_port=None) as server:
        httpx.get(f"{server.url}/api/customers")
        app.wsgi_app = around  # type: ignore[method-assign]
        httpx.get(f"{server.url}/api/customers")

    assert heard == ["/api/customers"]


def test_what_is_due_is_done_first(both: BothWays, api: Api, sandbox: Sandbox) -> None:
    """A record is read as it is once the time has come."""
    sandbox.clock.freeze()
    api.create("customers", email=EMAIL)
    path = path_of(api.create("exports", resource_type="customers"))
    assert both.differ(api, path) is None
    sandbox.clock.advance(timedelta(hours=1))

    assert api.get(path).json["data"]["attributes"]["status"] == "completed"
    assert both.differ(api, path) is None


# --- who asks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bearer", ["integration", "read_only", "guest", "customer"])
@pytest.mark.parametrize("options", [{"auth": True}], ids=["auth"])
def test_bearers(both: BothWays, bearer: str) -> None:
    """Everybody sees what it may, and is refused the rest."""
    bearers = Bearers(both.app)
    admin = bearers.integration()
    customer = admin.create("customers", email=EMAIL, password=PASSWORD)
    other = admin.create("customers", email="other@example.com")
    api = {
        "integration": lambda: admin,
        "read_only": lambda: bearers.integration(name="read_only_integration"),
        "guest": bearers.guest,
        "customer": lambda: bearers.customer(EMAIL, PASSWORD),
    }[bearer]()
    paths = [f"/api/customers/{each['id']}" for each in (customer, other)]
    for path in (*paths, "/api/customers", "/api/markets", "/api/skus", "/api/webhooks"):
        assert both.differ(api, path) is None


@pytest.mark.parametrize("options", [{"auth": True}], ids=["auth"])
def test_a_bearer_loses_what_it_had(both: BothWays, sandbox: Sandbox) -> None:
    """Its role, its application, its token: at the next request."""
    api = Bearers(both.app).integration(name="read_only_integration")
    assert both.differ(api, "/api/customers") is None
    accepted = both.app.authorization.bearers.accept(api.token or "")
    application_id = accepted.access.application_id or ""
    role = sandbox.partition.get("roles", accepted.access.role_id or "")
    assert role
    changed = {**role, "permissions": {"orders": {"actions": ["read"]}}}
    sandbox.partition.put("roles", changed)
    assert both.differ(api, "/api/customers") is None
    assert api.get("/api/customers").status_code == 401
    sandbox.partition.put("roles", role)
    assert api.get("/api/customers").status_code == 200
    sandbox.partition.remove("applications", application_id)
    assert both.differ(api, "/api/customers") is None
    assert api.get("/api/customers").status_code == 401
