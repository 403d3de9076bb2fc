"""Any JSON in place of any member of any type: refused and forgotten, or accepted and usable."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.schema.relationships import Relationship
from tests.client import Api, Document, document, path_of
from tests.samples import Samples
from tests.scene import NOBODY, digest
from tests.web.test_every_type import CREATABLE, LISTED, MADE, NEWEST, UPDATABLE

VALUES: list[Any] = [
    *(None, True, False, "", " ", "x" * 300, "a\0b", "\u2028🎉", "NaN", "12", "true"),
    *(0, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 10**30, 1.5, -0.5, 1e308),
    *([], [None], [[]], [{}], ["a\0"], {}, {"": None}, {"a": {"b": [1]}}),
    *("9999-12-31T23:59:59.999-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30"),
    *("http://[::1", "http://127.0.0.1:99999/", "http://h:abc/", "https://"),
    *("0 0 31 2 *", "99 99 99 99 99", "(a+)+$", "(", '\ufeffemail\r\n"a""b\n@x.com"', "monthly"),
]
LINKAGES: list[Any] = [
    *(None, [], {}, "x", 1, True, [None], [{}], [[]]),
    *({"type": None, "id": None}, {"type": [], "id": {}}, {"type": "nope", "id": "x"}),
    *({"type": "customers", "id": id_} for id_ in (1, "", "a\0", "x" * 500, NOBODY)),
]
STATUSES = {200, 201, 400, 401, 404, 422, 423}
EACH = 3


def hostile(type_: str, draw: random.Random) -> Iterator[Document]:
    """Yield what is sent of a type: each member with some values, then some members at once."""
    resource = registry()[type_]
    members = {**resource.attributes, **resource.relationships}
    open_ = [n for n, m in members.items() if m.flags.creatable or m.flags.updatable]

    def value(name: str) -> Any:
        return draw.choice(LINKAGES if isinstance(members[name], Relationship) else VALUES)

    chosen = [[name] for name in open_ for _ in range(EACH)]
    chosen += [draw.sample(open_, min(4, len(open_))) for _ in range(EACH)]
    for names in chosen:
        drawn = {name: value(name) for name in names}
        links = {n: v for n, v in drawn.items() if n in resource.relationships}
        yield {"links": links, **{n: v for n, v in drawn.items() if n not in links}}


def merged(sample: Document, sent: Document) -> Document:
    """Return a document that creates a record, with what is sent put into it."""
    data = document("any", **sent)["data"]
    for part in ("attributes", "relationships"):
        sample["data"][part] = {**sample["data"].get(part, {}), **data.get(part, {})}
    return sample


@pytest.mark.parametrize("type_", sorted({*CREATABLE, *UPDATABLE}))
def test_hostile_values(api: Api, app: MockServerApp, sandbox: Sandbox, type_: str) -> None:
    """Never a failure; nothing is left of a refusal, and everything goes on with what is stored."""
    sandbox.organization.clock.freeze()
    samples = Samples(api)
    made = samples.new(type_)
    for sent in hostile(type_, random.Random(type_)):  # noqa: S311 - not for secrets
        requests = []
        if type_ in UPDATABLE:
            requests.append(("PATCH", path_of(made), document(type_, made["id"], **sent)))
        if type_ in CREATABLE:
            body = merged(samples.document(type_), sent)
            requests.append(("POST", f"/api/{type_}", body))
        for request in requests:
            check(api, sandbox, type_, request)
    plane, slug = app.plane, sandbox.organization.slug
    before = plane.organizations.snapshot(slug)
    plane.organizations.restore(slug, orjson.loads(orjson.dumps(before)))

    assert plane.organizations.snapshot(slug)["test"]["meta"] == before["test"]["meta"]


def check(api: Api, sandbox: Sandbox, type_: str, request: tuple[str, str, Document]) -> None:
    """Send a request and look at what comes of it.

    What is due is done before; nothing becomes due meanwhile, for the clock stands. An order keeps
    why it could not be placed, and nothing else is left of that.
    """
    noted = "_place" not in request[2]["data"].get("attributes", {})
    sandbox.organization.clock.advance(timedelta(seconds=1))
    sandbox.job_queue.work()
    before = digest(sandbox, noted=noted)
    answer = api.request(*request)
    told = f"{request} {answer.text}"

    assert answer.status_code in STATUSES, told
    if answer.status_code >= 400:
        assert answer.json["errors"], told
        assert digest(sandbox, noted=noted) == before, told
        return
    id_ = answer.json["data"]["id"]
    resource = registry()[type_]
    names = [name for name, member in resource.relationships.items() if member.includable]
    include = {"include": ",".join(names)} if names else {}
    assert type_ not in MADE or api.get(f"/api/{type_}/{id_}", include).status_code == 200, told
    if type_ in LISTED:
        assert api.get(f"/api/{type_}", {**NEWEST, **include}).status_code == 200, told
