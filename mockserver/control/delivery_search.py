"""Searches of deliveries: the conditions, and what is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields, post_load, validate

from mockserver.access import MODES, Mode
from mockserver.late_dataclass import dataclass
from mockserver.refusals import load
from mockserver.resources.deliveries import STATUSES
from mockserver.storage.conditions import Compare, Condition, both

#: Until every one has its outcome, or until only time, or somebody, can make more happen.
Wait = int | Literal["settled", "idle"]
#: What else is said for one of the two: who reads nothing means the end.
WORDS: Mapping[str, Wait] = {
    "idle": "idle",
    **dict.fromkeys(("settled", "true", "yes", "all", "done", "complete"), "settled"),
    **dict.fromkeys(("completed", "delivered", "finished"), "settled"),
}

MAXIMUM_LIMIT = 10_000
MAXIMUM_TIMEOUT = 600.0
#: Seconds that are waited unless somebody says how long.
TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class DeliverySearch:
    """Searches of deliveries: the conditions, and what is waited for.

    Attributes:
        organization: of this slug.
        mode: test or live.
        conditions: on single fields.
        status: one of these; none: any.
        limit: the last so many.
        wait: ``None``: for nothing.
        timeout: seconds to wait at most.
    """

    organization: str | None
    mode: Mode | None
    conditions: Mapping[str, str]
    status: tuple[str, ...]
    limit: int | None
    wait: Wait | None
    timeout: float

    @property
    def condition(self) -> Condition:
        """The condition that the records asked for satisfy, whatever their status."""
        return both(*(Compare(name, "eq", value) for name, value in self.conditions.items()))


class Waiting(fields.Field):
    """A number of deliveries, ``"settled"`` or ``"idle"``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Wait:
        if type(value) is int and value > 0:
            return value
        if value is True or (isinstance(value, str) and value.lower() in WORDS):
            return WORDS[str(value).lower()]
        message = 'Not a number of deliveries, "settled" or "idle".'
        raise ValidationError(message)


class Status(fields.Field):
    """One status, or several with commas between."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        statuses = value.split(",") if isinstance(value, str) else []
        if not statuses or not set(statuses) <= set(STATUSES):
            message = f"Not one or several of: {', '.join(STATUSES)}."
            raise ValidationError(message)
        return tuple(statuses)


class DeliverySearchSchema(Schema):
    """The JSON form of a search."""

    organization = fields.String(load_default=None)
    mode = fields.String(load_default=None, validate=validate.OneOf(MODES))
    topic = fields.String()
    webhook = fields.String()
    event = fields.String()
    resource = fields.String()
    replay_of = fields.String()
    status = Status(load_default=())
    limit = fields.Integer(
        strict=True, load_default=None, validate=validate.Range(1, MAXIMUM_LIMIT)
    )
    wait = Waiting(load_default=None)
    timeout = fields.Float(load_default=TIMEOUT, validate=validate.Range(0, MAXIMUM_TIMEOUT))

    @post_load
    def _search(self, data: dict[str, Any], **_: Any) -> DeliverySearch:
        names = ("topic", "webhook", "event", "resource", "replay_of")
        conditions = {name: data.pop(name) for name in names if name in data}
        return DeliverySearch(conditions=conditions, **data)


def load_search(parameters: Mapping[str, Any]) -> DeliverySearch:
    """Return a search from the parameters of a URL, or the same with numbers among them."""
    read = dict(parameters)
    for name in ("limit", "wait"):
        text = read.get(name)
        if isinstance(text, str) and text.isascii() and text.isdigit():
            read[name] = int(text)
    search: DeliverySearch = load(DeliverySearchSchema(), read)
    return search
