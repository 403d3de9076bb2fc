"""The control plane over HTTP: every route, and who may not use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from mockserver.web.control_route import ControlRoute
from mockserver.web.control_routes import PREFIX, ROUTES, destination
from mockserver.web.guard import is_own

Make = Callable[..., MockServerApp]
Ask = Callable[..., TestResponse]
DOCS = Path(__file__).parents[2] / "docs"
FAULT = {"match": {"path": "/nowhere"}, "effect": {"status": 503}}
STUB = {"match": {"path": "/nowhere"}, "response": {"body": {}}}
TAG = {"type": "tags", "id": "mine", "attributes": {"name": "mine"}}
TOKEN = {"Authorization": "Bearer secret"}


@pytest.fixture
def make(data_directory: Path) -> Make:
    """Return what makes an application from settings."""
    told = {"seeded": False, "data_directory": data_directory}
    return lambda **words: create_app(Settings(**{**told, **words}))


@pytest.fixture
def fresh(make: Make) -> MockServerApp:
    """Return an application of the test's own, with a second organization."""
    app = make()
    app.plane.organizations.create({"slug": "shop"})
    return app


@pytest.fixture
def ask(fresh: MockServerApp) -> Ask:
    """Return what sends a request to its control plane."""
    return asking(fresh)


def asking(app: MockServerApp) -> Ask:
    client = app.test_client()

    def ask(method: str, path: str, body: Any = None, **words: Any) -> TestResponse:
        sent = (
            {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        )
        return client.open(PREFIX + path, method=method, **{**sent, **words})

    return ask


def error(answer: TestResponse) -> tuple[int, str]:
    """Return the status and the code of a refusal, which looks like any of the API."""
    (found,) = answer.json["errors"]
    assert answer.content_type == "application/vnd.api+json; charset=utf-8"
    assert found["status"] == str(answer.status_code)
    return answer.status_code, found["code"]


def crossing(answer: TestResponse) -> list[str]:
    """Return the headers that would let a page of another origin have the answer."""
    return [name for name, _ in answer.headers if name.startswith("Access-Control")]


# --- every route ---------------------------------------------------------------------------------

DELIVERY = {
    "type": "deliveries",
    "id": "delivery",
    "attributes": {
        **dict.fromkeys(("topic", "event", "webhook", "resource", "signature"), "x"),
        "resource_type": "customers",
        "callback_url": "http://203.0.113.7/",
        "status": "failed",
        "attempts": [],
        "body": '{"data": null}',
    },
}
NOW = {"frozen_at": "2030-01-01T00:00:00.000Z"}
ADA = {"email": "ada@example.com", "orders": 1, "wallet": True}
JANE = {"type": "customers", "id": "jane", "attributes": {"email": "jane@example.com"}}


def later(id_: str) -> dict[str, Any]:
    """Return a job that waits."""
    job = {"job": "anonymization_start", "resource_type": "customers", "resource": "jane"}
    return {"type": "jobs", "id": id_, "attributes": {**job, "due_at": 4102444800}}


CALLS: list[tuple[str, str, Any, int]] = [
    ("GET", "/organizations", None, 200),
    ("POST", "/organizations", {"slug": "new", "customers": 1}, 201),
    ("GET", "/organizations/shop", None, 200),
    ("POST", "/organizations/shop/reset", {}, 200),
    ("GET", "/organizations/shop/snapshot", None, 200),
    ("PUT", "/organizations/shop/snapshot", "itself", 204),
    ("POST", "/organizations/shop/seed", {"customers": 2}, 200),
    ("POST", "/organizations/shop/records", {"data": TAG}, 201),
    ("POST", "/organizations/shop/customers", ADA, 201),
    ("POST", "/organizations/shop/customers/order", {"email": ADA["email"]}, 201),
    ("POST", "/organizations/shop/customers/anonymize", {"email": ADA["email"]}, 200),
    ("GET", "/organizations/shop/clock", None, 200),
    ("PUT", "/organizations/shop/clock", NOW, 200),
    ("POST", "/organizations/shop/clock/advance", {"by": "PT1H"}, 200),
    ("DELETE", "/organizations/shop", None, 204),
    ("POST", "/reset", {}, 200),
    ("GET", "/snapshot", None, 200),
    ("PUT", "/snapshot", "itself", 204),
    ("POST", "/seed", {"scenario": "gdpr"}, 200),
    ("POST", "/records", {"mode": "live", "data": [TAG]}, 201),
    ("POST", "/customers", ADA, 201),
    ("POST", "/customers/order", {"email": ADA["email"], "orders": 2}, 201),
    ("POST", "/customers/anonymize", {"email": ADA["email"], "now": True}, 200),
    ("GET", "/scenarios", None, 200),
    ("GET", "/dump", None, 200),
    ("GET", "/openapi.json", None, 200),
    ("GET", "/docs", None, 200),
    ("GET", "/docs/storage", None, 200),
    ("GET", "/clock", None, 200),
    ("PUT", "/clock", NOW, 200),
    ("POST", "/clock/advance", {"by": 5}, 200),
    ("POST", "/records", {"data": [JANE, *(later(name) for name in ("one", "two", "all"))]}, 201),
    ("GET", "/jobs?type=customers", None, 200),
    ("POST", "/jobs/one/run", {}, 200),
    ("POST", "/jobs/two/fail", {"mode": "test"}, 200),
    ("POST", "/jobs/run", {"organization": "acme"}, 200),
    *(
        call
        for kind, rule in (("faults", FAULT), ("stubs", STUB))
        for call in (
            ("GET", f"/{kind}?organization=acme", None, 200),
            ("POST", f"/{kind}", rule, 201),
            ("GET", f"/{kind}/{kind[:-1]}-1", None, 200),
            ("DELETE", f"/{kind}/{kind[:-1]}-1", None, 204),
            ("DELETE", f"/{kind}?organization=acme", None, 204),
        )
    ),
    ("PUT", "/outage?organization=acme", {"effect": "503; delay=2"}, 200),
    ("GET", "/outage?organization=acme", None, 200),
    ("DELETE", "/outage?organization=acme", None, 204),
    ("GET", "/journal?limit=1", None, 200),
    ("POST", "/journal/find", {"match": {"mode": "test"}}, 200),
    ("POST", "/journal/count", {}, 200),
    ("GET", "/journal/unmatched", None, 200),
    ("GET", "/journal/har", None, 200),
    ("GET", "/journal/curl", None, 200),
    ("GET", "/journal/stream", None, 200),
    ("GET", "/journal/1", None, 200),
    ("DELETE", "/journal?organization=acme", None, 204),
    ("POST", "/records", {"data": DELIVERY}, 201),
    ("GET", "/deliveries?organization=acme&wait=settled&timeout=0", None, 200),
    ("GET", "/deliveries/delivery", None, 200),
    ("POST", "/deliveries/delivery/replay?organization=acme", {}, 201),
    ("DELETE", "/deliveries?organization=acme", None, 204),
    ("POST", "/receivers/inbox", {"data": None}, 200),
    ("POST", "/receivers/inbox?status=503", {}, 503),
    ("GET", "/receivers/inbox", None, 200),
    ("DELETE", "/receivers/inbox", None, 204),
    ("GET", "/settings", None, 200),
    ("PATCH", "/settings", {"advice": True}, 200),
    ("GET", "/health", None, 200),
    ("GET", "/metrics", None, 200),
    ("GET", "/", None, 200),
]


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_every_route(make: Make, storage: str, tmp_path: Path) -> None:
    """Each answers what it is there for, in JSON unless it is text."""
    app = make(storage=storage if storage == "memory" else f"{storage}:{tmp_path / 'db'}")
    app.plane.organizations.create({"slug": "shop"})
    ask, found = asking(app), []
    app.test_client().get("/nowhere")
    for method, path, body, _ in CALLS:
        sent = ask("GET", path).json if body == "itself" else body
        answer = ask(method, path, sent)
        found.append((method, path, body, answer.status_code))
        assert answer.status_code == 204 or answer.data or path == "/journal/stream"
        assert answer.headers["Cache-Control"] == "no-store"
    app.close()

    assert found == CALLS
    asked = {destination(method, path.partition("?")[0])[0] for method, path, *_ in CALLS}
    assert asked == set(ROUTES)


def test_what_is_answered(ask: Ask) -> None:
    """Locations, ids and counts that a client can go on with."""
    made = ask("POST", "/organizations", {"slug": "new"}).json
    assert made == ask("GET", "/organizations/new").json
    assert [c["mode"] for c in made["credentials"]] == ["test"] * 5 + ["live"] * 5
    rule = ask("POST", "/faults?organization=new", FAULT).json
    assert rule["match"] == {**FAULT["match"], "organization": "new"}
    assert [rule] == ask("GET", "/faults?organization=new").json
    assert ask("GET", f"/faults/{rule['id']}").json == rule
    assert ask("POST", "/organizations/new/seed", {"customers": 3}).json["live"]["customers"] == 3
    assert ask("POST", "/organizations/new/records", {"data": TAG}).json == {
        "data": [{"type": "tags", "id": "mine"}]
    }
    assert ask("PUT", "/organizations/new/clock", NOW).json == {
        **NOW,
        "now": NOW["frozen_at"],
        "offset": 0,
    }
    assert ask("GET", "/metrics").content_type == "text/plain; charset=utf-8"
    assert ask("GET", "/journal/stream").content_type == "text/event-stream; charset=utf-8"
    assert f"GET {PREFIX}/health" in ask("GET", "/").json


def test_without_a_slug_the_first_one_is_meant(ask: Ask) -> None:
    """And the clock is that of all."""
    ask("POST", "/records", {"data": TAG})
    ask("PUT", "/clock", NOW)
    snapshots = [ask("GET", path).json for path in ("/snapshot", "/organizations/shop/snapshot")]

    assert [TAG["id"] in [o["id"] for o in s["test"]["data"]] for s in snapshots] == [True, False]
    assert ask("GET", "/organizations/shop/clock").json["now"] == NOW["frozen_at"]


def test_the_page_lists_every_route() -> None:
    """With the slug and the id named as people do."""
    page = (DOCS / "control-plane.md").read_text()
    listed = [
        line.split("`")[1].removesuffix("…") for line in page.splitlines() if line.startswith("| `")
    ]
    routes = [f"{route.method} {PREFIX}{shown(route)}" for route in ROUTES]

    assert [route for route in routes if route not in listed] == []
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    said = [line for line in listed if line.split()[0] in methods and PREFIX in line]
    assert [route for route in said if route not in routes] == []


def shown(route: ControlRoute) -> str:
    return (
        route.path.replace("<slug>", "{slug}")
        .replace("<page>", "{page}")
        .replace("<id_>", "{id}")
        .replace("<int:id_>", "{id}")
        .replace("<name>", "{name}")
    )


# --- nonsense ------------------------------------------------------------------------------------

WORDS = """
test live data meta type id lid attributes relationships email slug seed settings scenario customers
mode by frozen_at offset real match effect response status method path headers body error delay nth
orders addresses wallet tags group country guest now
deliveries webhooks due_at times probability journal_size rate_limits token_lifetimes
"""
NAMES = st.text(max_size=3) | st.sampled_from(WORDS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=5) | st.floats(-2, 2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
BODIES = [route for route in ROUTES if route.takes_body]


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(route=st.sampled_from(BODIES), body=JSON)
@example(BODIES[0], {"customers": 10**30})
@example(BODIES[0], [[]] * 3)
@example(BODIES[1], {"test": {"data": [{"type": "tags", "id": "x", "meta": {"serial": 1}}]}})
@example(BODIES[3], {"data": {"type": "tags", "attributes": {"name": "\ud800"}}})
def test_any_json(fresh: MockServerApp, route: ControlRoute, body: Any) -> None:
    """Whatever it is sent, no route fails; nor does the API thereafter."""
    fresh.plane.faults.clear()
    fresh.plane.stubs.clear()
    ask = asking(fresh)
    path = route.path.replace("<slug>", "acme").replace("<id_>", "x").replace("<int:id_>", "1")

    assert ask(route.method, path, body).status_code < 500
    assert ask("GET", "/organizations").status_code == 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"{", (400, "BAD_REQUEST")),
        (b"\xff", (400, "BAD_REQUEST")),
        (b"{'a': 1}", (400, "BAD_REQUEST")),
        (b"NaN", (400, "BAD_REQUEST")),
        (b"[" * 130 + b"]" * 130, (400, "BAD_REQUEST")),
        (b"[" * 100_000, (400, "BAD_REQUEST")),
        (b'{"by": 1}', (422, "INVALID")),
    ],
)
def test_what_is_no_json(ask: Ask, text: bytes, expected: tuple[int, str]) -> None:
    """The place is named."""
    answer = ask("PATCH", "/settings", data=text, content_type="application/json")

    assert expected == error(answer)
    if text == b"{":
        assert "line 1, column 2" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nope", (404, "RECORD_NOT_FOUND")),
        ("GET", "/organizations/nope", (404, "NOT_FOUND")),
        ("GET", "/journal/99", (404, "NOT_FOUND")),
        ("GET", "/journal/-1", (404, "RECORD_NOT_FOUND")),
        ("DELETE", "/faults/fault-9", (404, "NOT_FOUND")),
        ("DELETE", "/settings", (405, "METHOD_NOT_ALLOWED")),
        ("OPTIONS", "/settings", (405, "METHOD_NOT_ALLOWED")),
        ("GET", "/health?verbose=1", (400, "BAD_REQUEST")),
        ("GET", "/faults?organisation=acme", (400, "BAD_REQUEST")),
        ("GET", "/journal?nope=1", (422, "INVALID")),
    ],
)
def test_what_is_not_there(ask: Ask, method: str, path: str, expected: tuple[int, str]) -> None:
    assert expected == error(ask(method, path))


