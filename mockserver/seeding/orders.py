"""Makes orders, and what comes of them: subscriptions and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from mockserver.entropy import Entropy
from mockserver.resources.order_amounts import sums
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import later, written
from mockserver.seeding.plans import OrderPlan
from mockserver.seeding.surroundings import PRODUCTS, Product, Surroundings, Terms
from mockserver.storage.base import Record

PAYMENT: Mapping[str, str] = {
    "placed": "authorized",
    "approved": "paid",
    "cancelled": "voided",
}
#: The fields a return has stamped on its way to a status.
RETURN_STEPS: Mapping[str, Sequence[str]] = {
    "requested": (),
    "approved": ("approved_at",),
    "rejected": ("rejected_at",),
    "cancelled": ("cancelled_at",),
    "shipped": ("approved_at", "shipped_at"),
    "received": ("approved_at", "shipped_at", "received_at"),
}
#: How many days a decision, a delivery, a month take.
DAY, WEEK, MONTH = 1, 7, 30
#: How many orders are of two products; how many of one piece; how many approved ones have arrived.
MIXED, SINGLE, FULFILLED = 0.2, 0.8, 0.6

Line = tuple[Product, int]


@dataclass(frozen=True, slots=True)
class Buyer:
    """What an order needs to know of its customer.

    Attributes:
        came: the first day, from which the days of order plans count.
        address: where orders go.
        card_id: of the wallet entry that subscriptions are paid with.
    """

    id: str
    came: datetime
    guest: bool
    language_code: str
    address: Record
    card_id: str | None


def _amounts(line: Line) -> Mapping[str, Any]:
    """Return what a line item counts in its order."""
    product, quantity = line
    total = product.cents * quantity
    return {"item_type": "skus", "quantity": quantity, "total_amount_cents": total}


class OrderFactory:
    """Orders of many customers, made in the order of time so that a later one has a later id."""

    def __init__(self, batch: Batch, surroundings: Surroundings, entropy: Entropy) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            surroundings: what they refer to.
            entropy: what they are drawn from.
        """
        self._batch = batch
        self._surroundings = surroundings
        self._entropy = entropy
        self._planned: list[tuple[datetime, Buyer, OrderPlan]] = []
        self._has_lines = batch.declares("line_items")

    def plan(self, buyer: Buyer, plans: Sequence[OrderPlan]) -> None:
        """Note the orders of a customer."""
        for plan in plans:
            self._planned.append((later(buyer.came, plan.days), buyer, plan))

    def make(self) -> None:
        """Make the orders that were noted."""
        self._planned.sort(key=itemgetter(0))
        for moment, buyer, plan in self._planned:
            self._make(moment, buyer, plan)
        self._planned.clear()

    def _make(self, moment: datetime, buyer: Buyer, plan: OrderPlan) -> None:
        terms = self._surroundings.terms_of(plan.market)
        # A draft of somebody is an empty cart: with something in it, it would be pending.
        lines = [] if plan.status == "draft" else self._lines()
        order = self._order(moment, buyer, plan, terms, lines)
        if self._has_lines:
            self._line_items(order, lines)
        if plan.frequency:
            self._subscription(order, moment, buyer, plan.frequency)
        if plan.returned:
            self._return(order, moment, terms, plan.returned)

    def _order(
        self, moment: datetime, buyer: Buyer, plan: OrderPlan, terms: Terms, lines: Sequence[Line]
    ) -> Record:
        amounts = sums(_amounts(line) for line in lines)
        address = buyer.address["id"]
        return self._batch.add(
            "orders",
            written(moment),
            status=plan.status,
            guest=buyer.guest,
            language_code=buyer.language_code,
            currency_code=terms.currency_code,
            tax_included=terms.tax_included,
            country_code=buyer.address["country_code"],
            place_total_amount_cents=amounts["total_amount_cents"] * plan.is_placed,
            token=self._entropy.hex(32),
            metadata=EMPTY,
            customer=buyer.id,
            market=terms.market_id,
            shipping_address=address,
            billing_address=address,
            **amounts,
            **self._progress(moment, plan),
        )

    def _progress(self, moment: datetime, plan: OrderPlan) -> Mapping[str, Any]:
        """Return what an order that was placed has gone through."""
        if not plan.is_placed:
            return EMPTY
        placed_at = written(moment)
        last = placed_at if plan.status == "placed" else written(later(moment, DAY))
        fields = {
            "payment_status": PAYMENT[plan.status],
            "placed_at": placed_at,
            "payment_updated_at": last,
            "updated_at": last,
        }
        if plan.status == "cancelled":
            fields["cancelled_at"] = last
        elif plan.status == "approved":
            arrived = self._entropy.fraction() < FULFILLED
            fields["fulfillment_status"] = "fulfilled" if arrived else "in_progress"
            fields["approved_at"] = fields["fulfillment_updated_at"] = last
        return fields

    def _lines(self) -> list[Line]:
        draw = self._entropy.fraction
        products = [self._entropy.choice(PRODUCTS)]
        if draw() < MIXED:
            products = self._entropy.sample(PRODUCTS, 2)
        return [(product, 1 if draw() < SINGLE else 2) for product in products]

    def _line_items(self, order: Record, lines: Sequence[Line]) -> None:
        for line in lines:
            product, _ = line
            self._batch.add(
                "line_items",
                order["created_at"],
                sku_code=product.code,
                currency_code=order["currency_code"],
                unit_amount_cents=product.cents,
                compare_at_amount_cents=product.cents,
                name=product.name,
                metadata=EMPTY,
                order=order["id"],
                item=self._surroundings.skus.get(product.code),
                **_amounts(line),
            )

    def _subscription(self, order: Record, moment: datetime, buyer: Buyer, frequency: str) -> None:
        order["subscription_created_at"] = order["created_at"]
        self._batch.add(
            "order_subscriptions",
            order["created_at"],
            status="active",
            frequency=frequency,
            starts_at=order["placed_at"],
            next_run_at=written(later(moment, MONTH)),
            market=order["market"],
            source_order=order["id"],
            customer=buyer.id,
            customer_payment_source=buyer.card_id,
        )

    def _return(self, order: Record, moment: datetime, terms: Terms, status: str) -> None:
        begun = later(moment, WEEK)
        steps = {
            name: written(later(begun, days * DAY))
            for days, name in enumerate(RETURN_STEPS[status], 1)
        }
        warehouse = terms.warehouse
        made = self._batch.add(
            "returns",
            written(begun),
            status=status,
            number=f"#{order['number']}/R/001",
            skus_count=order["skus_count"],
            estimated_refund_amount_cents=order["total_amount_cents"],
            # Not part of the document: what the amounts are in.
            currency_code=order["currency_code"],
            order=order["id"],
            customer=order["customer"],
            stock_location=warehouse.get("id"),
            origin_address=order["shipping_address"],
            destination_address=warehouse.get("address"),
            **steps,
        )
        made["updated_at"] = max(steps.values(), default=made["created_at"])
