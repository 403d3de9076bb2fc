"""Refuses coupons with codes nobody could use, and lets the others be of their promotions.

commerce.md §8.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.customers.customer_links import EMAIL, normal_email
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.validations import Length, Validation
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

RECIPIENTS = "coupon_recipients"


def length_of_code(change: Change) -> None:
    """Require a code that is as long as the organization has them."""
    code, before = change.record.get("code"), change.before or {}
    if not code or code == before.get("code"):
        return
    least, most = (change.engine.setting(f"coupons_{end}_code_length") for end in ("min", "max"))
    broken = Length(least, most).broken(code)
    if broken:
        change.invalid("code", broken[0], **broken[1])


def promotion_of_rule(change: Change) -> None:
    """Let it be of the promotion that its rule is of."""
    rule = change.engine.get("coupon_codes_promotion_rules", change.record.get("promotion_rule"))
    if rule:
        change.record.update(promotion=rule["promotion"], promotion_type=rule["promotion_type"])


def recipient_by_email(change: Change, email: str | None) -> None:
    """Let it be for whoever has the email address; a new recipient, where there is none.

    A malformed address is nobody's; the attribute's own rules refuse it.
    """
    rules: Sequence[Validation] = EMAIL
    if not email or any(rule.broken(email) for rule in rules):
        return
    found = _recipient(change.engine, email) or change.engine.add(RECIPIENTS, {"email": email})
    change.record["coupon_recipient"] = found["id"]


def _recipient(engine: Engine, email: str) -> Record | None:
    found = engine.find(RECIPIENTS, Compare("email", "eq", normal_email(email)))
    return found[0] if found else None
