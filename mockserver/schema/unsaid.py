"""Flags that are false where null is sent for them (catalogue.md §3)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Check


def unsaid_is_false(*names: str) -> Check:
    """Return the check that makes nothing of a flag false."""

    def settle(change: Change) -> None:
        for name in names:
            change.record[name] = bool(change.record.get(name))

    return settle
