"""Types that can be switched off: ``_disable``, ``_enable``, ``disabled_at``."""

from __future__ import annotations

from typing import Any

from mockserver.schema.blocks import Block
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, named, trigger


def disabling() -> Block:
    """Declare ``_disable``, ``_enable`` and ``disabled_at``, which is null while enabled."""
    return named(
        _disable=trigger(disable, "CU"),
        _enable=trigger(enable, "CU"),
        disabled_at=attribute("datetime", "Rfs"),
    )


def disable(change: Change, _: Any) -> None:
    """Note when it was switched off; a second time changes nothing."""
    change.record["disabled_at"] = change.record["disabled_at"] or change.engine.clock.timestamp()


def enable(change: Change, _: Any) -> None:
    """Switch it on again."""
    change.record["disabled_at"] = None
