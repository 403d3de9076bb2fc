"""Customer groups (contract: neighbours.md §1)."""

from __future__ import annotations

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_many


class CustomerGroup(Resource, type_="customer_groups"):
    """A group of customers; a market linked to it is private to them."""

    name = attribute("string", "CURfs", required=True)
    code = attribute("string", "CURfs")
    base = base_attributes()

    customers = to_many("customers", inverse="customer_group")
    markets = to_many("markets", inverse="customer_group")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
