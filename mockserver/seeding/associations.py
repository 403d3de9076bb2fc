"""Makes what a customer has beside orders: addresses, subscriptions, lists, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.commerce.catalogue.sku_lists import parametrised
from mockserver.entropy import Entropy
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.plans import CustomerPlan
from mockserver.seeding.products import PRODUCTS
from mockserver.seeding.reference_data import ReferenceData
from mockserver.seeding.steps import steps
from mockserver.seeding.timeline import Timeline
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

Values = Mapping[str, Any]

#: How the dashboard marks what it writes down of customers (neighbours.md §16).
NOTE = "app-customers--note"
#: How many products are on a list.
LISTED = 3


class Associations:
    """Records that belong to the customers of one sandbox."""

    def __init__(
        self, batch: Batch, references: ReferenceData, entropy: Entropy, timeline: Timeline
    ) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            references: what they refer to.
            entropy: what they are drawn from.
            timeline: where it is noted that they were made.
        """
        self._timeline = timeline
        self._batch = batch
        self._references = references
        self._entropy = entropy
        #: How many lists have a name, by what it is in URLs.
        self._named_alike: dict[str, int] = {}

    def address_book(self, plan: CustomerPlan, customer: Record) -> Sequence[Values]:
        """Make the address book; return what its addresses say."""
        at = customer["created_at"]
        known = [self.address(plan) for _ in range(plan.addresses)]
        for values in known:
            address = self._batch.add("addresses", at, **values)
            entry = self._batch.add(
                "customer_addresses",
                at,
                metadata=EMPTY,
                customer=customer["id"],
                address=address["id"],
            )
            self._timeline.begin("customer_addresses", entry, customer["id"])
        return known

    def address(self, plan: CustomerPlan) -> Values:
        """Return the values of a new address of the customer."""
        pool, choice = plan.pool, self._entropy.choice
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
        forgotten = steps()["addresses"]["forget"].sets if plan.is_forgotten else EMPTY
        return {**values, **forgotten}

    def subscriptions(self, plan: CustomerPlan, customer: Record) -> None:
        """Make the subscriptions to newsletters and the like."""
        for reference in plan.subscriptions:
            made = self._batch.add(
                "customer_subscriptions",
                customer["created_at"],
                reference=reference,
                metadata=EMPTY,
                customer=customer["id"],
            )
            self._timeline.begin("customer_subscriptions", made, customer["id"])

    def sku_lists(self, plan: CustomerPlan, customer: Record) -> None:
        """Make the lists of favourite products."""
        for name in plan.sku_lists:
            sku_list = self._batch.add(
                "sku_lists",
                customer["created_at"],
                name=name,
                slug=self._slug(name),
                metadata=EMPTY,
                customer=customer["id"],
            )
            known = [product for product in PRODUCTS if product.code in self._references.skus]
            chosen = self._entropy.sample(known, min(LISTED, len(known)))
            self._references.fill(sku_list, [product.code for product in chosen])

    def _slug(self, name: str) -> str:
        """Return the slug of another list with a name: numbered from the second on."""
        plain = parametrised(name)
        if plain not in self._named_alike:
            same = Compare("name", "eq", name)
            self._named_alike[plain] = self._batch.sandbox.count("sku_lists", same)
        self._named_alike[plain] += 1
        number = self._named_alike[plain]
        return plain if number == 1 else f"{plain}-{number}"

    def notes(self, plan: CustomerPlan, customer: Record) -> None:
        """Make what the organization's people wrote down, as their dashboard stores it."""
        person = self._references.person
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
