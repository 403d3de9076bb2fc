"""Customer groups (contract: neighbours.md §1)."""

from __future__ import annotations

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_many,
)


class CustomerGroup(Resource):
    """A group of customers; a market linked to it is private to them."""

    class Meta:
        """The type."""

        type_ = "customer_groups"

    name = attribute("string", "CURfs", required=True)
    code = attribute("string", "CURfs")
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    customers = to_many("customers", inverse="customer_group")
    markets = to_many("markets", inverse="customer_group")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
