"""Faults, stubs and the journal around real requests, as real clients see them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests

from mockserver.app import MockServerApp
from mockserver.traffic.journal_search import Search
from mockserver.web.ignoring import LOGGED_OF_REQUEST, MAXIMUM_LOGGED
from mockserver.web.server import Server
from tests.client import MEDIA_TYPE, document

#: Long enough to be told from an answer at once, short enough to wait for.
DELAY = 0.3
CLIENT_ID = "test_integration_client_id_".ljust(43, "0")
CLIENT_SECRET = "test_integration_client_secret_".ljust(43, "0")
NOBODY = "/api/customers/AAAAAAAAAA"


@pytest.fixture(scope="module")
def served(kept: Callable[..., Any]) -> Iterator[tuple[MockServerApp, str]]:
    """Return an application that wants tokens, and where it is served."""
    app = kept("memory", {"auth": True}).app
    with Server(app, port=0, tls_port=None) as server:
        yield app, server.url


@pytest.fixture
def app(served: tuple[MockServerApp, str], kept: Callable[..., Any]) -> MockServerApp:
    """Return the application, put back to its beginnings."""
    kept("memory", {"auth": True}).put_back()
    app = served[0]
    app.faults.clear()
    app.stubs.clear()
    app.journal.clear()
    app.journal.resize(1000)
    app.traffic.headers.advice = False
    return app


@pytest.fixture
def url(app: MockServerApp, served: tuple[MockServerApp, str]) -> str:  # noqa: ARG001 - puts it back
    """Return where it is served."""
    return served[1]


@pytest.fixture
def client(app: MockServerApp, url: str) -> Iterator[httpx.Client]:
    """Return a client with the token of an integration."""
    token = app.authorization.token(credentials())["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE}
    with httpx.Client(base_url=url, headers=headers, timeout=5) as made:
        yield made


def credentials(**more: str) -> dict[str, str]:
    grant = {"grant_type": "client_credentials"}
    return {**grant, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **more}


def customer(email: str = "john@example.com") -> str:
    return json.dumps(document("customers", email=email))


def journaled(app: MockServerApp) -> dict[str, Any]:
    return app.journal.find()[-1].serialized()


# --- errors and statuses -------------------------------------------------------------------------


def test_invalid_token_though_it_is_valid(app: MockServerApp, client: httpx.Client) -> None:
    """The error a client refreshes upon can be answered to a good token, once."""
    app.faults.add(
        {"match": {"type": "customers"}, "effect": {"error": "INVALID_TOKEN"}, "times": 1}
    )
    refused, retried = client.get("/api/customers"), client.get("/api/customers")

    assert (refused.status_code, retried.status_code) == (401, 200)
    assert refused.json() == {
        "errors": [
            {
                "title": "Invalid token",
                "detail": "The access token you provided is invalid.",
                "code": "INVALID_TOKEN",
                "status": "401",
            }
        ]
    }
    assert client.get(NOBODY, headers={"Authorization": "no"}).json() == refused.json()


def test_token_endpoint_fails(app: MockServerApp, url: str) -> None:
    """At the token endpoint the error is one of OAuth, however it is called."""
    for effect in ({"error": "INVALID_TOKEN"}, {"oauth_error": "invalid_client"}):
        app.faults.add({"match": {"action": "token"}, "effect": effect, "times": 1})
        answer = requests.post(f"{url}/oauth/token", json=credentials(), timeout=5)
        error = answer.json()["errors"][0]

        assert answer.status_code == 401
        assert (error["title"], error["status"]) == ("invalid_client", 401)
        assert answer.headers["Cache-Control"] == "no-store"
    assert requests.post(f"{url}/oauth/token", data=credentials(), timeout=5).ok


def test_rate_limit_reached(app: MockServerApp, client: httpx.Client) -> None:
    """The limit is reached, and the headers say so."""
    app.faults.add({"effect": {"rate_limit": True, "headers": {"Retry-After": "3"}}})
    answer = client.get("/api/customers")

    assert answer.status_code == 429
    assert answer.json()["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    assert answer.headers["X-Ratelimit-Remaining"] == "0"
    assert answer.headers["Retry-After"] == "3"


def test_any_status_and_body(app: MockServerApp, client: httpx.Client) -> None:
    """Any answer can be given instead; the request is not carried out."""
    body = {"maintenance": True}
    effect = {"status": 503, "body": body, "headers": {"Content-Type": "application/json"}}
    app.faults.add({"match": {"method": "POST"}, "effect": effect})
    answer = client.post("/api/customers", content=customer())

    assert (answer.status_code, answer.json()) == (503, body)
    assert answer.headers["Content-Type"] == "application/json"
    assert client.get("/api/customers").json()["meta"]["record_count"] == 0


# --- delivery ------------------------------------------------------------------------------------


def test_delay_holds_up_nobody(app: MockServerApp, client: httpx.Client, url: str) -> None:
    """A delayed request is carried out and answered late; another one is answered meanwhile."""
    app.faults.add({"match": {"method": "POST"}, "effect": {"delay": DELAY}})
    with ThreadPoolExecutor() as pool:
        started = time.perf_counter()
        slow = pool.submit(client.post, "/api/customers", content=customer())
        time.sleep(DELAY / 6)
        quick = requests.get(f"{url}/api/customers", headers=dict(client.headers), timeout=5)
        quick_took = time.perf_counter() - started
        answer = slow.result()
        slow_took = time.perf_counter() - started

    assert (answer.status_code, quick.status_code) == (201, 200)
    assert quick.json()["meta"]["record_count"] == 1
    assert quick_took < DELAY <= slow_took
    assert app.journal.find()[0].duration >= DELAY


def test_delay_of_an_error(app: MockServerApp, client: httpx.Client) -> None:
    """Effects combine."""
    app.faults.add({"effect": {"status": 500, "delay": {"uniform": [DELAY, DELAY]}}})
    started = time.perf_counter()

    assert client.get("/api/customers").status_code == 500
    assert time.perf_counter() - started >= DELAY


def test_timeout(app: MockServerApp, client: httpx.Client) -> None:
    """A request that is never answered runs into the client's timeout, and is not carried out."""
    app.faults.add({"effect": {"timeout": True}, "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/customers", content=customer(), timeout=DELAY)

    assert client.get("/api/customers").json()["meta"]["record_count"] == 0
    assert app.journal.find()[0].serialized()["response"] is None


@pytest.mark.parametrize(("moment", "stored"), [("before", 0), ("after", 1)])
def test_connection_dropped(
    app: MockServerApp, client: httpx.Client, moment: str, stored: int
) -> None:
    """The connection breaks without a byte; after: the write was applied, its answer is lost."""
    app.faults.add({"effect": {"drop": moment}, "times": 1})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.post("/api/customers", content=customer())
    printed = app.journal.find()[0].serialized()

    assert client.get("/api/customers").json()["meta"]["record_count"] == stored
    assert not printed["delivered"]
    assert (printed["response"] or {}).get("status") == (201 if stored else None)


def test_connection_dropped_during_the_answer(app: MockServerApp, client: httpx.Client) -> None:
    """The head arrives and half of the body."""
    app.faults.add({"effect": {"drop": "during"}, "times": 1})
    with client.stream("GET", "/api/customers") as answer:
        assert answer.status_code == 200
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            answer.read()


def test_requests_sees_it_too(app: MockServerApp, client: httpx.Client, url: str) -> None:
    """Another client, the same break."""
    app.faults.add({"effect": {"drop": "before"}, "times": 1})
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/api/customers", headers=dict(client.headers), timeout=5)


@pytest.mark.parametrize("mangle", ["cut", "malformed"])
def test_mangled_body(app: MockServerApp, client: httpx.Client, mangle: str) -> None:
    """The answer is whole, its body is no JSON."""
    app.faults.add({"effect": {"mangle": mangle}})
    answer = client.get("/api/customers")

    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_headers_removed_and_set(app: MockServerApp, client: httpx.Client) -> None:
    """Headers of the answer can be left out and changed."""
    names = ["content-type", "X-Ratelimit-Limit", "X-Request-Id", "X-Nothing"]
    app.faults.add({"effect": {"remove_headers": names, "headers": {"ETag": "x"}}})
    answer = client.get("/api/customers")

    assert answer.status_code == 200
    assert answer.headers["ETag"] == "x"
    assert not {"content-type", "x-ratelimit-limit", "x-request-id"} & answer.headers.keys()


def test_body_pointer(app: MockServerApp, client: httpx.Client) -> None:
    """A fault can be about one record among many."""
    match = {"body": {"/data/attributes/email": "bad@example.com"}}
    app.faults.add({"match": match, "effect": {"error": "RECORD_NOT_UNIQUE"}})
    emails = ("good@example.com", "bad@example.com")
    answers = [client.post("/api/customers", content=customer(email)) for email in emails]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_fault_of_another_organization(app: MockServerApp, client: httpx.Client) -> None:
    """Faults of one organization strike no other."""
    app.faults.add({"effect": {"status": 500}}, "other")

    assert client.get("/api/customers").status_code == 200


def test_fault_of_an_organization_strikes_its_clients(app: MockServerApp, url: str) -> None:
    """At the token endpoint the client tells whose a request is: in JSON, a form, or Basic."""
    app.faults.add(
        {"match": {"mode": "test", "kind": "integration"}, "effect": {"status": 500}}, "acme"
    )
    target = f"{url}/oauth/token"
    secrets = (CLIENT_ID, CLIENT_SECRET)
    grant = {"grant_type": "client_credentials"}
    answers = [
        requests.post(target, json=credentials(), timeout=5),
        requests.post(target, data=credentials(), timeout=5),
        requests.post(target, data=grant, auth=secrets, timeout=5),
        requests.post(target, data={**grant, "client_id": "nobody"}, timeout=5),
    ]

    assert [answer.status_code for answer in answers] == [500, 500, 500, 401]


# --- the header ----------------------------------------------------------------------------------


@pytest.mark.parametrize("journal_size", [0, 10])
def test_one_off(app: MockServerApp, client: httpx.Client, journal_size: int) -> None:
    """A request can break itself, and only itself, whether or not there is a journal."""
    app.journal.resize(journal_size)
    broken = client.get("/api/customers", headers={"X-Mock-Fault": "503; remove_headers=ETag"})

    assert broken.status_code == 503
    assert client.get("/api/customers").status_code == 200
    assert [e.fault for e in app.journal.find()] == ([] if journal_size == 0 else ["header", None])


def test_one_off_that_says_nothing(client: httpx.Client) -> None:
    """A mistake in the header is told, in the words of the API."""
    answer = client.get("/api/customers", headers={"X-Mock-Fault": "explode"})
    error = answer.json()["errors"][0]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert error["detail"].startswith("X-Mock-Fault: 'explode' is not an error code")


def test_one_off_can_be_switched_off(app: MockServerApp, client: httpx.Client) -> None:
    """Without it the header means nothing."""
    app.faults.by_header = False
    try:
        answer = client.get("/api/customers", headers={"X-Mock-Fault": "503"})
    finally:
        app.faults.by_header = True

    assert answer.status_code == 200


# --- stubs ---------------------------------------------------------------------------------------


def test_stub_for_what_the_sandbox_does_not_know(app: MockServerApp, client: httpx.Client) -> None:
    """A path of no type, and one outside the API, are answered; the journal says by whom."""
    for path in ("/api/gift_wraps/*", "/v2/ping"):
        body = {"data": {"id": "{{path.2}}", "at": "{{now}}"}}
        app.stubs.add({"match": {"path": path}, "response": {"body": body}})
    wrap, ping = client.get("/api/gift_wraps/W1"), client.get("/v2/ping")

    assert wrap.json()["data"]["id"] == "W1"
    assert wrap.headers["Content-Type"] == MEDIA_TYPE
    assert (ping.status_code, ping.headers["Content-Type"]) == (200, "application/json")
    assert [e.stub for e in app.journal.find()] == [stub.id for stub in app.stubs.all()]
    assert journaled(app)["unmatched"] is None


def test_stub_with_a_record(app: MockServerApp, client: httpx.Client) -> None:
    """A stub can speak of the records there are, of the token's mode."""
    created = client.post("/api/customers", content=customer()).json()["data"]
    body = "{{record.customers.{{path.2}}.email}}"
    app.stubs.add({"match": {"path": "/loyalty/*"}, "response": {"body": {"email": body}}})
    app.stubs.add(
        {"match": {"path": "/api/customers/*/score"}, "response": {"body": {"email": body}}}
    )

    assert client.get(f"/api/customers/{created['id']}/score").json() == {
        "email": "john@example.com"
    }
    assert client.get("/loyalty/x/y").json() == {"email": None}


def test_stub_is_late(app: MockServerApp, client: httpx.Client) -> None:
    """A stub can take its time, and be struck by a fault."""
    app.stubs.add({"match": {"path": "/x"}, "response": {"body": "late", "delay": DELAY}})
    started = time.perf_counter()

    assert client.get("/x").text == "late"
    assert time.perf_counter() - started >= DELAY
    app.faults.add({"effect": {"mangle": "cut"}, "times": 1})
    assert client.get("/x").text == "la"
    app.faults.add({"effect": {"status": 500}})
    assert client.get("/x").status_code == 500
    assert app.stubs.all()[0].answered == 2


# --- the journal ---------------------------------------------------------------------------------


def test_exchange(app: MockServerApp, client: httpx.Client) -> None:
    """What was asked and answered is there before the client has the answer."""
    client.get("/api/customers", params={"page[size]": "5"})
    printed = journaled(app)

    assert printed["organization"] == "acme"
    assert (printed["mode"], printed["type"], printed["action"]) == ("test", "customers", "list")
    assert printed["application"]["kind"] == "integration"
    assert printed["request"]["method"] == "GET"
    assert printed["request"]["query"] == "page%5Bsize%5D=5"
    assert printed["request"]["headers"]["authorization"] == "Bearer ***"
    assert printed["response"]["status"] == 200
    assert printed["response"]["body"]["meta"]["record_count"] == 0
    assert printed["response"]["headers"]["X-Request-Id"] == printed["request_id"]
    assert printed["duration_ms"] > 0
    assert printed["delivered"]


@pytest.mark.parametrize(
    ("asked", "status", "action"),
    [
        ("GET /api/custmers", 404, "list"),
        (f"GET {NOBODY}", 404, "retrieve"),
        ("DELETE /api/customers", 405, None),
        ("POST /api/customers", 400, "create"),
        ("GET /nowhere", 404, None),
        ("OPTIONS /api/customers", 204, None),
        ("GET /oauth/tokeninfo", 200, "tokeninfo"),
        ("GET /.well-known/jwks.json", 200, "jwks"),
        ("POST /oauth/token", 400, "token"),
    ],
)
def test_refused_requests_are_kept(
    app: MockServerApp, client: httpx.Client, asked: str, status: int, action: str | None
) -> None:
    """Whatever became of it, an exchange is in the journal, under its organization."""
    method, path = asked.split()
    client.request(method, path, content="{" if method == "POST" else None)
    (kept,) = app.journal.find(Search.load({"status": status}))

    assert (kept.recorded.method, kept.recorded.path, kept.recorded.action) == (
        method,
        path,
        action,
    )
    assert kept.recorded.organization == "acme"


def test_defect_of_ours(
    app: MockServerApp, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of the sandbox itself is kept as well."""
    monkeypatch.setattr(app.api, "answer", lambda *_: 1 / 0)

    assert client.delete("/api/customers/x").status_code == 500
    assert journaled(app)["response"]["status"] == 500


def test_refused_at_the_gate(app: MockServerApp, client: httpx.Client) -> None:
    """So is what never came in: over the limit, or for a host that is none."""
    app.limiter.enforced, app.limiter.scale = True, 0.01
    answers = [client.get("/api/customers").status_code for _ in range(3)]

    assert answers[-1] == 429
    assert journaled(app)["response"]["status"] == 429
    assert client.get("/", headers={"Host": "a b"}).status_code == 400


def test_expired_token(app: MockServerApp, client: httpx.Client) -> None:
    """A token that is no good any more still tells whose request it was."""
    next(iter(app.organizations)).clock.advance(timedelta(days=1))
    answer = client.get("/api/customers")

    assert answer.status_code == 401
    assert (journaled(app)["organization"], journaled(app)["mode"]) == ("acme", "test")


@pytest.mark.parametrize(
    ("headers", "organization"),
    [
        ({"Authorization": "Bearer x.y.z"}, None),
        ({"Authorization": "Basic !!"}, None),
        ({"Authorization": "Bearer x.y.z", "Host": "acme.cl.localhost:1234"}, "acme"),
    ],
)
def test_nobodys_request(
    app: MockServerApp, url: str, headers: dict[str, str], organization: str | None
) -> None:
    """A request nobody signed belongs to the organization of its host, or to none."""
    requests.get(f"{url}/api/customers", headers=headers, timeout=5)
    requests.post(f"{url}/oauth/token", headers=headers, timeout=5)

    assert [e.recorded.organization for e in app.journal.find()] == [organization] * 2


def test_control_plane_is_not_kept(app: MockServerApp, client: httpx.Client) -> None:
    """Who looks at the journal does not appear in it; no fault locks anybody out."""
    app.faults.add({"effect": {"status": 500}})
    app.stubs.add({"match": {"path": "*"}, "response": {}})

    assert client.get("/_mock/health").status_code in (200, 404)
    assert app.journal.find() == []


def test_large_bodies(app: MockServerApp, client: httpx.Client) -> None:
    """A body over the limit is refused, and not read for the journal."""
    client.post("/api/customers", content="x" * (app.settings.maximum_body + 1))

    assert all(e.cut.request_size == 0 for e in app.journal.find())


def test_form_reaches_the_endpoint(app: MockServerApp, url: str) -> None:
    """The journal reads a body without taking it away, a form in parts too."""
    parts = {name: (None, value) for name, value in credentials().items()}
    answer = requests.post(f"{url}/oauth/token", files=parts, timeout=5)

    assert answer.status_code == 200
    assert CLIENT_SECRET not in json.dumps(journaled(app))


def test_off(app: MockServerApp, client: httpx.Client) -> None:
    """Switched off, nothing is kept."""
    app.journal.resize(0)
    client.get(NOBODY)

    assert app.journal.find() == []


def test_stream(app: MockServerApp, client: httpx.Client, url: str) -> None:
    """The journal can be watched while it is written."""
    target = f"{url}/_mock/journal/stream?method=POST"
    with requests.get(target, stream=True, timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines) == b": listening"
        client.get("/api/customers")
        client.post("/api/customers", content=customer())
        data = next(line for line in lines if line.startswith(b"data: "))

    assert json.loads(data.removeprefix(b"data: "))["request"]["method"] == "POST"
    assert app.journal.on


# --- advice --------------------------------------------------------------------------------------


def test_advice(app: MockServerApp, client: httpx.Client) -> None:
    """Advice is in the journal, and in a header only when it is wanted."""
    query = "/api/customers?page[size]=25"
    silent = client.get(query)
    app.traffic.headers.advice = True
    told, nothing_to_say = client.get(query), client.get("/api/customers?filter[q][id_eq]=x")

    assert "X-Mock-Advice" not in silent.headers
    assert told.headers["X-Mock-Advice"].startswith("page_size: page[size]=25 without a filter")
    assert "X-Mock-Advice" not in nothing_to_say.headers
    assert app.journal.find()[0].advice == app.journal.find()[1].advice
    assert journaled(app)["advice"] == []
    assert silent.json()["meta"] == told.json()["meta"]


def test_ignored_conditions(
    app: MockServerApp, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """The header, the journal and one line of the log name them and the nearest there are."""
    app.traffic.headers.advice = True
    query = "/api/markets?filter[q][nmae_eq]=x&filter[q][private_true]=false"
    answers = [client.get(query), client.get(query)]
    exchange = journaled(app)
    told = "filter[q][nmae_eq] is ignored, there is no such condition; did you mean name_eq?"
    other = "filter[q][private_true] is ignored, there is no such condition."

    assert [len(answer.json()["data"]) > 0 for answer in answers] == [True, True]
    assert answers[1].headers["X-Mock-Advice"] == f"ignored_filter: {told} {other}"
    assert exchange["advice"] == [{"code": "ignored_filter", "detail": f"{told} {other}"}]
    assert exchange["unmatched"] == {"what": "filter", "name": "nmae_eq", "nearest": "name_eq"}
    assert [record.getMessage() for record in caplog.records] == [
        f"markets: {told}",
        f"markets: {other}",
    ]


def test_ignored_conditions_of_a_refused_request(app: MockServerApp, client: httpx.Client) -> None:
    """What is refused for another reason is about that alone."""
    app.traffic.headers.advice = True
    answer = client.get("/api/tags?filter[q][nmae_eq]=x&sort=nope")

    assert (answer.status_code, "X-Mock-Advice" in answer.headers) == (400, False)
    assert journaled(app)["unmatched"]["what"] == "sort"
    assert journaled(app)["advice"] == []


def test_ignored_conditions_without_a_journal(
    app: MockServerApp, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """They are logged though nobody asks for anything."""
    app.journal.resize(0)
    client.get("/api/stores?filter[q][nope_eq]=x")

    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_log_of_ignored_conditions_is_bounded(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever sends ever new ones does not fill it."""
    logged = []
    for page in range(MAXIMUM_LOGGED // LOGGED_OF_REQUEST + 2):
        names = (f"filter[q][nope{page}x{n}]=x" for n in range(LOGGED_OF_REQUEST + 5))
        assert client.get(f"/api/tags?{'&'.join(names)}").status_code == 200
        logged.append(len(caplog.records))

    assert logged[0] == LOGGED_OF_REQUEST
    assert logged[-1] <= MAXIMUM_LOGGED
    assert logged[-1] == logged[-2]


def test_advice_without_a_journal(app: MockServerApp, client: httpx.Client) -> None:
    """The header needs no journal."""
    app.journal.resize(0)
    app.traffic.headers.advice = True

    assert "X-Mock-Advice" in client.get("/api/customers?page[size]=25").headers
    assert app.journal.find() == []


def test_over_the_limit(app: MockServerApp, client: httpx.Client) -> None:
    """Limits that are not enforced are advised on."""
    app.limiter.scale = 0.1
    codes = []
    for _ in range(4):
        assert client.get("/api/customers").status_code == 200
        codes.append([advice["code"] for advice in journaled(app)["advice"]])

    assert codes[0] == []
    assert "rate_limit" in codes[-1]


def test_one_by_one(app: MockServerApp, client: httpx.Client) -> None:
    """Retrieving one after the other is noticed while it happens."""
    emails = [f"c{number}@example.com" for number in range(5)]
    made = [client.post("/api/customers", content=customer(email)) for email in emails]
    for answer in made:
        client.get(f"/api/customers/{answer.json()['data']['id']}/customer_group")

    assert [advice["code"] for advice in journaled(app)["advice"]] == ["n_plus_one"]
