"""Flask's own are heard of every request: hooks, signals, error handlers, rules, contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    abort,
    after_this_request,
    g,
    got_request_exception,
    request,
    request_finished,
    request_started,
    request_tearing_down,
    session,
    url_for,
)
from flask.signals import appcontext_pushed
from werkzeug.exceptions import HTTPException

from mockserver.app import MockServerApp, create_app
from mockserver.errors import Refusal
from mockserver.resources.registry import registry
from mockserver.settings import Settings
from mockserver.web.url_map import ApiMap
from tests.client import Api

PATHS = [
    "/api/customers",
    "/api/customers/none",
    "/api/nowhere",
    "/oauth/tokeninfo",
    "/oauth/token",
    "/_mock/health",
    "/_mock/nowhere",
    "/api/public/resources",
    "/nowhere",
    "/",
]
SIGNALS = [request_started, request_finished, request_tearing_down, appcontext_pushed]


@pytest.fixture
def app(make: Callable[..., MockServerApp]) -> MockServerApp:
    """Return an application that a test may extend, and that has answered already."""
    app = make(auth=False)
    assert Api(app).get("/api/customers").status_code == 200
    return app


@pytest.mark.parametrize("path", PATHS)
def test_hooks_hear_of_every_request(app: MockServerApp, path: str) -> None:
    """In the framework's order, and what they answer or change is what is sent."""
    heard: list[str] = []
    app.before_request(lambda: heard.append("before"))
    app.teardown_request(lambda _: heard.append("teardown"))
    app.url_value_preprocessor(lambda *_: heard.append("values"))

    @app.after_request
    def after(response: Any) -> Any:
        heard.append("after")
        response.headers["X-Hook"] = "was here"
        return response

    answer = app.test_client().get(path)

    assert heard == ["values", "before", "after", "teardown"]
    assert answer.headers["X-Hook"] == "was here"
    assert len(answer.headers.getlist("X-Request-Id")) == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_signals_are_sent(app: MockServerApp, signal: Any, path: str) -> None:
    """One for each request, as long as somebody listens."""
    heard: list[object] = []

    def receiver(sender: object, **_: Any) -> None:
        heard.append(sender)

    with signal.connected_to(receiver):
        app.test_client().get(path)
    app.test_client().get(path)

    assert heard == [app]


@pytest.mark.parametrize("path", PATHS)
def test_a_hook_may_answer(app: MockServerApp, path: str) -> None:
    """In its stead; the surrounding headers are there all the same."""
    app.before_request(lambda: ({"closed": True}, 503))

    answer = app.test_client().get(path)

    assert (answer.status_code, answer.json) == (503, {"closed": True})
    assert answer.headers["X-Request-Id"]


def test_the_journal_tells_what_was_sent(app: MockServerApp) -> None:
    """What hooks have made of it."""
    app.before_request(lambda: ({"closed": True}, 503))

    Api(app).get("/api/customers")

    assert app.journal.find()[-1].status == 503


def test_g_and_request_are_those_of_the_request(app: MockServerApp) -> None:
    """From hook to hook."""
    heard: list[object] = []

    @app.before_request
    def before() -> None:
        g.number = 7

        @after_this_request
        def after(response: Any) -> Any:
            heard.append((g.number, request.endpoint, request.view_args))
            return response

    Api(app).get("/api/customers/none")

    assert heard == [(7, "customers.retrieve", {"id": "none"})]


def test_a_client_keeps_the_context(app: MockServerApp) -> None:
    """As the framework's tests look at requests."""
    with app.test_client() as client:
        client.get("/api/customers?page[size]=3")

        assert request.args["page[size]"] == "3"
        assert request.endpoint == "customers.list"


def test_a_request_context_of_a_test(app: MockServerApp) -> None:
    """Leads where the request would."""
    with app.test_request_context("/api/orders/x/relationships/customer", method="PATCH"):
        assert request.endpoint == "orders.relationships.customer"
        assert request.view_args == {"id": "x"}
        assert url_for("orders.retrieve", id="y") == "/api/orders/y"


