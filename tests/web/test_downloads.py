"""The files of imports and exports: fetched by a link that is good for five minutes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp, create_app
from mockserver.clock import Clock
from mockserver.settings import Settings
from tests.backends import BACKENDS
from tests.background import done, exported, imported, now
from tests.client import Api, Bearers, Document, path_of
from tests.refusals import got, refused
from tests.scene import alter

BOTH = pytest.mark.parametrize("storage", BACKENDS)


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


@pytest.fixture
def link(api: Api) -> str:
    """Return the link to the file of an export of one tag."""
    api.create("tags", name="vip", reference="é")
    return str(done(api, exported(api, "tags", fields=["reference"]))["attachment_url"])


def fetched(api: Api, link: str, **headers: str) -> TestResponse:
    """Follow a link, as anybody would: without token and media type."""
    parts = urlsplit(link)
    return api.app.test_client().get(
        f"{parts.path}?{parts.query}", base_url=f"http://{parts.netloc}", headers=headers
    )


@BOTH
def test_a_file(api: Api, link: str, storage: str) -> None:
    """It can be read as it is."""
    answer = fetched(api, link)
    headers = answer.headers
    id_ = urlsplit(link).path.rpartition("/")[2]

    assert storage in BACKENDS
    assert answer.status_code == 200
    assert answer.json == [{"reference": "é"}]
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Content-Disposition"] == f'attachment; filename="exports-{id_}.json"'
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Ratelimit-Limit" not in headers
    assert answer.data == fetched(api, link).data


@pytest.mark.parametrize("headers", [{"User-Agent": "axios/1.7.2"}, {"Accept": "application/gzip"}])
def test_a_packed_file(api: Api, link: str, headers: dict[str, str]) -> None:
    """As the real service has it: clients that unpack it themselves find something to unpack."""
    answer = fetched(api, link, **headers)

    assert json.loads(gzip.decompress(answer.data)) == fetched(api, link).json
    assert answer.headers["Content-Type"] == "application/gzip"
    assert answer.headers["Content-Disposition"].endswith('.json.gz"')
    assert "Content-Encoding" not in answer.headers
    assert answer.data == fetched(api, link, **headers).data


@pytest.mark.parametrize(
    ("type_", "text", "name"),
    [("imports", "name\nvip\n", "csv"), ("imports", [{"name": "vip"}], "json")],
)
def test_a_raw_file(api: Api, type_: str, text: Any, name: str) -> None:
    """That of an import is what it was given."""
    attributes = done(api, imported(api, "tags", text, format=name))
    answer = fetched(api, attributes["attachment_url"])
    content = answer.data.decode()

    assert answer.headers["Content-Disposition"].endswith(f'.{name}"')
    assert (content if name == "csv" else json.loads(content)) == text
    assert f"/{type_}/" in attributes["attachment_url"]


@pytest.mark.parametrize("host", ["http://acme.cl.localhost:1234", "https://127.0.0.1:8443"])
def test_where_it_is(api: Api, link: str, host: str) -> None:
    """At the place the resource was asked for at."""
    path = urlsplit(link).path.replace("/downloads/acme/test", "/api")
    headers = {"Accept": "*/*"}
    answer = api.app.test_client().get(path, base_url=host, headers=headers)
    seen = answer.json["data"]["attributes"]["attachment_url"]

    assert seen.startswith(f"{host}/downloads/")
    assert fetched(api, seen).status_code == 200


def test_five_minutes(api: Api, link: str, clock: Clock) -> None:
    """By the sandbox's clock, from the moment that the resource is read."""
    id_ = urlsplit(link).path.rpartition("/")[2]
    clock.advance(timedelta(minutes=5))
    in_time = fetched(api, link)
    again = now(api, {"type": "exports", "id": id_})["attachment_url"]
    clock.advance(timedelta(seconds=1))
    late = fetched(api, link)

    assert (in_time.status_code, late.status_code) == (200, 403)
    assert late.json["errors"] == [
        {
            "title": "Access denied",
            "detail": "The link has expired: read the resource again.",
            "code": "DOWNLOAD_DENIED",
            "status": "403",
        }
    ]
    assert late.headers["Content-Type"] == "application/vnd.api+json; charset=utf-8"
    assert fetched(api, again).status_code == 200


def altered(link: str, **changes: str) -> str:
    """Return the link with other parameters."""
    parts = urlsplit(link)
    query = {**{name: values[0] for name, values in parse_qs(parts.query).items()}, **changes}
    return f"{link.partition('?')[0]}?" + "&".join(f"{name}={v}" for name, v in query.items())


