"""Makes customers, one by one, with what belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache

from mockserver.entropy import Entropy
from mockserver.passwords import hash_password
from mockserver.resources.anonymity import CUSTOMER as FORGOTTEN
from mockserver.resources.anonymity import email as anonymized_email
from mockserver.seeding import anonymity
from mockserver.seeding.batch import EMPTY, Batch, Identity
from mockserver.seeding.belongings import Belongings
from mockserver.seeding.credentials import PASSWORD
from mockserver.seeding.dates import later, signed_up, written
from mockserver.seeding.events import tell
from mockserver.seeding.orders import OrderFactory
from mockserver.seeding.plans import CustomerPlan
from mockserver.seeding.purchases import Buyer
from mockserver.seeding.surroundings import Surroundings
from mockserver.storage.base import SERIAL, Record

#: By how many orders count (customers §9); more are as good as two.
STATUSES = ("prospect", "acquired", "repeat")
#: How many days after the first one an anonymization is requested.
PATIENCE = 120
#: The password is published, so its salt need not be a secret, and one hash does for all.
SALT = b"commercelayer-mockserver"


@cache
def password_hash() -> str:
    """Return what is stored of the password of every registered customer."""
    return hash_password(PASSWORD, SALT)


class CustomerFactory:
    """The customers of one sandbox."""

    def __init__(self, batch: Batch, entropy: Entropy) -> None:
        """Look around.

        Args:
            batch: where the records go.
            entropy: what they are drawn from.
        """
        self._batch = batch
        self._entropy = entropy
        self._surroundings = Surroundings(batch)
        self._belongings = Belongings(batch, self._surroundings, entropy)
        self._orders = OrderFactory(batch, self._surroundings, entropy)

    def make(self, plan: CustomerPlan, identity: Identity) -> None:
        """Make one customer and what belongs to it, but for the orders."""
        if not self._surroundings.terms:
            plan = replace(plan, orders=())
        came = signed_up(identity[1])
        customer = self._customer(plan, identity, came)
        addresses = self._belongings.address_book(plan, customer)
        self._belongings.subscriptions(plan, customer)
        self._belongings.sku_lists(plan, customer)
        self._belongings.notes(plan, customer)
        if plan.orders:
            buyer = Buyer(
                customer["id"],
                # Who was forgotten has no password any more.
                guest=plan.is_forgotten or not plan.registered,
                language_code=plan.pool.language_code,
                addresses=addresses or [self._belongings.address(plan)],
                business=plan.business,
                cards=0 if plan.is_forgotten else plan.cards,
            )
            self._orders.plan(buyer, plan.orders, came)

    def finish(self, told: Collection[str] = ()) -> None:
        """Make the orders of all of them, and store everything.

        Args:
            told: the ids of the customers whose events are told.
        """
        self._orders.make()
        tell(self._batch, frozenset(told))
        self._batch.load()

    def _customer(self, plan: CustomerPlan, identity: Identity, came: datetime) -> Record:
        placed = plan.placements(came)
        customer = self._batch.add(
            "customers",
            written(came),
            identity,
            email=plan.email,
            password=password_hash() if plan.registered else None,
            status=STATUSES[min(len(placed), 2)],
            total_orders_count=len(placed),
            shopper_reference=self._entropy.uuid(),
            profile_id=self._entropy.uuid(),
            tax_exemption_code=plan.tax_exemption_code,
            reference=plan.reference,
            reference_origin=plan.reference_origin,
            metadata=plan.metadata or EMPTY,
            anonymization_info=EMPTY,
            customer_group=self._surroundings.groups[plan.group] if plan.group else None,
            tags=self._surroundings.tag_ids(plan.tags),
        )
        if placed:
            customer["updated_at"] = written(max(placed))
        if plan.anonymization:
            self._ask(plan.anonymization, customer, came)
        return customer

    def _ask(self, status: str, customer: Record, came: datetime) -> None:
        """Let the customer ask to be forgotten, with this outcome so far."""
        asked_at, person = later(came, PATIENCE), self._surroundings.person
        customer["anonymization_status"] = status
        customer["anonymization_info"] = anonymity.information(status, asked_at, person)
        if status == anonymity.COMPLETED:
            customer.update(FORGOTTEN)
            customer["email"] = anonymized_email(customer["id"], customer[SERIAL])
        reached_at = written(anonymity.reached(status, asked_at))
        customer["updated_at"] = max(customer["updated_at"], reached_at)
