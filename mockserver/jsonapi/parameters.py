"""Query strings as nested parameters, the way the real service's framework reads them.

``page[size]=5`` becomes ``{"page": {"size": "5"}}``, a key ending in ``[]`` a list; a later value
replaces an earlier one, and one name used both as text and as a hash is a bad request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote_plus, unquote_plus

from mockserver.errors import refusal

Parameters = dict[str, "str | list[str] | Parameters"]

BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
SEGMENTS = re.compile(r"\[([^\[\]]*)\]")
MAXIMUM_DEPTH = 8
MAXIMUM_PAIRS = 1000


def parse(query_string: str) -> Parameters:
    """Return the nested parameters of a query string.

    Raises:
        Refusal: 400 ``BAD_REQUEST`` for a broken escape, invalid UTF-8, a NUL byte, too many
            parameters, too deep a nesting, or one name used in two shapes.
    """
    pairs = [pair for pair in query_string.split("&") if pair]
    if len(pairs) > MAXIMUM_PAIRS:
        raise refusal("BAD_REQUEST", reason="Too many query parameters")
    parameters: Parameters = {}
    for pair in pairs:
        name, _, value = (_decoded(part) for part in pair.partition("="))
        if name:
            _store(parameters, _segments(name), value)
    return parameters


def _decoded(text: str) -> str:
    if BROKEN_ESCAPE.search(text):
        raise refusal("BAD_REQUEST", reason="Invalid query parameters: invalid %-encoding")
    try:
        decoded = unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise refusal(
            "BAD_REQUEST", reason="Invalid query parameters: invalid UTF-8 encoding"
        ) from None
    if "\0" in decoded or (not decoded.isprintable() and _has_surrogate(decoded)):
        raise refusal("BAD_REQUEST", reason="Invalid query parameters: null byte")
    return decoded


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _segments(name: str) -> list[str]:
    """Return ``["filter", "q", "x"]`` for ``filter[q][x]``; a malformed name is one segment."""
    base, bracket, rest = name.partition("[")
    rest = bracket + rest
    if not base or SEGMENTS.sub("", rest):
        return [name]
    return [base, *SEGMENTS.findall(rest)]


def _store(parameters: Parameters, segments: list[str], value: str) -> None:
    if len(segments) > MAXIMUM_DEPTH:
        raise refusal("BAD_REQUEST", reason="Invalid query parameters: nested too deeply")
    at = parameters
    *parents, last = segments[:-1] if segments[-1] == "" else segments
    for parent in parents:
        inner = at.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise _conflict("Hash", inner, parent)
        at = inner
    present = at.get(last)
    if segments[-1] == "":
        items = at.setdefault(last, [])
        if not isinstance(items, list):
            raise _conflict("Array", items, last)
        items.append(value)
    elif isinstance(present, dict | list):
        raise _conflict("String", present, last)
    else:
        at[last] = value


def _conflict(expected: str, found: object, name: str) -> Exception:
    kind = {"str": "String", "list": "Array", "dict": "Hash"}[type(found).__name__]
    reason = f"Invalid query parameters: expected {expected} (got {kind}) for param '{name}'"
    return refusal("BAD_REQUEST", reason=reason)


def to_query(parameters: Parameters) -> str:
    """Return the parameters as a query string: percent-encoded and sorted (conventions.md §9)."""
    return "&".join(sorted(f"{_escaped(n)}={_escaped(v)}" for n, v in _flat("", parameters)))


def _flat(prefix: str, value: str | list[str] | Parameters) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}[{name}]" if prefix else name, inner)
    elif isinstance(value, list):
        for item in value:
            yield f"{prefix}[]", item
    else:
        yield prefix, value


def _escaped(text: str) -> str:
    return quote_plus(text, safe="")
