"""Nobody can make it fail, or store what it refuses."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from mockserver.access import MODES
from mockserver.app import MockServerApp
from tests.client import Api, Bearers, Document, path_of, to
from tests.conftest import Options
from tests.web.hostile import Hostiles, Hostility

SEEDS = range(6)
REQUESTS = 250
JSON_API = {"CONTENT_TYPE": "application/vnd.api+json"}


@pytest.fixture
def known(api: Api) -> list[Document]:
    """Return the resource objects of a record of each kind."""
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    links = {"customer_group": to(group), "tags": [to(tag)]}
    customer = api.create("customers", email="john@example.com", links=links)
    market = api.get("/api/markets").json["data"][0]
    made = [
        api.create("orders", customer_email="john@example.com", links={"market": to(market)}),
        api.create("customer_subscriptions", customer_email="john@example.com", reference="x"),
        api.create("attachments", name="note", links={"attachable": to(customer)}),
        api.create("sku_lists", name="Wishes", links={"customer": to(customer)}),
    ]
    event = api.get("/api/events").json["data"][0]
    return [group, tag, customer, customer, customer, market, event, *made]


def everything(app: MockServerApp) -> bytes:
    """Return all that is stored, as bytes."""
    partitions = {
        (organization.slug, mode): organization.sandbox(mode).partition
        for organization in app.organizations
        for mode in MODES
    }
    return orjson.dumps(
        {
            f"{slug}/{mode}/{type_}": partition.select(type_)[0]
            for (slug, mode), partition in partitions.items()
            for type_ in partition.types()
        }
    )


def send(app: MockServerApp, hostility: Hostility) -> tuple[int, dict[str, str], bytes]:
    """Hand a request to the application as a server does."""
    environ = create_environ("/", method="GET")
    environ["REQUEST_METHOD"] = hostility.method
    environ["PATH_INFO"] = hostility.path
    environ["QUERY_STRING"] = hostility.query
    environ["wsgi.input"] = BytesIO(hostility.body)
    environ["CONTENT_LENGTH"] = str(len(hostility.body))
    latin = {name: value.encode().decode("latin-1") for name, value in hostility.headers.items()}
    parts, status, headers = run_wsgi_app(app, {**environ, **latin}, buffered=True)
    return int(status.split()[0]), dict(headers), b"".join(parts)


def check_refusal(status: int, headers: dict[str, str], body: bytes, *, headless: bool) -> None:
    """Check that an answer is a well-formed refusal."""
    assert headers["Content-Type"] == "application/vnd.api+json; charset=utf-8"
    if not headless:
        errors = json.loads(body)["errors"]
        assert errors
        assert all(error["status"] == str(status) for error in errors)
        assert all({"title", "detail", "code", "status"} <= set(error) for error in errors)


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_requests(api: Api, app: MockServerApp, known: list[Document], seed: int) -> None:
    """Never a failure; what is refused is refused in JSON and leaves no trace.

    Whatever was accepted meanwhile, everything can still be read.
    """
    before = everything(app)
    for hostility in Hostiles(seed, known).requests(REQUESTS):
        status, headers, body = send(app, hostility)
        after = everything(app)
        try:
            assert 200 <= status < 500
            assert "X-Request-Id" in headers
            if status >= 400:
                check_refusal(status, headers, body, headless=hostility.method == "HEAD")
            if status >= 400 or hostility.method in ("GET", "HEAD"):
                assert before == after
        except AssertionError as error:
            error.add_note(str(hostility))
            raise
        before = after
    check_reading(api, known)


def raw(text: str) -> str:
    """Return text as a server hands it on: bytes, each as a character."""
    return text.encode().decode("latin-1")


ODD: dict[str, tuple[Hostility, int]] = {
    "nameless-parameter": (Hostility("GET", "/api/tags", "=x&=", b""), 200),
    "no-value": (Hostility("GET", "/api/tags", "page&sort&include", b""), 200),
    "unencoded-text": (
        Hostility("GET", "/api/customers", raw("filter[q][reference_eq]=Jörg"), b""),
        200,
    ),
    "not-utf-8": (Hostility("GET", "/api/tags", "filter[name]=\xff", b""), 400),
    "encoded-surrogate": (Hostility("GET", "/api/tags", "sort=%ed%a0%80", b""), 400),
    "nul": (Hostility("GET", "/api/tags", "sort=%00", b""), 400),
    "broken-escape": (Hostility("GET", "/api/tags", "sort=%zz", b""), 400),
    "two-shapes": (Hostility("GET", "/api/tags", "page=1&page[size]=2", b""), 400),
    "half-a-body": (
        Hostility("POST", "/api/tags", "", b"{", {"CONTENT_LENGTH": "9", **JSON_API}),
        400,
    ),
    "half-a-body-of-a-read": (
        Hostility("GET", "/api/tags", "", b"", {"CONTENT_LENGTH": "9"}),
        200,
    ),
    "body-without-a-length": (
        Hostility("POST", "/api/tags", "", b"{}", {"CONTENT_LENGTH": "", **JSON_API}),
        400,
    ),
    "path-not-utf-8": (Hostility("GET", "/api/tags/\xff", "", b""), 404),
}


@pytest.mark.parametrize(("hostility", "expected"), ODD.values(), ids=ODD)
def test_odd_requests(api: Api, hostility: Hostility, expected: int) -> None:
    """Each is answered in one way."""
    api.create("customers", email="john@example.com", reference="Jörg")
    status, headers, body = send(api.app, hostility)

    assert expected == status
    if status >= 400:
        check_refusal(status, headers, body, headless=False)
    elif b"filter" in hostility.query.encode():
        assert len(json.loads(body)["data"]) == 1


def check_reading(api: Api, known: list[Document]) -> None:
    """Check that everything can still be read, whatever was accepted meanwhile."""
    for type_ in dict.fromkeys(object_["type"] for object_ in known):
        answer = api.get(f"/api/{type_}?page[size]=25&sort=-id")

        assert answer.status_code == 200
        for object_ in answer.json["data"]:
            names = [name for name in object_["relationships"] if name != "event_stores"]
            found = api.get(path_of(object_), {"include": ",".join(names)})
            assert found.status_code == 200
            assert json.loads(found.text)["data"]["id"] == object_["id"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "type": JSON | st.sampled_from(["customers", "tags"]),
        "id": JSON,
        "attributes": JSON
        | st.dictionaries(st.sampled_from(["email", "password", "metadata", "status", "x"]), JSON),
        "relationships": JSON
        | st.dictionaries(
            st.sampled_from(["customer_group", "tags", "orders", "x"]),
            JSON | st.fixed_dictionaries({"data": JSON}),
        ),
        "meta": JSON,
    },
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=JSON | st.fixed_dictionaries({"data": JSON | MEMBERS}))
@example(body={"data": {"type": "customers", "attributes": {"email": "a@b.c", "metadata": None}}})
def test_any_json(api: Api, body: Any) -> None:
    """A create with any JSON is refused and stores nothing, or is accepted and can be read."""
    before = everything(api.app)
    answer = api.post("/api/customers", json.dumps(body).encode())
    refused = answer.status_code != 201
    if refused:
        assert answer.status_code in (400, 404, 422)
        assert answer.json["errors"]
        assert before == everything(api.app)
    else:
        path = path_of(answer.json["data"])
        assert answer.json["data"]["attributes"] == api.get(path).json["data"]["attributes"]
        assert api.delete(path).status_code == 204


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=40), prefix=st.sampled_from(["", "filter[q][", "page[", "fields["]))
def test_any_query(api: Api, query: str, prefix: str) -> None:
    """A list with any query is answered or refused."""
    raw = f"{prefix}{query}".encode("utf-8", "surrogatepass").decode("latin-1")
    hostility = Hostility("GET", "/api/customers", raw.replace("#", ""), b"")
    status, headers, body = send(api.app, hostility)

    assert status in (200, 400)
    if status == 400:
        check_refusal(status, headers, body, headless=False)


class TestTokens:
    """With tokens that count, and one that does."""

    @pytest.fixture
    def options(self) -> Options:
        """Return tokens that count."""
        return {"auth": True}

    @pytest.mark.parametrize("who", ["integration", "guest", "customer", "garbage"])
    def test_hostile_requests(self, bearers: Bearers, who: str) -> None:
        """Of every kind of bearer."""
        app = bearers.app
        integration = bearers.integration()
        links = {"tags": [to(integration.create("tags", name="vip"))]}
        john = integration.create(
            "customers", email="john@example.com", password="secret123", links=links
        )
        token = {
            "integration": lambda: integration.token,
            "guest": lambda: bearers.guest().token,
            "customer": lambda: bearers.customer("john@example.com", "secret123").token,
            "garbage": lambda: "x.y.z",
        }[who]()
        before = everything(app)
        for hostility in Hostiles(7, [john]).requests(REQUESTS):
            hostility.headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"
            status, headers, body = send(app, hostility)
            after = everything(app)

            assert 200 <= status < 500, str(hostility)
            if status >= 400:
                check_refusal(status, headers, body, headless=hostility.method == "HEAD")
                assert before == after, str(hostility)
            before = after
