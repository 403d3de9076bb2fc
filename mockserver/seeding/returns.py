"""Makes returns: what of an order came back (neighbours.md §11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import DAY, WEEK, later, written
from mockserver.seeding.purchases import Purchase
from mockserver.seeding.reference_data import Terms
from mockserver.seeding.timeline import Timeline

#: The steps that a return has taken on the way to its status, a day each after the first.
COURSES: Mapping[str, Sequence[str]] = {
    "requested": ("request",),
    "approved": ("request", "approve"),
    "rejected": ("request", "reject"),
    "cancelled": ("request", "cancel"),
    "shipped": ("request", "approve", "ship"),
    "received": ("request", "approve", "ship", "receive"),
}
REASON: Mapping[str, Any] = {"message": "It is not what I expected."}


class Returns:
    """The returns of one sandbox."""

    def __init__(self, batch: Batch, timeline: Timeline) -> None:
        """Have the records go into a batch, and their steps into a timeline."""
        self._batch = batch
        self._timeline = timeline

    def send_back(self, purchase: Purchase, terms: Terms) -> None:
        """Make the return of the first line of an order, a week after it was placed."""
        order, line = purchase.order, purchase.lines[0]
        begun, warehouse = later(purchase.moment, WEEK), terms.warehouse
        made = self._batch.add(
            "returns",
            written(begun),
            number=f"#{order['number']}/R/001",
            skus_count=line["quantity"],
            estimated_refund_amount_cents=line["total_amount_cents"],
            # Not part of the document: what the amounts are in.
            currency_code=order["currency_code"],
            metadata=EMPTY,
            order=order["id"],
            reference_capture=purchase.capture,
            customer=order["customer"],
            stock_location=warehouse.get("id"),
            origin_address=order["shipping_address"],
            destination_address=warehouse.get("address"),
        )
        life = self._timeline.begin("returns", made, purchase.buyer.id)
        for days, step in enumerate(COURSES[purchase.plan.returned or ""]):
            life.take(step, later(begun, days * DAY))
        self._batch.add(
            "return_line_items",
            made["created_at"],
            quantity=line["quantity"],
            total_amount_cents=line["total_amount_cents"],
            currency_code=order["currency_code"],
            return_reason=REASON,
            metadata=EMPTY,
            line_item=line["id"],
            **{"return": made["id"]},
        )
