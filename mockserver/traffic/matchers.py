"""Matchers of requests: one language for faults, stubs and searches of the journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

from mockserver.access import MODES
from mockserver.late_dataclass import dataclass
from mockserver.resources.registry import known_types
from mockserver.schema.vocabulary import ACTIONS
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import OAUTH

if TYPE_CHECKING:
    from mockserver.automata import Automaton

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MISSING = object()
#: Of one member, and of the patterns among them: a rule is looked at for every request.
MOST_VALUES, MOST_PATHS, LONGEST_PATH = 1000, 20, 1000
POINTER = re.compile(r"(/([^~/]|~[01])*)*")
NOT_TEXT = 'Not a text, null, or {"matches": a regular expression}.'


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
        application: its id.
        headers: each value, or ``{"matches": regex}``, or ``null`` for absent.
        query: parameters by decoded name, alike.
        body: JSON pointer to expected value, alike; objects match when they contain it.
    """

    method: frozenset[str] = frozenset()
    path: tuple[str, ...] = ()
    type: frozenset[str] = frozenset()
    action: frozenset[str] = frozenset()
    organization: frozenset[str] = frozenset()
    mode: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    application: frozenset[str] = frozenset()
    headers: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, recorded: RecordedRequest) -> bool:
        """Say whether a request is one of those meant."""
        return all(
            test(recorded, wanted)
            for name, test in TESTS.items()
            if (wanted := getattr(self, name))
        )

    def concerns(self, recorded: RecordedRequest) -> bool:
        """Say whether a rule with this matcher may act: on a preflight only if it asks for it."""
        if recorded.method == "OPTIONS" and "OPTIONS" not in self.method:
            return False
        return self.matches(recorded)


def _member(name: str) -> Callable[[RecordedRequest, frozenset[str]], bool]:
    return lambda recorded, wanted: getattr(recorded, name) in wanted


def _path(recorded: RecordedRequest, patterns: tuple[str, ...]) -> bool:
    path = recorded.path
    if not path.endswith("//"):
        path = path.removesuffix("/") or "/"
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _headers(recorded: RecordedRequest, wanted: Mapping[str, Any]) -> bool:
    return all(_text_fits(recorded.headers.get(n.lower()), value) for n, value in wanted.items())


def _query(recorded: RecordedRequest, wanted: Mapping[str, Any]) -> bool:
    sent = recorded.parameters
    return all(_text_fits(sent.get(name), value) for name, value in wanted.items())


def _text_fits(actual: str | None, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return actual is not None and _automaton(wanted["matches"]).is_in(actual)
    return bool(actual == wanted)


def _body(recorded: RecordedRequest, wanted: Mapping[str, Any]) -> bool:
    return all(contains(at_pointer(recorded.document, p), value) for p, value in wanted.items())


MEMBERS = ("method", "type", "action", "organization", "mode", "kind", "application")
#: The cheap tests first.
TESTS: Mapping[str, Callable[[RecordedRequest, Any], bool]] = {
    **{name: _member(name) for name in MEMBERS},
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
        if isinstance(at, list) and part.isascii() and part.isdigit() and int(part) < len(at):
            at = at[int(part)]
        elif isinstance(at, dict) and part in at:
            at = at[part]
        else:
            return MISSING
    return at


def contains(actual: Any, wanted: Any) -> bool:
    """Say whether a JSON value is the wanted one.

    An object may have further members; ``{"matches": regex}`` stands for a text it fits.
    """
    if isinstance(wanted, Mapping):
        if isinstance(actual, str) and _is_expression(wanted):
            return _automaton(wanted["matches"]).is_in(actual)
        return isinstance(actual, Mapping) and all(
            contains(actual.get(n, MISSING), value) for n, value in wanted.items()
        )
    # JSON tells true from 1, Python does not.
    return isinstance(actual, bool) is isinstance(wanted, bool) and bool(actual == wanted)


class OneOrMany(fields.Field):
    """A text, or a list of texts, from a known set where there is one."""

    def __init__(self, *choices: str, **words: Any) -> None:
        """Accept the choices; none: any text."""
        super().__init__(**words)
        self._choices = choices

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, str) for item in values):
            message = "Not a text or a list of texts."
            raise ValidationError(message)
        if len(values) > MOST_VALUES:
            message = f"More than {MOST_VALUES} values."
            raise ValidationError(message)
        unknown = [item for item in values if self._choices and item not in self._choices]
        if unknown:
            message = f"{unknown[0]!r} is not one of: {', '.join(self._choices)}."
            raise ValidationError(message)
        return tuple(values)


