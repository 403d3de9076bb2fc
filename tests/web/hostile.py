"""Requests of somebody who means no good, drawn from a seed: the same ones every time."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

NOBODY = "AAAAAAAAAA"
TEXTS = [
    "",
    " ",
    "x",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u2028\u202e",
    "🎉" * 50,
    "é",
    "'; DROP TABLE customers; --",
    "%",
    "%00",
    "%ff",
    "\\",
    "{}",
    "{name}",
    "%s%n",
    "../../etc/passwd",
    "<script>",
    "null",
    "undefined",
    "true",
    "1",
    "-1",
    "9" * 400,
    "1e999",
    "NaN",
    "2026-02-30",
    "9999-12-31T23:59:59.999999999Z",
    "0000-00-00",
    "x" * 20_000,
    "(" * 500,
    "a" * 30 + "!",
    "%_" * 2_000,
]
NUMBERS = [0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**400, 1.5, -0.0, 1e308, 5e-324]
TYPES = ["customers", "tags", "orders", "markets", "events", "skus", "organizations", "nope"]
BODIES = [
    b"",
    b" ",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"5",
    b"NaN",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"data":\xff}',
    b'{"data":"\xed\xa0\x80"}',
    b'{"a":1}{"b":2}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"data":' + b"9" * 5_000 + b"}",
    b'{"data":{"type":"tags","type":"customers","id":1}}',
    b"\0" * 100,
    b"data=1&type=tags",
    bytes(range(256)),
]
ESCAPES = [
    "%",
    "%2",
    "%zz",
    "%00",
    "%ff",
    "%c3%28",
    "%ed%a0%80",
    "%F0%9F%98%80",
    "+",
    "&",
    "=",
    ";",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
WEIRD_METHODS = ["get", "FOO", "TRACE", "CONNECT", "OPTIONS", "PROPFIND", "G" * 300, "GET\t", "é"]
HOSTS = [
    "",
    "a b",
    "é",
    "[::1",
    "a:99999999",
    "x" * 3000,
    "a/../b",
    "a@b",
    "acme.cl.localhost",
    ".",
    ":",
]
HEADERS = {
    "HTTP_ACCEPT": ["*/*", "text/html", ",,,", ";", "\x00", "é" * 99, "a" * 9000],
    "CONTENT_TYPE": ["", "text/plain", "multipart/form-data", ";;;", "é", "application/json"],
    "HTTP_IF_NONE_MATCH": ["*", "W/", '"', ",,", "é", "W/" * 999],
    "HTTP_X_TRUE_CLIENT_IP": ["", "x" * 999, "é", "127.0.0.1, 10.0.0.1"],
    "HTTP_X_BACKEND_AUTH": ["", "x", "é"],
    "HTTP_ORIGIN": ["null", "é", "x" * 999],
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": ["é", "x" * 999, ","],
    "HTTP_X_FORWARDED_HOST": ["evil.example.com", "é"],
    "HTTP_COOKIE": ["a=b", "é;;;=", "x" * 9000],
    "HTTP_TRANSFER_ENCODING": ["chunked", "x"],
    "CONTENT_LENGTH": ["", "abc", "-1", "999999999", "0", "1", "1e3", "é", "9" * 400],
}


@dataclass(slots=True)
class Hostility:
    """One request, as the server hands it to the application."""

    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return what is needed to see what happened."""
        parts = (self.method, self.path, self.query, self.body, self.headers)
        return " ".join(repr(part)[:300] for part in parts)


