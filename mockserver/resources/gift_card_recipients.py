"""Gift card recipients (contract: commerce.md §8.5)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import EMAIL, normal_email
from mockserver.commerce.customers.recipients import customer_by_email
from mockserver.schema.permits import Permit
from mockserver.schema.personal import cleared
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class GiftCardRecipient(Resource, type_="gift_card_recipients"):
    """Somebody that a gift card is for."""

    checks: ClassVar = (customer_by_email,)

    for_guests: ClassVar = Permit("CRUD")
    for_customers: ClassVar = Permit("CRUD")

    email = attribute(
        "string",
        "CURfs",
        required=True,
        indexed=True,
        normalise=normal_email,
        validate=EMAIL,
        personal=cleared,
        example="{}@example.com",
    )
    first_name = attribute("string", "CURf", personal=cleared)
    last_name = attribute("string", "CURf", personal=cleared)
    base = base_attributes()

    customer = to_one("customers", "CUfs")
    event_stores = event_stores()
    attachments = to_many("attachments", "f", inverse="attachable")