class PlainText(fields.Field):
    """The value a header or a parameter is compared with: a text, null, or a regular expression."""

    def __init__(self, **words: Any) -> None:
        """Null is a value: it stands for what must be absent."""
        super().__init__(allow_none=True, **words)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, str):
            if not _is_expression(value):
                raise ValidationError(NOT_TEXT)
            _check_expression(value["matches"])
        return value


class Parameter(PlainText):
    """The value a parameter is compared with: a number is the text that it is in a URL."""

    def _deserialize(self, value: Any, *rest: Any, **words: Any) -> Any:
        is_number = isinstance(value, bool | int | float)
        return (
            orjson.dumps(value).decode()
            if is_number
            else super()._deserialize(value, *rest, **words)
        )


def _is_expression(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"matches"} and _is_text(value["matches"])


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _automaton(text: str) -> Automaton:
    """Return the automaton that finds a regular expression.

    Raises:
        PatternError: it is none, or one that is not supported; a `ValueError` that says why.
    """
    from mockserver.traffic.expressions import expression  # noqa: PLC0415 - slow, seldom needed

    return expression(text)


def _check_expression(text: str) -> None:
    try:
        _automaton(text)
    except ValueError as error:
        message = f"{NOT_TEXT[:-1]}: {error}."
        raise ValidationError(message) from None


def _check_type(values: tuple[str, ...]) -> None:
    for value in values:
        if value not in known_types():
            near = get_close_matches(value, known_types(), 1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            message = f"{value!r} is not a resource type{hint}"
            raise ValidationError(message)


def _check_path(patterns: tuple[str, ...]) -> None:
    if len(patterns) > MOST_PATHS:
        message = f"More than {MOST_PATHS} patterns."
        raise ValidationError(message)
    for pattern in patterns:
        if len(pattern) > LONGEST_PATH:
            message = f"A pattern of more than {LONGEST_PATH} characters."
            raise ValidationError(message)
        if not pattern.startswith(("/", "*")):
            message = f"{pattern!r} matches no path: one begins with / (or with *)."
            raise ValidationError(message)


def _check_pointer(pointer: str) -> None:
    if not POINTER.fullmatch(pointer):
        message = f"{pointer!r} is not a JSON pointer."
        raise ValidationError(message)


def _check_expected(value: Any) -> None:
    """Refuse a regular expression that is none; anything else is a value to be equal to."""
    if isinstance(value, dict) and set(value) == {"matches"} and not _is_expression(value):
        raise ValidationError(NOT_TEXT)
    _check_within(value)


def _check_within(value: Any) -> None:
    if _is_expression(value):
        _check_expression(value["matches"])
    elif isinstance(value, dict):
        for inner in value.values():
            _check_within(inner)


#: The answer to a path with a query where it cannot be split off.
SEVERAL = 'Of several paths none has a query: say it in "query".'
TWICE = 'It is an object, and has no parameter that "path" has as well.'


class MatcherSchema(Schema):
    """The JSON form of a matcher; anything else is refused with a pointer."""

    method = OneOrMany(*METHODS)
    path = OneOrMany(validate=_check_path)
    type = OneOrMany(validate=_check_type)
    action = OneOrMany(*ACTIONS, *OAUTH.values())
    organization = OneOrMany()
    mode = OneOrMany(*MODES)
    kind = OneOrMany()
    application = OneOrMany()
    headers = fields.Dict(fields.String(), PlainText())
    query = fields.Dict(fields.String(), Parameter())
    body = fields.Dict(
        fields.String(validate=[validate.Length(max=500), _check_pointer]),
        fields.Raw(allow_none=True, validate=_check_expected),
    )

    @pre_load
    def _split(self, data: Any, **_: Any) -> Any:
        """Take the query off a path that was copied with it: paths are compared without."""
        path = data.get("path") if isinstance(data, Mapping) else None
        paths: list[Any] = path if isinstance(path, list) else [path]
        if not any(isinstance(each, str) and "?" in each for each in paths):
            return data
        if len(paths) > 1:
            raise ValidationError(SEVERAL, "path")
        bare, _, query = paths[0].partition("?")
        written = dict(parse_qsl(query, keep_blank_values=True))
        given = data.get("query", {})
        if not isinstance(given, Mapping) or given.keys() & written.keys():
            raise ValidationError(TWICE, "query")
        return {**data, "path": bare, "query": {**written, **given}}

    @post_load
    def _matcher(self, data: dict[str, Any], **_: Any) -> Matcher:
        members: dict[str, Any] = {n: frozenset(data[n]) for n in MEMBERS if n in data}
        return Matcher(**{**data, **members})
