"""Replacements of values that tell of a person, by an anonymization (customers.md §11.4).

A member says ``personal=cleared``, for instance, or ``personal=False`` where it tells of nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

#: Gives what takes the place of the value in a record.
Replacement = Callable[[Engine, Record], Any]
MASK = "***"


def becomes(value: Any) -> Replacement:
    """Return the replacement that is the same for everybody."""
    return lambda _engine, _record: value


cleared, masked = becomes(None), becomes(MASK)


def emptied(_engine: Engine, _record: Record) -> dict[str, Any]:
    """Return an object without members."""
    return {}


def regenerated(engine: Engine, _record: Record) -> str:
    """Return another identity, which nobody knows."""
    return engine.entropy.uuid()
