"""A cart: an order's lines as plain values, on their way through one run (commerce.md §3).

The steps of a run read and write nothing else, so that each can be tried with numbers alone. Who
keeps records reads a cart from them first, and writes back what has become of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

#: What counts towards the subtotal (commerce.md §3.3); a gift card counts where it is bought.
GOODS = frozenset({None, "skus", "bundles"})
GIFT_CARDS = "gift_cards"


@dataclass(slots=True)
class Share:
    """A part of a discount that one line bears: an entry of ``discount_breakdown``.

    Attributes:
        cents: never above zero.
        weight: the line's share in the whole discount.
        name: of the promotion; ``None`` where no promotion discounts.
        coupon_code: the coupon that brought the promotion about.
    """

    cents: int
    weight: float
    name: str | None = None
    coupon_code: str | None = None


@dataclass(slots=True)
class Line:
    """One line item.

    Attributes:
        id: of its record; one that has no record yet has its future id.
        item_type: the kind of its item, ``None`` for a line without one.
        item: the id of its item.
        shares: the discounts it bears, by the id of the discounting line.
        tax_rate: the rate it was taxed at, ``None`` where nothing was reckoned.
        stored: the record it was read from; empty for a line that this run makes.
    """

    id: str
    item_type: str | None = None
    item: str | None = None
    quantity: int = 1
    unit_amount_cents: int = 0
    compare_at_amount_cents: int = 0
    options_amount_cents: int = 0
    name: str | None = None
    sku_code: str | None = None
    bundle_code: str | None = None
    coupon_code: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    rule_outcomes: Any = None
    shares: dict[str, Share] = field(default_factory=dict)
    tax_amount_cents: int = 0
    tax_rate: Fraction | None = None
    tax_breakdown: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)

    @property
    def total_amount_cents(self) -> int:
        """The whole line: units and options, discounts and taxes apart."""
        return self.unit_amount_cents * self.quantity + self.options_amount_cents

    @property
    def discount_cents(self) -> int:
        """The discounts it bears, all together; never above zero."""
        return sum(share.cents for share in self.shares.values())

    @property
    def net_amount_cents(self) -> int:
        """Its total less the discounts it bears, not below zero."""
        return max(self.total_amount_cents + self.discount_cents, 0)

    @property
    def is_bought_gift_card(self) -> bool:
        """Whether a gift card is bought with it; one that pays has a negative amount."""
        return self.item_type == GIFT_CARDS and self.total_amount_cents > 0

    @property
    def is_goods(self) -> bool:
        """Whether it counts towards the subtotal (commerce.md §3.3)."""
        return self.item_type in GOODS or self.is_bought_gift_card


@dataclass(slots=True)
class Cart:
    """An order in one run: its own values, and its lines in order of creation.

    Attributes:
        order: what the order holds; the run writes its amounts there.
        lines: its lines, those that this run makes behind the others.
    """

    order: dict[str, Any]
    lines: list[Line] = field(default_factory=list)

    @property
    def tax_included(self) -> bool:
        """Whether prices contain taxes."""
        return bool(self.order.get("tax_included"))

    def of_kind(self, *item_types: str | None) -> list[Line]:
        """Return the lines of these kinds, in order of creation."""
        return [line for line in self.lines if line.item_type in item_types]

    def goods(self) -> list[Line]:
        """Return the lines that count towards the subtotal."""
        return [line for line in self.lines if line.is_goods]

    def discountable(self) -> list[Line]:
        """Return the goods that promotions may discount: no gift cards (commerce.md §3.4)."""
        return self.of_kind(*GOODS)

    def discounting(self, line: Line) -> Iterator[tuple[Line, Share]]:
        """Yield the lines that bear a discount, each with its share of it."""
        for bearer in self.lines:
            if line.id in bearer.shares:
                yield bearer, bearer.shares[line.id]

    def remove(self, lines: Collection[Line]) -> None:
        """Take lines out, and with them what others bear of their discounts."""
        gone = {line.id for line in lines}
        self.lines = [line for line in self.lines if line.id not in gone]
        for line in self.lines:
            for id_ in gone & line.shares.keys():
                del line.shares[id_]
