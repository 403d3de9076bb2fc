"""Stubs and the templates of their answers."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.pointers import pointers
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.response_templates import TemplateContext, compiled
from mockserver.traffic.route import resolve
from mockserver.traffic.stubs import Stubs
from tests.client import Api, Document, to

NOW = "2026-01-02T03:04:05.678Z"
BODY = b'{"data": {"attributes": {"email": "a@b.c", "n": 3, "tags": ["x"], "no": null, "a.b": 1}}}'


def scene(path: str = "/api/gift_wraps/W1", sandbox: Sandbox | None = None) -> TemplateContext:
    recorded = RecordedRequest("POST", path, "page[size]=5&a=b%20c", {"x-trace": "t1"}, BODY)
    return TemplateContext(recorded, NOW, Entropy(1), sandbox)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        (7, 7),
        (None, None),
        ("{{path.0}}", "api"),
        ("{{ path.2 }}", "W1"),
        ("{{path.9}}", None),
        ("{{query.page[size]}}", "5"),
        ("{{query.a}}", "b c"),
        ("{{query.none}}", None),
        ("{{headers.X-Trace}}", "t1"),
        ("{{headers.x-none}}", None),
        ("{{body./data/attributes/email}}", "a@b.c"),
        ("{{body./data/attributes/n}}", 3),
        ("{{body./data/attributes/tags}}", ["x"]),
        ("{{body./data/attributes/no}}", None),
        ("{{body./data/attributes/a.b}}", 1),
        ("{{body./data/none}}", None),
        ("{{now}}", NOW),
        ("<{{path.2}}|{{body./data/attributes/n}}|{{path.9}}>", "<W1|3|>"),
        ("tags: {{body./data/attributes/tags}}", 'tags: ["x"]'),
        ("}} is only text", "}} is only text"),
        (
            {"data": [{"id": "{{path.2}}", "n": "{{body./data/attributes/n}}"}]},
            {"data": [{"id": "W1", "n": 3}]},
        ),
        ("{{body./data/attributes/{{query.a}}}}", None),
        ("{{record.customers.x.email}}", None),
    ],
    ids=str,
)
def test_template(template: Any, expected: Any) -> None:
    """A text that is one expression takes over the type; what is not there is null."""
    assert expected == compiled(template)(scene())


def test_new_values() -> None:
    """Ids are new each time, and drawn from the entropy."""
    made = compiled({"uuid": "{{uuid}}", "id": "{{id}}"})
    where = scene()
    first, second = made(where), made(where)

    assert first != second
    assert first == made(scene())
    assert len(first["uuid"]) == 36
    assert len(first["id"]) == 10
    assert first["id"].isalpha()


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a customer in a group."""
    group = api.create("customer_groups", name="Gold")
    return api.create(
        "customers",
        email="john@example.com",
        password="secret123",
        metadata={"shoe": {"size": 43}},
        links={"customer_group": to(group)},
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("email", "john@example.com"),
        ("has_password", True),
        ("total_orders_count", 0),
        ("metadata.shoe.size", 43),
        ("metadata.shoe", {"size": 43}),
        ("metadata.none", None),
        ("orders", []),
    ],
)
def test_record(customer: Document, sandbox: Sandbox, field: str, expected: Any) -> None:
    """A field of a record is what a retrieve would show of it."""
    where = scene(f"/api/x/{customer['id']}", sandbox)
    written = compiled(f"{{{{record.customers.{customer['id']}.{field}}}}}")
    nested = compiled(f"{{{{record.customers.{{{{path.2}}}}.{field}}}}}")

    assert expected == written(where)
    assert expected == nested(where)


def test_record_and_what_it_links_to(customer: Document, sandbox: Sandbox) -> None:
    """A to-one is the id it leads to, so that expressions can walk."""
    where = scene(f"/api/customers/{customer['id']}", sandbox)
    group = compiled("{{record.customers.{{path.2}}.customer_group}}")
    name = compiled(
        "{{record.customer_groups.{{record.customers.{{path.2}}.customer_group}}.name}}"
    )
    typed = compiled("{{record.{{path.1}}.{{path.2}}.id}}")

    assert sandbox.get("customer_groups", group(where)) is not None
    assert name(where) == "Gold"
    assert customer["id"] == typed(where)


def test_secrets_of_records_stay(customer: Document, sandbox: Sandbox) -> None:
    """What a retrieve does not show, no template does."""
    where = scene(f"/api/customers/{customer['id']}/password", sandbox)

    assert compiled("{{record.customers.{{path.2}}.{{path.3}}}}")(where) is None
    with pytest.raises(ValidationError):
        compiled("{{record.customers.{{path.2}}.password}}")


