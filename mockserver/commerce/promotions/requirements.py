"""Requirements of promotion rules on a cart (commerce.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.promotions.coverage import Coverage
from mockserver.commerce.promotions.offers import Requirement
from mockserver.commerce.totals.buckets import amounts
from mockserver.commerce.totals.cart import Cart

#: What an order's amount is made of where a rule does not ask for its subtotal alone.
PARTS = ("subtotal", "shipping", "payment_method", "adjustment", "discount")


def of_amount(rule: Mapping[str, Any]) -> Requirement:
    """Return the requirement of a rule on the amount of the order: so much, or more."""
    least: int | None = rule.get("order_amount_cents")
    parts = PARTS[:1] if rule.get("use_subtotal") else PARTS

    def requirement(cart: Cart) -> bool:
        if least is None:
            return True
        found = amounts(cart)
        return sum(found[f"{part}_amount_cents"] for part in parts) >= least

    return requirement


def of_list(rule: Mapping[str, Any], coverage: Coverage | None) -> Requirement:
    """Return the requirement of a rule on a SKU list: any of it, all of it, or so many pieces."""

    def requirement(cart: Cart) -> bool:
        if coverage is None:
            return False
        found = coverage.covered(cart.discountable())
        if minimum := rule.get("min_quantity") or 0:
            return sum(line.quantity for line in found if coverage.suffices(line)) >= minimum
        if rule.get("all_skus") and not coverage.is_automatic:
            return _has_all(coverage, {line.item for line in found})
        return bool(found)

    return requirement


def _has_all(coverage: Coverage, present: set[str | None]) -> bool:
    """Say whether every SKU of the list is there, or the bundle that is all of them."""
    is_bundled = any(coverage.bundles.get(id_ or "") == coverage.list_id for id_ in present)
    wanted = {listed.sku for listed in coverage.items}
    return is_bundled or (bool(wanted) and wanted <= present)


def never(_: Cart) -> bool:
    """Say that a rule is not satisfied: of coupons, where the order has none of its own."""
    return False
