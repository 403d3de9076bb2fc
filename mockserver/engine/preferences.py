"""Preferences: how a server behaves in all its organizations, unless one has it otherwise."""

from __future__ import annotations

from mockserver.late_dataclass import dataclass
from mockserver.settings import DELIVERIES_SIZE, HISTORY_SIZE, WEBHOOK_CONTENT_TYPE


@dataclass(slots=True)
class Preferences:
    """Values that hold where an organization's seed options give no other.

    Attributes:
        webhook_content_type: the media type that deliveries of webhooks carry.
        strict_filters: whether unknown conditions of ``filter[q]`` are refused.
        history_size: how many events, changes and the like are kept of each kind; 0: all.
        deliveries_size: how many settled deliveries and callbacks are kept; 0: all.
        history_days: for how many days of the sandbox's clock; 0: for ever.
    """

    webhook_content_type: str = WEBHOOK_CONTENT_TYPE
    strict_filters: bool = False
    history_size: int = HISTORY_SIZE
    deliveries_size: int = DELIVERIES_SIZE
    history_days: int = 0
