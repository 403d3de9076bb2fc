"""Searches of the journal: the conditions on exchanges, and the page of those found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import orjson
from marshmallow import Schema, ValidationError, fields, post_load, validate

from mockserver.clock import parse_timestamp
from mockserver.late_dataclass import dataclass
from mockserver.traffic.exchange import Exchange
from mockserver.traffic.matchers import MEMBERS, Matcher, MatcherSchema

MAXIMUM_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Search:
    """A conjunction of conditions on exchanges; an empty one finds all.

    Attributes:
        match: on the request, as for faults.
        status: of the answer, one of these; ``None`` among them for no answer at all.
        since: seconds since the epoch; not before.
        until: likewise; before.
        after: with a greater id.
        fault: whether one struck, or the id of the one.
        stub: whether one answered, or the id of the one.
        unmatched: whether it is one that the API does not know.
        advice: whether the real service would object.
        request_id: of the ``X-Request-Id`` header.
        text: what the serialized exchange contains, in whatever case.
        limit: how many at most.
        offset: how many to pass over.
        newest_first: in which order.
        last: of what is found, the newest so many.
    """

    match: Matcher = field(default_factory=Matcher)
    status: frozenset[int | None] = frozenset()
    since: float | None = None
    until: float | None = None
    after: int = 0
    fault: bool | str | None = None
    stub: bool | str | None = None
    unmatched: bool | None = None
    advice: bool | None = None
    request_id: str | None = None
    text: str | None = None
    limit: int | None = None
    offset: int = 0
    newest_first: bool = False
    last: int | None = None

    def finds(self, exchange: Exchange) -> bool:
        """Say whether an exchange is one of those asked for."""
        return exchange.id > self.after and all(
            test(exchange, wanted)
            for name, test in TESTS.items()
            if (wanted := getattr(self, name)) is not None
        )

    @staticmethod
    def load(source: Mapping[str, Any]) -> Search:
        """Return a search from its JSON form.

        Raises:
            ValidationError: with the offending members; see ``pointers``.
        """
        search: Search = SearchSchema().load(source)
        return search

    @staticmethod
    def from_query(parameters: Mapping[str, str]) -> Search:
        """Return a search from the parameters of a URL, conditions on the request among them.

        Several values of one parameter have commas between.

        Raises:
            ValidationError: as ``load``.
        """
        read = {name: FLAT.get(name, str)(text) for name, text in parameters.items()}
        match = {name: read.pop(name) for name in MATCHED if name in read}
        return Search.load({**read, "match": match} if match else read)


def _struck(actual: str | None, wanted: bool | str) -> bool:  # noqa: FBT001 - one or the other
    return actual == wanted if isinstance(wanted, str) else (actual is not None) is wanted


def _contains(exchange: Exchange, text: str) -> bool:
    serialized = orjson.dumps(exchange.serialized()).decode().casefold()
    wanted = text.casefold()
    return wanted in serialized or orjson.dumps(wanted).decode()[1:-1] in serialized


#: The cheap tests first; text is looked for in what is shown, never in a secret.
TESTS: Mapping[str, Callable[[Exchange, Any], bool]] = {
    "status": lambda e, statuses: not statuses or e.status in statuses,
    "since": lambda e, moment: e.moment >= moment,
    "until": lambda e, moment: e.moment < moment,
    "fault": lambda e, wanted: _struck(e.fault, wanted),
    "stub": lambda e, wanted: _struck(e.stub, wanted),
    "request_id": lambda e, wanted: e.request_id == wanted,
    "match": lambda e, matcher: matcher.matches(e.recorded),
    "unmatched": lambda e, wanted: (e.near_miss is not None) is wanted,
    "advice": lambda e, wanted: bool(e.advice) is wanted,
    "text": _contains,
}

EVERY = Search()


# --- the JSON form -------------------------------------------------------------------------------


class Statuses(fields.Field):
    """``404``, ``"4xx"``, ``"none"`` where nothing was answered, or a list of these."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> frozenset[int | None]:
        values = value if isinstance(value, list) and value else [value]
        return frozenset(status for item in values for status in _statuses(item))


def _statuses(item: Any) -> list[int | None]:
    if item == "none":
        return [None]
    if isinstance(item, str) and len(item) == 3 and item[0] in "2345" and item[1:] == "xx":  # noqa: PLR2004
        return list(range(int(item[0]) * 100, int(item[0]) * 100 + 100))
    if type(item) is int:
        return [item]
    message = 'Not a status, "4xx", "none", or a list of these.'
    raise ValidationError(message)


class Moment(fields.Field):
    """A moment in ISO 8601, as seconds since the epoch."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        moment = parse_timestamp(value) if isinstance(value, str) else None
        if moment is None:
            message = "Not a moment in ISO 8601."
            raise ValidationError(message)
        return moment.timestamp()


class YesNoOrId(fields.Field):
    """True, false, or an id."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool | str:
        if not isinstance(value, bool | str):
            message = "Not true, false or an id."
            raise ValidationError(message)
        return value


class SearchSchema(Schema):
    """The JSON form of a search."""

    match = fields.Nested(MatcherSchema)
    status = Statuses()
    since = Moment()
    until = Moment()
    after = fields.Integer(strict=True, validate=validate.Range(0))
    fault = YesNoOrId()
    stub = YesNoOrId()
    unmatched = fields.Boolean(truthy={True}, falsy={False})
    advice = fields.Boolean(truthy={True}, falsy={False})
    request_id = fields.String()
    text = fields.String(validate=validate.Length(1))
    limit = fields.Integer(strict=True, validate=validate.Range(1, MAXIMUM_LIMIT))
    offset = fields.Integer(strict=True, validate=validate.Range(0))
    last = fields.Integer(strict=True, validate=validate.Range(1, MAXIMUM_LIMIT))
    order = fields.String(validate=validate.OneOf(["oldest", "newest"]))

    @post_load
    def _search(self, data: dict[str, Any], **_: Any) -> Search:
        return Search(newest_first=data.pop("order", "oldest") == "newest", **data)


def _whole(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


def _truth(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)


def _values(text: str) -> list[str]:
    return text.split(",")


#: The conditions on the request that a URL can name.
MATCHED = (*MEMBERS, "path")
#: How the parameters of a URL are read; the others are texts.
FLAT: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(MATCHED, _values),
    **dict.fromkeys(("after", "limit", "offset", "last"), _whole),
    **dict.fromkeys(("fault", "stub", "unmatched", "advice"), _truth),
    "status": lambda text: [_whole(item) for item in text.split(",")],
}
