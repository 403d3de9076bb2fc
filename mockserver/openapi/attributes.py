"""JSON Schemas of attributes: as answers hold them, and as requests may send them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.schema.members import Attribute
from mockserver.schema.validations import (
    AtLeast,
    AtMost,
    Format,
    Length,
    MoreThan,
    Validate,
)
from mockserver.storage.base import Kind

JsonSchema = dict[str, Any]

#: Any object.
FREE: JsonSchema = {"type": "object", "additionalProperties": True}

#: The JSON type of each kind, and what else is known of it.
KINDS: Mapping[Kind, JsonSchema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "object": FREE,
    "array": {"type": "array", "items": {}},
}

#: JSON types of initial values that are not of the kind that the metadata says.
UNLIKELY: Mapping[type, str] = {dict: "object", bool: "boolean"}

#: The keywords of JSON Schema for each rule that has some.
KEYWORDS: Mapping[type, Callable[[Any], JsonSchema]] = {
    Length: lambda rule: {
        **({"minLength": rule.minimum} if rule.minimum else {}),
        **({"maxLength": rule.maximum} if rule.maximum is not None else {}),
    },
    Format: lambda rule: {"pattern": f"^(?:{rule.pattern})$"},
    AtLeast: lambda rule: {"minimum": rule.limit},
    MoreThan: lambda rule: {"exclusiveMinimum": rule.limit},
    AtMost: lambda rule: {"maximum": rule.limit},
}


def returned(attribute: Attribute) -> JsonSchema:
    """Return the schema of a value in an answer: of its kind, or null."""
    if attribute.name == "id":
        return {"type": "string", "readOnly": True}
    schema = dict(KINDS[attribute.kind])
    if attribute.kind in ("object", "array"):
        # The metadata calls lists objects, too: rules and prices of services are either.
        schema = {**FREE, **KINDS["array"], "type": ["object", "array"]}
    elif UNLIKELY.get(type(attribute.initial), schema["type"]) != schema["type"]:
        # References of event stores are empty objects, and one switch is called an integer.
        schema["type"] = [schema["type"], UNLIKELY[type(attribute.initial)]]
    values = [*attribute.enum, None] if attribute.enum else []
    return {
        **schema,
        **_nullable(schema),
        **({"enum": values} if values else {}),
        **_remarks(attribute),
    }


def sent(attribute: Attribute, *, creating: bool) -> JsonSchema:
    """Return the schema of a value in a request.

    Args:
        attribute: the attribute.
        creating: whether the request makes a record: it holds a value of what is required then.
    """
    schema = dict(KINDS[attribute.kind])
    is_needed = attribute.presence is True and attribute.initial is None and creating
    values = [*attribute.enum, *([] if is_needed else [None])] if attribute.enum else []
    return {
        **schema,
        **({} if is_needed else _nullable(schema)),
        **({"enum": values} if values else {}),
        **{word: limit for rule in attribute.validators for word, limit in _keywords(rule)},
        **({"writeOnly": True} if not attribute.flags.fetchable else {}),
        **_remarks(attribute),
    }


def _nullable(schema: JsonSchema) -> JsonSchema:
    types = schema["type"]
    return {"type": [*([types] if isinstance(types, str) else types), "null"]}


def _keywords(rule: Validate) -> Iterator[tuple[str, Any]]:
    found = KEYWORDS.get(type(rule))
    yield from found(rule).items() if found else ()


def _remarks(attribute: Attribute) -> JsonSchema:
    """Return the description of an attribute, and whether it is deprecated."""
    words = [
        "A command: done when it is true, never returned." if attribute.trigger else "",
        "Unique within an organization and mode." if attribute.unique else "",
        "Not for sales channels." if attribute.closed_to_sales_channels else "",
    ]
    description = " ".join(filter(None, words))
    return {
        **({"description": description} if description else {}),
        **({"deprecated": True} if attribute.deprecated else {}),
    }
