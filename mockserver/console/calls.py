"""Calls of the API as somebody would write them: for curl and for the JavaScript SDK."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

import orjson

from mockserver.errors import Refusal
from mockserver.jsonapi.parameters import parse
from mockserver.late_dataclass import dataclass

Json = Mapping[str, Any]
MEDIA_TYPE = "application/vnd.api+json"
#: Characters that a value of a query has as they are.
PLAIN = ",:@*"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request to the API.

    Attributes:
        method: upper case.
        segments: of the path below ``/api``.
        query: still encoded, without the question mark.
        body: the document it carries.
    """

    method: str
    segments: tuple[str, ...]
    query: str = ""
    body: Json | None = None

    @property
    def path(self) -> str:
        """The path."""
        return "/api/" + "/".join(quote(segment, safe="") for segment in self.segments)

    @property
    def target(self) -> str:
        """The path with the query, as it is sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def line(self) -> str:
        """The method, the path and the query, as people read it."""
        query = f"?{unquote_plus(self.query)}" if self.query else ""
        return f"{self.method} {self.path}{query}"

    def written(self, base_url: str) -> list[tuple[str, str]]:
        """Return it in each language."""
        return [("curl", self.curl(base_url)), ("JavaScript SDK", self.javascript())]

    def curl(self, base_url: str) -> str:
        """Return the command, for a token in ``$TOKEN``."""
        url = f"{base_url}{self.path}" + (f"?{readable(self.query)}" if self.query else "")
        method = [] if self.method == "GET" else [f"-X {self.method}"]
        lines = [" ".join(["curl -g", *method, shlex.quote(url)])]
        lines.append('-H "Authorization: Bearer $TOKEN"')
        if self.body is not None:
            lines.append(f"-H 'Content-Type: {MEDIA_TYPE}'")
            lines.append(f"-d {shlex.quote(_json(self.body))}")
        return " \\\n  ".join(lines)

    def javascript(self) -> str:
        """Return the program, for a client that has been set up."""
        type_, *rest = self.segments
        data = self.body.get("data", {}) if self.body else {}
        linked = _linked(data)
        others = {link["type"] for links in linked.values() for link in links[1]}
        used = ", ".join(sorted({type_} | others))
        asked = f"await {type_}.{self._call(rest, data, linked)}"
        result = "" if self.method == "DELETE" else "const found = "
        return f'import {{ {used} }} from "@commercelayer/sdk"\n\n{result}{asked}\n'

    def _call(self, rest: list[str], data: Json, linked: Mapping[str, Any]) -> str:
        options = _options(self.query)
        shown = f", {_script(options)}" if options else ""
        if self.method == "DELETE":
            return f'delete("{rest[0]}")'
        if self.method in ("POST", "PATCH"):
            return f"{'create' if self.method == 'POST' else 'update'}({_sent(data, linked)})"
        if not rest:
            return f"list({_script(options) if options else ''})"
        if len(rest) == 1:
            return f'retrieve("{rest[0]}"{shown})'
        return f'{rest[1]}("{rest[0]}"{shown})'


def readable(query: str) -> str:
    """Return a query with the brackets that it may have, escaped as little as it can be."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{quote(n, safe='[]')}={quote(v, safe=PLAIN)}" for n, v in pairs)


def _options(query: str) -> dict[str, Any]:
    """Return a query as the options of the SDK."""
    try:
        parameters: Mapping[str, Any] = parse(query) if query else {}
    except Refusal:
        return {}
    found: dict[str, Any] = {}
    filters = parameters.get("filter")
    if isinstance(filters, dict) and isinstance(filters.get("q"), dict):
        found["filters"] = filters["q"]
    for name in ("include", "sort"):
        if isinstance(parameters.get(name), str):
            found[name] = parameters[name].split(",")
    fields = parameters.get("fields")
    if isinstance(fields, dict):
        found["fields"] = {n: v.split(",") for n, v in fields.items() if isinstance(v, str)}
    page = parameters.get("page")
    for name in ("number", "size"):
        text = page.get(name) if isinstance(page, dict) else None
        if isinstance(text, str) and text.isdigit():
            found[f"page{name.title()}"] = int(text)
    return found


def _linked(data: Json) -> dict[str, tuple[bool, list[Json]]]:
    """Return the links of a document, by relationship, and whether that is to many."""
    found: dict[str, tuple[bool, list[Json]]] = {}
    for name, relationship in data.get("relationships", {}).items():
        linkage = relationship["data"]
        many = isinstance(linkage, list)
        found[name] = many, linkage if many else [linkage] if linkage else []
    return found


def _sent(data: Json, linked: Mapping[str, tuple[bool, list[Json]]]) -> str:
    """Return a record to create or update, flat as the SDK takes it."""
    lines = [f"id: {_script(data['id'])}"] if "id" in data else []
    lines += [f"{name}: {_script(value)}" for name, value in data.get("attributes", {}).items()]
    for name, (many, links) in linked.items():
        shown = [f'{link["type"]}.relationship("{link["id"]}")' for link in links]
        linkage = f"[{', '.join(shown)}]" if many else next(iter(shown), "null")
        lines.append(f"{name}: {linkage}")
    return "{\n" + "".join(f"  {_indented(line)},\n" for line in lines) + "}"


def _script(value: Any) -> str:
    """Return a value as JavaScript."""
    if isinstance(value, dict):
        members = ", ".join(f"{_key(name)}: {_script(inner)}" for name, inner in value.items())
        return f"{{ {members} }}" if members else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_script, value))}]"
    return orjson.dumps(value).decode()


def _key(name: str) -> str:
    return name if name.isidentifier() else _script(name)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