LINKS: Mapping[str, Any] = {
    "another signature": lambda link: altered(link, signature="0" * 64),
    "no signature": lambda link: altered(link, signature=""),
    "a strange signature": lambda link: altered(link, signature="%C3%A9%FF"),
    "a later end": lambda link: altered(link, expires="9999999999"),
    "no number": lambda link: altered(link, expires="never"),
    "no parameters": lambda link: link.partition("?")[0],
    "another type": lambda link: link.replace("/exports/", "/imports/"),
    "another mode": lambda link: link.replace("/test/", "/live/"),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_of_ones_own_making(api: Api, link: str, name: str) -> None:
    """They open nothing."""
    answer = fetched(api, LINKS[name](link))

    assert answer.status_code == 403
    assert answer.json["errors"][0]["detail"] == "The signature of the link is invalid."


@pytest.mark.parametrize("path", ["/downloads/nobody/test/exports/x", "/downloads/acme/other/a/b"])
def test_nowhere(api: Api, path: str) -> None:
    assert got(fetched(api, f"http://localhost{path}")) == refused("RECORD_NOT_FOUND")


def test_another_method(api: Api, link: str) -> None:
    parts = urlsplit(link)
    answer = api.app.test_client().post(f"{parts.path}?{parts.query}")

    assert answer.status_code == 405
    assert answer.json["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


def test_a_preflight(api: Api, link: str) -> None:
    """Pages fetch files, too."""
    answer = api.app.test_client().options(urlsplit(link).path)

    assert answer.status_code == 204
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


def test_what_is_gone(api: Api, link: str) -> None:
    """A file goes with its record."""
    id_ = urlsplit(link).path.rpartition("/")[2]
    api.delete(path_of({"type": "exports", "id": id_}))

    assert got(fetched(api, link)) == refused("RECORD_NOT_FOUND")


def test_half_a_file(api: Api, sandbox: Any) -> None:
    """An import has its file from the start on, an export when it is done."""
    made: Document = imported(api, "tags", [{"name": "vip"}])

    assert now(api, made)["attachment_url"] is None
    alter(sandbox, made, attachment_url=made["id"])
    assert fetched(api, now(api, made)["attachment_url"]).status_code == 200


@pytest.mark.parametrize("options", [{"auth": True}])
def test_without_a_token(bearers: Bearers, options: Mapping[str, Any]) -> None:
    """The link is all it takes; in live mode as well."""
    assert options == {"auth": True}
    api = bearers.integration("live")
    attributes = done(api, imported(api, "tags", [{"name": "vip"}]))

    assert "/live/" in attributes["attachment_url"]
    assert fetched(api, attributes["attachment_url"]).status_code == 200


def test_files_are_part_of_a_snapshot(api: Api, link: str, app: MockServerApp) -> None:
    """They go and come with it, into another organization too, whose links are its own."""
    id_ = urlsplit(link).path.rpartition("/")[2]
    snapshot = json.loads(json.dumps(app.plane.organizations.snapshot("acme")))
    app.plane.organizations.create({"slug": "shop"})
    try:
        app.plane.organizations.restore("shop", snapshot)
        other = app.organizations.get("shop")
        assert other is not None
        other.clock.freeze(next(iter(app.organizations)).clock.now())
        path = other.sandbox("test").files.signed_path("exports", id_)

        assert fetched(api, f"http://localhost{path}").data == fetched(api, link).data
        assert fetched(api, link.replace("/acme/", "/shop/")).status_code == 403
    finally:
        app.plane.organizations.delete("shop")


def test_files_outlive_the_server(tmp_path: Path, data_directory: Path) -> None:
    """They are where the records are, and links are good after a restart."""
    told = {"auth": False, "seeded": False, "data_directory": data_directory}
    storage = f"tinydb:{tmp_path / 'records'}"
    first = create_app(Settings(storage=storage, **told))
    api = Api(first)
    api.create("tags", name="vip")
    link = done(api, exported(api, "tags"))["attachment_url"]
    data = fetched(api, link.replace("https", "http")).data
    first.close()
    second = create_app(Settings(storage=storage, **told))
    try:
        other = Api(second)
        id_ = urlsplit(link).path.rpartition("/")[2]
        again = now(other, {"type": "exports", "id": id_})["attachment_url"]
        assert fetched(other, again).data == data
    finally:
        second.close()
