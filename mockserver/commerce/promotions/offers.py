"""A promotion as a run sees it: plain values, and what has to be so for it to apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.commerce.promotions.coverage import Coverage
from mockserver.commerce.promotions.statuses import weight
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.late_dataclass import dataclass

#: Says whether a cart is as a promotion rule asks, by what the run has made of it so far.
Requirement = Callable[[Cart], bool]
FREE_SHIPPING = "free_shipping_promotions"
FLEX = "flex_promotions"


@dataclass(frozen=True, slots=True)
class Offer:
    """One promotion that may apply.

    Attributes:
        type_: of its record.
        values: what its record holds.
        requirements: what its rules ask; all of it has to be so.
        coverage: its SKU list; ``None`` for one that is about the whole order.
        coupon_code: the code of the coupon that brings it about.
        is_gated: whether it takes a coupon.
    """

    type_: str
    values: Mapping[str, Any]
    requirements: Sequence[Requirement] = ()
    coverage: Coverage | None = None
    coupon_code: str | None = None
    is_gated: bool = False

    @property
    def id(self) -> str:
        """The id of the promotion."""
        return str(self.values["id"])

    @property
    def name(self) -> str:
        """The name of its line in an order."""
        return str(self.values.get("name") or "")

    @property
    def is_exclusive(self) -> bool:
        """Whether no other promotion applies beside it."""
        return bool(self.values.get("exclusive"))

    @property
    def weight(self) -> int:
        """The weight by which it has its turn."""
        return weight(self.type_, self.values)

    def matches(self, cart: Cart) -> bool:
        """Say whether every rule is satisfied."""
        return all(requirement(cart) for requirement in self.requirements)

    def eligible(self, cart: Cart) -> list[Line]:
        """Return the goods that it may discount (commerce.md §3.4, §5.4)."""
        goods = cart.discountable()
        return goods if self.coverage is None else self.coverage.covered(goods)


def in_turn(offers: Sequence[Offer]) -> list[Offer]:
    """Return promotions in the order of their turns; of two that weigh the same, the older first.

    The offers come by the order of their ids.
    """
    return sorted(offers, key=lambda offer: -offer.weight)
