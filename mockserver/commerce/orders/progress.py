"""An order that goes on: in the middle of a change of its own, or because of one of its payments.

commerce.md §14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from mockserver.commerce.payments.ledger import TransactionLedger
from mockserver.commerce.payments.payment_status import AMOUNT, payments_of, row_of
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "orders"
SOURCE, SOURCE_TYPE = "payment_source", "payment_source_type"
#: The states whose every move is stamped.
STAMPS: Mapping[str, str] = {
    "payment_status": "payment_updated_at",
    "fulfillment_status": "fulfillment_updated_at",
}
#: The payment statuses in which an approved order is on its way (catalogue.md §29): of what is
#: refunded in part, all had been paid.
PAID = frozenset({"paid", "partially_refunded", "free"})


@dataclass(slots=True)
class Progress:
    """An order as it is by now, and how what happens to it is told.

    Attributes:
        engine: the records around it.
        order: may be changed; whoever began stores it.
        tell: notes an event of the order.
    """

    engine: Engine
    order: Record
    tell: Callable[[str], None]

    @staticmethod
    def of(change: Change) -> Progress:
        """Return the progress of an order that is being changed."""
        return Progress(change.engine, change.record, change.fire)

    def ledger(self) -> TransactionLedger:
        """Return its transactions."""
        own = Compare("order", "eq", self.order["id"])
        return TransactionLedger(self.engine.find("transactions", own))

    def move(self, state: str, to: str, event: str | None = None) -> None:
        """Bring a state of it to another one, stamp that, and tell of it."""
        self.order[state] = to
        if state in STAMPS:
            self.order[STAMPS[state]] = self.engine.clock.timestamp()
        if event:
            self.tell(event)

    # --- what follows ----------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring the payment status to what the transactions say, with all that follows."""
        row = row_of(payments_of(self.order, self.ledger()))
        if row.status == self.order["payment_status"]:
            return
        self.move("payment_status", row.status, row.event)
        if row.status == "refunded":
            self.call_off()
        self.start_fulfilling()

    def start_fulfilling(self) -> None:
        """Begin to fulfill it, once it is approved and nothing is left to pay."""
        order = self.order
        is_due = order["status"] == "approved" and order["fulfillment_status"] == "unfulfilled"
        if is_due and (order["payment_status"] in PAID or not self._requires_capture()):
            self.move("fulfillment_status", "in_progress", "start_fulfilling")

    def call_off(self) -> None:
        """Cancel it, and stop fulfilling it; what has arrived has arrived."""
        if self.order["status"] != "cancelled":
            self.order["cancelled_at"] = self.engine.clock.timestamp()
            self.move("status", "cancelled", "cancel")
        self.stop_fulfilling()

    def stop_fulfilling(self) -> None:
        """Go back to what has not been begun."""
        if self.order["fulfillment_status"] == "in_progress":
            self.move("fulfillment_status", "unfulfilled", "cancel_fulfilling")

    def _requires_capture(self) -> bool:
        method = self.engine.get("payment_methods", self.order.get("payment_method")) or {}
        return bool(method.get("require_capture", True))


def settle_payment(change: Change) -> None:
    """Let the payment status follow when an order costs, or is paid with, something else now."""
    before, order = change.before, change.record
    if before is None or change.is_refused:
        return
    has_moved = order["payment_status"] != "unpaid" and before[AMOUNT] != order[AMOUNT]
    if has_moved or before.get("payment_source") != order.get("payment_source"):
        Progress.of(change).settle()


@contextmanager
def going_on(engine: Engine, id_: str) -> Iterator[Progress]:
    """Give the progress of a stored order; at the end it is stored, and all is told."""
    before = engine.get(TYPE, id_) or {}
    events: list[str] = []
    progress = Progress(engine, {**before}, events.append)
    yield progress
    changed = {n: value for n, value in progress.order.items() if before.get(n) != value}
    if changed.keys() & {SOURCE, SOURCE_TYPE}:
        # What it leads to is of several types: both are said together.
        changed.pop(SOURCE_TYPE, None)
        changed[SOURCE] = progress.order[SOURCE_TYPE], progress.order[SOURCE]
    if changed:
        engine.change(TYPE, id_, changed)
    for event in events:
        engine.fire(TYPE, id_, event)