@pytest.mark.parametrize(
    ("response", "pointer", "part"),
    [
        ({"body": "{{nope}}"}, "/response/body", "'nope' is not one of: path"),
        ({"body": "{{path.2"}, "/response/body", "{{ without }}"),
        ({"body": "{{}}"}, "/response/body", "'' is not one of"),
        ({"body": {"a": [1, "{{path.x}}"]}}, "/response/body/a/1", "number of a segment"),
        ({"body": {"value": "{{path}}"}}, "/response/body/value", "number of a segment"),
        ({"body": {"a/b": "{{query}}"}}, "/response/body/a~1b", "name expected"),
        ({"body": "{{body.email}}"}, "/response/body", "not a JSON pointer"),
        ({"body": "{{now.1}}"}, "/response/body", "nothing may follow"),
        ({"body": "{{record.customers}}"}, "/response/body", "TYPE.ID.FIELD"),
        ({"body": "{{record.cats.x.name}}"}, "/response/body", "'cats' is not a resource type"),
        ({"body": "{{record.tags.x.nam}}"}, "/response/body", "tags have no field 'nam'"),
        ({"headers": {"X-A": "{{nope}}"}}, "/response/headers/X-A", "'nope'"),
        ({"headers": {"X A": "b"}}, "/response/headers/X A", "not the name of a header"),
        ({"status": 700}, "/response/status", "less than or equal to 599"),
        ({"delay": "soon"}, "/response/delay", "Not seconds"),
        ({"boddy": ""}, "/response/boddy", "Unknown field"),
    ],
    ids=str,
)
def test_invalid_response(response: Any, pointer: str, part: str) -> None:
    """An expression that can never have a value is refused when the stub is added."""
    stubs = Stubs()
    with pytest.raises(ValidationError) as caught:
        stubs.add({"match": {"path": "/x"}, "response": response})
    found = pointers(caught.value)[0]

    assert pointer == found["pointer"]
    assert part in found["detail"]
    assert not stubs


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({"response": {}}, "/match"),
        ({"match": {}, "response": {}}, "/match"),
        ({"match": {"path": "/x"}}, "/response"),
        ({"match": {"path": "x"}, "response": {}}, "/match/path"),
        ({"match": {"path": "/x"}, "response": {}, "times": 0}, "/times"),
    ],
    ids=str,
)
def test_invalid_stub(source: Any, pointer: str) -> None:
    """A stub must say what it is about."""
    with pytest.raises(ValidationError) as caught:
        Stubs().add(source)

    assert pointer == pointers(caught.value)[0]["pointer"]


def test_answer() -> None:
    """The answer is filled in from the request, its headers too, and nothing breaks out of one."""
    stubs = Stubs()
    stub = stubs.add(
        {
            "match": {"type": "gift_wraps"},
            "response": {
                "status": 201,
                "headers": {"X-Id": "{{path.2}}", "X-None": "{{path.9}}", "X-N": "{{query.n}}"},
                "body": {"data": {"id": "{{path.2}}"}},
            },
        }
    )
    recorded = RecordedRequest(
        "GET",
        "/api/gift_wraps/W1",
        query="n=1%0d%0aX-Evil:%20%e2%82%ac",
        route=resolve("GET", "/api/gift_wraps/W1"),
    )
    found = stubs.find(recorded)

    assert found is stub
    answer = stub.answer(TemplateContext(recorded, NOW, Entropy(1)))
    assert answer.status == 201
    assert answer.body == b'{"data":{"id":"W1"}}'
    assert answer.headers == {
        "Content-Type": "application/vnd.api+json",
        "X-Id": "W1",
        "X-None": "",
        "X-N": "1  X-Evil: ?",
    }


def test_without_templating() -> None:
    """What looks like an expression can be sent as it is."""
    stub = Stubs().add(
        {"match": {"path": "/x"}, "response": {"body": "{{mustache}}", "template": False}}
    )

    assert stub.answer(scene()).body == b"{{mustache}}"


def test_times_and_listing() -> None:
    """A stub answers so many times, then the sandbox does; it is listed with its count."""
    stubs = Stubs()
    source = {"match": {"path": "/x"}, "response": {"body": "a"}, "times": 1}
    stub = stubs.add(source)
    recorded = RecordedRequest("GET", "/x")

    assert stub is stubs.find(recorded)
    assert stubs.find(recorded) is None
    assert {"id": "stub-1", **source, "answered": 1} == stubs.all()[0].serialized()
    assert stubs.remove(stub.id)


def test_records_are_of_one_mode(app: MockServerApp, customer: Document) -> None:
    """A stub sees the records of the organization and mode of the request only."""
    organization = next(iter(app.organizations))
    live = organization.sandbox("live")
    made = compiled("{{record.customers.{{path.2}}.email}}")

    assert made(scene(f"/api/x/{customer['id']}", live)) is None
