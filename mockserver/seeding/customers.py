"""Makes customers, one by one, with what belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache

from mockserver.commerce.customers.erasure import email as anonymized_email
from mockserver.entropy import Entropy
from mockserver.passwords import hash_password
from mockserver.seeding.associations import Associations
from mockserver.seeding.batch import EMPTY, Batch, Identity
from mockserver.seeding.credentials import PASSWORD
from mockserver.seeding.dates import later, signed_up, written
from mockserver.seeding.orders import OrderMaker
from mockserver.seeding.plans import ANONYMIZATIONS, CustomerPlan
from mockserver.seeding.purchases import Buyer
from mockserver.seeding.reference_data import ReferenceData
from mockserver.seeding.timeline import Life, Timeline
from mockserver.storage.base import SERIAL, Record

#: What is told of a password.
SIGNED_UP = ("create_password",)
#: How many days after the first one an anonymization is requested.
PATIENCE = 120
#: The password is published, so its salt need not be a secret, and one hash does for all.
SALT = b"commercelayer-mockserver"


@cache
def password_hash() -> str:
    """Return the stored form of the password of every registered customer."""
    return hash_password(PASSWORD, SALT)


class CustomerFactory:
    """The customers of one sandbox."""

    def __init__(self, batch: Batch, entropy: Entropy, told: Collection[str] = ()) -> None:
        """Look around.

        Args:
            batch: where the records go.
            entropy: what they are drawn from.
            told: the ids of the customers whose events are told.
        """
        self._timeline = timeline = Timeline(batch, told)
        self._asked: list[tuple[CustomerPlan, Life, datetime]] = []
        self._batch = batch
        self._entropy = entropy
        self._references = ReferenceData(batch)
        self._associations = Associations(batch, self._references, entropy, timeline)
        self._orders = OrderMaker(batch, self._references, entropy, timeline)

    def make(self, plan: CustomerPlan, identity: Identity) -> None:
        """Make one customer and what belongs to it, but for the orders."""
        if not self._references.terms:
            plan = replace(plan, orders=())
        came = signed_up(identity[1])
        customer = self._customer(plan, identity, came)
        life = self._timeline.begin("customers", customer, customer["id"])
        addresses = self._associations.address_book(plan, customer)
        self._associations.subscriptions(plan, customer)
        self._associations.sku_lists(plan, customer)
        self._associations.notes(plan, customer)
        if plan.registered and not plan.is_forgotten:
            # Nothing is told of a password that is no more.
            life.note(customer["created_at"], SIGNED_UP)
        if plan.anonymization:
            self._asked.append((plan, life, later(came, PATIENCE)))
        if plan.orders:
            buyer = Buyer(
                life,
                # Who was forgotten has no password any more.
                guest=plan.is_forgotten or not plan.registered,
                language_code=plan.pool.language_code,
                addresses=addresses or [self._associations.address(plan)],
                business=plan.business,
                cards=0 if plan.is_forgotten else plan.cards,
            )
            self._orders.plan(buyer, plan.orders, came)

    def finish(self) -> None:
        """Make the orders of all of them, have some forgotten, and store everything."""
        self._orders.make()
        for asked in self._asked:
            self._anonymize(*asked)
        self._timeline.tell()
        self._batch.load()

    def _customer(self, plan: CustomerPlan, identity: Identity, came: datetime) -> Record:
        return self._batch.add(
            "customers",
            written(came),
            identity,
            email=plan.email,
            password=password_hash() if plan.registered else None,
            shopper_reference=self._entropy.uuid(),
            profile_id=self._entropy.uuid(),
            tax_exemption_code=plan.tax_exemption_code,
            reference=plan.reference,
            reference_origin=plan.reference_origin,
            metadata=plan.metadata or EMPTY,
            anonymization_info=EMPTY,
            customer_group=self._references.groups[plan.group] if plan.group else None,
            tags=self._references.tag_ids(plan.tags),
        )

    def _anonymize(self, plan: CustomerPlan, life: Life, asked_at: datetime) -> None:
        """Have a customer ask to be forgotten, with the outcome so far."""
        customer, person = life.record, self._references.person
        before = customer["updated_at"]
        for step, days in ANONYMIZATIONS[plan.anonymization or ""].items():
            life.take(f"anonymization_{step}", later(asked_at, days), person)
        if plan.is_forgotten:
            customer["email"] = anonymized_email(customer["id"], customer[SERIAL])
        # An order may have been placed since.
        customer["updated_at"] = max(before, customer["updated_at"])
