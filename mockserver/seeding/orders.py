"""Makes orders with their line items, addresses and payments, and has their sequels made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from mockserver.entropy import Entropy
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.carts import Amounts, Bought, ReckonedCart, Territory, reckon
from mockserver.seeding.dates import DAY, later, written
from mockserver.seeding.markets import PAYMENT_METHODS
from mockserver.seeding.payments import Payments
from mockserver.seeding.plans import COURSES, OrderPlan
from mockserver.seeding.products import Product
from mockserver.seeding.purchases import Buyer, Purchase
from mockserver.seeding.reference_data import ReferenceData, Terms
from mockserver.seeding.returns import Returns
from mockserver.seeding.shipments import PackedShipment, Shipments
from mockserver.seeding.subscriptions import Subscriptions, count
from mockserver.seeding.timeline import Life, Timeline
from mockserver.seeding.transactions import SeededTransactions
from mockserver.storage.base import SERIAL, Record

#: How many days after it is placed an order takes a step; those before come at once.
DECIDED: Mapping[str, float] = {"approve": DAY, "cancel": DAY}
#: The steps of a customer with the first placed order, the second one, and any further one.
STANDINGS = ("acquired", "repeat", "again")
#: How many days a parcel takes.
PARCEL = 4
#: How many orders are of two products; how many of one piece; how many approved ones have arrived.
MIXED, SINGLE, FULFILLED = 0.2, 0.8, 0.6

#: The steps that are taken once what was bought is on its way.
SENT: Mapping[str, Sequence[str]] = {
    "orders": ("fulfill",),
    "shipments": ("pack", "make_ready", "ship"),
}
#: The steps that a shipment takes along with its order.
ALONG: Mapping[str, Mapping[str, str]] = {
    "shipments": {"place": "upcoming", "approve": "picking", "cancel": "called_off"}
}
#: The line of a way to pay that costs nothing.
FREE: Amounts = {
    "item_type": "payment_methods",
    "quantity": 1,
    "unit_amount_cents": 0,
    "total_amount_cents": 0,
    "tax_amount_cents": 0,
    "tax_rate": 0.0,
}


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
        self._transactions = SeededTransactions(batch, entropy)
        self._shipments = Shipments(batch, references)
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
            if purchase.plan.status == "draft" or self._products(purchase):
                self._make(purchase)
        self._purchases.clear()
        self._shipments.finish()
        self._subscriptions.finish()

    def _make(self, purchase: Purchase) -> None:
        plan, buyer = purchase.plan, purchase.buyer
        terms = self._references.terms_of(plan.market)
        bought = self._bought(purchase)
        cart = reckon(tuple(bought), _destination(buyer, terms), shipped=plan.is_placed)
        order = purchase.order = self._order(purchase, terms, cart)
        is_fulfilled = plan.status == "approved" and self._is_fulfilled(plan)
        purchase.lines = [
            self._line_item(order, product, amounts, plan.frequency)
            for (product, _), amounts in zip(bought, cart.goods, strict=True)
        ]
        life = self._timeline.begin("orders", order, buyer.id)
        load = self._load(purchase, terms, cart) if bought else None
        if plan.is_placed and load:
            self._settle(purchase, terms, load)
        _go_on(life, purchase, is_fulfilled=is_fulfilled)
        if load:
            shipping = self._timeline.begin("shipments", load.shipment, buyer.id)
            _go_on(shipping, purchase, is_fulfilled=is_fulfilled)
        if purchase.repeats:
            count(purchase, purchase.repeats)
        elif plan.frequency:
            self._subscriptions.subscribe(purchase, life, terms.subscription_model)
        if plan.is_placed:
            _count(purchase)
        if plan.returned:
            self._returns.send_back(purchase, terms)
        if plan.invoiced:
            self._invoice(order)

    def _load(self, purchase: Purchase, terms: Terms, cart: ReckonedCart) -> PackedShipment:
        """Make the shipment of an order, and the lines that it and the payment method cost."""
        order = purchase.order
        load = self._shipments.load(order, purchase.lines, terms)
        name = f"Shipment {load.shipment['number']}"
        self._generated(order, name, load.shipment["id"], cart.shipping)
        return load

    def _settle(self, purchase: Purchase, terms: Terms, load: PackedShipment) -> None:
        """Choose how a placed order is shipped and paid, and do what has come of it."""
        order, status = purchase.order, purchase.plan.status
        load.shipment["shipping_method"] = terms.shipping_method
        source = self._payments.pay(order, purchase.buyer, terms)
        method = order["payment_method"]
        name = PAYMENT_METHODS[order["payment_source_type"]]
        self._generated(order, name, method, FREE)
        authorization = self._transactions.authorize(order, source, order["created_at"])
        decided = written(later(purchase.moment, DAY))
        if status == "placed":
            self._shipments.reserve(load)
        elif status == "approved":
            self._shipments.take_out(load)
            captured = self._transactions.capture(order, authorization, decided)
            purchase.capture = captured["id"]
        else:
            self._transactions.void(order, authorization, decided)

    def _generated(self, order: Record, name: str, item: str, amounts: Amounts) -> None:
        """Make a line that the order makes by itself (commerce.md §3.2)."""
        self._batch.add(
            "line_items",
            order["created_at"],
            currency_code=order["currency_code"],
            compare_at_amount_cents=0,
            name=name,
            discount_breakdown=EMPTY,
            tax_breakdown=EMPTY,
            metadata=EMPTY,
            order=order["id"],
            item=item,
            **amounts,
        )

    def _order(self, purchase: Purchase, terms: Terms, cart: ReckonedCart) -> Record:
        plan, buyer = purchase.plan, purchase.buyer
        moment = purchase.moment
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
            **(cart.order if plan.status != "draft" else EMPTY),
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

    def _bought(self, purchase: Purchase) -> list[Bought]:
        if purchase.plan.status == "draft":
            # Of somebody, it is an empty cart: with something in it, it would be pending.
            return []
        if purchase.repeats:
            return purchase.repeats.bought
        draw = self._entropy.fraction
        on_sale = self._products(purchase)
        products = [self._entropy.choice(on_sale)]
        if draw() < MIXED:
            products = self._entropy.sample(on_sale, min(2, len(on_sale)))
        purchase.bought = [(product, 1 if draw() < SINGLE else 2) for product in products]
        return purchase.bought

    def _products(self, purchase: Purchase) -> Sequence[Product]:
        """Return the products that the market of an order sells."""
        return self._references.products_of(self._references.terms_of(purchase.plan.market))

    def _line_item(
        self, order: Record, product: Product, amounts: Amounts, frequency: str | None
    ) -> Record:
        return self._batch.add(
            "line_items",
            order["created_at"],
            sku_code=product.code,
            currency_code=order["currency_code"],
            compare_at_amount_cents=product.was or product.cents,
            name=product.name,
            discount_breakdown=EMPTY,
            tax_breakdown=EMPTY,
            frequency=frequency,
            metadata=EMPTY,
            order=order["id"],
            item=self._references.skus[product.code],
            # Not part of the document: its price is the list's.
            has_own_price=False,
            **amounts,
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


def _destination(buyer: Buyer, terms: Terms) -> Territory:
    """Return where the orders of a buyer go."""
    address = buyer.addresses[-1]
    return Territory(
        terms.currency_code,
        terms.tax_included,
        address["country_code"],
        address.get("state_code") or "",
    )


def _go_on(life: Life, purchase: Purchase, *, is_fulfilled: bool) -> None:
    """Have an order, or its shipment, take the steps on the way to the order's status."""
    along = ALONG.get(life.type_)
    for step in COURSES[purchase.plan.status]:
        own = along.get(step) if along else step
        if own:
            life.take(own, later(purchase.moment, DECIDED.get(step, 0)))
    if is_fulfilled:
        for step in SENT[life.type_]:
            life.take(step, later(purchase.moment, PARCEL))


def _count(purchase: Purchase) -> None:
    """Count an order that was placed for its customer."""
    life = purchase.buyer.life
    standing = STANDINGS[min(life.record["total_orders_count"], len(STANDINGS) - 1)]
    life.take(standing, purchase.moment)
