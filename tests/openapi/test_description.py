"""The OpenAPI document says of every type what the API does, and is valid itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from mockserver.app import MockServerApp
from mockserver.openapi.description import describe
from mockserver.openapi.parameters import pattern
from mockserver.resources.registry import registry
from mockserver.traffic.route import API
from tests.client import Api, path_of
from tests.samples import FOUND, Samples

Json = dict[str, Any]
Schemas = Callable[..., Draft202012Validator]
#: What the document is called among schemas.
HERE = "urn:openapi"
ANSWER = ("get", "responses", "200", "content", "application/vnd.api+json", "schema")
TYPES = sorted(type_ for type_, resource in registry().items() if not resource.singleton)
MADE = [t for t in TYPES if "create" in registry()[t].actions or t in FOUND]
BASE = "http://shop.example.com"
METHODS = {"get", "post", "patch", "put", "delete"}


@pytest.fixture(scope="module")
def description() -> Json:
    return describe(BASE)


@pytest.fixture
def samples(api: Api) -> Samples:
    """Return what makes records."""
    return Samples(api)


@pytest.fixture(scope="module")
def schemas(description: Json) -> Schemas:
    """Return what gives the validator of a schema of the document, by where it is."""
    known = Registry().with_resource(HERE, DRAFT202012.create_resource(description)).crawl()

    def schema(*names: str) -> Draft202012Validator:
        pointer = "/".join(name.replace("~", "~0").replace("/", "~1") for name in names)
        return Draft202012Validator({"$ref": f"{HERE}#/{pointer}"}, registry=known)

    return schema


def component(name: str) -> tuple[str, ...]:
    return "components", "schemas", name


def broken(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_it_is_valid(description: Json) -> None:
    """By the independent validator, references included."""
    validate(description)

    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": BASE}]


def test_it_is_made_anew_each_time(description: Json) -> None:
    """Nothing of one document is in another one."""
    assert describe(BASE) == description


def test_every_route_is_described(description: Json, app: MockServerApp) -> None:
    """And nothing else; of linkages that nobody can write, only that they are read."""
    routes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API) and "public" not in rule.rule:
            path = rule.rule.replace("<", "{").replace(">", "}")
            routes.setdefault(path, set()).update(m.lower() for m in rule.methods or ())
    described = {p: {*o} for p, o in description["paths"].items() if p.startswith(API)}

    assert described.keys() == routes.keys()
    for path, methods in described.items():
        expected = routes[path] & METHODS
        is_linkage = "/relationships/" in path
        assert (path, methods) == (path, methods & expected if is_linkage else expected)


def test_operations_have_names_of_their_own(description: Json) -> None:
    """Generators of clients call functions by them."""
    names = [o["operationId"] for path in description["paths"].values() for o in path.values()]

    assert len(names) == len(set(names))


def test_filters_are_those_of_the_type(description: Json) -> None:
    """Of each that is listed, under the names that the metadata has."""
    parameters = description["components"]["parameters"]
    for type_ in TYPES:
        resource = registry()[type_]
        prefix = f"{resource.__name__}.filter."
        found = {n.removeprefix(prefix) for n in parameters if n.startswith(prefix)}
        wanted = {*resource.filters} if "list" in resource.actions else set()

        assert (type_, found) == (type_, wanted)


def test_conditions_by_name_are_told(description: Json) -> None:
    """Those that the metadata names as scopes."""
    parameters = description["components"]["parameters"]
    told = {
        type_: next(
            each["description"]
            for name, each in parameters.items()
            if name.startswith(f"{registry()[type_].__name__}.") and each["name"] == "filter[q]"
        )
        for type_ in ("gift_cards", "tags")
    }

    assert told["gift_cards"].endswith(" Without a predicate: `with_status`.")
    assert "Without a predicate" not in told["tags"]


@pytest.mark.parametrize(
    ("kind", "key", "matches"),
    [
        ("string", "email_eq", True),
        ("string", "email_or_reference_i_cont_any", True),
        ("string", "reference_and_email_not_eq_or_null", True),
        ("string", "email", False),
        ("string", "email_jcont", False),
        ("string", "mail_eq", False),
        ("string", "email_true", False),
        ("boolean", "email_true", True),
        ("object", "email_jcont", True),
        ("integer", "email_cont", False),
        ("integer", "email_gteq", True),
    ],
)
def test_conditions(kind: str, key: str, matches: bool) -> None:  # noqa: FBT001 - what is expected
    """Names of attributes with the predicates that there are for their kind."""
    assert bool(re.search(pattern(["email", "reference"], kind), key)) is matches


@pytest.mark.parametrize("type_", MADE)
def test_what_is_answered(
    description: Json, schemas: Schemas, samples: Samples, type_: str
) -> None:
    """A record alone, with what is included, among others; its linkages and what is related."""
    resource, path = registry()[type_], path_of(samples.new(type_))
    name, include = (
        resource.__name__,
        [n for n, r in resource.relationships.items() if r.includable],
    )
    one = schemas(*component(f"{name}Document"))

    assert broken(one, samples.api.get(path).json) == []
    assert broken(one, samples.api.get(path, {"include": ",".join(include)}).json) == []
    if "list" in resource.actions:
        page = schemas(*component(f"{name}Page"))
        assert broken(page, samples.api.get(f"{API}{type_}").json) == []
    member = f"{API}{type_}/{{id}}/"
    for beneath in (p.removeprefix(member) for p in description["paths"] if p.startswith(member)):
        answer = samples.api.get(f"{path}/{beneath}").json
        expected = schemas("paths", f"{member}{beneath}", *ANSWER)
        assert (beneath, broken(expected, answer)) == (beneath, [])


@pytest.mark.parametrize("type_", [t for t in TYPES if "create" in registry()[t].actions])
def test_what_is_sent(schemas: Schemas, samples: Samples, type_: str) -> None:
    """Whatever makes a record is described; what is nothing of the type is not."""
    sent = samples.document(type_)
    create = schemas(*component(f"{registry()[type_].__name__}Create"))

    assert broken(create, sent) == []
    sent["data"].setdefault("attributes", {})["nothing_of_it"] = 1
    assert broken(create, sent) != []
    assert broken(create, {"data": {"type": "nothing"}}) != []


def test_errors(schemas: Schemas, api: Api) -> None:
    """As the catalogue has them, validations too."""
    refused = (
        api.get("/api/customers", {"page[size]": "26"}),
        api.post("/api/customers", {"data": {"type": "customers"}}),
        api.get("/api/customers/AAAAAAAAAA"),
        api.post("/api/customers", {}),
    )

    for answer in refused:
        assert broken(schemas(*component("Errors")), answer.json) == []


def test_it_is_served(app: MockServerApp) -> None:
    """To everybody, for the host that was asked, and remembered."""
    answer = app.test_client().get("/_mock/openapi.json", headers={"Host": "localhost:9"})

    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.json == describe("http://localhost:9")
