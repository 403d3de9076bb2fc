"""Limit on how deep anything may nest, be it sent as JSON or built from text."""

from __future__ import annotations

from typing import Any

#: Levels, as the real service's framework allows them in a body.
DEEPEST = 100


def is_deeper_than(value: Any, depth: int = DEEPEST) -> bool:
    """Say whether an object or a list nests more levels than this."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