def test_large_bodies(make: Make) -> None:
    """A snapshot may be larger than what the API takes."""
    app = make(maximum_body=1000)
    body = {"data": [{"type": "tags", "attributes": {"name": f"t-{n}"}} for n in range(100)]}

    assert asking(app)("POST", "/records", body).status_code == 201
    answer = app.test_client().post("/api/tags", json=body)
    assert answer.status_code in (401, 413)


# --- who may not ---------------------------------------------------------------------------------

OWN_HOSTS = ["localhost", "127.0.0.1:8080", "[::1]:8080", "acme.cl.localhost:8443", "cl.localhost"]
FOREIGN_HOSTS = [
    "example.com",
    "localhost.example.com",
    "192.0.2.1",
    "[2001:db8::1]:80",
    "mockserver",
]


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_own_hosts(ask: Ask, host: str) -> None:
    assert ask("GET", "/metrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_foreign_hosts(ask: Ask, host: str) -> None:
    """A name that somebody lets point here does not open it, for reading either."""
    assert error(ask("GET", "/snapshot", headers={"Host": host})) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("listening", "host", "expected"),
    [
        ("0.0.0.0", "192.0.2.1:8080", True),  # noqa: S104 - a setting
        ("::", "[2001:db8::1]:8080", True),
        ("0.0.0.0", "example.com", False),  # noqa: S104 - a setting
        ("192.0.2.1", "192.0.2.1:8080", True),
        ("192.0.2.1", "192.0.2.2:8080", False),
        ("localhost, 192.0.2.1", "192.0.2.1:8080", True),
        ("localhost,192.0.2.1", "192.0.2.2:8080", False),
        ("localhost,0.0.0.0", "192.0.2.2:8080", True),
        ("sandbox.test", "Sandbox.TEST:8080", True),
        ("127.0.0.1", "127.0.0.2", True),
    ],
)
def test_hosts_by_where_it_listens(
    data_directory: Path, listening: str, host: str, *, expected: bool
) -> None:
    """Addresses are what they are; names are known or not."""
    told = Settings(host=listening, data_directory=data_directory)

    assert is_own(host, told) is expected


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("demo.example", 200),
        ("DEMO.example:8080", 200),
        ("other.example", 200),
        ("localhost", 200),
        ("api.demo.example", 403),
        ("evil.example", 403),
    ],
)
def test_names_it_is_told(make: Make, host: str, status: int) -> None:
    """It answers for them too, and names them to whoever comes by another."""
    app = make(control_host="demo.example, Other.example")
    answer = asking(app)("GET", "/scenarios", headers={"Host": host})

    assert answer.status_code == status
    if status == 403:
        (found,) = answer.json["errors"]
        assert (
            f"for the host {host}, but for localhost, cl.localhost, demo.example, other."
            in (found["detail"])
        )
        assert "--control-host NAME" in found["detail"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.com",
        "http://localhost:3000",
        "null",
        "",
        "http://localhost.example.com",
        "x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_foreign_origins(ask: Ask, method: str, origin: str) -> None:
    """A page may neither read nor change, and is told nothing it could use."""
    answer = ask(
        method, "/seed" if method == "POST" else "/snapshot", {}, headers={"Origin": origin}
    )

    assert error(answer) == (403, "FORBIDDEN")
    assert crossing(answer) == []


def test_its_own_pages(ask: Ask) -> None:
    """Pages of the server itself may ask."""
    own = {"Origin": "http://acme.cl.localhost:8080", "Host": "acme.cl.localhost:8080"}
    answer = ask("PATCH", "/settings", {}, headers=own)

    assert answer.status_code == 200
    assert crossing(answer) == []


def test_no_preflight(ask: Ask) -> None:
    """No page is allowed what it asks for."""
    headers = {
        "Origin": "https://example.com",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
    }
    for path in ("/snapshot", "/nope", ""):
        answer = ask("OPTIONS", path, headers=headers)

        assert answer.status_code in (404, 405, 308)
        assert crossing(answer) == []


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/vnd.api+json",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_changes_need_json(ask: Ask, method: str, content_type: str | None) -> None:
    """What a page can send unasked changes nothing; to delete, no body is needed."""
    paths = {"POST": "/reset", "PUT": "/clock", "PATCH": "/settings", "DELETE": "/faults"}
    answer = ask(method, paths[method], data=b"{}", content_type=content_type)

    if method == "DELETE" and not content_type:
        assert answer.status_code == 204
    else:
        assert error(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_json_with_a_charset(ask: Ask) -> None:
    content_type = "application/json; charset=utf-8"

    assert ask("POST", "/reset", data=b"", content_type=content_type).status_code == 200


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (TOKEN, 200),
        ({"Authorization": "bearer  secret "}, 200),
        ({"X-Mock-Token": "secret"}, 200),
        ({}, 401),
        ({"Authorization": "secret"}, 401),
        ({"Authorization": "Basic secret"}, 401),
        ({"Authorization": "Bearer Secret"}, 401),
        ({"Authorization": "Bearer sécret"}, 401),
        ({"Authorization": "Bearer of-the-api", "X-Mock-Token": "secret"}, 200),
        ({"X-Mock-Token": ""}, 401),
    ],
    ids=str,
)
def test_a_control_token(make: Make, headers: dict[str, str], expected: int) -> None:
    """As a bearer, or where the header belongs to something else."""
    ask = asking(make(control_token="secret"))
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    for path in ("/metrics", "/", "/journal/stream"):
        answer = ask("GET", path, headers=encoded)
        assert answer.status_code == expected
        assert answer.headers.get("WWW-Authenticate") == (None if expected == 200 else "Bearer")


