"""Address books (contract: neighbours.md §2)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.address_names import name_of
from mockserver.commerce.customers.customer_links import customer_email
from mockserver.schema.permits import own
from mockserver.schema.protocols import View
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def name_of_address(record: Record, view: View) -> str | None:
    """Return the name of the address."""
    address = view.related(record, "address", "customer_addresses")
    return name_of(address) if address else None


class CustomerAddress(Resource, type_="customer_addresses"):
    """An entry of a customer's address book."""

    for_customers: ClassVar = own("CRUD")

    topics: ClassVar = ("create", "destroy")
    extra_filters: ClassVar = {"country_code": "address.country_code"}
    uniques: ClassVar = (("customer", "address"),)

    name = attribute("string", "R", derive_from=name_of_address)
    customer_email = customer_email("CR")
    base = base_attributes()

    customer = to_one("customers", "CUfs", required=True, on_delete="cascade", owner=True)
    address = to_one("addresses", "CUfs", required=True, on_delete="cascade", personal=True)
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
