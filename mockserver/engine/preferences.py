"""Preferences: how a server behaves in all its organizations, unless one has it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.settings import WEBHOOK_CONTENT_TYPE


@dataclass(slots=True)
class Preferences:
    """Values that hold where an organization's seed options give no other.

    Attributes:
        webhook_content_type: the media type that deliveries of webhooks carry.
        strict_filters: whether unknown conditions of ``filter[q]`` are refused.
    """

    webhook_content_type: str = WEBHOOK_CONTENT_TYPE
    strict_filters: bool = False
