"""A cart: an order's lines as plain values, on their way through one run (commerce.md §3).

The steps of a run read and write nothing else, so that each can be tried with numbers alone. Who
keeps records reads a cart from them first, and writes back what has become of it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import field
from fractions import Fraction
from itertools import count
from typing import Any

from mockserver.access import Access
from mockserver.late_dataclass import dataclass
from mockserver.storage.base import SERIAL, Record

#: What counts towards the subtotal (commerce.md §3.3); a gift card counts where it is bought.
GOODS = frozenset({None, "skus", "bundles"})
GIFT_CARDS = "gift_cards"
SHIPMENTS = "shipments"
PAYMENT_METHODS = "payment_methods"
ADJUSTMENTS = "adjustments"
DISCOUNT_ENGINE_ITEMS = "discount_engine_items"
PROMOTIONS = frozenset(
    {
        "buy_x_pay_y_promotions",
        "external_promotions",
        "fixed_amount_promotions",
        "fixed_price_promotions",
        "flex_promotions",
        "free_gift_promotions",
        "free_shipping_promotions",
        "percentage_discount_promotions",
    }
)
#: The kinds of lines that discount the order (commerce.md §3.3).
DISCOUNTS = PROMOTIONS | {DISCOUNT_ENGINE_ITEMS}
#: The kinds of lines that only the order makes, gift cards that pay besides (commerce.md §3.2).
GENERATED = DISCOUNTS | {SHIPMENTS, PAYMENT_METHODS}


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

    def entry(self) -> dict[str, Any]:
        """Return it as ``discount_breakdown`` shows it; only promotions have names there."""
        entry: dict[str, Any] = {"cents": self.cents, "weight": self.weight}
        if self.name is not None:
            entry.update(name=self.name, coupon_code=self.coupon_code)
        return entry


@dataclass(slots=True)
class Line:
    """One line item.

    Attributes:
        id: of its record; one that has no record yet has its future id.
        item_type: the kind of its item, ``None`` for a line without one.
        item: the id of its item.
        number: its place among the lines by creation.
        shares: the discounts it bears, by the id of the discounting line.
        tax_rate: the rate it was taxed at, ``None`` where nothing was reckoned.
        stored: the record it was read from; empty for a line that this run makes.
        begun: the beginnings of its record, of a line that this run makes.
    """

    id: str
    item_type: str | None = None
    item: str | None = None
    number: int = 0
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
    stored: Record = field(default_factory=dict)
    begun: Record = field(default_factory=dict)

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
    def is_used_gift_card(self) -> bool:
        """Whether a gift card pays with it."""
        return self.item_type == GIFT_CARDS and self.total_amount_cents < 0

    @property
    def is_promotion(self) -> bool:
        """Whether it is what a promotion takes off."""
        return self.item_type in PROMOTIONS

    @property
    def is_generated(self) -> bool:
        """Whether the order makes it, and nobody else may (commerce.md §3.2)."""
        return self.item_type in GENERATED or self.is_used_gift_card

    @property
    def key(self) -> tuple[str | None, str | None]:
        """The kind and the id of its item."""
        return self.item_type, self.item

    @property
    def is_goods(self) -> bool:
        """Whether it counts towards the subtotal (commerce.md §3.3)."""
        return self.item_type in GOODS or self.is_bought_gift_card


def beginnings() -> Callable[[], Record]:
    """Return a source of records, for a cart that no storage stands behind."""
    numbers = count(1)

    def begun() -> Record:
        number = next(numbers)
        return {"id": f"new-{number}", SERIAL: number}

    return begun


@dataclass(slots=True)
class Cart:
    """An order in one run: its own values, and its lines in order of creation.

    Attributes:
        order: what the order holds; the run writes its amounts there.
        lines: its lines, those included that this run has made so far.
        former: the lines that an earlier run made and this one has not made again yet, by what
            they are of; those still there at the end are gone.
        begin: begins the record of a new line.
        tax_rate: that of the address, where the market's rules give one.
        priced_for: the token for which prices are looked up anew; they are kept without
            (commerce.md §3.1).
        rebuilds: whether shipments are built anew though nothing of the order has changed.
        at_once: whether they are built however little time has passed since the last time.
        kept: what one step leaves for a later one, by the name of their domain.
    """

    order: Record
    lines: list[Line] = field(default_factory=list)
    former: dict[tuple[str | None, str | None], Line] = field(default_factory=dict)
    begin: Callable[[], Record] = field(default_factory=beginnings)
    tax_rate: Fraction | None = None
    priced_for: Access | None = None
    rebuilds: bool = False
    at_once: bool = False
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def opened(cls, order: Record, lines: Iterable[Line], begin: Callable[[], Record]) -> Cart:
        """Return the cart of a new run: what the last one made is put aside (commerce.md §3.2)."""
        cart = cls(order, begin=begin)
        for line in lines:
            if line.is_generated:
                cart.former[line.key] = line
            else:
                cart.lines.append(line)
        return cart

    @property
    def reprices(self) -> bool:
        """Whether prices are looked up anew."""
        return self.priced_for is not None

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

    def generate(
        self,
        item_type: str,
        item: str,
        name: str | None,
        unit_amount_cents: int,
        coupon_code: str | None = None,
    ) -> Line:
        """Make a line of the order's own, the one that an earlier run made of the same item.

        So it keeps its id, its place among the lines, and what else is known of it.
        """
        line = self.former.pop((item_type, item), None)
        if line is None:
            begun = self.begin()
            line = Line(begun["id"], item_type, item, begun[SERIAL], begun=begun)
        line.name, line.coupon_code = name, coupon_code
        line.unit_amount_cents = unit_amount_cents
        insort(self.lines, line, key=lambda other: other.number)
        return line

    def remove(self, lines: Collection[Line]) -> None:
        """Take lines out, and with them what others bear of their discounts.

        They may be made again in the same run, as the lines they were.
        """
        gone = {line.id for line in lines}
        self.former.update({line.key: line for line in lines})
        self.lines = [line for line in self.lines if line.id not in gone]
        for line in self.lines:
            for id_ in gone & line.shares.keys():
                del line.shares[id_]
