"""Every declaration is a schema: its ``dump`` and ``load`` give what the API gives.

The records and the requests are made from the declarations: a type that is added is tested from
then on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.record_view import RecordView
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import Resource
from tests.client import Api, Document, path_of
from tests.samples import FOUND, Samples

BASE_URL = "http://localhost"
TYPES = sorted(type_ for type_, resource in registry().items() if not resource.singleton)
SINGLETONS = sorted(type_ for type_, resource in registry().items() if resource.singleton)
CREATABLE = [type_ for type_ in TYPES if "create" in registry()[type_].actions]
LISTED = [type_ for type_ in TYPES if "list" in registry()[type_].actions]
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
    """What is seeded is dumped as the lists of the API answer it, whatever type there is."""
    app = make(seeded=True, customers=5, auth=False)
    api, sandbox = Api(app), next(iter(app.organizations)).sandbox("test")
    found = set()
    for type_ in LISTED:
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
