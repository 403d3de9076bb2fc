"""Rate limits: classes, windows, headers (conventions.md §14), with a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import Clock
from mockserver.resources.registry import registry
from tests.client import Api, Bearers, document
from tests.conftest import Options
from tests.refusals import got, refused

START = datetime(2026, 1, 1, tzinfo=UTC)
REFUSED = refused("TOO_MANY_REQUESTS")
CACHEABLE = sorted(type_ for type_, resource in registry().items() if resource.cacheable)


@pytest.fixture
def options() -> Options:
    """Return limits that are enforced."""
    return {"rate_limits": True}


@pytest.fixture(autouse=True)
def _frozen(clock: Clock) -> None:
    clock.freeze(START)


def spend(
    api: Api, count: int, path: str = "/api/tags/AAAAAAAAAA", mode: str = "test"
) -> list[int]:
    """Send so many reads and return the statuses that came, each once, in order."""
    headers = {"X-Mock-Mode": mode}
    statuses = [api.request("GET", path, headers=headers).status_code for _ in range(count)]
    return list(dict.fromkeys(statuses))


def write(api: Api, count: int, path: str = "/api/tags") -> list[int]:
    """Send so many writes and return the statuses that came, each once, in order."""
    return list(dict.fromkeys(api.post(path, {}).status_code for _ in range(count)))


@pytest.mark.parametrize(
    ("mode", "path", "peak"),
    [
        ("test", "/api/tags", 25),
        ("live", "/api/tags", 50),
        ("test", "/api/markets", 125),
        ("live", "/api/markets", 250),
        ("test", "/api/stock_locations/AAAAAAAAAA", 125),
        ("test", "/api/skus", 125),
    ],
)
def test_bursts(api: Api, clock: Clock, mode: str, path: str, peak: int) -> None:
    """So many requests of one endpoint in ten seconds, by mode and class."""
    first = spend(api, peak, path, mode)

    assert 429 not in first
    assert spend(api, 1, path, mode) == [429]
    clock.advance(timedelta(seconds=9.999))
    assert spend(api, 1, path, mode) == [429]
    clock.advance(timedelta(seconds=10))
    assert first == spend(api, 1, path, mode)


def test_a_burst_is_of_one_endpoint(api: Api) -> None:
    """The first segment after the prefix, whatever follows it."""
    assert spend(api, 13, "/api/tags?page[size]=1") == [200]
    assert spend(api, 12, "/api/tags/") == [200]
    assert spend(api, 1, "/api/tags/AAAAAAAAAA/event_stores") == [429]
    assert spend(api, 25, "/api/customers") == [200]


@pytest.mark.parametrize(("mode", "limit"), [("test", 100), ("live", 200)])
def test_averages(api: Api, clock: Clock, mode: str, limit: int) -> None:
    """So many requests of one class in sixty seconds, over all its endpoints."""
    endpoints = ["tags", "customers", "orders", "customer_groups", "events"]
    for endpoint in endpoints[:4]:
        assert spend(api, limit // 4, f"/api/{endpoint}", mode) == [200]
    assert spend(api, 1, "/api/events", mode) == [429]
    clock.advance(timedelta(seconds=59.999))
    assert spend(api, 1, "/api/events", mode) == [429]
    clock.advance(timedelta(seconds=0.001))
    assert spend(api, 1, "/api/events", mode) == [200]


def test_the_cacheable_average(api: Api, clock: Clock) -> None:
    """Five hundred of all cacheable types together."""
    for endpoint in ("markets", "stock_locations", "skus", "imports"):
        spend(api, 125, f"/api/{endpoint}")
    clock.advance(timedelta(seconds=11))

    assert spend(api, 1, "/api/markets") == [429]
    assert spend(api, 1, "/api/tags") == [200]


def test_a_window_slides(api: Api, clock: Clock) -> None:
    """There is no reset: what falls out of the window makes room (conventions.md §14)."""
    for _ in range(5):
        assert spend(api, 5) == [404]
        clock.advance(timedelta(seconds=2))
    assert spend(api, 5) == [404]
    assert spend(api, 1) == [429]
    clock.advance(timedelta(seconds=2))
    assert spend(api, 4) == [404]
    assert spend(api, 1) == [429]


def test_blocked_until_the_rate_falls(api: Api, clock: Clock) -> None:
    """Refused requests count: who goes on asking stays out (conventions.md §14)."""
    spend(api, 25)
    for _ in range(4):
        clock.advance(timedelta(seconds=4))
        assert spend(api, 13) == [429]
    clock.advance(timedelta(seconds=10))

    assert spend(api, 1) == [404]


def test_reads_and_writes_count_apart(api: Api) -> None:
    """Each has its own windows (conventions.md §14)."""
    assert spend(api, 25) == [404]
    assert write(api, 25) == [400]
    assert write(api, 1) == [429]
    assert write(api, 1, "/api/customers") == [400]
    assert spend(api, 1) == [429]


def test_writes_of_cacheable_types(api: Api) -> None:
    """Writes have one class, whatever the type."""
    assert write(api, 25, "/api/markets") == [400]
    assert write(api, 1, "/api/markets") == [429]
    assert spend(api, 125, "/api/markets") == [200]


def test_all_writing_methods(api: Api) -> None:
    """POST, PATCH, PUT and DELETE count together."""
    methods = ["POST", "PATCH", "PUT", "DELETE", "POST"] * 5
    for method in methods:
        assert api.request(method, "/api/tags/AAAAAAAAAA").status_code != 429
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        assert api.request(method, "/api/tags/AAAAAAAAAA").status_code == 429


def test_head_is_a_read(api: Api) -> None:
    """It counts with GET."""
    spend(api, 24)
    assert api.request("HEAD", "/api/tags").status_code == 200
    assert spend(api, 1) == [429]


def test_modes_count_apart(api: Api) -> None:
    """The token's mode has its own windows."""
    assert spend(api, 25) == [404]
    assert spend(api, 50, mode="live") == [404]
    assert spend(api, 1) == [429]


