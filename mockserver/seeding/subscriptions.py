"""Makes order subscriptions, and counts their runs (neighbours.md §9)."""

from __future__ import annotations

from datetime import datetime

from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import DAY, later, read, written
from mockserver.seeding.purchases import Purchase
from mockserver.seeding.timeline import Life, Timeline

#: What is told of a run; the engine itself runs none.
RUN = ("last_run_succeeded",)


class Subscriptions:
    """The subscriptions of one sandbox."""

    def __init__(self, batch: Batch, timeline: Timeline) -> None:
        """Have the records go into a batch, and their steps into a timeline."""
        self._batch = batch
        self._timeline = timeline
        self._sources: list[Purchase] = []

    def subscribe(self, purchase: Purchase, life: Life, model: str | None) -> None:
        """Make the subscription to an order that was placed, and has this life.

        By the subscription model of its market.
        """
        order, buyer = purchase.order, purchase.buyer
        life.take("create_subscriptions", purchase.moment)
        made = self._batch.add(
            "order_subscriptions",
            order["created_at"],
            frequency=purchase.plan.frequency,
            next_run_at=_next_run(purchase, purchase.moment),
            metadata=EMPTY,
            market=order["market"],
            subscription_model=model,
            starts_at=order["placed_at"],
            source_order=order["id"],
            customer=buyer.id,
            customer_payment_source=buyer.entry_of(order["payment_source"]),
        )
        purchase.subscription = self._timeline.begin("order_subscriptions", made, buyer.id)
        # The order has been placed already.
        purchase.subscription.take("activate", purchase.moment)
        self._sources.append(purchase)
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
                order_subscription=made["id"],
                item=line["item"],
                item_type=line["item_type"],
                source_line_item=line["id"],
            )

    def finish(self) -> None:
        """Have every subscription put on hold, a day after it has run last.

        One that is active runs whenever it is due: what it makes would depend on the day on which
        it is seeded.
        """
        for source in self._sources:
            if life := source.subscription:
                last = life.record["last_run_at"] or life.record["starts_at"]
                life.take("deactivate", later(read(last), DAY))
        self._sources.clear()


def count(run: Purchase, source: Purchase) -> None:
    """Note that the subscription to an order has run: another order has come of it."""
    if life := source.subscription:
        subscription = life.record
        run.order["order_subscription"] = subscription["id"]
        subscription["occurrencies"] += 1
        subscription["succeeded_on_last_run"] = True
        subscription["last_run_at"] = subscription["updated_at"] = run.order["placed_at"]
        subscription["next_run_at"] = _next_run(source, run.moment)
        life.note(run.order["placed_at"], RUN)


def _next_run(source: Purchase, moment: datetime) -> str | None:
    following = next_run(source.plan.frequency or "", source.moment, moment)
    return written(following) if following else None
