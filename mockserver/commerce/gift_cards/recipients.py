"""Who a gift card is for (commerce.md §8.5)."""

from __future__ import annotations

from mockserver.commerce.customers.customer_links import EMAIL
from mockserver.schema.protocols import Change
from mockserver.storage.conditions import Compare

RECIPIENTS = "gift_card_recipients"


def link_recipient(change: Change, email: str | None) -> None:
    """Link the recipient with the email, made when there is none; of nothing, nobody."""
    if not email:
        change.record["gift_card_recipient"] = None
        return
    if any(rule.broken(email) for rule in EMAIL):
        return
    found = change.engine.find(RECIPIENTS, Compare("email", "eq", email))
    recipient = found[0] if found else change.engine.add(RECIPIENTS, {"email": email})
    change.record["gift_card_recipient"] = recipient["id"]