def test_clients_count_apart(api: Api) -> None:
    """By address; the enterprise pair names another one (conventions.md §2)."""
    spend(api, 25)
    pair = {"X-Backend-Auth": "secret", "X-True-Client-Ip": "203.0.113.9"}

    assert api.request("GET", "/api/tags").status_code == 429
    assert api.request("GET", "/api/tags", headers=pair).status_code == 200
    assert (
        api.request("GET", "/api/tags", headers={**pair, "X-Backend-Auth": None}).status_code == 429
    )
    assert api.request("GET", "/api/tags", headers={"X-Backend-Auth": "x"}).status_code == 429


def test_the_refusal(api: Api) -> None:
    """The error object of conventions.md §16, with the headers of every answer but no retry time.

    conventions.md §14.
    """
    spend(api, 25)
    answer = api.get("/api/tags")

    assert got(answer) == REFUSED
    assert "Retry-After" not in answer.headers
    assert "X-Ratelimit-Reset" not in answer.headers
    assert answer.headers["X-Ratelimit-Limit"] == "100"
    assert answer.headers["X-Ratelimit-Remaining"] == "74"
    assert answer.headers["Content-Type"] == "application/vnd.api+json; charset=utf-8"


def test_a_refused_write_does_nothing(api: Api) -> None:
    """Nothing is stored over the limit."""
    write(api, 25, "/api/customers")
    answer = api.post("/api/customers", document("customers", email="john@example.com"))

    assert got(answer) == REFUSED
    assert api.get("/api/customers").json["data"] == []


