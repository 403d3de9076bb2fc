"""A customer with a past, made through the engine's own verbs, so that every amount comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.payments.payment_choices import offered
from mockserver.commerce.stock.locations import all_places
from mockserver.commerce.stock.sellable import for_sale
from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.refusals import invalid
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.markets import CARD
from mockserver.seeding.pools import Pool
from mockserver.seeding.products import PRODUCTS
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare

Values = Mapping[str, Any]

#: How many orders are of two products, and how many lines of one piece.
MIXED, SINGLE = 0.4, 0.8
#: How many pieces of one product a line is of, at most.
MOST = 2


class Shopping:
    """One customer at work in a sandbox: keeps addresses, orders, keeps a card."""

    def __init__(
        self, sandbox: Sandbox, customer: Record, person: Values, pool: Pool, market: Record
    ) -> None:
        """Go shopping.

        Args:
            sandbox: where.
            customer: who.
            person: first and last name.
            pool: where the customer lives.
            market: where orders are made.
        """
        self._sandbox = sandbox
        self._customer = customer
        self._person = person
        self._pool = pool
        self._market = market
        self._entropy: Entropy = sandbox.entropy
        self._addresses: list[Record] = []

    def keep_addresses(self, count: int) -> None:
        """Put so many addresses into the address book."""
        for _ in range(count):
            address = self._address()
            self._addresses.append(address)
            links = {"customer": self._customer["id"], "address": address["id"]}
            self._sandbox.add("customer_addresses", links)

    def order(self, count: int) -> None:
        """Place so many orders; all but the last one are approved and paid by now.

        Raises:
            Refusal: 422 when there is nothing to buy, or no way to pay.
        """
        products = self._products() if count else ()
        for number in range(count):
            order = self._placed(products)
            if number < count - 1:
                self._sandbox.change("orders", order["id"], {"_approve_and_capture": True})

    def keep_card(self) -> None:
        """Keep what the newest order was paid with in the wallet."""
        orders = self._sandbox.linked("customers", self._customer, "orders")
        trigger = {"_save_payment_source_to_customer_wallet": True}
        self._sandbox.change("orders", orders[-1][1], trigger)

    # --- an order --------------------------------------------------------------------------------

    def _placed(self, products: Sequence[Record]) -> Record:
        sandbox, own = self._sandbox, {"customer": self._customer["id"]}
        begun = {"market": self._market["id"], "language_code": self._pool.language_code}
        id_ = sandbox.add("orders", {**own, **begun})["id"]
        for product in self._chosen(products):
            quantity = 1 if self._entropy.fraction() < SINGLE else 2
            line = {"order": id_, "sku_code": product["code"], "quantity": quantity}
            sandbox.add("line_items", line)
        home = self._entropy.choice(self._addresses) if self._addresses else self._address()
        sandbox.change("orders", id_, {"_billing_address_clone_id": home["id"]})
        sandbox.change("orders", id_, {"_shipping_address_same_as_billing": True})
        self._ship(id_)
        self._pay(sandbox.change("orders", id_, {}))
        return sandbox.change("orders", id_, {"_place": True})

    def _ship(self, order_id: str) -> None:
        """Have each shipment go the first way that is offered for it."""
        sandbox = self._sandbox
        for shipment in sandbox.find("shipments", Compare("order", "eq", order_id)):
            offered_ways = sandbox.linked("shipments", shipment, "available_shipping_methods")
            if offered_ways:
                values = {"shipping_method": offered_ways[0]}
                sandbox.change("shipments", shipment["id"], values)

    def _pay(self, order: Record) -> None:
        """Give the order a payment source of the first way to pay, a card where there is one."""
        methods = offered(self._sandbox.view(), order)
        if not methods:
            raise invalid("/orders", f"Nothing can be paid in the market {self._market['code']!r}.")
        kinds = [method["payment_source_type"] for method in methods]
        kind = CARD if CARD in kinds else kinds[0]
        method = methods[kinds.index(kind)]
        self._sandbox.change("orders", order["id"], {"payment_method": method["id"]})
        source = self._sandbox.add(kind, {"order": order["id"]})
        if kind == CARD:
            self._sandbox.change(kind, source["id"], {"_refresh": True})

    def _chosen(self, products: Sequence[Record]) -> Sequence[Record]:
        several = 2 if self._entropy.fraction() < MIXED and len(products) > 1 else 1
        return self._entropy.sample(products, several)

    def _products(self) -> Sequence[Record]:
        """Return the SKUs that can be bought; an organization without any gets the usual ones."""
        partition = self._sandbox.partition
        if not partition.count("skus"):
            self._stock_up()
        found = for_sale(self._sandbox, self._market, MOST)
        if not found:
            raise invalid("/orders", "There is nothing to buy: no SKU has a price and is in stock.")
        return found

    def _stock_up(self) -> None:
        """Make the usual products, priced and stocked where the market sells from."""
        batch, now = Batch(self._sandbox), self._sandbox.clock.timestamp()
        price_list = price_list_of(self._sandbox, self._market["id"])
        terms = {"currency_code": price_list["currency_code"], "price_list": price_list["id"]}
        places = all_places(self._sandbox, self._market["inventory_model"])[:1]
        category = self._sandbox.page("shipping_categories", EVERYTHING, 1)[0]["id"]
        for product in PRODUCTS:
            known = {"code": product.code, "name": product.name, "metadata": EMPTY}
            made = batch.add("skus", now, **known, shipping_category=category)
            own = {"sku": made["id"], "metadata": EMPTY}
            amounts = dict.fromkeys(("amount_cents", "compare_at_amount_cents"), product.cents)
            batch.add("prices", now, **own, **terms, **amounts, rules=EMPTY)
            for place in places:
                pieces = {"quantity": product.stock, "stock_location": place.location}
                batch.add("stock_items", now, **own, **pieces)
        batch.load()

    def _address(self) -> Record:
        choice = self._entropy.choice
        city, zip_code, state_code = choice(self._pool.places)
        return self._sandbox.add(
            "addresses",
            {
                **self._person,
                "line_1": choice(self._pool.lines),
                "city": city,
                "zip_code": zip_code,
                "state_code": state_code,
                "country_code": self._pool.country_code,
                "phone": choice(self._pool.phones),
            },
        )