@pytest.mark.parametrize("token", ["a b", "sécret", "x" * 4000, '"=\\'])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_any_token_that_a_header_carries(make: Make, token: str, encoding: str) -> None:
    """As clients encode it: node and Python as Latin-1, curl as its terminal does."""
    sent = token.encode(encoding).decode("latin-1")
    ask = asking(make(control_token=token))
    for headers in ({"Authorization": f"Bearer {sent}"}, {"X-Mock-Token": sent}):
        assert 200 == ask("GET", "/clock", headers=headers).status_code


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        " a",
        "a ",
        "\ta",
        "a\n",
        "a\r\nb",
        "a\tb",
        "a\0b",
        "\x7f",
        "a\x85",
        "a\xa0b",
        "€",
        "日本",
    ],
)
def test_a_token_that_no_header_carries(make: Make, token: str) -> None:
    """It would lock everybody out, or, empty, let everybody in; it is not repeated."""
    with pytest.raises(ValueError, match="so no header can carry it"):
        make(control_token=token)
    with pytest.raises(ValueError, match=r"the control token (?!.*hunter2)"):
        make(control_token=f"{token}hunter2{token}€")


def test_switched_off(make: Make) -> None:
    """Health apart, it is as if there had never been one."""
    app = make(control=False)
    ask = asking(app)
    for method, path in (("GET", "/metrics"), ("GET", "/nope"), ("POST", "/reset")):
        assert error(ask(method, path)) == (404, "RECORD_NOT_FOUND")
    unknown = app.test_client().get("/nowhere")
    same = ask("GET", "/metrics")
    assert {n for n, _ in unknown.headers} - {n for n, _ in same.headers} <= {
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
    }


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", 200),
        ("localhost", 200),
        ("localhost,::1", 200),
        ("localhost,192.0.2.1", 404),
        ("0.0.0.0", 404),  # noqa: S104 - a setting
    ],
)
def test_files_of_the_machine(make: Make, tmp_path: Path, host: str, expected: int) -> None:
    """A scenario may be one where only this machine can ask."""
    file = tmp_path / "own.json"
    file.write_text("{}")
    ask = asking(make(host=host))

    answer = ask("POST", "/seed", {"scenario": str(file)})
    made = ask("POST", "/organizations", {"scenario": str(file)})

    assert (answer.status_code, made.status_code) == (
        expected,
        201 if expected == 200 else expected,
    )
    assert ask("POST", "/seed", {"scenario": "gdpr"}).status_code == 200


def test_it_is_not_in_the_journal(fresh: MockServerApp, ask: Ask) -> None:
    """Nor do faults and stubs strike it."""
    fresh.plane.faults.add({"effect": {"status": 503}})
    ask("GET", "/health", headers={"X-Mock-Fault": "503"})

    assert ask("GET", "/journal").json == {"exchanges": [], "total": 0}


def test_the_headers_of_an_answer(ask: Ask) -> None:
    """Nothing is kept by anybody, and no page may frame or sniff it."""
    headers = ask("GET", "/settings").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert len(headers["X-Request-Id"]) == 36
    assert "Access-Control-Allow-Origin" not in headers
