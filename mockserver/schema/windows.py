"""Spans of time that records are for: from ``starts_at`` to ``expires_at``."""

from __future__ import annotations

from mockserver.schema.protocols import Change


def ends_after_start(change: Change) -> None:
    """Require it to end after it begins (commerce.md §5.1, §21, catalogue.md §8)."""
    starts, expires = (change.record.get(name) for name in ("starts_at", "expires_at"))
    if starts and expires and expires <= starts:
        change.invalid("expires_at", "after", words={"other": "starts_at"}, value=expires)
