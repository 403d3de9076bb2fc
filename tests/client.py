"""A client as small as the API's own words: what tests say requests with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from mockserver.app import MockServerApp

MEDIA_TYPE = "application/vnd.api+json"
WRITES = ("POST", "PATCH", "PUT", "DELETE")

Document = dict[str, Any]
Query = Mapping[str, str] | Iterable[tuple[str, str]]


class Api:
    """Sends requests as one bearer; the media type and the token go with every one of them."""

    def __init__(self, app: MockServerApp, token: str | None = None) -> None:
        """Talk to the application, with a token or without."""
        self.app = app
        self.token = token
        self._client = app.test_client()

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Query = (),
        headers: Mapping[str, str | None] | None = None,
    ) -> TestResponse:
        """Send a request.

        Args:
            method: of HTTP.
            path: may have a query of its own.
            body: a document, or bytes to be sent as they are.
            query: further parameters, encoded here.
            headers: further ones; ``None`` takes one away.
        """
        sent: dict[str, str | None] = {"Accept": MEDIA_TYPE}
        if body is not None:
            sent["Content-Type"] = MEDIA_TYPE
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        sent |= headers or {}
        parameters = urlencode(query if isinstance(query, Mapping) else list(query))
        return self._client.open(
            f"{path}{'&' if '?' in path else '?'}{parameters}" if parameters else path,
            method=method,
            data=body if isinstance(body, bytes | None) else json.dumps(body),
            headers=[(name, value) for name, value in sent.items() if value is not None],
        )

    def get(self, path: str, query: Query = (), **headers: str) -> TestResponse:
        """Read."""
        return self.request("GET", path, query=query, headers=headers)

    def post(self, path: str, body: Any, query: Query = ()) -> TestResponse:
        """Create, or add to a linkage."""
        return self.request("POST", path, body, query)

    def patch(self, path: str, body: Any, query: Query = ()) -> TestResponse:
        """Update."""
        return self.request("PATCH", path, body, query)

    def delete(self, path: str, body: Any = None) -> TestResponse:
        """Delete, or remove from a linkage."""
        return self.request("DELETE", path, body)

    def create(self, type_: str, *, links: Document | None = None, **attributes: Any) -> Document:
        """Create a record that must be accepted; return its resource object.

        Args:
            type_: of the record.
            links: the id, or list of ids, each relationship is to lead to, by (name, type).
            attributes: of the record.
        """
        answer = self.post(f"/api/{type_}", document(type_, links=links, **attributes))
        assert answer.status_code == 201, answer.text
        created: Document = answer.json["data"]
        return created

    def update(
        self, object_: Document, *, links: Document | None = None, **attributes: Any
    ) -> Document:
        """Update a record that must accept it; return its resource object."""
        type_, id_ = object_["type"], object_["id"]
        answer = self.patch(f"/api/{type_}/{id_}", document(type_, id_, links=links, **attributes))
        assert answer.status_code == 200, answer.text
        updated: Document = answer.json["data"]
        return updated


class Bearers:
    """Asks the authorization server for tokens, with the published credentials."""

    def __init__(self, app: MockServerApp) -> None:
        """Ask the application's."""
        self.app = app

    def integration(self, mode: str = "test", *, name: str = "integration") -> Api:
        """Return a client that may do everything, or, ``read_only_integration``, only read."""
        return self._client(mode, name, client_secret=_published(mode, name, "client_secret"))

    def guest(self, mode: str = "test", *, scope: str = "market:code:europe") -> Api:
        """Return a client for a guest of a sales channel."""
        return self._client(mode, "sales_channel", scope=scope)

    def confidential_guest(self, mode: str = "test") -> Api:
        """Return one for a guest of the sales channel that has a secret and shows it."""
        name = "confidential_channel"
        secret = _published(mode, name, "client_secret")
        return self._client(mode, name, scope="market:code:europe", client_secret=secret)

    def customer(self, email: str, password: str, mode: str = "test") -> Api:
        """Return a client for a logged customer."""
        return self._client(
            mode,
            "sales_channel",
            grant_type="password",
            username=email,
            password=password,
            scope="market:code:europe",
        )

    def _client(self, mode: str, name: str, **parameters: str) -> Api:
        asked = {
            "grant_type": "client_credentials",
            "client_id": _published(mode, name, "client_id"),
            **parameters,
        }
        return Api(self.app, self.app.authorization.token(asked)["access_token"])


def _published(mode: str, name: str, what: str) -> str:
    return f"{mode}_{name}_{what}_".ljust(43, "0")


def document(
    type_: str, id_: str | None = None, *, links: Document | None = None, **attributes: Any
) -> Document:
    """Return the document of a create or update request."""
    data: Document = {"type": type_}
    if id_ is not None:
        data["id"] = id_
    if attributes:
        data["attributes"] = attributes
    if links is not None:
        data["relationships"] = {name: {"data": linkage} for name, linkage in links.items()}
    return {"data": data}


def to(object_: Document) -> Document:
    """Return the resource identifier object of a resource object."""
    return {"type": object_["type"], "id": object_["id"]}


def path_of(object_: Document) -> str:
    """Return the path of a resource object."""
    return f"/api/{object_['type']}/{object_['id']}"


def ids(answer: TestResponse) -> list[str]:
    """Return the ids of the primary data of a list."""
    assert answer.status_code == 200, answer.text
    return [object_["id"] for object_ in answer.json["data"]]


def values(answer: TestResponse, name: str) -> list[Any]:
    """Return one attribute of each record of a list."""
    assert answer.status_code == 200, answer.text
    return [object_["attributes"][name] for object_ in answer.json["data"]]
