"""Which requests a rule is about: one language for faults, stubs and journal searches."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from mockserver.access import MODES
from mockserver.control.facts import Facts
from mockserver.resources.vocabulary import ACTIONS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OAUTH_ACTIONS = ("token", "revoke", "authorize", "tokeninfo", "jwks")
MISSING = object()


@dataclass(frozen=True)
class Matcher:
    """A conjunction of conditions on a request; an empty one matches everything.

    Attributes:
        method: one of these.
        path: glob patterns, ``*`` any run of characters, one of which fits the whole path.
        type: the resource type.
        action: the vendor's five words, or an OAuth endpoint.
        organization: slug.
        mode: test or live.
        kind: of the application.
        headers: each value, or ``{"matches": regex}``, or ``null`` for absent.
        query: parts the raw query string contains, decoded.
        body: JSON pointer to expected value; objects match when they contain it.
    """

    method: frozenset[str] = frozenset()
    path: tuple[str, ...] = ()
    type: frozenset[str] = frozenset()
    action: frozenset[str] = frozenset()
    organization: frozenset[str] = frozenset()
    mode: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    headers: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, facts: Facts) -> bool:
        """Say whether a request is one of those meant."""
        return all(
            test(facts, wanted) for name, test in TESTS.items() if (wanted := getattr(self, name))
        )


def _member(name: str) -> Callable[[Facts, frozenset[str]], bool]:
    return lambda facts, wanted: getattr(facts, name) in wanted


def _path(facts: Facts, patterns: tuple[str, ...]) -> bool:
    path = facts.path.rstrip("/") or "/"
    return any(re.match(translate(pattern), path) is not None for pattern in patterns)


def _headers(facts: Facts, wanted: Mapping[str, Any]) -> bool:
    return all(_text_fits(facts.headers.get(n.lower()), value) for n, value in wanted.items())


def _query(facts: Facts, wanted: Mapping[str, str]) -> bool:
    from urllib.parse import parse_qsl  # noqa: PLC0415 - rarely needed

    sent = dict(parse_qsl(facts.query, keep_blank_values=True))
    return all(_text_fits(sent.get(name), value) for name, value in wanted.items())


def _text_fits(actual: str | None, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return actual is not None and re.search(wanted["matches"], actual) is not None
    return actual == wanted


def _body(facts: Facts, wanted: Mapping[str, Any]) -> bool:
    return all(contains(at_pointer(facts.document, p), value) for p, value in wanted.items())


TESTS: Mapping[str, Callable[[Facts, Any], bool]] = {
    **{
        name: _member(name) for name in ("method", "type", "action", "organization", "mode", "kind")
    },
    "path": _path,
    "headers": _headers,
    "query": _query,
    "body": _body,
}


def at_pointer(document: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901), ``MISSING`` when there is none."""
    at = document
    for raw in pointer.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(at, list) and part.isdecimal() and int(part) < len(at):
            at = at[int(part)]
        elif isinstance(at, dict) and part in at:
            at = at[part]
        else:
            return MISSING
    return at


def contains(actual: Any, wanted: Any) -> bool:
    """Say whether a JSON value is the wanted one; an object may have further members."""
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        return all(contains(actual.get(n, MISSING), value) for n, value in wanted.items())
    return type(actual) is type(wanted) and bool(actual == wanted)


class OneOrMany(fields.Field):
    """A text, or a list of texts, from a known set where there is one."""

    def __init__(self, choices: tuple[str, ...] = (), **words: Any) -> None:
        """Accept the choices; none: any text."""
        super().__init__(**words)
        self._choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, str) for item in values):
            message = "Not a text or a list of texts."
            raise ValidationError(message)
        unknown = [item for item in values if self._choices and item not in self._choices]
        if unknown:
            message = f"{unknown[0]!r} is not one of: {', '.join(self._choices)}."
            raise ValidationError(message)
        return tuple(values)


def _check_patterns(value: Any) -> None:
    for item in value.values() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            _check_pattern(item)
        elif not isinstance(item, str | None):
            message = 'Not a text, null, or {"matches": a regular expression}.'
            raise ValidationError(message)


def _check_pattern(value: dict[str, Any]) -> None:
    try:
        re.compile(str(value["matches"]) if set(value) == {"matches"} else "(")
    except re.error:
        message = 'Not a text, null, or {"matches": a regular expression}.'
        raise ValidationError(message) from None


def _check_pointers(value: Any) -> None:
    for pointer in value:
        if not re.fullmatch(r"(/([^~/]|~[01])*)*", pointer):
            message = f"{pointer!r} is not a JSON pointer."
            raise ValidationError(message)


class MatcherSchema(Schema):
    """The JSON form of a matcher; anything else is refused with a pointer."""

    method = OneOrMany(METHODS)
    path = OneOrMany()
    type = OneOrMany()
    action = OneOrMany((*ACTIONS, *OAUTH_ACTIONS))
    organization = OneOrMany()
    mode = OneOrMany(MODES)
    kind = OneOrMany()
    headers = fields.Dict(fields.String(), validate=_check_patterns)
    query = fields.Dict(fields.String(), validate=_check_patterns)
    body = fields.Dict(fields.String(validate=validate.Length(max=500)), validate=_check_pointers)

    @post_load
    def _matcher(self, data: dict[str, Any], **_: Any) -> Matcher:
        sets = {
            name: value if name == "path" else frozenset(value)
            for name, value in data.items()
            if isinstance(value, tuple)
        }
        return Matcher(**{**data, **sets})
