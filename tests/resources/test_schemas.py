"""Every declaration is a schema: its ``dump`` and ``load`` give what the API gives.

The records and the requests are made from the declarations: a type that is added is tested from
then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import ValidationError
from marshmallow_jsonapi.exceptions import IncorrectTypeError

from mockserver.app import MockServerApp
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.record_view import RecordView
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import is_view, registry
from mockserver.schema.members import Attribute
from mockserver.schema.request_documents import creation
from mockserver.schema.vocabulary import Resource
from tests.client import Api, Document, path_of
from tests.samples import FOUND, Samples

BASE_URL = "http://localhost"
TYPES = sorted(type_ for type_, resource in registry().items() if not resource.singleton)
SINGLETONS = sorted(type_ for type_, resource in registry().items() if resource.singleton)
CREATABLE = [type_ for type_ in TYPES if "create" in registry()[type_].actions]
LISTED = [type_ for type_ in TYPES if "list" in registry()[type_].actions]
UPDATABLE = [type_ for type_ in CREATABLE if "update" in registry()[type_].actions]
MADE = sorted({*CREATABLE, *(FOUND.keys() & set(TYPES))})


def schema(type_: str, sandbox: Sandbox, shown: Document, **options: Any) -> Resource:
    """Return the schema of a type as it is for the request that has shown a resource."""
    view = RecordView(sandbox, sandbox.system, BASE_URL)
    return registry()[type_](view=view, meta=shown["meta"], **options)


@pytest.mark.parametrize("type_", MADE)
def test_dump(api: Api, sandbox: Sandbox, type_: str) -> None:
    """A record is dumped as the document that the API answers, members in the same order."""
    made = Samples(api).new(type_)
    answered = api.get(path_of(made)).json
    record = sandbox.get(type_, made["id"])

    dumped = schema(type_, sandbox, answered["data"]).dump(record)

    assert repr(answered) == repr(dumped)


@pytest.mark.parametrize("type_", SINGLETONS)
def test_dump_singletons(api: Api, sandbox: Sandbox, type_: str) -> None:
    """So are those that exist once."""
    resource = registry()[type_]
    answered = api.get(f"/api/{resource.singleton}").json
    record = sandbox.get(type_, answered["data"]["id"])

    assert repr(answered) == repr(schema(type_, sandbox, answered["data"]).dump(record))


def test_dump_seeded(make: Callable[..., MockServerApp]) -> None:
    """What is seeded is dumped as the lists of the API answer it, by the type of its own."""
    app = make(seeded=True, customers=5, auth=False)
    api, sandbox = Api(app), next(iter(app.organizations)).sandbox("test")
    found = set()
    for type_ in LISTED:
        if is_view(type_):
            continue
        answered = api.get(f"/api/{type_}", {"page[size]": "25"}).json["data"]
        records = [sandbox.get(type_, resource["id"]) for resource in answered]
        if records:
            dumped = schema(type_, sandbox, answered[0], many=True).dump(records)
            assert repr(answered) == repr(dumped["data"])
            found.add(type_)

    assert found > {"customers", "orders", "addresses", "events"}


@pytest.mark.parametrize("type_", MADE)
def test_dump_without_a_view(api: Api, sandbox: Sandbox, type_: str) -> None:
    """Alone with a record, a schema dumps what the record tells, with paths for links."""
    made = Samples(api).new(type_)
    record = sandbox.get(type_, made["id"])
    resource = registry()[type_]
    told = {
        name: value
        for name, value in api.get(path_of(made)).json["data"]["attributes"].items()
        if resource.attributes[name].reader(type_) is None
    }

    dumped = resource().dump(record)["data"]

    assert repr(told) == repr(dumped["attributes"])
    assert {"self": path_of(made)} == dumped["links"]
    assert "meta" not in dumped


def test_dump_only() -> None:
    """The library's own options hold: what ``only`` names is dumped."""
    dumped = registry()["tags"](only=("id", "name")).dump({"id": "abc", "name": "new"})

    expected = {"id": "abc", "type": "tags", "links": {"self": "/api/tags/abc"}}
    assert {"data": {**expected, "attributes": {"name": "new"}}} == dumped


# --- load ----------------------------------------------------------------------------------------


def change_of(sandbox: Sandbox, type_: str, body: Document) -> ChangeSet:
    """Return what the engine makes of a document that is posted: the draft, and what was sent."""
    resource = registry()[type_]
    change = ChangeSet(sandbox, resource, sandbox.system, sandbox.draft(type_))
    change.apply(creation(body, resource, sandbox.system))
    return change


@pytest.mark.parametrize("type_", CREATABLE)
def test_load(api: Api, sandbox: Sandbox, type_: str) -> None:
    """A document is loaded as the values that the engine makes of it: cast, normalised, linked."""
    body = Samples(api).document(type_)
    with sandbox.transaction():
        change = change_of(sandbox, type_, body)
    stored = {**change.record, **change.sent}

    loaded = schema(type_, sandbox, {"meta": {}}).load(body)

    assert set(body["data"].get("attributes", ())) <= loaded.keys()
    assert repr({name: stored[name] for name in loaded}) == repr(loaded)


def with_attributes(body: Document, /, **attributes: Any) -> Document:
    """Return a document that says these as well."""
    data = body["data"]
    return {"data": {**data, "attributes": {**data.get("attributes", {}), **attributes}}}


def without(body: Document, part: str, name: str) -> Document:
    """Return a document that does not say this."""
    data = body["data"]
    return {"data": {**data, part: {n: v for n, v in data.get(part, {}).items() if n != name}}}