@pytest.mark.parametrize(
    ("endpoint", "values", "url"),
    [
        ("customers.list", {}, "/api/customers"),
        ("customers.create", {}, "/api/customers"),
        ("customers.retrieve", {"id": "a"}, "/api/customers/a"),
        ("customers.update", {"id": "a"}, "/api/customers/a"),
        ("customers.delete", {"id": "a"}, "/api/customers/a"),
        ("customers.orders", {"id": "a"}, "/api/customers/a/orders"),
        (
            "customers.relationships.orders",
            {"id": "a"},
            "/api/customers/a/relationships/orders",
        ),
        ("organizations.retrieve", {}, "/api/organization"),
        ("oauth.token", {}, "/oauth/token"),
    ],
)
def test_every_route_has_a_name(
    app: MockServerApp, endpoint: str, values: dict[str, str], url: str
) -> None:
    """That a URL can be made of."""
    with app.test_request_context():
        assert url_for(endpoint, **values) == url


def test_the_map_has_every_route_once(app: MockServerApp) -> None:
    """Of all types, and a view for each."""
    routes = [(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods]
    types = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}

    assert len(routes) == len(set(routes))
    assert {type_ for type_, declared in registry().items() if declared.actions} <= types
    assert {rule.endpoint for rule in app.url_map.iter_rules()} <= app.view_functions.keys()
    assert ("/api/customers/<id>", "PUT") in routes
    assert ("/api/organization", "PATCH") not in routes
    assert app.url_map.is_endpoint_expecting("tags.retrieve", "id")


def test_a_start_makes_no_rule_of_the_api() -> None:
    """They take long: those of a type are made when its path is matched, or its URL built."""
    api_map = ApiMap()
    made = [len(api_map._rules)]
    for path in ("/oauth/token", "/api/tags", "/api/tags/x", "/api/nowhere"):
        api_map.bind("localhost").test(path)
        made.append(len(api_map._rules))

    assert made[:2] == [0, 0]
    assert 0 < made[2] == made[3] == made[4] < 20


class Extension:
    """As those that one installs are."""

    def __init__(self) -> None:
        """Hear of nothing yet."""
        self.heard: list[str] = []

    def init_app(self, app: Flask) -> None:
        """Extend an application."""
        app.extensions["extension"] = self
        app.before_request(lambda: self.heard.append(request.path))


def test_an_extension_works(app: MockServerApp) -> None:
    """Of any place."""
    extension = Extension()
    extension.init_app(app)
    for path in PATHS:
        app.test_client().get(path)

    assert extension.heard == PATHS


@pytest.fixture
def broken(app: MockServerApp, monkeypatch: pytest.MonkeyPatch) -> Exception:
    """Return the defect that every request of the API and of OAuth ends in."""
    defect = ZeroDivisionError("a defect")

    def fail(*_: Any) -> None:
        raise defect

    monkeypatch.setattr(app.gate, "known", fail)
    monkeypatch.setattr(app.authorization, "tokeninfo", fail)
    return defect


@pytest.mark.parametrize("path", ["/api/customers", "/oauth/tokeninfo"])
def test_a_defect_is_signalled(app: MockServerApp, broken: Exception, path: str) -> None:
    """To those that report errors; the answer is what it is without them."""
    heard: list[Exception] = []

    def receiver(_: object, exception: Exception) -> None:
        heard.append(exception)

    quick = app.test_client().get(path)
    with got_request_exception.connected_to(receiver, app):
        answer = app.test_client().get(path)

    assert heard == [broken]
    assert (answer.status, answer.data) == (quick.status, quick.data)
    assert answer.status_code == 500


