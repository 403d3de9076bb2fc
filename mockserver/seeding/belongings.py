"""Makes what a customer has beside orders: addresses, a wallet, subscriptions, lists, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.entropy import Entropy
from mockserver.resources.anonymity import ADDRESS as FORGOTTEN
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.plans import CustomerPlan
from mockserver.seeding.pools import pools
from mockserver.seeding.surroundings import PRODUCTS, Surroundings
from mockserver.storage.base import Record

Values = Mapping[str, Any]

CARDS = ("Visa", "Mastercard", "American Express")
#: How the dashboard marks what it writes down of customers (neighbours §16).
NOTE = "app-customers--note"
#: How many products are on a list.
LISTED = 3


class Belongings:
    """What belongs to the customers of one sandbox."""

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

    def address_book(self, plan: CustomerPlan, customer: Record) -> Values | None:
        """Make the address book; return what its first address says, if it has one."""
        at, first = customer["created_at"], None
        for _ in range(plan.addresses):
            values = self._drawn_address(plan)
            first = first or values
            address = self._batch.add("addresses", at, **values)
            self._batch.add(
                "customer_addresses",
                at,
                metadata=EMPTY,
                customer=customer["id"],
                address=address["id"],
            )
        return first

    def address(self, plan: CustomerPlan, customer: Record, values: Values | None) -> Record:
        """Make the address of orders: a copy of a known one, which may change, or a new one."""
        values = values or self._drawn_address(plan)
        return self._batch.add("addresses", customer["created_at"], **values)

    def _drawn_address(self, plan: CustomerPlan) -> Values:
        pool, choice = pools()[plan.country], self._entropy.choice
        city, zip_code, state_code = choice(pool.places)
        values = {
            "business": plan.business,
            "first_name": plan.first_name,
            "last_name": plan.last_name,
            "company": choice(pool.companies) if plan.business else None,
            "line_1": choice(pool.lines),
            "city": city,
            "zip_code": zip_code,
            "state_code": state_code,
            "country_code": plan.country,
            "phone": choice(pool.phones),
            "metadata": EMPTY,
        }
        return {**values, **FORGOTTEN} if plan.is_forgotten else values

    def subscriptions(self, plan: CustomerPlan, customer: Record) -> None:
        """Make the subscriptions to newsletters and the like."""
        for reference in plan.subscriptions:
            self._batch.add(
                "customer_subscriptions",
                customer["created_at"],
                reference=reference,
                metadata=EMPTY,
                customer=customer["id"],
            )

    def wallet(self, plan: CustomerPlan, customer: Record) -> str | None:
        """Make the saved cards; return the id of the last one, if there is one."""
        card: Record = {}
        for _ in range(0 if plan.is_forgotten else plan.cards):
            card = self._batch.add(
                "customer_payment_sources",
                customer["created_at"],
                name=f"{self._entropy.choice(CARDS)} ending in {1000 + self._entropy.below(9000)}",
                customer_token=f"cus_{self._entropy.hex(14)}",
                payment_source_token=f"pm_{self._entropy.hex(24)}",
                metadata=EMPTY,
                customer=customer["id"],
            )
        return card.get("id")

    def sku_lists(self, plan: CustomerPlan, customer: Record) -> None:
        """Make the lists of favourite products."""
        for name in plan.sku_lists:
            sku_list = self._batch.add(
                "sku_lists",
                customer["created_at"],
                name=name,
                metadata=EMPTY,
                customer=customer["id"],
            )
            if self._batch.declares("sku_list_items"):
                self._sku_list_items(sku_list)

    def _sku_list_items(self, sku_list: Record) -> None:
        for position, product in enumerate(self._entropy.sample(PRODUCTS, LISTED), 1):
            self._batch.add(
                "sku_list_items",
                sku_list["created_at"],
                position=position,
                metadata=EMPTY,
                sku_list=sku_list["id"],
                sku=self._surroundings.skus.get(product.code),
            )

    def notes(self, plan: CustomerPlan, customer: Record) -> None:
        """Make what the organization's people wrote down, as their dashboard stores it."""
        person = self._surroundings.person
        for text in () if plan.is_forgotten else plan.notes:
            self._batch.add(
                "attachments",
                customer["created_at"],
                name=f"{person['first_name']} {person['last_name']}",
                description=text,
                reference_origin=NOTE,
                metadata=EMPTY,
                attachable=customer["id"],
                attachable_type="customers",
            )
