"""Which promotions sales channels see (commerce.md §26)."""

from __future__ import annotations

from mockserver.access import Access
from mockserver.schema.permits import Permit, Setting, in_scope
from mockserver.storage.conditions import All, Any_, Compare, Condition, Null

#: Not used as often as it may be.
UNSPENT = Compare("total_usage_reached", "eq", value=False)


def running_at(now: str) -> Condition:
    """Restrict to what is enabled, begun and not over at a time (commerce.md §5.2)."""
    begun, over = Compare("starts_at", "lteq", now), Compare("expires_at", "gt", now)
    return All((Null("disabled_at"), begun, over))


def on_offer(access: Access, setting: Setting) -> Condition:
    """Restrict to what is active in the market in scope, or in every market."""
    somewhere = Any_((Null("market"), in_scope(access, setting)))
    return All((running_at(setting.now), UNSPENT, somewhere))


ON_OFFER = Permit("R", lists=True, readable=on_offer)
