"""Gift card recipients (contract: commerce.md §8.5)."""

from __future__ import annotations

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

    email = attribute("string", "CURfs", required=True, personal=cleared)
    first_name = attribute("string", "CURf", personal=cleared)
    last_name = attribute("string", "CURf", personal=cleared)
    base = base_attributes()

    customer = to_one("customers", "CUfs")
    event_stores = event_stores()
    attachments = to_many("attachments", "f", inverse="attachable")
