"""Types that can be switched off: ``_disable``, ``_enable``, ``disabled_at``."""

from __future__ import annotations

from typing import Any

from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, trigger


def disabling() -> Attribute:
    """Declare ``_disable``."""
    return trigger(disable, "CU")


def enabling() -> Attribute:
    """Declare ``_enable``."""
    return trigger(enable, "CU")


def disabled_at() -> Attribute:
    """Declare ``disabled_at``: null while enabled."""
    return attribute("datetime", "Rfs")


def disable(change: Change, _: Any) -> None:
    """Note when it was switched off; a second time changes nothing."""
    change.record["disabled_at"] = change.record["disabled_at"] or change.engine.clock.timestamp()


def enable(change: Change, _: Any) -> None:
    """Switch it on again."""
    change.record["disabled_at"] = None
