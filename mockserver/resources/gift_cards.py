"""Gift cards (contract: commerce.md §9)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.amounts import money
from mockserver.schema.personal import cleared
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class GiftCard(Resource, type_="gift_cards"):
    """A balance that orders can be paid with."""

    topics: ClassVar = (
        "create",
        "purchase",
        "activate",
        "deactivate",
        "use",
        "redeem",
        "destroy",
        "tagged",
    )
    checks: ClassVar = (tag_limit,)

    status = attribute(
        "string", "Rfs", initial="draft", enum=("draft", "inactive", "active", "redeemed")
    )
    code = attribute("string", "CRf", personal=False)
    currency_code = attribute("string", "CURfs", example="EUR", personal=False)
    initial_balance = money("R")
    balance = money("CURfs", required=True)
    balance_max = money("CURfs")
    balance_log = attribute("array", "R")
    usage_log = attribute("object", "R")
    single_use = attribute("boolean", "CURf", initial=False)
    rechargeable = attribute("boolean", "CURf", initial=True)
    distribute_discount = attribute("boolean", "CUR", initial=True)
    image_url = attribute("string", "CUR", personal=False)
    expires_at = attribute("datetime", "CURfs", example="2099-12-31T00:00:00.000Z")
    recipient_email = attribute("string", "CUR", personal=cleared)
    _purchase = trigger()
    _activate = trigger()
    _deactivate = trigger()
    _balance_change_cents = attribute("integer", "U")
    base = base_attributes(tagging())

    market = to_one("markets", "CUfs")
    gift_card_recipient = to_one("gift_card_recipients", "CUfs")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()
