"""Purchases, by whom and when: noted for all customers first, for orders come in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY
from mockserver.seeding.plans import OrderPlan
from mockserver.seeding.products import Product
from mockserver.seeding.timeline import Life
from mockserver.storage.base import Record

Values = Mapping[str, Any]


@dataclass(slots=True)
class Buyer:
    """A customer, as far as an order needs to know it.

    Attributes:
        life: of the customer.
        addresses: what the addresses of orders are copies of.
        business: whether it is a company, which pays by wire transfer.
        cards: how many of those it will pay with are still to be kept in the wallet.
        wallet: the ids of the wallet entries, by those of the payment sources they keep.
        saved: the entry that later orders are paid with.
        source: the payment source that it keeps.
        details: what orders show of that.
    """

    life: Life
    guest: bool
    language_code: str
    addresses: Sequence[Values]
    business: bool
    cards: int
    wallet: dict[str, str] = field(default_factory=dict)
    saved: Record | None = None
    source: Record = field(default_factory=lambda: EMPTY)
    details: Values = field(default_factory=lambda: EMPTY)

    def entry_of(self, source: str | None) -> str | None:
        """Return the id of the wallet entry of a payment source, or of what it is a copy of."""
        return self.wallet.get(source or "") or (self.saved["id"] if self.saved else None)

    @property
    def id(self) -> str:
        """The id of the customer."""
        return str(self.life.record["id"])


@dataclass(slots=True)
class Purchase:
    """An order that is to be made, and once it is, what its sequels need to know of it.

    Attributes:
        moment: when it is placed, or begun.
        repeats: what it is a run of the subscription to.
        bought: the products and how many of each.
        order: the order.
        lines: its line items.
        capture: the id of its capture, once there is one.
        subscription: the life of the one it is the source of.
    """

    moment: datetime
    buyer: Buyer
    plan: OrderPlan
    repeats: Purchase | None = None
    bought: list[tuple[Product, int]] = field(default_factory=list)
    order: Record = field(default_factory=lambda: EMPTY)
    lines: Sequence[Record] = ()
    capture: str | None = None
    subscription: Life | None = None
