"""The public metadata of the core host: what the service declares, for everybody."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp
from mockserver.resources.registry import registry
from tests.client import Api
from tests.conftest import Options
from tests.published import PUBLISHED

URL = "/api/public/resources"


@pytest.fixture
def options() -> Options:
    """Return the option: what needs a token is refused without one."""
    return {"auth": True}


def asked(app: MockServerApp, method: str = "GET", url: str = URL, **headers: str) -> TestResponse:
    """Ask without a token, as a browser asks the core host."""
    base_url = "https://core.cl.localhost"
    return app.test_client().open(url, method=method, base_url=base_url, headers=headers)


def test_everybody_is_told(app: MockServerApp) -> None:
    """One resource object a type, without a token, on the host that clients ask."""
    answer = asked(app)
    document = answer.json
    assert document is not None

    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.api+json")
    assert list(document) == ["data"]
    assert [(r["id"], r["type"]) for r in document["data"]] == [(n, "resources") for n in PUBLISHED]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Ratelimit-Limit" not in answer.headers


def test_the_facts_of_a_type(app: MockServerApp) -> None:
    """In the words and the order of the service, flags spelled out, no texts of its own."""
    data = asked(app).json["data"]  # type: ignore[index] - asserted by its content
    told = next(r["attributes"] for r in data if r["id"] == "customer")

    assert list(told) == [
        *("singleton", "deprecated", "addon", "hidden", "actions", "examples", "filter_scopes"),
        *("fields", "relationships", "filters"),
    ]
    assert told["actions"] == ["list", "retrieve", "create", "update", "delete"]
    assert (told["singleton"], told["examples"], told["filter_scopes"]) == (False, {}, [])
    assert told["fields"]["email"] == {
        "type": "string",
        "required": "required",
        **dict.fromkeys(("creatable", "updatable", "fetchable"), True),
        **dict.fromkeys(("filterable", "sortable"), True),
    }
    assert told["fields"]["status"]["enum"] == ["prospect", "acquired", "repeat"]
    assert told["fields"]["_add_tags"] == {
        "type": "string",
        "prohibited": True,
        "creatable": False,
        "updatable": True,
        **dict.fromkeys(("fetchable", "filterable", "sortable"), False),
    }
    assert told["relationships"]["customer_group"] == {
        "type": "has_one",
        "class_name": "CustomerGroup",
        "parent_resource": "Api::CustomerResource",
        **dict.fromkeys(("creatable", "updatable"), True),
        "fetchable": False,
        **dict.fromkeys(("filterable", "sortable"), True),
    }


def test_every_sandboxed_type_is_told_of(app: MockServerApp) -> None:
    """Whoever builds forms from the metadata finds the members that the sandbox takes."""
    data = asked(app).json["data"]  # type: ignore[index] - asserted by its content
    told = [{*r["attributes"]["fields"], *r["attributes"]["relationships"]} for r in data]
    untold = [
        type_
        for type_, resource in registry().items()
        if not any({*resource.attributes, *resource.relationships} <= members for members in told)
    ]

    assert untold == []


def test_nothing_is_told_in_sentences(app: MockServerApp) -> None:
    """Facts carry over; the texts that describe them do not."""
    text = asked(app).get_data(as_text=True)

    assert [word for word in ('"desc"', '"example"', '"title"') if word in text] == []


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}?fields=x"])
def test_ways_to_ask(app: MockServerApp, url: str) -> None:
    """A slash at the end and a query change nothing; HEAD is GET without a body."""
    whole, head = asked(app, url=url), asked(app, "HEAD", url)

    assert (whole.status_code, head.status_code) == (200, 200)
    assert whole.get_data() == asked(app).get_data()
    assert head.get_data() == b""
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_what_is_known_is_not_sent_again(app: MockServerApp) -> None:
    etag = asked(app).headers["ETag"]

    assert asked(app, **{"If-None-Match": etag}).status_code == 304


def test_a_preflight(app: MockServerApp) -> None:
    """Pages of any origin may ask."""
    answer = asked(app, "OPTIONS", Origin="https://dashboard.example")

    assert answer.status_code == 204
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods(app: MockServerApp, method: str) -> None:
    answer = asked(app, method)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(answer.get_data())["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("path", ["/api/public", "/api/public/x", f"{URL}//", f"{URL}/customer"])
def test_what_is_beside_it(app: MockServerApp, path: str) -> None:
    """Nothing else is public."""
    assert asked(app, url=path).status_code == 404


class TestLimits:
    """With the limits of the real service in force."""

    @pytest.fixture
    def options(self) -> Options:
        """Return the option."""
        return {"auth": False, "rate_limits": True}

    def test_it_has_none(self, api: Api, app: MockServerApp) -> None:
        """Nor does it use up those of the API."""
        statuses = {asked(app).status_code for _ in range(60)}

        assert statuses == {200}
        assert api.get("/api/tags").status_code == 200


def test_the_journal_knows_it(app: MockServerApp) -> None:
    """As an exchange without type and action, and as nothing unknown."""
    app.journal.resize(10)
    asked(app)
    exchange = app.journal.find()[-1].serialized()

    assert (exchange["type"], exchange["action"], exchange["unmatched"]) == (None, None, None)
    assert exchange["request"]["path"] == URL