@pytest.mark.parametrize(
    ("path", "mode", "limit"),
    [
        ("/api/tags", "test", 100),
        ("/api/tags", "live", 200),
        ("/api/markets", "test", 500),
        ("/api/markets", "live", 1000),
        ("/api/application", "test", 100),
        ("/api/nope", "test", 100),
        *(
            (f"/api/{type_}", "test", 500)
            for type_ in sorted(t for t, r in registry().items() if r.cacheable)
        ),
    ],
)
def test_headers(api: Api, path: str, mode: str, limit: int) -> None:
    """They describe the average limit alone, and are on every answer (conventions.md §14)."""
    answers = [api.request("GET", path, headers={"X-Mock-Mode": mode}) for _ in range(3)]

    assert [
        (
            answer.headers["X-Ratelimit-Limit"],
            answer.headers["X-Ratelimit-Interval"],
            answer.headers["X-Ratelimit-Remaining"],
        )
        for answer in answers
    ] == [(f"{limit}", "60", f"{limit - n}") for n in (1, 2, 3)]


def test_nothing_remains(api: Api, clock: Clock) -> None:
    """Remaining never falls below zero."""
    for endpoint in ("tags", "customers", "orders", "events"):
        spend(api, 25, f"/api/{endpoint}")
    clock.advance(timedelta(seconds=20))
    answers = [api.get("/api/returns") for _ in range(3)]

    assert [answer.headers["X-Ratelimit-Remaining"] for answer in answers] == ["0"] * 3


def test_a_preflight_does_not_count(api: Api) -> None:
    """Neither does it carry the headers."""
    for _ in range(30):
        assert api.request("OPTIONS", "/api/tags").status_code == 204

    assert "X-Ratelimit-Limit" not in api.request("OPTIONS", "/api/tags").headers
    assert spend(api, 25, "/api/tags") == [200]


def test_a_clock_that_is_set_back(api: Api, clock: Clock) -> None:
    """Requests of the future do not block the present."""
    spend(api, 26)
    clock.freeze(START - timedelta(days=365))

    assert spend(api, 25) == [404]
    assert spend(api, 1) == [429]


def test_scaled(api: Api, app: MockServerApp) -> None:
    """All numbers can be scaled."""
    app.limiter.scale = 0.2

    assert spend(api, 5) == [404]
    assert api.get("/api/tags").headers["X-Ratelimit-Limit"] == "20"
    assert spend(api, 1) == [429]


def test_switched_off(api: Api, app: MockServerApp) -> None:
    """Nothing is refused then; the headers go on telling."""
    app.limiter.enforced = False

    assert spend(api, 300) == [404]
    assert api.get("/api/tags").headers["X-Ratelimit-Remaining"] == "0"


def test_the_token_endpoint(app: MockServerApp, clock: Clock) -> None:
    """Thirty a minute, both modes together; the refusal is shaped as that server's.

    conventions.md §14.
    """
    client = app.test_client()
    for mode in ("test", "live") * 15:
        sent = {"grant_type": "client_credentials", "client_id": mode}
        assert client.post("/oauth/token", json=sent).status_code == 401
    answer = client.post("/oauth/token/", json={})
    clock.advance(timedelta(seconds=60))
    body = (
        '{"errors":[{"title":"too_many_requests","detail":"You have exceeded the rate limit. '
        'Please slow down and try again later.","code":"TOO_MANY_REQUESTS","status":429,'
        '"meta":{}}]}'
    )

    assert (429, body) == got(answer)
    assert client.post("/oauth/token", json={}).status_code == 400
    assert client.post("/oauth/revoke", json={}).headers.get("X-Ratelimit-Limit") is None


class TestTokens:
    """The mode of the token chooses the numbers, also when it is refused later."""

    @pytest.fixture
    def options(self) -> Options:
        """Return limits and tokens."""
        return {"rate_limits": True, "auth": True}

    @pytest.mark.parametrize(("mode", "limit"), [("test", "100"), ("live", "200")])
    def test_by_mode(self, bearers: Bearers, mode: str, limit: str) -> None:
        """As the token says."""
        assert bearers.integration(mode).get("/api/tags").headers["X-Ratelimit-Limit"] == limit

    def test_without_a_token(self, app: MockServerApp) -> None:
        """Those without a token count as live, and are limited before they are refused."""
        api = Api(app)

        assert spend(api, 50, "/api/tags") == [401]
        assert spend(api, 1, "/api/tags") == [429]
        assert spend(api, 1, "/api/nope") == [404]