class Hostiles:
    """A stream of requests at every family of routes."""

    def __init__(self, seed: int, documents: Sequence[dict[str, Any]]) -> None:
        """Draw requests about records that exist.

        Args:
            seed: what is drawn depends on it alone.
            documents: the resource objects of some records, without their links.
        """
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._documents = documents

    def requests(self, count: int) -> Iterator[Hostility]:
        """Yield so many requests."""
        for _ in range(count):
            known = self._one(self._documents)
            method = self._one(METHODS if self._chance(0.9) else WEIRD_METHODS)
            yield Hostility(
                method, self._path(known), self._query(), self._body(known), self._headers()
            )

    # --- paths ---------------------------------------------------------------------------------

    def _path(self, known: dict[str, Any]) -> str:
        type_ = known["type"] if self._chance(0.8) else self._one(TYPES)
        id_ = known["id"] if self._chance(0.6) else self._id()
        name = self._name(known) if self._chance(0.8) else self._id()
        path = self._one(
            [
                f"/api/{type_}",
                f"/api/{type_}/{id_}",
                f"/api/{type_}/{id_}",
                f"/api/{type_}/{id_}/{name}",
                f"/api/{type_}/{id_}/relationships/{name}",
                "/api/organization",
                "/api/application",
                f"/api/{id_}",
                f"/{id_}",
                f"/api/{type_}//{id_}/",
            ]
        )
        return path.encode("utf-8", "surrogatepass").decode("latin-1")

    def _id(self) -> str:
        return str(self._one([NOBODY, ".", "..", "relationships", "a/b", *TEXTS]))

    def _name(self, known: dict[str, Any]) -> str:
        return str(self._one(list(known["relationships"])))

    # --- queries -------------------------------------------------------------------------------

    def _query(self) -> str:
        if self._chance(0.3):
            return ""
        if self._chance(0.03):
            return "&".join(f"a{n}[b]={n}" for n in range(1500))
        pairs = [self._pair() for _ in range(self._random.randint(1, 4))]
        query = "&".join(pairs)
        if self._chance(0.2):
            at = self._random.randint(0, len(query))
            query = query[:at] + self._one(ESCAPES) + query[at:]
        return query.encode("utf-8", "surrogatepass").decode("latin-1")

    def _pair(self) -> str:
        attribute = self._one(
            ["email", "id", "metadata", "customer_group", "tags_id", "foo", "name"]
        )
        predicate = self._one(["eq", "in", "cont", "jcont", "null", "matches_any", "gt", "foo", ""])
        name = self._one(
            [
                "page",
                "page[size]",
                "page[number]",
                "page[size][x]",
                "page[]",
                "sort",
                "sort[]",
                "sort[x]",
                "include",
                "include[]",
                "include[x]",
                "fields",
                "fields[]",
                "fields[customers]",
                "fields[customers][]",
                "fields[x][y]",
                "filter",
                "filter[]",
                "filter[q]",
                "filter[q][]",
                "filter[ids]",
                "filter[created_at_from]",
                "filter[metadata]",
                f"filter[q][{attribute}_{predicate}]",
                f"filter[q][{attribute}_{predicate}]",
                f"filter[q][{attribute}_or_{attribute}_{predicate}]",
                f"filter[q][{attribute}_{predicate}][]",
                f"filter[q][{attribute}_{predicate}][x]",
                "filter[q][" + "customer_addresses_customer_" * 40 + "email_eq]",
                "a" + "[b]" * 300,
                "[",
                "]",
                "a[",
                "[a]",
                "a]b[c]",
                "",
            ]
        )
        return f"{name}={self._value()}"

    def _value(self) -> str:
        text = self._one(
            [
                *TEXTS,
                *map(str, NUMBERS),
                ",".join(map(str, range(3000))),
                "orders." * 200,
                "customer_group.customers." * 3 + "tags",
                "-" * 99,
                '{"a":' * 200 + "1" + "}" * 200,
                '{"a":[{"b":null}]}',
                '{"a":"\\ud800"}',
            ]
        )
        return str(text).replace("&", "").replace("#", "")

    # --- bodies --------------------------------------------------------------------------------

    def _body(self, known: dict[str, Any]) -> bytes:
        if self._chance(0.25):
            return bytes(self._one(BODIES))
        if self._chance(0.1):
            return json.dumps(self._json(0)).encode()
        document = self._document(known)
        for _ in range(self._random.randint(1, 3)):
            self._mutate(document)
        raw = json.dumps(document).encode()
        if self._chance(0.1):
            at = self._random.randint(0, len(raw))
            return raw[:at] + bytes([self._random.randint(0, 255)]) + raw[at + 1 :]
        return raw

    def _document(self, known: dict[str, Any]) -> dict[str, Any]:
        """Return a document that would be accepted, or nearly."""
        data: dict[str, Any] = {"type": known["type"], "attributes": {"reference": "x"}}
        if self._chance(0.5):
            data["id"] = known["id"]
        if self._chance(0.5):
            data["attributes"].update(copy.deepcopy(known["attributes"]))
        if self._chance(0.5):
            name = self._name(known)
            linkage = {"type": self._one(TYPES), "id": self._one([NOBODY, known["id"]])}
            data["relationships"] = {name: {"data": self._one([linkage, [linkage], None])}}
        linkage = {"type": known["type"], "id": known["id"]}
        return self._one([{"data": data}, {"data": data}, {"data": linkage}, {"data": [linkage]}])

    def _mutate(self, document: dict[str, Any]) -> None:
        """Replace, remove or add a member somewhere."""
        holder, key = self._one([*_places(document), (document, "data")])
        match self._random.randint(0, 3):
            case 0 if isinstance(holder, dict):
                holder[str(self._one(TEXTS))] = self._json(0)
            case 1 if isinstance(holder, dict):
                holder.pop(key, None)
            case _:
                holder[key] = self._json(0)

    def _json(self, depth: int) -> Any:
        if depth < 4 and self._chance(0.3):
            inner = [self._json(depth + 1) for _ in range(self._random.randint(0, 4))]
            return inner if self._chance(0.5) else {str(self._one(TEXTS)): v for v in inner}
        if self._chance(0.03):
            return [self._one(NUMBERS)] * 5000
        if self._chance(0.03):
            return _nested(self._one([25, 49, 100, 200]))
        return self._one([None, True, False, [], {}, *TEXTS, *NUMBERS, *TYPES])

    # --- headers -------------------------------------------------------------------------------

    def _headers(self) -> dict[str, str]:
        headers = {"CONTENT_TYPE": "application/vnd.api+json", "HTTP_ACCEPT": "*/*"}
        if self._chance(0.15):
            headers["HTTP_HOST"] = self._one(HOSTS)
        for name, values in HEADERS.items():
            if self._chance(0.04):
                headers[name] = self._one(values)
        return headers

    def _one(self, values: Sequence[Any]) -> Any:
        return self._random.choice(values)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place of a document as (its holder, its key or index)."""
    members = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, inner in members:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value
