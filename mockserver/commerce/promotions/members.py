"""Members that promotions have in common (commerce.md §5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from mockserver.commerce.catalogue.sku_lists import by_sku_code
from mockserver.commerce.promotions.checks import (
    has_no_market,
    is_in_placed_orders,
    note_usage,
    of_market,
)
from mockserver.commerce.promotions.permits import ON_OFFER
from mockserver.commerce.promotions.scopes import SCOPES
from mockserver.commerce.promotions.statuses import status, weight
from mockserver.schema.blocks import Block
from mockserver.schema.currencies import CURRENCIES
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Check, QueryScope, View
from mockserver.schema.tagging import tag_limit
from mockserver.schema.validations import Inclusion, MoreThan
from mockserver.schema.vocabulary import Resource, attribute, kind, named, to_many, to_one
from mockserver.schema.windows import ends_after_start
from mockserver.storage.base import Record

KINDS = (
    "percentage_discount_promotions",
    "free_shipping_promotions",
    "buy_x_pay_y_promotions",
    "free_gift_promotions",
    "fixed_price_promotions",
    "external_promotions",
    "fixed_amount_promotions",
    "flex_promotions",
)
RULES = (
    "order_amount_promotion_rules",
    "sku_list_promotion_rules",
    "coupon_codes_promotion_rules",
    "custom_promotion_rules",
)
STATUSES = ("disabled", "expired", "pending", "active", "inactive")
CHECKS: Sequence[Check] = (ends_after_start, of_market, note_usage, tag_limit)


#: The currency of a promotion is any, unless it is told.
CURRENCY = Inclusion(frozenset(CURRENCIES))
POSITIVE = MoreThan(0)


class PromotionKind(Resource):
    """A promotion, of whichever kind."""

    topics: ClassVar[Sequence[str]] = ("create", "destroy", "tagged")
    checks: ClassVar[Sequence[Check]] = CHECKS
    for_guests: ClassVar = ON_OFFER
    for_customers: ClassVar = ON_OFFER
    query_scopes: ClassVar[Mapping[str, QueryScope]] = {**SCOPES, **by_sku_code("sku_list")}

    locked = staticmethod(is_in_placed_orders)


def promotion_attributes(*, needs_currency: bool = False) -> Block:
    """Declare what stands before the base of every promotion but the flexible ones.

    Args:
        needs_currency: whether its amounts are of a currency, which a market may say.
    """
    return named(
        name=attribute("string", "CURfs", required=True),
        type=kind(KINDS),
        currency_code=attribute(
            "string",
            "CURfs",
            example="EUR",
            validate=CURRENCY,
            required=has_no_market if needs_currency else False,
        ),
        **turn_and_time(),
        total_usage_reached=attribute("boolean", "Rfs", initial=False),
        **activity(),
        weight=attribute("integer", "R", derive=lambda record: weight(record["type"], record)),
        coupons_count=attribute("integer", "R", derive_from=_count_coupons),
    )


def turn_and_time() -> dict[str, Attribute]:
    """Declare when a promotion applies, and before which others."""
    return {
        "exclusive": attribute("boolean", "CURfs", initial=False),
        "priority": attribute("integer", "CURfs", validate=POSITIVE),
        "starts_at": attribute(
            "datetime", "CURfs", required=True, example="2026-01-01T00:00:00.000Z"
        ),
        "expires_at": attribute(
            "datetime", "CURfs", required=True, example="2099-12-31T00:00:00.000Z"
        ),
        "total_usage_limit": attribute("integer", "CURfs", validate=POSITIVE),
        "total_usage_count": attribute("integer", "Rfs", initial=0),
    }


def activity() -> dict[str, Attribute]:
    """Declare where a promotion stands."""
    return {
        "active": attribute(
            "boolean", "R", derive_from=lambda record, view: _status(record, view) == "active"
        ),
        "status": attribute("string", "R", enum=STATUSES, derive_from=_status),
    }


def _status(record: Record, view: View) -> str:
    return status(record, view.engine.clock.now())


def _count_coupons(record: Record, view: View) -> int:
    return len(view.pointing_at(record, "coupons", "promotion"))


def promotion_relationships() -> Block:
    """Declare the market of a promotion, and its rules."""
    singles = {rule.removesuffix("s"): to_one(rule, "CUf", inverse="promotion") for rule in RULES}
    return named(
        market=to_one("markets", "CUfs"),
        promotion_rules=to_many("promotion_rules", "f", inverse="promotion"),
        **singles,
    )
