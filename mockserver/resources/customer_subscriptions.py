"""Newsletter-like opt-ins (contract: neighbours.md §5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import customer_email
from mockserver.schema.permits import GUESTS, Permit, own
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    to_many,
    to_one,
)


class CustomerSubscription(Resource, type_="customer_subscriptions"):
    """A customer's subscription to what ``reference`` names."""

    # Whoever has an email address can be signed up with it.
    for_guests: ClassVar = Permit("CRUD", readable=GUESTS, creates_others=True)
    for_customers: ClassVar = own("CRUD")

    sample: ClassVar = ("customer_email",)
    topics: ClassVar = ("create", "destroy")
    uniques: ClassVar = (("customer", "reference"),)

    customer_email = customer_email("CR")
    reference = attribute("string", "CURfs", required=True, personal=False)
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference_origin = attribute("string", "CURfs", personal=False)
    metadata = metadata()

    customer = to_one("customers", "fs", required=True, on_delete="cascade", owner=True)
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
