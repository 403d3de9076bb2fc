"""What records of each type hold: checked whenever a record comes in past the API.

The declarations say most of it. The rest, types and fields that no document of the API shows, is
listed here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from mockserver import depth
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.resources.registry import registry
from mockserver.schema.casting import CastError, cast, is_blank
from mockserver.schema.members import Attribute, Relationship
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Kind
from mockserver.webhooks.outbox import STATUSES

MOMENTS = frozenset({"created_at", "updated_at"})
#: What is kept of a member that does more than being stored, though it is never shown.
KEPT = frozenset({"password"})
#: Levels of a body: what the API was sent in a few more.
DEEPEST = depth.DEEPEST + 20
Test = Callable[[Any], bool]
#: The beginning of the year 9999, in seconds since the epoch: times can be printed up to there.
LAST_SECOND = 253_370_764_800

#: The JSON values of each kind; the API's casts are kinder than a tester wants them to be.
KINDS: Mapping[Kind, Test] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "datetime": lambda value: isinstance(value, str) and cast("datetime", value) is not None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


class Misfit(ValueError):  # noqa: N818 - what the value is
    """A value that a record cannot hold; the text says why."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one field of a record may be.

    Attributes:
        kind: of its JSON value.
        required: whether it must be there, and never null.
        enum: one of these.
        blank: whether a blank text is as good as one of them, as it is to the API.
        initial: a value that it may have whatever its kind: the vendor's own oddities.
        empty: whether it is a command, of which nothing is stored.
        normalise: how a value is stored.
        test: what it satisfies besides.
    """

    kind: Kind
    required: bool = False
    enum: tuple[str, ...] = ()
    blank: bool = False
    initial: Any = None
    empty: bool = False
    normalise: Callable[[Any], Any] | None = None
    test: Test = lambda _: True

    def taken(self, value: Any) -> Any:
        """Return a value as it is stored.

        Raises:
            Misfit: it is none.
        """
        if value is None and not self.required:
            return None
        if type(value) is type(self.initial) and value == self.initial:
            return value
        problem = self._problem(value)
        if problem:
            raise Misfit(problem)
        stored = cast(self.kind, value) if self.kind in ("array", "datetime") else value
        return self.normalise(stored) if self.normalise else stored

    def _problem(self, value: Any) -> str | None:
        if value is None:
            return "Never null."
        if self.empty:
            return "A command: nothing of it is stored."
        try:
            cast(self.kind, value)
            fits = KINDS[self.kind](value) and self.test(value)
        except CastError:
            fits = False
        if not fits:
            return f"Not a value of kind {self.kind}, or beyond what it holds."
        if self.enum and value not in self.enum and not (self.blank and is_blank(value)):
            return f"Not one of: {', '.join(self.enum)}."
        return None

    @classmethod
    def of(cls, attribute: Attribute) -> Field:
        """Return what a declared attribute may be; null only where the API could make it so."""
        flags = attribute.flags
        open_ = flags.creatable or flags.updatable
        return cls(
            attribute.kind,
            required=attribute.name in MOMENTS or (attribute.initial is not None and not open_),
            enum=attribute.enum,
            blank=open_ and not attribute.presence,
            initial=attribute.initial,
            empty=bool(attribute.effect) and not flags.fetchable and attribute.name not in KEPT,
            normalise=attribute.normalise,
        )


def _is_lifetime(value: Any) -> bool:
    return 0 < value <= 10**9  # type: ignore[no-any-return]  # an integer by now


def _is_time(value: Any) -> bool:
    return 0 <= value < LAST_SECOND  # type: ignore[no-any-return]  # seconds by now


def _are_texts(value: Any) -> bool:
    return all(isinstance(item, str) for item in value)


def _are_permissions(value: Any) -> bool:
    """Say whether it is ``{type: {"actions": [...]}}``."""
    rules = value.values()
    return all(isinstance(r, dict) and _is_list_of_texts(r.get("actions", [])) for r in rules)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and _are_texts(value)


def _is_document(value: Any) -> bool:
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return isinstance(document, dict) and not depth.is_deeper_than([document], DEEPEST)


def _are_objects(value: Any) -> bool:
    return all(isinstance(item, dict) for item in value)


TEXT, NAMED = Field("string"), {"name": Field("string")}
NEEDED = Field("string", required=True)
#: Fields that no declaration speaks of.
UNDECLARED: Mapping[str, Mapping[str, Field]] = {
    "applications": {
        "role_id": TEXT,
        "user_id": TEXT,
        "access_token_lifetime": Field("integer", test=_is_lifetime),
    },
    "deliveries": {
        **dict.fromkeys(("topic", "event", "webhook", "resource_type", "resource"), NEEDED),
        "callback_url": NEEDED,
        "body": Field("string", required=True, test=_is_document),
        "status": Field("string", required=True, enum=STATUSES),
        "attempts": Field("array", required=True, test=_are_objects),
        "due_at": Field("float", test=_is_time),
        **dict.fromkeys(("replay_of", "signature"), TEXT),
    },
    "files": {
        "resource_type": TEXT,
        "resource": TEXT,
        "format": TEXT,
        "content": Field("string", required=True),
        "until": Field("integer"),
    },
    "inventory_models": NAMED,
    "jobs": {
        "job": TEXT,
        "resource_type": TEXT,
        "resource": TEXT,
        "due_at": Field("float", required=True, test=_is_time),
    },
    # What the gateway has been told that the order costs.
    **{type_: {"asked_cents": Field("integer")} for type_ in PAYMENT_SOURCES},
    "markets": {"stock_location_ids": Field("array", test=_are_texts)},
    "merchants": NAMED,
    "organizations": {"enterprise": Field("boolean"), "region": TEXT},
    "price_lists": {
        **NAMED,
        "code": TEXT,
        "currency_code": TEXT,
        "tax_included": Field("boolean"),
    },
    "order_subscription_items": {"currency_code": TEXT},
    "return_line_items": {"currency_code": TEXT},
    "returns": {"currency_code": TEXT},
    "roles": {
        **NAMED,
        "kind": TEXT,
        "permissions": Field("object", required=True, test=_are_permissions),
    },
    "skus": {"price_amount_cents": Field("integer"), "stock_quantity": Field("integer")},
    "users": {
        "first_name": TEXT,
        "last_name": TEXT,
        "email": TEXT,
        "role_id": TEXT,
        "owner": Field("boolean"),
        "time_zone": TEXT,
    },
}


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """What the records of one type hold.

    Attributes:
        type_: the type.
        resource: its declaration, if there is one.
        fields: by name, beside the id and the linkages.
        linkages: the stored relationships, hidden ones included.
        uniques: groups of fields that are unique together; the last one is blamed.
    """

    type_: str
    resource: type[Resource] | None
    fields: Mapping[str, Field]
    linkages: Mapping[str, Relationship]
    uniques: tuple[tuple[str, ...], ...]

    @property
    def required(self) -> list[str]:
        """The fields that only we know of and that must be there."""
        own = UNDECLARED.get(self.type_, {})
        return [name for name, field in own.items() if field.required]


def known_record_schemas() -> list[str]:
    """Return the types there are, declared or not."""
    return sorted(registry().keys() | UNDECLARED.keys())


@cache
def record_schema(type_: str) -> RecordSchema | None:
    """Return what records of a type hold, ``None`` for what is no type."""
    resource = registry().get(type_)
    own = dict(UNDECLARED.get(type_, {}))
    if resource is None:
        moments = {name: Field("datetime", required=True) for name in sorted(MOMENTS)}
        return RecordSchema(type_, None, {**moments, **own}, {}, ()) if own else None
    stored = {n: a for n, a in resource.attributes.items() if a.stored and n != "id"}
    members = {**resource.relationships, **resource.hidden}
    uniques = (*((n,) for n, a in stored.items() if a.unique), *resource.uniques)
    return RecordSchema(
        type_,
        resource,
        {**{name: Field.of(attribute) for name, attribute in stored.items()}, **own},
        {name: member for name, member in members.items() if member.stored},
        uniques,
    )
