"""Notifications that services leave with what they are asked about (commerce.md §22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.schema.protocols import Engine, Target
from mockserver.schema.service_calls import ServiceReply
from mockserver.storage.conditions import Compare, both

TYPE = "notifications"


def keep_notifications(engine: Engine, of: Target, reply: ServiceReply) -> None:
    """Store what a service wants told about a record: of each name the latest."""
    for said in _told(reply):
        same = both(Compare("notifiable", "eq", of[1]), Compare("name", "eq", said["name"]))
        known = engine.find(TYPE, same)
        if known:
            engine.change(TYPE, known[0]["id"], said)
        else:
            engine.add(TYPE, {**said, "notifiable": of})


def _told(reply: ServiceReply) -> Iterator[Mapping[str, Any]]:
    """Yield the notifications of an answer that can be stored."""
    said = reply.data.get("notifications") if reply.success else None
    for each in said if isinstance(said, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str) and each["name"].strip():
            body = each.get("body")
            yield {
                "name": each["name"],
                "flash": each.get("flash") is True,
                "body": body if isinstance(body, dict) else {},
            }
