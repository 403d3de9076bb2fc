"""Makes orders with their line items, addresses and payments, and has their sequels made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from mockserver.commerce.orders.amounts import sums
from mockserver.entropy import Entropy
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import DAY, later, written
from mockserver.seeding.payments import Payments
from mockserver.seeding.plans import COURSES, OrderPlan
from mockserver.seeding.products import PRODUCTS, Product
from mockserver.seeding.purchases import Buyer, Purchase
from mockserver.seeding.reference_data import ReferenceData, Terms
from mockserver.seeding.returns import Returns
from mockserver.seeding.subscriptions import Subscriptions, count
from mockserver.seeding.timeline import Life, Timeline
from mockserver.storage.base import SERIAL, Record

#: How many days after it is placed an order takes a step; those before come at once.
DECIDED: Mapping[str, float] = {"approve": DAY, "cancel": DAY}
#: The steps of a customer with the first placed order, the second one, and any further one.
STANDINGS = ("acquired", "repeat", "again")
#: How many days a parcel takes.
PARCEL = 4
#: How many orders are of two products; how many of one piece; how many approved ones have arrived.
MIXED, SINGLE, FULFILLED = 0.2, 0.8, 0.6

Line = tuple[Product, int]


def _amounts(line: Line) -> Mapping[str, Any]:
    """Return the amounts of a line item in its order."""
    product, quantity = line
    total = product.cents * quantity
    return {"item_type": "skus", "quantity": quantity, "total_amount_cents": total}


class OrderMaker:
    """Orders of many customers, made in the order of time so that a later one has a later id."""

    def __init__(
        self, batch: Batch, references: ReferenceData, entropy: Entropy, timeline: Timeline
    ) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            references: what they refer to.
            entropy: what they are drawn from.
            timeline: where their steps are noted.
        """
        self._timeline = timeline
        self._batch = batch
        self._references = references
        self._entropy = entropy
        self._payments = Payments(batch, entropy)
        self._subscriptions = Subscriptions(batch, timeline)
        self._returns = Returns(batch, timeline)
        self._purchases: list[Purchase] = []
        #: Whether an order may have the number of a new one already.
        self._has_existing = batch.sandbox.partition.count("orders") > 0

    def plan(self, buyer: Buyer, plans: Sequence[OrderPlan], came: datetime) -> None:
        """Note the orders of a customer, and those that come of subscriptions.

        Args:
            buyer: the customer.
            plans: the orders.
            came: the first day, from which their days count.
        """
        for plan in plans:
            placements = plan.placements(came)
            first = placements[0] if placements else later(came, plan.days)
            purchase = Purchase(first, buyer, plan)
            self._purchases.append(purchase)
            for moment in placements[1:]:
                run = OrderPlan("placed", plan.days, plan.market)
                self._purchases.append(Purchase(moment, buyer, run, purchase))

    def make(self) -> None:
        """Make the orders that were noted."""
        self._purchases.sort(key=attrgetter("moment"))
        for purchase in self._purchases:
            self._make(purchase)
        self._purchases.clear()

    def _make(self, purchase: Purchase) -> None:
        plan, buyer = purchase.plan, purchase.buyer
        terms = self._references.terms_of(plan.market)
        lines = self._lines(purchase)
        order = purchase.order = self._order(purchase, terms, lines)
        is_fulfilled = plan.status == "approved" and self._is_fulfilled(plan)
        purchase.lines = [self._line_item(order, line, plan.frequency) for line in lines]
        if plan.is_placed:
            self._payments.pay(order, buyer, terms)
        life = self._timeline.begin("orders", order, buyer.id)
        _go_on(life, purchase, is_fulfilled=is_fulfilled)
        if purchase.repeats:
            count(purchase, purchase.repeats)
        elif plan.frequency:
            self._subscriptions.subscribe(purchase, life)
        if plan.is_placed:
            _count(purchase)
        if plan.returned:
            self._returns.send_back(purchase, terms)
        if plan.invoiced:
            self._invoice(order)

    def _order(self, purchase: Purchase, terms: Terms, lines: Sequence[Line]) -> Record:
        plan, buyer = purchase.plan, purchase.buyer
        amounts, moment = sums(map(_amounts, lines)), purchase.moment
        identity = self._batch.identity("orders")
        # Looking for a free one costs as much as all the rest of an order.
        number = {} if self._has_existing else {"number": str(identity[1])}
        return self._batch.add(
            "orders",
            written(moment),
            identity,
            guest=buyer.guest,
            language_code=buyer.language_code,
            currency_code=terms.currency_code,
            tax_included=terms.tax_included,
            token=self._entropy.hex(32),
            payment_source_details=EMPTY,
            metadata=EMPTY,
            customer=buyer.id,
            market=terms.market_id,
            tags=self._references.tag_ids(plan.tags),
            **number,
            **amounts,
            **self._addresses(purchase),
        )

    def _addresses(self, purchase: Purchase) -> Mapping[str, Any]:
        """Return copies of what is known: the order keeps them when the address book changes."""
        if purchase.plan.status == "draft":
            return EMPTY
        at, known = written(purchase.moment), purchase.buyer.addresses
        shipping = known[-1]
        return {
            "country_code": shipping["country_code"],
            "billing_address": self._batch.add("addresses", at, **known[0])["id"],
            "shipping_address": self._batch.add("addresses", at, **shipping)["id"],
        }

    def _is_fulfilled(self, plan: OrderPlan) -> bool:
        """Say whether an approved order has arrived; what came back had."""
        return bool(plan.returned) or self._entropy.fraction() < FULFILLED

    def _lines(self, purchase: Purchase) -> list[Line]:
        if purchase.plan.status == "draft":
            # Of somebody, it is an empty cart: with something in it, it would be pending.
            return []
        if purchase.repeats:
            return purchase.repeats.bought
        draw = self._entropy.fraction
        products = [self._entropy.choice(PRODUCTS)]
        if draw() < MIXED:
            products = self._entropy.sample(PRODUCTS, 2)
        purchase.bought = [(product, 1 if draw() < SINGLE else 2) for product in products]
        return purchase.bought

    def _line_item(self, order: Record, line: Line, frequency: str | None) -> Record:
        product, _ = line
        return self._batch.add(
            "line_items",
            order["created_at"],
            sku_code=product.code,
            currency_code=order["currency_code"],
            unit_amount_cents=product.cents,
            compare_at_amount_cents=product.cents,
            name=product.name,
            discount_breakdown=EMPTY,
            tax_breakdown=EMPTY,
            frequency=frequency,
            metadata=EMPTY,
            order=order["id"],
            item=self._references.skus[product.code],
            **_amounts(line),
        )

    def _invoice(self, order: Record) -> None:
        self._batch.add(
            "attachments",
            order["updated_at"],
            name=f"Invoice {order[SERIAL]:06d}",
            url=f"https://example.com/invoices/{order['id']}.pdf",
            metadata=EMPTY,
            attachable=order["id"],
            attachable_type="orders",
        )


def _go_on(life: Life, purchase: Purchase, *, is_fulfilled: bool) -> None:
    """Have an order take the steps on the way to its status."""
    for step in COURSES[purchase.plan.status]:
        life.take(step, later(purchase.moment, DECIDED.get(step, 0)))
    if is_fulfilled:
        life.take("fulfill", later(purchase.moment, PARCEL))


def _count(purchase: Purchase) -> None:
    """Count an order that was placed for its customer."""
    life = purchase.buyer.life
    standing = STANDINGS[min(life.record["total_orders_count"], len(STANDINGS) - 1)]
    life.take(standing, purchase.moment)
