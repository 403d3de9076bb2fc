"""Seeding: what an organization has from the start, and customers on demand.

Everything is derived from the organization's seed and slug, and from the mode: neither the day
nor the machine makes a difference. Records are built from the declarations and loaded in bulk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from mockserver.access import MODES
from mockserver.engine.furnishing import Furnishing
from mockserver.engine.organization import Organization
from mockserver.engine.record_store import RecordStore
from mockserver.engine.sandbox import Sandbox
from mockserver.garbage import uncollected
from mockserver.seeding.batch import Batch
from mockserver.seeding.credentials import FIRST_ORGANIZATION, PASSWORD, credentials
from mockserver.seeding.customers import CustomerFactory
from mockserver.seeding.foundation import Foundation
from mockserver.seeding.named_customers import NAMED_CUSTOMERS
from mockserver.seeding.random_customers import RandomCustomers
from mockserver.seeding.reference_data import ReferenceData

__all__ = [
    "DOMAIN",
    "FIRST_ORGANIZATION",
    "PASSWORD",
    "credentials",
    "seed_customers",
    "seed_foundation",
    "seed_shop",
]

#: The parent of host names where none is told.
DOMAIN = "cl.localhost"
#: How many customers each mode gets where it is not told.
CUSTOMERS = 50


def seed_foundation(
    organization: Organization, domain: str = DOMAIN, *, may_wait: bool = False
) -> None:
    """Store what tokens need, in both modes of an organization that has nothing yet.

    Args:
        organization: whose.
        domain: the parent of its host name.
        may_wait: whether the markets and what else can wait are made when somebody asks for them.
    """
    for mode in MODES:
        Foundation(organization, mode).build(domain)
        if not (may_wait and organization.postpone(mode)):
            Foundation(organization, mode).furnish()


def furnish(store: RecordStore) -> None:
    """Furnish a mode that has waited for it."""
    Foundation(cast("Organization", store.organization), store.mode).furnish()


#: What of the foundation can wait.
FURNISHING = Furnishing(
    frozenset(
        {
            *("addresses", "customer_groups", "merchants", "price_lists"),
            *("markets", "stock_locations", "stores", "subscription_models"),
            *("inventory_models", "inventory_stock_locations", "inventory_return_locations"),
            *("shipping_categories", "shipping_methods", "delivery_lead_times"),
            *("payment_gateways", "manual_gateways", "stripe_gateways", "payment_methods"),
            *("tax_calculators", "manual_tax_calculators", "tax_rules"),
        }
    ),
    furnish,
)


def seed_customers(
    organization: Organization, count: int = CUSTOMERS, locales: Sequence[str] | None = None
) -> None:
    """Add so many customers to each mode, with all that belongs to them.

    A mode without customers gets the named ones first. The foundation must be there.

    Args:
        organization: whose.
        count: how many in each mode.
        locales: where random customers come from; ``None``: as the seed options say.
    """
    for mode in MODES:
        populate(organization.sandbox(mode), count, locales)


def seed_shop(organization: Organization) -> None:
    """Have each mode have what the shop sells; what is there already stays as it is."""
    for mode in MODES:
        batch = Batch(organization.sandbox(mode))
        ReferenceData(batch)
        batch.load()


def populate(sandbox: Sandbox, count: int, locales: Sequence[str] | None = None) -> None:
    """Add so many customers to one mode; see :func:`seed_customers`."""
    with sandbox.transaction(), uncollected():
        batch = Batch(sandbox)
        identities = [batch.identity("customers") for _ in range(count)]
        if not identities:
            return
        first = str(identities[0][1])
        entropy = sandbox.random_seed.entropy("customers", first)
        own = sandbox.organization.seed_options.locales
        drawn = RandomCustomers(sandbox, entropy, own if locales is None else locales)
        named = () if drawn.has_existing else NAMED_CUSTOMERS
        told = [id_ for id_, _ in identities[: len(named)]]
        factory = CustomerFactory(batch, entropy, told)
        for plan, identity in zip(named, identities, strict=False):
            factory.make(plan, identity)
        for identity in identities[len(named) :]:
            factory.make(drawn.plan(identity), identity)
        factory.finish()