def test_a_failing_hook_is_an_error_of_the_api(app: MockServerApp) -> None:
    """500, in the words of the API; with all that surrounds an answer."""

    @app.after_request
    def after(_: Any) -> Any:
        raise ZeroDivisionError

    answer = app.test_client().get("/api/customers")

    assert answer.status_code == 500
    assert answer.json["errors"][0]["code"] == "INTERNAL_SERVER_ERROR"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 429, 500, 503])
def test_a_hook_may_abort(app: MockServerApp, status: int) -> None:
    """With any status, in the words of the API."""
    app.before_request(lambda: abort(status))

    answer = app.test_client().get("/api/customers")

    assert answer.status_code == status
    assert answer.json["errors"][0]["status"] == str(status)


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refusal, None), (404, 404), (Exception, None)],
    ids=["Refusal", "404", "Exception"],
)
def test_an_error_handler_answers(app: MockServerApp, error: Any, code: int | None) -> None:
    """For the class of a refusal, for its status, and for whatever goes wrong."""
    app.register_error_handler(error, lambda raised: ({"said": str(raised)}, code or 400))

    answer = app.test_client().get("/api/customers/none")

    assert answer.status_code == (code or 400)
    assert "The requested resource was not found" in answer.json["said"]


def test_an_error_handler_leaves_other_statuses_alone(app: MockServerApp) -> None:
    """One for 404 has nothing to do with 405."""
    app.register_error_handler(404, lambda _: ("", 404))

    answer = app.test_client().delete("/api/customers")

    assert answer.json["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


# --- rules of one's own ---------------------------------------------------------------------


@pytest.fixture
def extended(app: MockServerApp) -> Iterator[MockServerApp]:
    """Return an application with a route of its own below the API, on a blueprint."""
    shop = Blueprint("shop", __name__, url_prefix="/api")

    @shop.get("/customers/<id_>/greeting")
    def greeting(id_: str) -> Any:
        sandbox, access = app.admitted()
        return {"id": id_, "mode": sandbox.mode, "kind": access.kind}

    @shop.post("/visits")
    def visits() -> Any:
        session["visits"] = 1
        return {}, 201

    @shop.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Any:
        return {"shop": error.code}, error.code

    app.register_blueprint(shop)
    return app


def test_an_own_route_stands_beside_those_of_the_api(extended: MockServerApp) -> None:
    """And takes nothing away from them."""
    client = Api(extended)

    assert client.get("/api/customers/a/greeting").json == {
        "id": "a",
        "mode": "test",
        "kind": "integration",
    }
    assert client.get("/api/customers/a/nothing").status_code == 404
    assert client.get("/api/customers").status_code == 200


def test_a_method_that_an_own_route_has_not(extended: MockServerApp) -> None:
    """405 with those it has."""
    answer = Api(extended).get("/api/visits")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_session_needs_a_key(extended: MockServerApp) -> None:
    """As everywhere in the framework."""
    extended.secret_key = "a key"

    answer = extended.test_client().post("/api/visits")

    assert "session=" in answer.headers["Set-Cookie"]


def test_an_own_route_may_need_a_token(make: Callable[..., MockServerApp]) -> None:
    """As the API's do."""
    app = make(auth=True)
    app.add_url_rule("/api/greeting", view_func=lambda: {"mode": app.admitted()[0].mode})

    assert Api(app).get("/api/greeting").status_code == 401


def test_a_view_may_be_wrapped(app: MockServerApp) -> None:
    """By its endpoint."""
    view = app.view_functions["customers.list"]
    heard: list[str] = []

    def wrapped(**arguments: str) -> Any:
        heard.append("wrapped")
        return view(**arguments)

    app.view_functions["customers.list"] = wrapped
    app.before_request(lambda: None)

    assert Api(app).get("/api/customers").status_code == 200
    assert heard == ["wrapped"]


def test_the_quick_way_is_open(data_directory: Path) -> None:
    """As long as nobody has registered anything, the API passes the framework's dispatch by."""
    app = create_app(Settings(data_directory=data_directory))

    assert app.quick_way
    assert app.quick_way.is_open({})
