"""The order that comes of a copy, made by the verbs of the API (commerce.md §18, §19.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import partial

from mockserver.commerce.copies.contents import CopiedLine, put_into
from mockserver.commerce.copies.discounts import discounts_of
from mockserver.commerce.copies.problems import Problems
from mockserver.commerce.promotions.frozen import DISCOUNTS, FROZEN, IS_COPYING
from mockserver.commerce.shipping.contents import SHIPMENTS, shipments_of
from mockserver.commerce.shipping.offers import Counter
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

ORDERS = "orders"
#: What a copy has of its source; codes, numbers, references and dates are its own.
COPIED = ("market", "customer", "guest", "language_code", "metadata")
ADDRESSES = ("billing_address", "shipping_address")
#: What tells the shipment of a source that one of the copy is like, what tells most first.
ALIKE = (("stock_location", "shipping_category"), ("shipping_category",))


@dataclass(slots=True)
class TargetOrder:
    """An order while it is being made.

    Attributes:
        engine: the records around.
        source: the order that it is made of.
        freezes: whether discounts stay as they are in the source.
        subscription: the subscription whose run makes it.
        problems: what could not be done.
        id: of the order.
        copied: the ids of its lines by those of the source's.
    """

    engine: Engine
    source: Record
    freezes: bool
    subscription: str | None
    problems: Problems
    id: str = ""
    copied: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Make it, without lines: nothing is reckoned before all of them are there."""
        values = {name: self.source[name] for name in COPIED}
        clones = {f"_{name}_clone_id": self.source[name] for name in ADDRESSES}
        links = {"order_subscription": self.subscription}
        made = self.engine.add(ORDERS, {**values, **clones, **links, "autorefresh": False})
        self.id = made["id"]
        self._freeze(is_copying=True)

    def fill(self, wanted: Sequence[CopiedLine]) -> bool:
        """Put in the lines, with what they are discounted; say whether all could be."""
        put = [self._put(each) for each in wanted]
        self._freeze(is_copying=True)
        self.engine.change(ORDERS, self.id, {"_refresh": True})
        return all(put)

    def ship(self) -> None:
        """Ship as the source was, where that is still possible."""
        former = shipments_of(self.engine, self.source["id"])
        shipments = shipments_of(self.engine, self.id)
        counter = Counter(self.engine, self._record(), shipments)
        for shipment in shipments:
            method = _method_of_like(shipment, former)
            is_new = method and method != shipment["shipping_method"]
            if is_new and any(each["id"] == method for each in counter.offered(shipment)):
                self.engine.change(SHIPMENTS, shipment["id"], {"shipping_method": method})

    def pay(self, entry: Record | None) -> bool:
        """Pay as the source was, with an entry of the wallet if there is one; say whether it can.

        From now on the order follows whatever becomes of it.
        """
        method = (entry or {}).get("payment_method") or self.source["payment_method"]
        values = {"autorefresh": True, "_refresh": True}
        paid_by = {"payment_method": method} if method else {}
        if entry:
            paid_by["_customer_payment_source_id"] = entry["id"]
        paid = self._try({**paid_by, **values})
        if not paid:
            self.engine.change(ORDERS, self.id, values)
        self._freeze(is_copying=False)
        return paid

    def place(self) -> bool:
        """Place it, and say whether that could be done."""
        return self._try({"_place": True})

    # --- steps -----------------------------------------------------------------------------------

    def _record(self) -> Record:
        return self.engine.get(ORDERS, self.id) or {}

    def _put(self, wanted: CopiedLine) -> bool:
        return self.problems.noted(partial(self._put_in, wanted))

    def _put_in(self, wanted: CopiedLine) -> None:
        # A line whose options are refused is none.
        with self.engine.transaction():
            line = put_into(self.engine, self._record(), wanted)
        if wanted.source:
            self.copied[wanted.source] = line["id"]

    def _try(self, values: Record) -> bool:
        attempt = partial(self.engine.change, ORDERS, self.id, values)
        return self.problems.noted(attempt)

    def _freeze(self, *, is_copying: bool) -> None:
        """Have it discounted as its source is, as far as its lines are there."""
        if self.freezes:
            discounts = discounts_of(self.engine, self.source["id"], self.copied)
            frozen = {IS_COPYING: is_copying, DISCOUNTS: discounts}
            self.engine.rewrite(ORDERS, self.id, {FROZEN: frozen})


def _method_of_like(shipment: Record, former: Sequence[Record]) -> str | None:
    """Return the method of the shipment of the source that is most like one of the copy."""
    for names in ALIKE:
        for other in former:
            if all(other[name] == shipment[name] for name in names):
                return str(other["shipping_method"]) if other["shipping_method"] else None
    return None