def assert_refused(api: Api, sandbox: Sandbox, type_: str, body: Any) -> None:
    """Hold that a schema refuses a document with the errors of the API.

    Where a type has checks, or a command was broken, the API may have found more.
    """
    with pytest.raises((ValidationError, IncorrectTypeError)) as refused:
        schema(type_, sandbox, {"meta": {}}).load(body)

    told = api.post(f"/api/{type_}", body).json["errors"]
    own = refused.value.messages["errors"]
    assert repr([error for error in told if error in own]) == repr(own)
    assert registry()[type_].checks or told == own


@pytest.mark.parametrize("type_", CREATABLE)
def test_load_of_values_of_another_kind(api: Api, sandbox: Sandbox, type_: str) -> None:
    """What has no reading as an attribute is refused in the words of the API."""
    body, resource = Samples(api).document(type_), registry()[type_]
    for name, attribute in resource.attributes.items():
        if attribute.flags.creatable:
            wrong: Any = ["x"] if attribute.kind == "object" else {"x": 1}
            assert_refused(api, sandbox, type_, with_attributes(body, **{name: wrong}))


@pytest.mark.parametrize("type_", CREATABLE)
def test_load_without_what_is_required(api: Api, sandbox: Sandbox, type_: str) -> None:
    """So is nothing where something has to be: left out, null or blank."""
    body, resource = Samples(api).document(type_), registry()[type_]
    for name, attribute in resource.attributes.items():
        if attribute.flags.creatable and attribute.presence is True and not attribute.effect:
            for nothing in (None, " "):
                assert_refused(api, sandbox, type_, with_attributes(body, **{name: nothing}))
            if attribute.initial is None:
                assert_refused(api, sandbox, type_, without(body, "attributes", name))
    for name, relationship in resource.relationships.items():
        if name in body["data"].get("relationships", {}) and relationship.presence is True:
            assert_refused(api, sandbox, type_, without(body, "relationships", name))


@pytest.mark.parametrize("type_", CREATABLE)
def test_load_of_broken_rules(api: Api, sandbox: Sandbox, type_: str) -> None:
    """So is what breaks a rule."""
    body, resource = Samples(api).document(type_), registry()[type_]
    for name, attribute in resource.attributes.items():
        wrong: Any = "ä" * 500 if attribute.kind == "string" else -1
        if attribute.flags.creatable and breaks(attribute, wrong):
            assert_refused(api, sandbox, type_, with_attributes(body, **{name: wrong}))


def breaks(attribute: Attribute, value: Any) -> bool:
    try:
        attribute.check(attribute.cast(value))
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("type_", CREATABLE)
def test_load_of_documents_that_are_none(api: Api, sandbox: Sandbox, type_: str) -> None:
    """So is what is no document of the type, before any value is looked at."""
    body, resource = Samples(api).document(type_)["data"], registry()[type_]
    wrong: list[Any] = [
        *({}, {"data": None}, {"data": [body]}, {"data": {**body, "type": "tags{0}"}}),
        *({"data": {**body, "type": None}}, {"data": {**body, "id": "x"}}),
        {"data": {**body, "attributes": []}},
        with_attributes({"data": body}, foo=1),
    ]
    for name, member in resource.relationships.items():
        links: list[Any] = [{}, {"data": {"type": "foo", "id": "x"}}, {"data": [{"type": "foo"}]}]
        wrong += [{"data": {**body, "relationships": {name: link}}} for link in links]
        if not member.flags.creatable:
            wrong.append({"data": {**body, "relationships": {name: {"data": None}}}})
    for each in wrong:
        assert_refused(api, sandbox, type_, each)


@pytest.mark.parametrize("type_", UPDATABLE)
def test_load_of_updates(api: Api, sandbox: Sandbox, type_: str) -> None:
    """A partial load is that of an update: of what is there, nothing is asked for."""
    made, resource = Samples(api).new(type_), registry()[type_]
    whole = schema(type_, sandbox, made, partial=True)
    shown = api.get(path_of(made)).json["data"]["attributes"]
    bare = {"id": made["id"], "type": type_}
    assert {} == whole.load({"data": bare})
    for name, attribute in resource.attributes.items():
        body = with_attributes(
            {"data": bare}, **{name: {"x": 1} if name == "id" else shown.get(name)}
        )
        if not attribute.flags.updatable:
            with pytest.raises(ValidationError) as refused:
                whole.load(body)
            assert api.patch(path_of(made), body).json == refused.value.messages
        elif name in shown and shown[name] is not None:
            assert attribute.cast(shown[name]) == whole.load(body)[name]


def test_load_alone() -> None:
    """Without a view, a schema loads what the declaration says of a document."""
    attributes = {"email": " Ada@Example.COM ", "reference": 1, "metadata": {}}
    loaded = registry()["customers"]().load(
        {"data": {"type": "customers", "attributes": attributes}}
    )

    assert {"email": "ada@example.com", "reference": "1", "metadata": {}} == loaded


@pytest.mark.parametrize("body", [None, [], "x"], ids=repr)
def test_load_of_what_is_no_object(body: Any) -> None:
    """It is refused as a body of the API is."""
    with pytest.raises(ValidationError) as refused:
        registry()["tags"]().load(body)

    assert ["Request must be a hash"] == [e["detail"] for e in refused.value.messages["errors"]]


def test_load_only() -> None:
    """What the library's ``only`` leaves out is not allowed."""
    body = {"data": {"type": "tags", "attributes": {"name": "new"}}}

    assert {"name": "new"} == registry()["tags"](only=("id", "name")).load(body)
    with pytest.raises(ValidationError) as refused:
        registry()["tags"](exclude=("name",)).load(body)
    assert ["name is not allowed."] == [e["detail"] for e in refused.value.messages["errors"]]
