"""Webhooks (contract: neighbours.md §20, customers.md §16)."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from mockserver.late_dataclass import dataclass
from mockserver.resources.event_callbacks import last_event_callbacks
from mockserver.resources.topics import KnownTopic, is_includable, topics, type_of
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.disabling import disabling
from mockserver.schema.protocols import Change
from mockserver.schema.shared_secrets import shared_secret
from mockserver.schema.validations import Broken, Validation
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores


@dataclass(frozen=True, slots=True)
class WebAddress(Validation):
    """An http or https URL with a host."""

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        return None if _is_web_address(value) else ("invalid", {"value": value})


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_clean = value.isprintable() and " " not in value
    return parts.scheme in ("http", "https") and bool(parts.hostname) and has_port and is_clean


def default_name(change: Change) -> str:
    """Return the name of a webhook that was given none."""
    return f"Webhook {change.record['id']}"


def known_includes(change: Change) -> None:
    """Check that what payloads are to include can be included for the topic."""
    names = ("topic", "include_resources")
    topic, paths = (change.record.get(name) for name in names)
    before = change.before or {}
    is_same = all(before.get(name) == change.record.get(name) for name in names)
    if is_same or not paths or topic not in topics():
        return
    if not all(is_includable(type_of(str(topic)), path) for path in paths):
        change.invalid("include_resources", "invalid", value=paths)


class Webhook(Resource, type_="webhooks"):
    """The subscription of a URL to a topic."""

    checks: ClassVar = (known_includes,)

    name = attribute("string", "CURf", initial=default_name)
    topic = attribute(
        "string",
        "CURf",
        required=True,
        indexed=True,
        validate=KnownTopic(),
        example="customers.create",
    )
    callback_url = attribute(
        "string", "CUR", required=True, validate=WebAddress(), example="http://127.0.0.1:9/hook"
    )
    include_resources = attribute("array", "CUR", example=["customer_group"])
    base = base_attributes(disabling(), circuit(), shared_secret())

    last_event_callbacks = last_event_callbacks("webhook")
    event_stores = event_stores()
