"""What a server does alike in all its organizations, unless one of them has it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.settings import WEBHOOK_CONTENT_TYPE


@dataclass(slots=True)
class Preferences:
    """What holds where the recipe of an organization says nothing.

    Attributes:
        webhook_content_type: the media type that deliveries of webhooks carry.
        strict_filters: whether unknown conditions of ``filter[q]`` are refused.
    """

    webhook_content_type: str = WEBHOOK_CONTENT_TYPE
    strict_filters: bool = False
