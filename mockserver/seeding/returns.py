"""Makes returns: what of an order came back (neighbours §11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import DAY, WEEK, later, written
from mockserver.seeding.purchases import Purchase
from mockserver.seeding.surroundings import Terms

#: The fields a return has stamped on its way to a status.
STEPS: Mapping[str, Sequence[str]] = {
    "requested": (),
    "approved": ("approved_at",),
    "rejected": ("rejected_at",),
    "cancelled": ("cancelled_at",),
    "shipped": ("approved_at", "shipped_at"),
    "received": ("approved_at", "shipped_at", "received_at"),
}
REASON: Mapping[str, Any] = {"message": "It is not what I expected."}


class Returns:
    """The returns of one sandbox."""

    def __init__(self, batch: Batch) -> None:
        """Have the records go into a batch."""
        self._batch = batch

    def send_back(self, purchase: Purchase, terms: Terms) -> None:
        """Make the return of the first line of an order, a week after it was placed."""
        order, line, status = purchase.order, purchase.lines[0], purchase.plan.returned or ""
        begun, warehouse = later(purchase.moment, WEEK), terms.warehouse
        steps = {
            name: written(later(begun, days * DAY)) for days, name in enumerate(STEPS[status], 1)
        }
        made = self._batch.add(
            "returns",
            written(begun),
            status=status,
            number=f"#{order['number']}/R/001",
            skus_count=line["quantity"],
            estimated_refund_amount_cents=line["total_amount_cents"],
            # Not part of the document: what the amounts are in.
            currency_code=order["currency_code"],
            metadata=EMPTY,
            order=order["id"],
            customer=order["customer"],
            stock_location=warehouse.get("id"),
            origin_address=order["shipping_address"],
            destination_address=warehouse.get("address"),
            **steps,
        )
        made["updated_at"] = max(steps.values(), default=made["created_at"])
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
