"""Makes order subscriptions, and counts their runs (neighbours §9)."""

from __future__ import annotations

from datetime import datetime

from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import written
from mockserver.seeding.purchases import Purchase
from mockserver.seeding.timeline import Timeline

#: What is told of a run; the engine itself runs none.
RUN = ("last_run_succeeded",)


class Subscriptions:
    """The subscriptions of one sandbox."""

    def __init__(self, batch: Batch, timeline: Timeline) -> None:
        """Have the records go into a batch, and their steps into a timeline."""
        self._batch = batch
        self._timeline = timeline

    def subscribe(self, purchase: Purchase) -> None:
        """Make the subscription to an order that was placed."""
        order, buyer = purchase.order, purchase.buyer
        self._timeline.take("orders", "create_subscriptions", order, buyer.id, purchase.moment)
        purchase.subscription = self._batch.add(
            "order_subscriptions",
            order["created_at"],
            frequency=purchase.plan.frequency,
            next_run_at=_next_run(purchase, purchase.moment),
            metadata=EMPTY,
            market=order["market"],
            source_order=order["id"],
            customer=buyer.id,
            customer_payment_source=buyer.wallet.get(order["payment_source"]),
        )
        self._begin(purchase)
        for line in purchase.lines:
            self._batch.add(
                "order_subscription_items",
                order["created_at"],
                quantity=line["quantity"],
                unit_amount_cents=line["unit_amount_cents"],
                total_amount_cents=line["total_amount_cents"],
                # Not part of the document: what the amounts are in.
                currency_code=order["currency_code"],
                metadata=EMPTY,
                order_subscription=purchase.subscription["id"],
                item=line["item"],
                item_type=line["item_type"],
                source_line_item=line["id"],
            )

    def _begin(self, purchase: Purchase) -> None:
        """Activate the subscription, which its order does by being placed."""
        type_, made, customer_id = "order_subscriptions", purchase.subscription, purchase.buyer.id
        self._timeline.begin(type_, made, customer_id)
        self._timeline.take(type_, "activate", made, customer_id, purchase.moment)

    def count(self, run: Purchase, source: Purchase) -> None:
        """Note that a subscription has run: an order has come of it."""
        subscription = source.subscription
        run.order["order_subscription"] = subscription["id"]
        subscription["occurrencies"] += 1
        subscription["succeeded_on_last_run"] = True
        subscription["last_run_at"] = subscription["updated_at"] = run.order["placed_at"]
        subscription["next_run_at"] = _next_run(source, run.moment)
        told = "order_subscriptions", subscription, source.buyer.id, run.order["placed_at"]
        self._timeline.note(*told, RUN)


def _next_run(source: Purchase, moment: datetime) -> str | None:
    following = next_run(source.plan.frequency or "", source.moment, moment)
    return written(following) if following else None
